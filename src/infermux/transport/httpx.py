"""Transports over a client of httpx, or of httpx2, that the caller has made: its proxies, mocks and hooks stay at work.

Neither package is imported: the classes of errors are found beside the class of the client. Who made it closes it.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol

from typing_extensions import override

from ..flow import Cut, Dropped, Expired, Failure, Limits, Request, Unreachable
from ._address import check_public, locate
from ._framing import check_head
from ._within import Within
from .base import AsyncBody, Body
from .whole import AsyncWhole, Whole


class Client(Protocol):
    """What is asked of a blocking client."""

    def build_request(self, method: str, url: str, *, content: Any, headers: Any, timeout: Any) -> Any:
        """Make a request of the client's own."""
        ...

    def send(self, request: Any, *, stream: bool, follow_redirects: bool) -> Any:
        """Send it."""
        ...


class AsyncClient(Protocol):
    """What is asked of a client for event loops."""

    def build_request(self, method: str, url: str, *, content: Any, headers: Any, timeout: Any) -> Any:
        """Make a request of the client's own."""
        ...

    def send(self, request: Any, *, stream: bool, follow_redirects: bool) -> Awaitable[Any]:
        """Send it."""
        ...


class _Errors:
    """Says what the exceptions of one package mean."""

    def __init__(self, client: object) -> None:
        packages = [sys.modules[kind.__module__.partition(".")[0]] for kind in type(client).__mro__]
        package: Any = next((package for package in packages if hasattr(package, "TransportError")), None)
        if package is None:
            raise TypeError(f"this is not a client of httpx or httpx2: {client!r}")
        self.all = (package.HTTPError, package.InvalidURL)
        self._slow_connect = (package.ConnectTimeout, package.PoolTimeout)
        self._slow = package.TimeoutException
        self._unreachable = (
            package.ConnectError,
            package.ProxyError,
            package.UnsupportedProtocol,
            package.LocalProtocolError,
            package.InvalidURL,
        )
        self._undecodable = package.DecodingError

    def before_answer(self, error: Exception, limits: Limits) -> Failure:
        if isinstance(error, self._slow_connect) and limits.connect_s is not None:
            is_due = limits.deadline is not None and limits.deadline <= time.monotonic()
            return Expired("read" if is_due else "connect")
        if isinstance(error, self._slow):
            return Expired("read")
        if isinstance(error, self._unreachable):
            return Unreachable(f"no connection was made: {error}")
        return Dropped(f"the connection was lost: {error}")

    def within_answer(self, error: Exception) -> Failure:
        if isinstance(error, self._slow):
            return Expired("read")
        if isinstance(error, self._undecodable):
            return Cut(f"the answer cannot be decompressed: {error}")
        return Cut(f"the connection was lost in the middle of the answer: {error}")


class _Body:
    def __init__(self, answer: Any, errors: _Errors) -> None:
        self.status: int = answer.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        self._answer = answer
        self._errors = errors
        self._pieces: Iterator[bytes] = answer.iter_bytes()

    def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end."""
        try:
            # The client heeds what it finds here when the first piece is read.
            self._answer.request.extensions["timeout"]["read"] = _left(deadline)
            piece = next(self._pieces, b"")
            _left(deadline)
        except self._errors.all as error:
            self.close()
            raise self._errors.within_answer(error) from error
        except BaseException:
            self.close()
            raise
        if not piece and not self._answer.is_stream_consumed:
            raise Cut("the answer was closed before its end")
        return piece

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        self._answer.close()

    def __del__(self) -> None:
        self.close()


class HttpxTransport(Whole):
    """The transport over a blocking client.

    Such a client counts each wait anew, so a deadline is noticed between two pieces of an answer and not within one.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._errors = _Errors(client)

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        """Send a request and read the head of the answer."""
        _check(request)
        left = _left(limits.deadline)
        connect_s = min((limit for limit in (limits.connect_s, left) if limit is not None), default=None)
        try:
            answer = self._client.send(
                _build(self._client, request, (connect_s, left, left, connect_s)), stream=True, follow_redirects=False
            )
        except self._errors.all as error:
            raise self._errors.before_answer(error, limits) from error
        return _Body(answer, self._errors)

    def close(self) -> None:
        """Do nothing: the client belongs to the caller."""


class _AsyncBody:
    def __init__(self, answer: Any, errors: _Errors, closing: set[asyncio.Task[None]]) -> None:
        self.status: int = answer.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        self._answer = answer
        self._errors = errors
        self._closing = closing
        self._loop = asyncio.get_running_loop()
        self._pieces: AsyncIterator[bytes] = answer.aiter_bytes()

    async def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end."""
        try:
            with Within(deadline):
                piece = await anext(self._pieces, b"")
        except self._errors.all as error:
            self.close()
            raise self._errors.within_answer(error) from error
        except BaseException:
            self.close()
            raise
        if not piece and not self._answer.is_stream_consumed:
            raise Cut("the answer was closed before its end")
        return piece

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        if not self._answer.is_closed:
            _close_soon(self._loop, self._answer, self._closing)

    def __del__(self) -> None:
        if not self._answer.is_closed:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(_close_soon, self._loop, self._answer, self._closing)


class AsyncHttpxTransport(AsyncWhole):
    """The transport over a client for event loops; it runs on asyncio."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._errors = _Errors(client)
        self._closing: set[asyncio.Task[None]] = set()

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        """Send a request and read the head of the answer."""
        with Within(limits.deadline):
            await asyncio.to_thread(_check, request) if request.public_only else _check(request)
            try:
                answer = await self._client.send(
                    _build(self._client, request, (limits.connect_s, None, None, limits.connect_s)),
                    stream=True,
                    follow_redirects=False,
                )
            except self._errors.all as error:
                raise self._errors.before_answer(error, limits) from error
        return _AsyncBody(answer, self._errors, self._closing)

    async def close(self) -> None:
        """Wait until the answers that were left early are closed; the client belongs to the caller."""
        await asyncio.gather(*self._closing)


def _build(client: Client | AsyncClient, request: Request, timeout: tuple[float | None, ...]) -> Any:
    return client.build_request(
        request.method, request.url, content=request.body, headers=dict(request.headers), timeout=timeout
    )


def _check(request: Request) -> None:
    place = locate(request.url)
    check_head(request.method, request.headers)
    if request.public_only:
        with suppress(socket.gaierror):  # the client will say so, or a proxy knows the name
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            check_public(place.host, [str(address[0]) for *_, address in found])


def _close_soon(loop: asyncio.AbstractEventLoop, answer: Any, closing: set[asyncio.Task[None]]) -> None:
    task: asyncio.Task[None] = loop.create_task(answer.aclose())
    closing.add(task)
    task.add_done_callback(closing.discard)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise Expired("read")
    return left
