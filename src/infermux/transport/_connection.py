"""One connection of the blocking transport: sockets that wait no longer than they may, and no longer than is wanted."""

from __future__ import annotations

import errno
import os
import select
import selectors
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, NamedTuple, TypeVar
from weakref import finalize

from ..flow import LOOK_S, Cut, Dropped, Expired, Limits, Stopped, Unreachable
from ._address import check_public, unreachable
from ._framing import Head, Stale, split_head
from ._keepalive import open_socket
from ._proxy import Proxy

T = TypeVar("T")

_PIECE = 1 << 16
_LONGEST_WAIT_S = 1e6  # the system's calls refuse more than some weeks
_BEGUN = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR})
_Address = tuple[Any, ...]


class Way(NamedTuple):
    """Which connections an exchange may use."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None
    public_only: bool


class Connection:
    """A socket that is closed when nobody holds it any more, and the bytes that came along with an answer's head."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._early = b""
        self.close = finalize(self, sock.close)

    def ask(self, head: bytes, body: bytes | None, limits: Limits) -> Head:
        """Send a request and read the head of its answer."""
        try:
            for part in (head, body) if body and len(body) > _PIECE else (head + (body or b""),):
                self._send(part, limits)
        except OSError as error:
            # A server may answer and close before it has read everything: what counts is what can be read.
            if is_limit(error):
                raise
        received = b""
        while (answer := split_head(received)) is None:
            try:
                piece = self.receive(limits.deadline, limits.stopped)
            except OSError as error:
                if is_limit(error):
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
        return self._patiently(partial(self._sock.recv, _PIECE), deadline, stopped)

    def _send(self, data: bytes, limits: Limits) -> None:
        unsent = memoryview(data)
        while unsent:
            unsent = unsent[self._patiently(partial(self._sock.send, unsent), limits.deadline, limits.stopped) :]

    def _patiently(self, act: Callable[[], T], deadline: float | None, stopped: Callable[[], bool] | None) -> T:
        """Do what may have to wait, and look now and then whether it still is to be done."""
        while True:
            self._sock.settimeout(_until_look(deadline, stopped))
            try:
                return act()
            except TimeoutError as error:
                if not is_limit(error):
                    raise

    def secure(self, host: str, limits: Limits) -> Connection:
        """Begin TLS, and return the connection that speaks it."""
        from ._tls import context

        wrapped = context().wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
        connection = Connection(wrapped)
        try:
            connection._patiently(wrapped.do_handshake, limits.deadline, limits.stopped)
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


def connect(way: Way, limits: Limits) -> Connection:
    """Connect within the limit; nothing of the request is sent."""
    deadline, phase = limits.deadline, "read"
    if limits.connect_s is not None:
        connected_by = time.monotonic() + limits.connect_s
        if deadline is None or connected_by < deadline:
            deadline, phase = connected_by, "connect"
    peer = way.proxy or way
    name = f"{peer.host}:{peer.port}"
    try:
        return _dial(way, Limits(deadline=deadline, stopped=limits.stopped))
    except OSError as error:
        if is_limit(error):
            raise Expired(phase) from error
        raise unreachable(name, error) from error
    except (Dropped, Cut) as error:
        raise Unreachable(f"no connection through the proxy {name}: {error}") from error


def _dial(way: Way, limits: Limits) -> Connection:
    peer = way.proxy or way
    addresses = _resolve(peer.host, peer.port, limits)
    if way.public_only and way.proxy is None:
        check_public(way.host, [address[0] for *_, address in addresses])
    elif way.public_only:
        with suppress(socket.gaierror):  # a name that only the proxy knows
            check_public(way.host, [address[0] for *_, address in _resolve(way.host, way.port, limits)])
    connection = Connection(_connect_to_one(addresses, limits))
    try:
        if way.scheme == "https":
            if way.proxy is not None:
                _tunnel(connection, way, way.proxy, limits)
            return connection.secure(way.host, limits)
    except BaseException:
        connection.close()
        raise
    return connection


def _resolve(host: str, port: int, limits: Limits) -> list[_Address]:
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
    while resolver.is_alive():
        resolver.join(_until_look(limits.deadline, limits.stopped))
    if failures:
        raise failures[0]
    return found


def _connect_to_one(addresses: list[_Address], limits: Limits) -> socket.socket:
    """Try each address for its share of the time."""
    for untried in range(len(addresses), 0, -1):
        family, kind, protocol, _, address = addresses[-untried]
        left = _left(limits.deadline)
        share = None if left is None else time.monotonic() + left / untried
        sock = open_socket(family, kind, protocol)
        try:
            _connect(sock, address, Limits(deadline=share, stopped=limits.stopped))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException as error:
            sock.close()
            if untried == 1 or not isinstance(error, OSError):
                raise
        else:
            return sock
    raise OSError("no address")


def _connect(sock: socket.socket, address: _Address, limits: Limits) -> None:
    sock.setblocking(False)
    trouble = sock.connect_ex(address)
    if trouble in _BEGUN:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            while not selector.select(_until_look(limits.deadline, limits.stopped)):
                pass
        trouble = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if trouble:
        raise OSError(trouble, os.strerror(trouble))


def _tunnel(connection: Connection, way: Way, proxy: Proxy, limits: Limits) -> None:
    host = f"[{way.host}]" if ":" in way.host else way.host
    lines = [f"CONNECT {host}:{way.port} HTTP/1.1", f"Host: {host}:{way.port}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
    head = connection.ask("\r\n".join([*lines, "", ""]).encode("latin-1"), None, limits)
    if not 200 <= head.status < 300:
        raise Unreachable(f"the proxy {proxy.url} refused to connect to {host}:{way.port}: status {head.status}")


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left")
    return min(left, _LONGEST_WAIT_S)


def _until_look(deadline: float | None, stopped: Callable[[], bool] | None) -> float | None:
    """How long to wait at once: until the deadline, but not long where the caller may ask to stop."""
    left = _left(deadline)
    if stopped is None:
        return left
    if stopped():
        raise Stopped("the caller asked to stop")
    return LOOK_S if left is None else min(left, LOOK_S)


def is_limit(error: BaseException) -> bool:
    """Whether a deadline passed. The system's own timeout, of a peer that is dead, has a number."""
    return isinstance(error, TimeoutError) and error.errno is None
