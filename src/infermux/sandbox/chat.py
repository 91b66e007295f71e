"""Chat: an answer that says what it is, calls tools, keeps to a JSON schema, and streams word by word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from . import media, pattern, schema, tokens, tools
from .exchange import Answer, Events, Object, Request, dump, is_list, is_object, refuse, reply

NAME = "This is the infermux sandbox, not a model."
# Answers are the same for the same request, the time of making included.
CREATED = 1_735_689_600
_FRAGMENT = 8
# Seen on the wire: who tells the usage of a stream unasked, and on which of its chunks.
_USAGE_CHUNKS = {"together": "last", "fireworks-ai": "last", "cohere": "last", "hyperbolic": "all", "novita": "all"}


@dataclass(frozen=True)
class _Turn:
    """One assistant turn: a text or a tool call, and why it ended."""

    text: str
    call: tools.Call | None
    finish: str

    def message(self) -> Object:
        if self.call:
            return {"role": "assistant", "content": None, "tool_calls": [self.call.wire()]}
        return {"role": "assistant", "content": self.text, "refusal": None}

    def size(self) -> int:
        return tokens.count(self.call.name + " " + self.call.arguments if self.call else self.text)

    def deltas(self) -> Iterator[Object]:
        if self.call is None:
            yield {"role": "assistant", "content": ""}
            yield from ({"content": token} for token in tokens.split(self.text))
            return
        yield {"role": "assistant", "content": None}
        head = self.call.wire()
        head["function"] = {"name": self.call.name, "arguments": ""}
        yield {"tool_calls": [{"index": 0, **head}]}
        for start in range(0, len(self.call.arguments), _FRAGMENT):
            piece = self.call.arguments[start : start + _FRAGMENT]
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def complete(request: Request) -> Answer:
    """Answer a chat completion, streamed or not."""
    body = request.object()
    messages = _messages(body)
    turn = _turn(body, messages)
    copies = range(_whole(body, "n") or 1)
    sent = sum(tokens.count(media.spoken(message.get("content"))) for message in messages)
    made = turn.size() * len(copies)
    usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
    head: Object = {
        "id": f"chatcmpl-{crc32(request.body):08x}",
        "object": "chat.completion",
        "created": CREATED,
        "model": body.get("model") or "sandbox",
        "system_fingerprint": "sandbox",
    }
    wants_logprobs = bool(body.get("logprobs")) and turn.call is None
    if not body.get("stream"):
        noted = _logprobs(tokens.split(turn.text), body) if wants_logprobs else None
        choice = {"message": turn.message(), "logprobs": noted, "finish_reason": turn.finish}
        return reply({**head, "choices": [{"index": i, **choice} for i in copies], "usage": usage})
    options = body.get("stream_options")
    with_usage = is_object(options) and bool(options.get("include_usage"))
    head |= {"object": "chat.completion.chunk"} | ({"usage": None} if with_usage else {})
    chunks: list[Object] = []
    for delta in turn.deltas():
        noted = _logprobs([delta["content"]], body) if wants_logprobs and delta.get("content") else None
        chunks += [{"index": i, "delta": delta, "logprobs": noted, "finish_reason": None} for i in copies]
    chunks += [{"index": i, "delta": {}, "logprobs": None, "finish_reason": turn.finish} for i in copies]
    told = _USAGE_CHUNKS.get(request.params["provider"])
    parts: list[Object] = [{**head, "choices": [chunk]} for chunk in chunks]
    for part in parts[{"all": 0, "last": -1}.get(told or "", len(parts)) :]:
        part["usage"] = usage
    if with_usage and not told:
        parts.append({**head, "choices": [], "usage": usage})
    return Events([*map(dump, parts), "[DONE]"])


def write(request: Request) -> Answer:
    """Answer a text completion, streamed or not."""
    body = request.object()
    prompts = body.get("prompt")
    prompts = prompts if is_list(prompts) and all(isinstance(one, str) for one in prompts) else [prompts]
    if prompts == [None]:
        raise _missing("prompt")
    limit = _limit(body)
    head: Object = {
        "id": f"cmpl-{crc32(request.body):08x}",
        "object": "text_completion",
        "created": CREATED,
        "model": body.get("model") or "sandbox",
        "system_fingerprint": "sandbox",
    }
    choices: list[Object] = []
    sent = made = 0
    for prompt in prompts:
        text, reason = tokens.cut(continuation(str(prompt)), 16 if limit is None else limit, _stops(body))
        sent, made = sent + tokens.count(str(prompt)), made + tokens.count(text)
        finish = "length" if reason == "length" else "stop"
        shown = f"{prompt}{text}" if body.get("echo") else text
        choices.append({"text": shown, "index": len(choices), "logprobs": None, "finish_reason": finish})
    if not body.get("stream"):
        usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
        return reply({**head, "choices": choices, "usage": usage})
    payloads: list[str] = []
    for choice in choices:
        pieces = [{**choice, "text": token, "finish_reason": None} for token in tokens.split(choice["text"])]
        payloads += [dump({**head, "choices": [piece]}) for piece in [*pieces, {**choice, "text": ""}]]
    return Events([*payloads, "[DONE]"])


def continuation(prompt: str) -> str:
    """Continue a prompt: with the truth."""
    return f" {NAME} The prompt was: {prompt}"


def _messages(body: Object) -> list[Object]:
    messages = body.get("messages")
    if messages is None:
        raise _missing("messages")
    if not is_list(messages) or not messages:
        raise refuse(400, "Invalid 'messages': expected an array with at least one message.", param="messages")
    for place, message in enumerate(messages):
        if not is_object(message) or not isinstance(message.get("role"), str):
            raise _missing(f"messages[{place}].role")
    return messages


def _missing(param: str) -> Exception:
    return refuse(400, f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def _turn(body: Object, messages: list[Object]) -> _Turn:
    said = next((media.spoken(one.get("content")) for one in reversed(messages) if one["role"] == "user"), "")
    call = tools.called(body, said, is_users_turn=messages[-1]["role"] == "user")
    if call:
        return _Turn("", call, "tool_calls")
    text, reason = tokens.cut(_text(body, messages, said), _limit(body), _stops(body))
    return _Turn(text, None, "length" if reason == "length" else "stop")


def _text(body: Object, messages: list[Object], said: str) -> str:
    wanted = _format(body)
    if isinstance(wanted, str):
        return pattern.example(wanted)
    if wanted is not None:
        return dump(schema.fill(wanted, said))
    results = _results(messages)
    if results:
        return f"{NAME} {' '.join(results)}"
    shown = [media.described(one.get("content")) for one in messages if one["role"] == "user"]
    return " ".join(part for part in (NAME, f"You wrote: {said}" if said else "", shown[-1] if shown else "") if part)


def _results(messages: list[Object]) -> list[str]:
    """Quote what the tools answered since the last word of the user."""
    names: dict[str, str] = {}
    results: list[str] = []
    for message in messages:
        if message["role"] == "user":
            results.clear()
        for call in message.get("tool_calls") or ():
            names[str(call.get("id"))] = call["function"]["name"]
        if message["role"] == "tool":
            name = names.get(str(message.get("tool_call_id"))) or message.get("name") or "The tool"
            results.append(f"{name} answered: {media.spoken(message.get('content'))}")
    return results


def _format(body: Object) -> Any:
    """Find the schema asked for, in any of the dialects; a regular expression is returned as a text.

    OpenAI nests it under `json_schema`, Together flattens it to `schema`, TGI calls it `value`, vLLM `guided_json`.
    """
    if is_object(body.get("guided_json")):
        return body["guided_json"]
    wanted = body.get("response_format")
    if not is_object(wanted) or wanted.get("type") in (None, "text"):
        return None
    if wanted["type"] == "regex":
        return str(wanted.get("value"))
    for key in ("json_schema", "schema", "value"):
        if is_object(found := wanted.get(key)):
            return found["schema"] if is_object(found.get("schema")) else found
    return {"type": "object", "properties": {"answer": {"type": "string"}}}


def _limit(body: Object) -> int | None:
    return _whole(body, "max_completion_tokens") or _whole(body, "max_tokens")


def _whole(body: Object, name: str) -> int | None:
    number = body.get(name)
    if number is None:
        return None
    if not isinstance(number, int) or number < 1:
        raise refuse(400, f"Invalid {name!r}: expected a whole number of at least 1.", param=name)
    return number


def _stops(body: Object) -> list[str]:
    stop = body.get("stop")
    if is_list(stop):
        return stop
    return [str(stop)] if stop else []


def _logprobs(words: list[str], body: Object) -> Object:
    """Note how likely each word was: certain, as nothing is drawn by lot, and without a rival."""
    certain = [{"token": word, "logprob": 0.0, "bytes": list(word.encode())} for word in words]
    content = [{**word, "top_logprobs": [word] if body.get("top_logprobs") else []} for word in certain]
    return {"content": content, "refusal": None}
