"""The server that the clients are measured against: answers made beforehand, and as little parsing as HTTP allows.

The first part of the path chooses the answer: `/large` a whole answer of 100 KB, `/slow/<ms>/<n>` n chunks with so many
milliseconds between them, `/endless` a stream that says a few words and stays open; any other path a short answer, or
1,000 chunks sent at once where the request asks for a stream. `/api/models` maps every model to fal, and `/fal-ai` is
fal's queue, whose jobs take two seconds. It prints its port, and ends when its input is closed.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from contextlib import suppress
from typing import Any

_CHUNKS = 1_000
_LARGE = 100_000
_CHUNKS_A_WRITE = 10


_JOB_S = 2.0


def _whole(value: Any) -> bytes:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _answer(text: str) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 14, "completion_tokens": 7, "total_tokens": 21}
    return _whole({**_envelope("chat.completion"), "choices": [choice], "usage": usage})


def _event(number: int) -> bytes:
    delta = {"role": "assistant", "content": f" word{number}"}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
    return b"data: " + json.dumps({**_envelope("chat.completion.chunk"), "choices": [choice]}).encode() + b"\n\n"


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": "chat-1", "object": kind, "created": 1_700_000_000, "model": "m", "system_fingerprint": "fp-1"}


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_ENTRY = {"status": "live", "providerId": "fal-ai/film", "task": "text-to-video"}
_MAPPED = _whole({"id": "org/m", "inferenceProviderMapping": {"fal-ai": _ENTRY}})
_FILM = b"HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: 16\r\n\r\n\0\0\0\x10ftypmp42\0\0\0\0"
_QUEUE = "/fal-ai/film/requests"

_SHORT, _LONG = _answer("Paris is the capital of France."), _answer("word " * (_LARGE // 5))
_EVENTS = [_event(number) for number in range(_CHUNKS)]
_DONE = b"data: [DONE]\n\n"
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"
_GROUPS = [b"".join(_EVENTS[at : at + _CHUNKS_A_WRITE]) for at in range(0, _CHUNKS, _CHUNKS_A_WRITE)]
_AT_ONCE = _HEAD + b"".join(map(_framed, [*_GROUPS, _DONE])) + _END


class _Connection(asyncio.Protocol):
    """One client's connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._slow: asyncio.Task[None] | None = None

    def connection_lost(self, _: Exception | None) -> None:
        if self._slow is not None:
            self._slow.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            _, _, length = head.partition(b"\r\ncontent-length:")
            whole = end + 4 + int(length.split(b"\r\n", 1)[0] or 0)
            if len(self._received) < whole:
                return
            body, self._received = self._received[end + 4 : whole], self._received[whole:]
            self._reply(head.split(b" ", 2)[1].split(b"/"), b'"stream":true' in body.replace(b": ", b":"))

    def _reply(self, path: list[bytes], is_stream: bool) -> None:
        if path[1] in (b"api", b"film"):
            self._transport.write(_MAPPED if path[1] == b"api" else _FILM)
        elif path[1] == b"fal-ai":
            self._transport.write(self._job(path))
        elif path[1] == b"slow":
            self._slow = asyncio.ensure_future(self._drip(int(path[2]) / 1000, int(path[3])))
        elif path[1] == b"endless":
            self._transport.write(_HEAD + _framed(_GROUPS[0]))
        elif is_stream:
            self._transport.write(_AT_ONCE)
        else:
            self._transport.write(_LONG if path[1] == b"large" else _SHORT)

    def _job(self, path: list[bytes]) -> bytes:
        now = time.monotonic()
        if b"requests" not in path:
            place = f"https://queue.fal.run{_QUEUE}/{now}"
            return _whole({"request_id": str(now), "status": "IN_QUEUE", "response_url": place})
        if path[-1].startswith(b"status"):
            is_done = now - float(path[-2]) >= _JOB_S
            return _whole({"status": "COMPLETED" if is_done else "IN_PROGRESS"})
        host, port = self._transport.get_extra_info("sockname")[:2]
        return _whole({"video": {"url": f"http://{host}:{port}/film"}})

    async def _drip(self, gap_s: float, count: int) -> None:
        self._transport.write(_HEAD)
        for event in [*_EVENTS[:count], _DONE]:
            self._transport.write(_framed(event))
            await asyncio.sleep(gap_s)
        self._transport.write(_END)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems refuse their own limit
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
