"""The blocking transport: HTTP/1.1 over a pool of sockets, for many threads.

Every wait on a socket is cut by the deadline of its exchange, so that a server which drips cannot stretch it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from weakref import WeakSet

from typing_extensions import override

from ..flow import Cut, Expired, Limits, Request
from ._address import locate
from ._connection import Connection, Way, connect, is_limit
from ._framing import Head, Stale, encode_head, frame, inflater
from ._proxy import Proxies
from ._whole import Whole
from .base import Body

_IDLE_PER_HOST = 64


class _Body:
    """An answer on its way; the connection goes back to the pool with the last byte."""

    def __init__(
        self, method: str, head: Head, connection: Connection, pool: deque[Connection], limits: Limits
    ) -> None:
        self.status = head.status
        self.headers: Mapping[str, str] = head.headers
        self._framing = frame(method, head)
        self._inflater = inflater(head.headers)
        self._is_reusable = head.keeps_alive
        self._connection: Connection | None = connection
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
            if is_limit(error):
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
        self._idle: dict[Way, deque[Connection]] = {}
        self._connections: WeakSet[Connection] = WeakSet()
        self._guard = Lock()

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        """Send a request and read the head of the answer."""
        if self._is_closed:
            raise RuntimeError("this transport is closed")
        place = locate(request.url)
        proxy = self._proxies.find(place)
        way = Way(place.scheme, place.host, place.port, proxy, request.public_only)
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

    def _connect(self, way: Way, limits: Limits) -> Connection:
        for pool in list(self._idle.values()):
            for kept in list(pool):
                if kept.is_stale():
                    with suppress(ValueError):  # another thread has taken it
                        pool.remove(kept)
        connection = connect(way, limits)
        with self._guard:
            self._connections.add(connection)
        return connection


def _exchange(connection: Connection, head: bytes, request: Request, limits: Limits, pool: deque[Connection]) -> _Body:
    try:
        return _Body(request.method, connection.ask(head, request.body, limits), connection, pool, limits)
    except BaseException as error:
        connection.close()
        if is_limit(error):
            raise Expired("read") from error
        raise


def _take(pool: deque[Connection]) -> Connection | None:
    """Take the connection that was used last, if one is alive."""
    while pool:
        with suppress(IndexError):  # another thread was faster
            connection = pool.pop()
            if not connection.is_stale():
                return connection
            connection.close()
    return None


_TRANSPORTS: WeakSet[HTTPTransport] = WeakSet()


def _forget_all() -> None:
    for transport in list(_TRANSPORTS):
        transport.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
