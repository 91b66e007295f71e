"""The transport for event loops, over aiohttp: its sessions belong to one loop each, and are closed with it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache, partial
from socket import AF_INET, SOCK_STREAM, AddressFamily, gaierror, socket
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary, ref

import aiohttp
from aiohttp.abc import ResolveResult
from typing_extensions import override
from yarl import URL

from ..flow import Cut, Dropped, Expired, Limits, Request, Unreachable
from . import _tls
from ._address import Place, check_public, locate, unreachable
from ._framing import Inflater, Stale, inflater, join_headers, prepare_headers
from ._keepalive import open_socket
from ._proxy import Proxies, Proxy
from ._whole import AsyncWhole
from ._within import Within, due
from .base import AsyncBody

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

_LARGE = 1 << 20
_LONGEST_HEADER = 1 << 16
_ANSWERS: WeakKeyDictionary[ResponseHandler, ref[aiohttp.ClientResponse] | None] = WeakKeyDictionary()


class _Taken:
    """The connection that an exchange was given. One that fails is cut off at once: aiohttp would keep it until the
    server has read what was written."""

    def __init__(self) -> None:
        self.is_reused = False
        self.transport: asyncio.Transport | None = None

    def __enter__(self) -> None:
        _TAKEN.set(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self.transport is not None:
            self.transport.abort()
        self.transport = None


_TAKEN: ContextVar[_Taken] = ContextVar("_TAKEN")


class _Use(NamedTuple):
    """What a session is for."""

    loop: asyncio.AbstractEventLoop
    public_only: bool
    keeps_alive: bool


class _Connector(aiohttp.TCPConnector):
    """Tells, by `_TAKEN`, which connection an exchange got, and whether that had carried another one before."""

    @override
    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        taken = _TAKEN.get()
        while True:
            connection = await super().connect(req, traces, timeout)
            taken.transport = connection.transport
            protocol = connection.protocol
            if protocol is None or protocol not in _ANSWERS:
                break
            if not protocol.should_close:
                taken.is_reused = True
                return connection
            # Something came that nobody had asked for: aiohttp would take it for the next answer.
            connection.close()
        if protocol is not None and protocol.closed is not None:
            _ANSWERS[protocol] = None
            protocol.closed.add_done_callback(partial(_stop_reading, ref(protocol)))
        return connection


def _stop_reading(weak: ref[ResponseHandler], closed: asyncio.Future[None]) -> None:
    """Wake who still reads from a closed connection: aiohttp lets them wait when it closed it for broken chunks."""
    closed.exception()
    protocol = weak()
    known = None if protocol is None else _ANSWERS.get(protocol)
    answer = None if known is None else known()
    content = None if answer is None else answer.content
    if content is not None and not content.is_eof() and content.exception() is None:
        content.set_exception(aiohttp.ClientPayloadError("the answer is not in proper chunks"))


class _PublicResolver(aiohttp.ThreadedResolver):
    """Finds public addresses only; aiohttp connects to what this returns, so nothing can change in between."""

    @override
    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        check_public(host, [address["host"] for address in found])
        return found


class _Body:
    """An answer on its way; aiohttp takes the connection back with the last byte."""

    def __init__(self, answer: aiohttp.ClientResponse, limits: Limits) -> None:
        self.status = answer.status
        self.headers: Mapping[str, str] = join_headers(answer.headers.items())
        self._answer = answer
        self._stopped = limits.stopped
        self._loop = asyncio.get_running_loop()
        self._inflater: Inflater | None = inflater(self.headers)
        self._is_done = False
        if answer.connection is not None and (protocol := answer.connection.protocol) is not None:
            # An answer holds its protocol: only a weak reference lets both go.
            _ANSWERS[protocol] = ref(answer)

    async def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end."""
        try:
            while piece := await self._receive(deadline):
                if self._inflater is not None:
                    piece = self._inflater.feed(piece)
                if piece:
                    return piece
            if self._inflater is not None:
                self._inflater.finish()
            self._is_done = True
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            self.close()
            raise Cut(f"the connection was lost in the middle of the answer: {error}") from error
        except BaseException:
            self.close()
            raise
        return b""

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        if not self._is_done:
            self._is_done = True
            _abort(self._answer)

    def __del__(self) -> None:
        # The collector may run in any thread, and the loop's callbacks hold the answer but not this object.
        if not self._is_done:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(_abort, self._answer)

    async def _receive(self, deadline: float | None) -> bytes:
        content = self._answer.content
        if content.at_eof():
            return b""
        if (failure := due(deadline, self._stopped)) is not None:
            raise failure
        # What arrived before the connection was lost is still worth having; the public methods raise at once.
        if piece := content._read_nowait(-1):  # pyright: ignore[reportPrivateUsage]
            return piece
        if self._is_done:
            raise Cut("the answer was closed before its end")
        with Within(deadline, self._stopped):
            return await content.readany()


class AiohttpTransport(AsyncWhole):
    """The default transport of `AsyncInferenceClient`; it takes the same arguments as `HTTPTransport`."""

    def __init__(self, proxies: Mapping[str, str] | str | None = None, trust_env: bool = False) -> None:
        self._proxies = Proxies(proxies, trust_env)
        self._sessions: dict[_Use, tuple[aiohttp.ClientSession, AsyncGenerator[None]]] = {}
        self._is_closed = False

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        """Send a request and read the head of the answer."""
        if self._is_closed:
            raise RuntimeError("this transport is closed")
        place = locate(request.url)
        proxy = self._proxies.find(place)
        with Within(limits.deadline, limits.stopped):
            if request.public_only:
                await _check_host(place, proxy)
            try:
                return await self._exchange(request, place, proxy, limits, keeps_alive=not request.once)
            except Stale:
                return await self._exchange(request, place, proxy, limits, keeps_alive=False)

    async def close(self) -> None:
        """Close every connection; those of another loop are closed by that loop."""
        self._is_closed = True
        sessions, self._sessions = self._sessions, {}
        for use, (_, lifetime) in sessions.items():
            if use.loop is asyncio.get_running_loop():
                await lifetime.aclose()

    async def _exchange(
        self, request: Request, place: Place, proxy: Proxy | None, limits: Limits, *, keeps_alive: bool
    ) -> AsyncBody:
        session = await self._session(request.public_only and proxy is None, keeps_alive)
        peer = f"{(proxy or place).host}:{(proxy or place).port}"
        headers = prepare_headers(request)
        if proxy is not None and place.scheme == "http":
            headers |= proxy.headers
        taken = _Taken()
        try:
            with taken:
                answer = await session.request(
                    request.method,
                    _url(request.url),
                    data=_payload(request.body),
                    headers=headers,
                    allow_redirects=False,
                    timeout=_timeout(limits.connect_s),
                    ssl=_tls.context() if place.scheme == "https" else True,
                    proxy=None if proxy is None else proxy.url,
                    proxy_headers=None if proxy is None else proxy.headers,
                )
        except aiohttp.ServerTimeoutError as error:
            raise Expired("connect") from error
        except aiohttp.ClientHttpProxyError as error:
            raise Unreachable(f"the proxy {peer} refused to connect to {place.authority}: {error.status}") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise Unreachable(f"no connection to {peer}: {error.certificate_error}") from error
        except aiohttp.ClientConnectorError as error:
            raise unreachable(peer, error.os_error) from error
        except aiohttp.ClientResponseError as error:
            reason = error.message.partition("\n")[0]
            raise Cut(f"this is not an HTTP/1.1 answer: {reason}") from error
        except (aiohttp.ClientError, OSError) as error:
            has_begun = isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)
            is_stale = taken.is_reused and not has_begun
            raise (Stale if is_stale else Dropped)(f"the connection was lost: {error}") from error
        return _Body(answer, limits)

    async def _session(self, public_only: bool, keeps_alive: bool) -> aiohttp.ClientSession:
        use = _Use(asyncio.get_running_loop(), public_only, keeps_alive)
        if (known := self._sessions.get(use)) is not None:
            return known[0]
        for other in [other for other in self._sessions if other.loop.is_closed()]:
            del self._sessions[other]
        resolver = _PublicResolver() if public_only else aiohttp.ThreadedResolver()
        session = aiohttp.ClientSession(
            connector=_Connector(limit=0, resolver=resolver, force_close=not keeps_alive, socket_factory=_open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Content-Type", "User-Agent"),
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )
        # aiohttp would send a GET twice by itself.
        session._retry_connection = False  # pyright: ignore[reportPrivateUsage]
        lifetime = _lifetime(session)
        await anext(lifetime)
        self._sessions[use] = session, lifetime
        return session


async def _lifetime(session: aiohttp.ClientSession) -> AsyncGenerator[None]:
    """Keep a session open; a loop closes the generators that it began before it ends, and this one its session."""
    try:
        yield
    finally:
        await session.close()


async def _check_host(place: Place, proxy: Proxy | None) -> None:
    """Check what the resolver of the session does not get to see: numbers, and names that go to a proxy."""
    if proxy is None and not _is_numeric(place.host):
        return
    with suppress(gaierror):  # a name that only the proxy knows
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=SOCK_STREAM)
        check_public(place.host, [str(address[0]) for *_, address in found])


def _is_numeric(host: str) -> bool:
    return ":" in host or host.rstrip(".").rpartition(".")[2].isdigit()


def _payload(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp warns of large bytes, which it would copy at once.
    return io.BytesIO(body) if body is not None and len(body) > _LARGE else body


@lru_cache(maxsize=256)
def _url(url: str) -> URL:
    return URL(url, encoded=url.isascii()).with_user(None)


@lru_cache(maxsize=16)
def _timeout(connect_s: float | None) -> aiohttp.ClientTimeout:
    # aiohttp rounds longer limits up to whole seconds, unless told otherwise.
    return aiohttp.ClientTimeout(total=None, connect=connect_s, sock_connect=None, ceil_threshold=float("inf"))


def _open_socket(address: tuple[Any, ...]) -> socket:
    family, kind, protocol, *_ = address
    return open_socket(family, kind, protocol)


def _abort(answer: aiohttp.ClientResponse) -> None:
    if (connection := answer.connection) is not None and (transport := connection.transport) is not None:
        transport.abort()
    answer.close()
