"""What goes wrong out there, on demand and by name.

A fault is a coroutine: it spoils the sending of one answer and returns what it sent, or returns None and the answer is
sent as it should be. `NAME:argument` changes its one number, mostly a time in seconds, or its one word.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from .exchange import Answer, Events, Object, Reply, dump, is_object, refuse, reply
from .jobs import TROUBLES
from .sending import opened, pieces, send


@dataclass(frozen=True)
class Scene:
    """What a fault has to do with: the open request, the right answer, and the attempts before this one."""

    request: web.Request
    sent: object
    answer: Answer
    attempt: int
    since: float
    argument: str

    def number(self, usual: float) -> float:
        """Return the argument as a number, or the usual one."""
        return float(self.argument) if self.argument else usual

    def hang_up(self, *, reset: bool = False) -> web.Response:
        """Close the connection, politely or with a reset; what is returned reaches nobody."""
        transport = self.request.transport
        if transport is not None and reset:
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            transport.abort()
        elif transport is not None:
            transport.close()
        return web.Response()


Fault: TypeAlias = Callable[[Scene], Awaitable["web.StreamResponse | None"]]
_FAULTS: dict[str, tuple[str, Fault]] = {}
# What an argument looks like, for those that take one.
_ARGUMENTS = {
    **dict.fromkeys(("S01", "S06", "S07", "S09", "S15", "F01", "F12", "loading"), r"\d+\.?\d*|\.\d+"),
    **dict.fromkeys(("S08", "S08b", "F05", "F05b"), r"\d+"),
    "S10": r"[1-9]\d*",
    "F08": r"https?://.+",
    "F10": "|".join(TROUBLES),
}


def _named(name: str, description: str) -> Callable[[Fault], Fault]:
    def add(fault: Fault) -> Fault:
        _FAULTS[name] = description, fault
        return fault

    return add


def find(told: str) -> tuple[Fault, str]:
    """Find a fault and its argument; an unknown name is an error that lists all, an unfit argument is one too."""
    name, _, argument = told.partition(":")
    if name not in _FAULTS:
        raise ValueError(f"unknown fault {name!r}; there are {', '.join(_FAULTS)}")
    description, fault = _FAULTS[name]
    usable = _ARGUMENTS.get(name)
    if argument and not (usable and re.fullmatch(usable, argument, re.ASCII)):
        trouble = f"cannot use the argument {argument!r}" if usable else f"takes no argument, so not {argument!r}"
        raise ValueError(f"the fault {name!r} {trouble}. What it does: {description}")
    return fault, argument


def _error(status: int, message: str, *, kind: str = "server_error", code: str | None = None) -> Reply:
    answer = refuse(status, message, kind=kind, code=code).answer
    assert isinstance(answer, Reply)
    return answer


def _cut(answer: Answer, usual: int) -> list[bytes]:
    """Return the first pieces of an answer: as many as told, but never more than two thirds."""
    whole = pieces(answer)
    return whole[: max(min(usual + 1, len(whole) * 2 // 3), 1)]


def _page(status: int, title: str) -> Reply:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(page.encode(), status, "text/html")


@_named("S01", "The first attempt gets 429 with Retry-After: 2 (argument: those seconds), the next are healthy.")
async def _limited_once(scene: Scene) -> web.StreamResponse | None:
    if scene.attempt:
        return None
    answer = _error(429, "Rate limit reached.", kind="rate_limit_error", code="rate_limit_exceeded")
    wait = f"{scene.number(2):g}"
    return await send(scene.request, Reply(answer.body, 429, headers={"retry-after": wait}))


@_named("S02", "Every attempt gets 429, without Retry-After.")
async def _limited(scene: Scene) -> web.StreamResponse:
    answer = _error(429, "Rate limit reached.", kind="rate_limit_error", code="rate_limit_exceeded")
    return await send(scene.request, answer)


@_named("S03", "The first attempt gets 500, the next are healthy.")
async def _broken_once(scene: Scene) -> web.StreamResponse | None:
    return None if scene.attempt else await send(scene.request, _error(500, "The server had an error."))


@_named("S04", "Every attempt gets 503.")
async def _unavailable(scene: Scene) -> web.StreamResponse:
    return await send(scene.request, _error(503, "The server is overloaded.", kind="service_unavailable"))


@_named("S05", "The first connection is reset before any byte of the answer, the next are healthy.")
async def _reset_once(scene: Scene) -> web.StreamResponse | None:
    return None if scene.attempt else scene.hang_up(reset=True)


@_named("S06", "The request is accepted and not answered for 120 seconds (argument: seconds), then hung up on.")
async def _mute(scene: Scene) -> web.StreamResponse:
    await asyncio.sleep(scene.number(120))
    return scene.hang_up()


@_named("S07", "The headers come at once, the first token after 20 seconds (argument: seconds).")
async def _slow_start(scene: Scene) -> web.StreamResponse:
    response = await opened(scene.request, scene.answer)
    await asyncio.sleep(scene.number(20))
    for piece in pieces(scene.answer):
        await response.write(piece)
    return response


@_named("S08", "The answer breaks off after 40 tokens (argument: how many; at most two thirds of it).")
async def _broken_off(scene: Scene) -> web.StreamResponse:
    response = await opened(scene.request, scene.answer, _cut(scene.answer, int(scene.number(40))))
    scene.hang_up()
    return response


@_named("S08b", "As S08, but the body ends as if it were whole; only the end mark is missing.")
async def _ended_early(scene: Scene) -> web.StreamResponse:
    return await opened(scene.request, scene.answer, _cut(scene.answer, int(scene.number(40))))


@_named("S09", "After 20 tokens silence for 30 seconds (argument: seconds), then the connection is closed.")
async def _silence(scene: Scene) -> web.StreamResponse:
    response = await opened(scene.request, scene.answer, _cut(scene.answer, 20))
    await asyncio.sleep(scene.number(30))
    scene.hang_up()
    return response


@_named("S10", "The tenth event is not JSON (argument: which one); without it the stream is whole.")
async def _garbled(scene: Scene) -> web.StreamResponse | None:
    if not isinstance(scene.answer, Events):
        return None
    place = min(int(scene.number(10)), len(scene.answer.payloads)) - 1
    payloads = scene.answer.payloads
    spoilt = [*payloads[:place], '{"choices": [{"delta": {"content": "gar', *payloads[place:]]
    return await send(scene.request, Events(spoilt, scene.answer.is_openai))


@_named("S11", "A whole stream, without [DONE] at its end.")
async def _no_done(scene: Scene) -> web.StreamResponse | None:
    if not isinstance(scene.answer, Events):
        return None
    kept = [payload for payload in scene.answer.payloads if payload != "[DONE]"]
    return await send(scene.request, Events(kept, scene.answer.is_openai))


@_named("S12", "Every attempt gets 400: the context is too long.")
async def _too_long(scene: Scene) -> web.StreamResponse:
    message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
    answer = _error(400, message, kind="invalid_request_error", code="context_length_exceeded")
    return await send(scene.request, answer)


@_named("S13", "Every attempt gets 400: rejected by the content policy.")
async def _not_allowed(scene: Scene) -> web.StreamResponse:
    message = "Your request was rejected as a result of our content policy."
    answer = _error(400, message, kind="invalid_request_error", code="content_policy_violation")
    return await send(scene.request, answer)


@_named("S14", "A conversation that ends with the assistant's words gets 400, others are healthy.")
async def _no_prefill(scene: Scene) -> web.StreamResponse | None:
    messages = scene.sent.get("messages") if is_object(scene.sent) else None
    if not messages or messages[-1].get("role") != "assistant":
        return None
    message = "This model does not support assistant message prefill. The conversation must end with a user message."
    return await send(scene.request, _error(400, message, kind="invalid_request_error"))


@_named("S15", "503 for 60 seconds from the first attempt on (argument: seconds), then healthy.")
async def _outage(scene: Scene) -> web.StreamResponse | None:
    return None if time.monotonic() - scene.since >= scene.number(60) else await _unavailable(scene)


@_named("F01", "The answer drips: a token every 0.2 seconds (argument: seconds).")
async def _drip(scene: Scene) -> web.StreamResponse:
    response = await opened(scene.request, scene.answer)
    for piece in pieces(scene.answer):
        await response.write(piece)
        await asyncio.sleep(scene.number(0.2))
    return response


@_named(
    "F04",
    "Events with CR LF, comments, ids, split data, U+2028 and U+0085 in a text, sent one to three bytes at a time.",
)
async def _odd_events(scene: Scene) -> web.StreamResponse | None:
    if not isinstance(scene.answer, Events):
        return None
    wire = "\ufeff" + "".join(_oddly(payload, place) for place, payload in enumerate(scene.answer.payloads))
    body = wire.encode()
    response = await opened(scene.request, scene.answer)
    steps = itertools.cycle((1, 2, 3))
    at = 0
    while at < len(body):
        step = next(steps)
        await response.write(body[at : at + step])
        at += step
    return response


def _oddly(payload: str, place: int) -> str:
    """Write one event in one of the ways the standard allows; the values in it stay the same."""
    if payload.startswith("{"):
        payload = '{"odd":"\u2028 \u2029 \u0085 \x0b",'.replace("\x0b", "\\u000b") + payload[1:]
    head, brace, rest = payload.partition("{")
    return (
        f"data:{payload}\r\n\r\n",
        f": keep-alive\r\n\r\nevent: message\r\nid: {place}\r\ndata: {payload}\r\n\r\n",
        f"retry: 1000\ndata: {head}{brace}\ndata:  {rest}\n\n" if brace else f"data: {payload}\n\n",
        f":\n\ndata\ndata: {payload}\n\n",
        f"data: {payload}\r\r",
    )[place % 5]


@_named("F05", "After 3 tokens (argument: how many) the stream, its status 200 sent, carries an error object and ends.")
async def _error_inside(scene: Scene) -> web.StreamResponse:
    return await _fail_inside(scene, "")


@_named("F05b", "As F05, and the event is named: `event: error`.")
async def _error_event(scene: Scene) -> web.StreamResponse:
    return await _fail_inside(scene, "event: error\n")


async def _fail_inside(scene: Scene, prefix: str) -> web.StreamResponse:
    reason = "The sandbox was told to fail here."
    error: Object = {"error": {"message": reason, "type": "server_error", "param": None, "code": None}}
    if not isinstance(scene.answer, Events):
        return await send(scene.request, reply(error))
    if not scene.answer.is_openai:
        error = {"error": reason, "error_type": "generation"}
    failed = prefix.encode() + scene.answer.wire(dump(error))
    return await opened(scene.request, scene.answer, [*_cut(scene.answer, int(scene.number(3))), failed])


@_named("F06", "A chat stream with odd chunks: no choices, a null delta, unknown and missing fields.")
async def _odd_chunks(scene: Scene) -> web.StreamResponse | None:
    if not isinstance(scene.answer, Events) or not scene.answer.is_openai:
        return None
    odd: list[Object] = [
        {"id": "odd", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": [{"delta": {"content": "", "mood": "odd"}, "finish_reason": None}], "unknown": {"nested": [1]}},
        {"object": "chat.completion.chunk"},
    ]
    first, *rest = scene.answer.payloads
    return await send(scene.request, Events([first, *map(dump, odd), *rest]))


@_named("F07a", "An HTML page with status 502.")
async def _bad_gateway(scene: Scene) -> web.StreamResponse:
    return await send(scene.request, _page(502, "502 Bad Gateway"))


@_named("F07b", "An empty body with status 200.")
async def _empty(scene: Scene) -> web.StreamResponse:
    return await send(scene.request, Reply(b""))


@_named("F07c", "JSON cut in half with status 200.")
async def _half(scene: Scene) -> web.StreamResponse:
    body = scene.answer.body if isinstance(scene.answer, Reply) else scene.answer.payloads[0].encode()
    return await send(scene.request, Reply(body[: len(body) // 2]))


@_named("F07d", "A web page with status 200 where an answer should be.")
async def _wrong_type(scene: Scene) -> web.StreamResponse:
    return await send(scene.request, _page(200, "Sign in"))


@_named("F07e", "Status 204, no body.")
async def _no_content(scene: Scene) -> web.StreamResponse:
    return web.Response(status=204)


@_named("F08", "A redirect (307) to another host: the sandbox under the name localhost (argument: another address).")
async def _redirect(scene: Scene) -> web.StreamResponse | None:
    host = scene.request.host
    if host.startswith("localhost"):
        return None
    there = scene.argument or f"http://localhost:{host.rpartition(':')[2]}"
    return web.Response(status=307, headers={"location": f"{there}{scene.request.raw_path}"})


@_named(
    "F10",
    "A job fails (argument: failed), is cancelled (cancelled), never ends (never), or has an unknown status while it "
    "runs (unknown); or its result is a web page (page) or lies at a private address (private).",
)
async def _job(scene: Scene) -> web.StreamResponse | None:
    """Send what was answered: the trouble is the job's own and shows when it is asked for."""
    return None


@_named("F11a", "The body is shorter than its announced length.")
async def _short(scene: Scene) -> web.StreamResponse:
    return await _raw(scene, shown=2)


@_named("F11b", "The body is longer than its announced length.")
async def _long(scene: Scene) -> web.StreamResponse:
    return await _raw(scene, shown=0.5)


async def _raw(scene: Scene, shown: float) -> web.StreamResponse:
    """Send the whole body under a false length, then hang up."""
    answer, body = scene.answer, b"".join(pieces(scene.answer))
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {answer.media}\r\ncontent-length: {int(len(body) * shown)}\r\n\r\n"
    transport = scene.request.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(head.encode() + body)
    return scene.hang_up()


@_named("F12", "Two attempts get 503: the model is loading, for 1 second (argument: seconds); the next are healthy.")
async def _loading_twice(scene: Scene) -> web.StreamResponse | None:
    return await _loading_for(scene, 1) if scene.attempt < 2 else None


@_named("F13", "A healthy answer, after which the kept connection is closed without a word.")
async def _closed_after(scene: Scene) -> web.StreamResponse:
    response = await send(scene.request, scene.answer)
    await response.prepare(scene.request)
    await response.write_eof()
    scene.hang_up()
    return response


@_named("loading", "Every attempt gets 503: the model is loading, for 20 seconds (argument: seconds).")
async def _loading(scene: Scene) -> web.StreamResponse:
    return await _loading_for(scene, 20)


async def _loading_for(scene: Scene, usual_s: float) -> web.StreamResponse:
    model = scene.sent.get("model") if is_object(scene.sent) else None
    name = model or scene.request.path.partition("/models/")[2] or "sandbox"
    message = f"Model {name} is currently loading"
    return await send(scene.request, reply({"error": message, "estimated_time": scene.number(usual_s)}, 503))


@_named("504", "Every attempt gets 504 with an HTML page.")
async def _gateway_timeout(scene: Scene) -> web.StreamResponse:
    return await send(scene.request, _page(504, "504 Gateway Time-out"))


FAULTS: Mapping[str, str] = {name: description for name, (description, _) in _FAULTS.items()}
