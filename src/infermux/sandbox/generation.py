"""Text generation as TGI speaks it: details, streams, grammars, and its refusals."""

from __future__ import annotations

from typing import Any

from . import pattern, schema, tokens
from .chat import continuation
from .exchange import Answer, Events, Object, RefusalError, Reply, Request, dump, is_list, is_object, reply

MOST_TOKENS = 4096
_MOST_STOPS = 4
_MOST_SEQUENCES = 2
_END = "</s>"
_REASONS = {"end": "eos_token", "stop": "stop_sequence", "length": "length"}
_POSITIVE = ("temperature", "top_k", "repetition_penalty", "best_of", "max_new_tokens")
_FRACTIONS = ("top_p", "typical_p")


def listed(request: Request) -> Answer:
    """Answer as the root route does: a list of one, or a stream when asked for."""
    if is_object(request.json) and request.json.get("stream") is True:
        return stream(request)
    return reply([_generated(request)])


def generate(request: Request) -> Answer:
    """Answer with one object."""
    return reply(_generated(request))


def stream(request: Request) -> Answer:
    """Answer word by word; a refusal is an event too, under the status 200."""
    try:
        made = _generated(request, must_detail=True)
    except RefusalError as refusal:
        if isinstance(refusal.answer, Reply) and refusal.answer.media == "application/json":
            return Events([refusal.answer.body.decode()], is_openai=False)
        raise
    details = made["details"]
    tops = details.get("top_tokens")
    last = len(details["tokens"]) - 1
    events: list[Object] = []
    for index, token in enumerate(details["tokens"]):
        event: Object = {"index": index + 1, "token": token}
        if tops:
            event["top_tokens"] = tops[index]
        events.append({**event, "generated_text": None, "details": None})
    summary = {key: details[key] for key in ("finish_reason", "generated_tokens", "seed")}
    inputs = {"input_length": tokens.count(request.object()["inputs"])}
    wants = request.parameters().get("details")
    events[last] |= {"generated_text": made["generated_text"], "details": {**summary, **inputs} if wants else None}
    return Events([dump(event) for event in events], is_openai=False)


def info(request: Request) -> Answer:
    """Describe the server as TGI does."""
    return reply(
        {
            "model_id": "sandbox/text-generation",
            "model_sha": None,
            "model_pipeline_tag": "text-generation",
            "max_concurrent_requests": 128,
            "max_best_of": _MOST_SEQUENCES,
            "max_stop_sequences": _MOST_STOPS,
            "max_input_tokens": MOST_TOKENS - 1,
            "max_total_tokens": MOST_TOKENS,
            "validation_workers": 1,
            "max_client_batch_size": 4,
            "router": "infermux-sandbox",
            "version": "sandbox",
            "sha": None,
            "docker_label": None,
        }
    )


def _generated(request: Request, *, must_detail: bool = False) -> Object:
    prompt = request.json.get("inputs") if is_object(request.json) else None
    if not isinstance(prompt, str):
        message = "Failed to deserialize the JSON body into the target type: missing field `inputs`"
        raise RefusalError(Reply(message.encode(), 422, "text/plain; charset=utf-8"))
    given = request.parameters()
    limit = _checked(prompt, given)
    stops: list[str] = given.get("stop") or []
    text, reason = tokens.cut(_text(prompt, given.get("grammar")), limit, stops)
    if reason == "stop":
        # TGI leaves the stop sequence at the end of the text.
        text += next(stop for stop in stops if _text(prompt, given.get("grammar")).startswith(text + stop))
    finish = _REASONS[reason]
    words = [_token(word) for word in tokens.split(text)]
    if reason == "end":
        words.append({**_token(_END), "special": True})
    made: Object = {"generated_text": f"{prompt}{text}" if given.get("return_full_text") else text}
    if not (given.get("details") or must_detail):
        return made
    best: Object = {"finish_reason": finish, "generated_tokens": len(words), "seed": given.get("seed")}
    best |= {"prefill": _prefill(prompt) if given.get("decoder_input_details") else [], "tokens": words}
    if given.get("top_n_tokens"):
        best["top_tokens"] = [[word] for word in words]
    others = [{**made, **best} for _ in range((given.get("best_of") or 1) - 1)]
    return {**made, "details": {**best, "best_of_sequences": others} if others else best}


def _text(prompt: str, grammar: Any) -> str:
    if not is_object(grammar):
        return continuation(prompt)
    if grammar.get("type") == "regex":
        return pattern.example(str(grammar.get("value")))
    wanted = grammar.get("value")
    nested = wanted.get("schema") if is_object(wanted) else None
    return dump(schema.fill(nested if is_object(nested) else wanted, prompt))


def _checked(prompt: str, given: Object) -> int:
    """Check the parameters as TGI does and return the limit of new tokens."""
    for name in _POSITIVE:
        if (number := given.get(name)) is not None and number <= 0:
            raise _invalid(f"`{name}` must be strictly positive")
    for name in _FRACTIONS:
        if (number := given.get(name)) is not None and not 0 < number < 1:
            raise _invalid(f"`{name}` must be > 0.0 and < 1.0")
    if is_list(stops := given.get("stop")) and len(stops) > _MOST_STOPS:
        raise _invalid(f"`stop` supports up to {_MOST_STOPS} stop sequences. Given: {len(stops)}")
    if (given.get("best_of") or 1) > _MOST_SEQUENCES:
        raise _invalid(f"`best_of` must be <= {_MOST_SEQUENCES}. Given: {given['best_of']}")
    limit, size = given.get("max_new_tokens") or 20, tokens.count(prompt)
    if size + limit > MOST_TOKENS:
        raise _invalid(
            f"`inputs` tokens + `max_new_tokens` must be <= {MOST_TOKENS}. "
            f"Given: {size} `inputs` tokens and {limit} `max_new_tokens`"
        )
    return limit


def _invalid(message: str) -> RefusalError:
    return RefusalError(reply({"error": f"Input validation error: {message}", "error_type": "validation"}, 422))


def _token(word: str) -> Object:
    return {"id": tokens.number(word), "text": word, "logprob": 0.0, "special": False}


def _prefill(prompt: str) -> list[Object]:
    """List the tokens of the prompt; the first has nothing before it to be likely after."""
    words = [{"id": tokens.number(word), "text": word, "logprob": 0.0} for word in tokens.split(prompt)]
    return [{**word, "logprob": None} if place == 0 else word for place, word in enumerate(words)]
