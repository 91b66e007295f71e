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
_USUAL_LIMIT = 16
_FRAGMENT = 8
_MOST_COPIES = 128
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
    copies = range(_whole(body, "n", _MOST_COPIES) or 1)
    sent = sum(tokens.count(media.spoken(message.get("content"))) for message in messages)
    usage = _usage(sent, turn.size() * len(copies))
    if body.get("stream"):
        head = _head(request, "chatcmpl", "chat.completion.chunk")
        return _streamed(head, _chunks(turn, body, copies), usage, request)
    choice = {"message": turn.message(), "logprobs": _logprobs(turn.text, body), "finish_reason": turn.finish}
    choices = [{"index": i, **choice} for i in copies]
    return reply({**_head(request, "chatcmpl", "chat.completion"), "choices": choices, "usage": usage})


def write(request: Request) -> Answer:
    """Answer a text completion, streamed or not."""
    body = request.object()
    prompts = body.get("prompt")
    if prompts is None:
        raise _missing("prompt")
    prompts = prompts if is_list(prompts) and all(isinstance(one, str) for one in prompts) else [str(prompts)]
    limit = _limit(body) or _USUAL_LIMIT
    choices: list[Object] = []
    made = 0
    for index, prompt in enumerate(prompts):
        text, reason = tokens.cut(continuation(prompt), limit, _stops(body))
        made += tokens.count(text)
        finish = "length" if reason == "length" else "stop"
        shown = f"{prompt}{text}" if body.get("echo") else text
        choices.append({"text": shown, "index": index, "logprobs": None, "finish_reason": finish})
    usage = _usage(sum(map(tokens.count, prompts)), made)
    head = _head(request, "cmpl", "text_completion")
    if not body.get("stream"):
        return reply({**head, "choices": choices, "usage": usage})
    chunks: list[Object] = []
    for choice in choices:
        chunks += [{**choice, "text": token, "finish_reason": None} for token in tokens.split(choice["text"])]
        chunks.append({**choice, "text": ""})
    return _streamed(head, chunks, usage, request)


def _head(request: Request, mark: str, kind: str) -> Object:
    return {
        "id": f"{mark}-{crc32(request.body):08x}",
        "object": kind,
        "created": CREATED,
        "model": request.object().get("model") or "sandbox",
        "system_fingerprint": "sandbox",
    }


def _usage(sent: int, made: int) -> Object:
    return {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}


def _chunks(turn: _Turn, body: Object, copies: range) -> list[Object]:
    """List the choices of a stream, delta by delta, for each copy of the answer."""
    steps = [(delta, _logprobs(delta.get("content") or "", body), None) for delta in turn.deltas()]
    return [
        {"index": i, "delta": delta, "logprobs": noted, "finish_reason": finish}
        for delta, noted, finish in [*steps, ({}, None, turn.finish)]
        for i in copies
    ]


def _streamed(head: Object, chunks: list[Object], usage: Object, request: Request) -> Events:
    """Wrap the choices of a stream as chunks, with the usage where it was asked for or where the provider puts it."""
    options = request.object().get("stream_options")
    is_wanted = is_object(options) and bool(options.get("include_usage"))
    head |= {"usage": None} if is_wanted else {}
    parts: list[Object] = [{**head, "choices": [chunk]} for chunk in chunks]
    told = _USAGE_CHUNKS.get(request.params["provider"])
    for part in parts if told == "all" else parts[-1:] if told == "last" else ():
        part["usage"] = usage
    if is_wanted and not told:
        parts.append({**head, "choices": [], "usage": usage})
    return Events([*map(dump, parts), "[DONE]"])


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


def _whole(body: Object, name: str, most: int | None = None) -> int | None:
    number = body.get(name)
    if number is None:
        return None
    if not isinstance(number, int) or number < 1 or (most is not None and number > most):
        wanted = "of at least 1" if most is None else f"from 1 to {most}"
        raise refuse(400, f"Invalid {name!r}: expected a whole number {wanted}.", param=name)
    return number


def _stops(body: Object) -> list[str]:
    stop = body.get("stop")
    if is_list(stop):
        return stop
    return [str(stop)] if stop else []


def _logprobs(text: str, body: Object) -> Object | None:
    """Note how likely each word was: certain, as nothing is drawn by lot, and without a rival."""
    if not body.get("logprobs") or not text:
        return None
    words = [{"token": word, "logprob": 0.0, "bytes": list(word.encode())} for word in tokens.split(text)]
    return {
        "content": [{**word, "top_logprobs": [word] if body.get("top_logprobs") else []} for word in words],
        "refusal": None,
    }
