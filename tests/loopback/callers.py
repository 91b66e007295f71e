"""Every transport behind the same blocking words, so that one test asks all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import httpx
import httpx2

from infermux.flow import Limits, Request, Response
from infermux.transport.aio import AiohttpTransport
from infermux.transport.base import AsyncBody, AsyncTransport, Body, Transport
from infermux.transport.http import HTTPTransport
from infermux.transport.httpx import AsyncHttpxTransport, HttpxTransport


def soon(seconds: float = 5.0) -> Limits:
    """Limits that only a hanging test reaches."""
    return Limits(seconds, time.monotonic() + seconds)


class Blocking:
    """A blocking transport."""

    def __init__(self, transport: Transport, done: Callable[[], object] = lambda: None) -> None:
        self.transport = transport
        self._done = done

    def send(self, request: Request, limits: Limits | None = None, max_bytes: int | None = None) -> Response:
        return self.transport.send(request, limits or soon(), max_bytes)

    def open(self, request: Request, limits: Limits | None = None) -> Body:
        return self.transport.open(request, limits or soon())

    def settle(self) -> None:
        """Let what was begun come to its end."""

    def close(self) -> None:
        self.transport.close()
        self._done()


class Looping:
    """A transport for event loops, with a loop that runs while it is asked."""

    def __init__(
        self, make: Callable[[], AsyncTransport], done: Callable[[], Coroutine[Any, Any, object]] | None = None
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self.transport = make()
        self._done = done

    def send(self, request: Request, limits: Limits | None = None, max_bytes: int | None = None) -> Response:
        return self.run(self.transport.send(request, limits or soon(), max_bytes))

    def open(self, request: Request, limits: Limits | None = None) -> Body:
        return _Waiting(self, self.run(self.transport.open(request, limits or soon())))

    def settle(self) -> None:
        self.run(asyncio.sleep(0.05))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.transport.close())
        if self._done is not None:
            self.run(self._done())
        self.run(self.loop.shutdown_asyncgens())
        self.run(self.loop.shutdown_default_executor())
        left = asyncio.all_tasks(self.loop)
        self.loop.close()
        assert not left


class _Waiting:
    def __init__(self, caller: Looping, body: AsyncBody) -> None:
        self.status = body.status
        self.headers: Mapping[str, str] = body.headers
        self._caller = caller
        self._body = body

    def read(self, deadline: float | None = None) -> bytes:
        piece: bytes = self._caller.run(self._body.read(deadline))
        return piece

    def close(self) -> None:
        self._body.close()
        self._caller.settle()


Caller = Blocking | Looping


def _wrapped(package: Any) -> Blocking:
    client = package.Client(verify=False)
    return Blocking(HttpxTransport(client), client.close)


def _wrapped_async(package: Any) -> Looping:
    client = package.AsyncClient(verify=False)
    return Looping(lambda: AsyncHttpxTransport(client), client.aclose)


OWN: dict[str, Callable[..., Caller]] = {
    "sync": lambda **options: Blocking(HTTPTransport(**options)),
    "async": lambda **options: Looping(lambda: AiohttpTransport(**options)),
}
EVERY: dict[str, Callable[[], Caller]] = {
    **OWN,
    "httpx": lambda: _wrapped(httpx),
    "httpx-async": lambda: _wrapped_async(httpx),
    "httpx2": lambda: _wrapped(httpx2),
    "httpx2-async": lambda: _wrapped_async(httpx2),
}
