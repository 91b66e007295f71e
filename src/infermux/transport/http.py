"""The blocking transport: HTTP/1.1 over a pool of sockets, for many threads.

Every wait on a socket is cut by the deadline of its exchange, so that a server which drips cannot stretch it.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, NamedTuple
from weakref import WeakSet, finalize

from typing_extensions import override

from ..flow import Cut, Dropped, Expired, Limits, Request, Stopped, Unreachable
from ._address import check_public, locate, unreachable
from ._framing import Head, Stale, encode_head, frame, inflater, split_head
from ._keepalive import open_socket
from ._proxy import Proxies, Proxy
from .base import Body
from .whole import Whole

_PIECE = 1 << 16
_IDLE_PER_HOST = 64
_LOOK_S = 0.05
_LONGEST_WAIT_S = 1e7  # the system's calls refuse more than some years
_Address = tuple[Any, ...]


class _Way(NamedTuple):
    """Which connections an exchange may use."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None
    public_only: bool


class _Connection:
    """A socket that is closed when nobody holds it any more, and the bytes that came along with an answer's head."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._early = b""
        self.close = finalize(self, sock.close)

    def ask(self, head: bytes, body: bytes | None, limits: Limits) -> Head:
        """Send a request and read the head of its answer."""
        try:
            self._sock.settimeout(_left(limits.deadline))
            if body and len(body) > _PIECE:
                self._sock.sendall(head)
                self._sock.sendall(body)
            else:
                self._sock.sendall(head + body if body else head)
        except OSError as error:
            # A server may answer and close before it has read everything: what counts is what can be read.
            if _is_limit(error):
                raise
        received = b""
        while (answer := split_head(received)) is None:
            try:
                piece = self.receive(limits.deadline, limits.stopped)
            except OSError as error:
                if _is_limit(error):
                    raise
                raise (Dropped if received else Stale)(f"the connection was lost: {error}") from error
            if not piece:
                raise (Dropped if received else Stale)("the server closed the connection without an answer")
            received += piece
        head_of_answer, self._early = answer
        return head_of_answer

    def receive(self, deadline: float | None, stopped: Callable[[], bool] | None = None) -> bytes:
        """Return what has arrived, or wait for it; `b""` when the server has closed."""
        if self._early:
            early, self._early = self._early, b""
            return early
        left = _left(deadline)
        while stopped is not None:
            if stopped():
                raise Stopped("the caller asked to stop")
            self._sock.settimeout(_LOOK_S if left is None else min(left, _LOOK_S))
            try:
                return self._sock.recv(_PIECE)
            except TimeoutError:
                left = _left(deadline)
        self._sock.settimeout(left)
        return self._sock.recv(_PIECE)

    def secure(self, host: str, deadline: float | None) -> _Connection:
        """Begin TLS, and return the connection that speaks it."""
        from ._tls import context

        wrapped = context().wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
        connection = _Connection(wrapped)
        try:
            wrapped.settimeout(_left(deadline))
            wrapped.do_handshake()
        except BaseException:
            connection.close()
            raise
        return connection

    def is_stale(self) -> bool:
        """Whether an idle connection has something to say: its end, as a rule."""
        try:
            if sys.platform == "win32":
                return bool(select.select([self._sock], [], [], 0)[0])
            poll = select.poll()
            poll.register(self._sock, select.POLLIN)
            return bool(poll.poll(0))
        except ValueError:  # another thread has closed it
            return True

    def stop(self) -> None:
        """Close, and wake the thread that waits for the answer."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self.close()


class _Body:
    """An answer on its way; the connection goes back to the pool with the last byte."""

    def __init__(
        self, method: str, head: Head, connection: _Connection, pool: deque[_Connection], limits: Limits
    ) -> None:
        self.status = head.status
        self.headers: Mapping[str, str] = head.headers
        self._framing = frame(method, head)
        self._inflater = inflater(head.headers)
        self._is_reusable = head.keeps_alive
        self._connection: _Connection | None = connection
        self._pool = pool
        self._stopped = limits.stopped
        if self._framing.ended:
            self._end()

    def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end."""
        try:
            while not self._framing.ended:
                if piece := self._advance(deadline):
                    return piece
        except BaseException as error:
            self.close()
            if _is_limit(error):
                raise Expired("read") from error
            if isinstance(error, OSError):
                raise Cut(f"the connection was lost in the middle of the answer: {error}") from error
            raise
        return b""

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _advance(self, deadline: float | None) -> bytes:
        if self._connection is None:
            raise Cut("the answer was closed before its end")
        data = self._connection.receive(deadline, self._stopped)
        if not data:
            self._is_reusable = False
        piece = self._framing.feed(data)
        if self._inflater is not None:
            piece = self._inflater.feed(piece)
        if self._framing.ended:
            self._end()
        return piece

    def _end(self) -> None:
        if self._inflater is not None:
            self._inflater.finish()
        if self._is_reusable and self._connection is not None:
            self._pool.append(self._connection)
            self._connection = None
        self.close()


class HTTPTransport(Whole):
    """The default transport of `InferenceClient`.

    Args:
        proxies: one proxy for all requests, or proxies by scheme (`http`, `https`, `all`), with the hosts that need
            none under `no`, separated by commas.
        trust_env: take `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` from the environment as well.
    """

    def __init__(self, proxies: Mapping[str, str] | str | None = None, trust_env: bool = False) -> None:
        self._proxies = Proxies(proxies, trust_env)
        self._is_closed = False
        self._reset()
        _TRANSPORTS.add(self)

    def _reset(self) -> None:
        self._idle: dict[_Way, deque[_Connection]] = {}
        self._connections: WeakSet[_Connection] = WeakSet()
        self._guard = Lock()

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        """Send a request and read the head of the answer."""
        if self._is_closed:
            raise RuntimeError("this transport is closed")
        place = locate(request.url)
        proxy = self._proxies.find(place)
        way = _Way(place.scheme, place.host, place.port, proxy, request.public_only)
        target, extra = place.target, dict[str, str]()
        if proxy is not None and place.scheme == "http":
            target = f"http://{place.authority}{place.target}"
            extra = proxy.headers
        head = encode_head(request, place, target, extra)
        pool = self._idle.setdefault(way, deque(maxlen=_IDLE_PER_HOST))
        # Whether a connection that was kept is still alive shows only once something was sent on it.
        if not request.once and (kept := _take(pool)) is not None:
            try:
                return _exchange(kept, head, request, limits, pool)
            except Stale:
                pass
        return _exchange(self._connect(way, limits), head, request, limits, pool)

    def close(self) -> None:
        """Close every connection, those of unfinished answers too."""
        self._is_closed = True
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            connection.stop()
        self._idle.clear()

    def forget(self) -> None:
        """Let go of connections that belong to the process this one was forked from."""
        for connection in list(self._connections):
            connection.close()
        self._reset()

    def _connect(self, way: _Way, limits: Limits) -> _Connection:
        for pool in list(self._idle.values()):
            for kept in list(pool):
                if kept.is_stale():
                    with suppress(ValueError):  # another thread has taken it
                        pool.remove(kept)
        connection = _connect(way, limits)
        with self._guard:
            self._connections.add(connection)
        return connection


def _exchange(
    connection: _Connection, head: bytes, request: Request, limits: Limits, pool: deque[_Connection]
) -> _Body:
    try:
        return _Body(request.method, connection.ask(head, request.body, limits), connection, pool, limits)
    except BaseException as error:
        connection.close()
        if _is_limit(error):
            raise Expired("read") from error
        raise


def _take(pool: deque[_Connection]) -> _Connection | None:
    """Take the connection that was used last, if one is alive."""
    while pool:
        with suppress(IndexError):  # another thread was faster
            connection = pool.pop()
            if not connection.is_stale():
                return connection
            connection.close()
    return None


def _connect(way: _Way, limits: Limits) -> _Connection:
    """Connect within the limit; nothing of the request is sent."""
    deadline, phase = limits.deadline, "read"
    if limits.connect_s is not None:
        connected_by = time.monotonic() + limits.connect_s
        if deadline is None or connected_by < deadline:
            deadline, phase = connected_by, "connect"
    peer = way.proxy or way
    name = f"{peer.host}:{peer.port}"
    try:
        return _dial(way, deadline)
    except OSError as error:
        if _is_limit(error):
            raise Expired(phase) from error
        raise unreachable(name, error) from error
    except (Dropped, Cut) as error:
        raise Unreachable(f"no connection through the proxy {name}: {error}") from error


def _dial(way: _Way, deadline: float | None) -> _Connection:
    peer = way.proxy or way
    addresses = _resolve(peer.host, peer.port, deadline)
    if way.public_only and way.proxy is None:
        check_public(way.host, [address[0] for *_, address in addresses])
    elif way.public_only:
        with suppress(socket.gaierror):  # a name that only the proxy knows
            check_public(way.host, [address[0] for *_, address in _resolve(way.host, way.port, deadline)])
    connection = _Connection(_connect_to_one(addresses, deadline))
    try:
        if way.scheme == "https":
            if way.proxy is not None:
                _tunnel(connection, way, way.proxy, deadline)
            return connection.secure(way.host, deadline)
    except BaseException:
        connection.close()
        raise
    return connection


def _resolve(host: str, port: int, deadline: float | None) -> list[_Address]:
    """Find the addresses of a host, in a thread: the system's resolver hears neither a limit nor Ctrl-C."""
    with suppress(socket.gaierror):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[_Address] = []
    failures: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failures.append(error)

    resolver = Thread(target=ask, daemon=True)
    resolver.start()
    resolver.join(_left(deadline))
    if failures:
        raise failures[0]
    if not found:
        raise TimeoutError(f"no address for {host} yet")
    return found


def _connect_to_one(addresses: list[_Address], deadline: float | None) -> socket.socket:
    """Try each address for its share of the time."""
    for untried in range(len(addresses), 0, -1):
        family, kind, protocol, _, address = addresses[-untried]
        left = _left(deadline)
        sock = open_socket(family, kind, protocol)
        try:
            sock.settimeout(None if left is None else left / untried)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException as error:
            sock.close()
            if untried == 1 or not isinstance(error, OSError):
                raise
        else:
            return sock
    raise OSError("no address")


def _tunnel(connection: _Connection, way: _Way, proxy: Proxy, deadline: float | None) -> None:
    host = f"[{way.host}]" if ":" in way.host else way.host
    lines = [f"CONNECT {host}:{way.port} HTTP/1.1", f"Host: {host}:{way.port}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
    head = connection.ask("\r\n".join([*lines, "", ""]).encode("latin-1"), None, Limits(deadline=deadline))
    if not 200 <= head.status < 300:
        raise Unreachable(f"the proxy {proxy.url} refused to connect to {host}:{way.port}: status {head.status}")


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left")
    return min(left, _LONGEST_WAIT_S)


def _is_limit(error: BaseException) -> bool:
    """Whether a deadline passed. The system's own timeout, of a peer that is dead, has a number."""
    return isinstance(error, TimeoutError) and error.errno is None


_TRANSPORTS: WeakSet[HTTPTransport] = WeakSet()


def _forget_all() -> None:
    for transport in list(_TRANSPORTS):
        transport.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
