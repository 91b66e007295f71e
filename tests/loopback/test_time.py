"""Limits of time hold to the tenth of a second, whatever a server does."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from infermux.flow import Expired, Limits, Request

from .callers import Caller
from .server import Peer, Server, polite


def drip_head(peer: Peer) -> None:
    for byte in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: " + "x" * 100:
        peer.send(byte)
        time.sleep(0.1)


def drip_body(peer: Peer) -> None:
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        peer.send("x")
        time.sleep(0.1)


def drip_chunks(peer: Peer) -> None:
    peer.begin()
    for _ in range(100):
        peer.chunk(b"x")
        time.sleep(0.1)


def drip_size(peer: Peer) -> None:
    peer.begin()
    for _ in range(100):
        peer.send("0")
        time.sleep(0.1)


@pytest.mark.parametrize("drip", [drip_head, drip_body, drip_chunks, drip_size])
def test_dripping_server_cannot_stretch_a_deadline(own: Caller, drip: Callable[[Peer], None]) -> None:
    """A byte every tenth of a second does not move the end of a call of half a second."""

    def talk(peer: Peer) -> None:
        peer.request()
        drip(peer)

    with Server(talk) as server:
        began = time.monotonic()
        with pytest.raises(Expired) as caught:
            own.send(Request("GET", server.url), Limits(None, began + 0.5))
        assert 0.49 < time.monotonic() - began < 1.4
    assert caught.value.phase == "read"


def test_upload_that_nobody_reads(own: Caller) -> None:
    """The deadline also ends the sending of a body."""

    def talk(peer: Peer) -> None:
        time.sleep(0.5)

    with Server(talk) as server:
        began = time.monotonic()
        with pytest.raises(Expired):
            own.send(Request("POST", server.url, {}, b"x" * 50_000_000), Limits(None, began + 0.3))
        assert time.monotonic() - began < 1.4


def test_opening_is_bounded_and_reading_is_not(own: Caller) -> None:
    """The deadline of `open` ends with the head: a slow body is then read without a limit."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin()
        time.sleep(0.4)
        peer.chunk(b"late")
        peer.chunk(b"")

    with Server(talk) as server:
        body = own.open(Request("GET", server.url), Limits(None, time.monotonic() + 0.2))
        assert body.read() == b"late"
        body.close()


@pytest.mark.parametrize(
    ("connect_s", "total_s", "phase"), [(0.3, 5, "connect"), (5, 0.3, "read"), (0.3, None, "connect")]
)
def test_connecting_is_bounded(own: Caller, connect_s: float, total_s: float | None, phase: str) -> None:
    """A server that accepts and never begins TLS is left at the first limit, and the failure says which one it was."""
    with Server(Peer.wait_for_end) as server:
        began = time.monotonic()
        with pytest.raises(Expired) as caught:
            own.send(Request("GET", f"https://127.0.0.1:{server.port}"), Limits(connect_s, total_s and began + total_s))
        assert 0.29 < time.monotonic() - began < 1.3
    assert caught.value.phase == phase


def test_full_backlog(own: Caller) -> None:
    """A host that does not take the connection is left at the limit for connecting."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        with pytest.raises(Expired) as caught:
            own.send(Request("GET", f"http://127.0.0.1:{port}"), Limits(0.3, began + 5))
        assert 0.29 < time.monotonic() - began < 1.3
        for sock in waiting:
            sock.close()
    assert caught.value.phase == "connect"


def test_no_time_left(own: Caller) -> None:
    """A deadline in the past fails at once, and the next call is not harmed."""
    with Server(polite) as server:
        assert own.send(Request("GET", server.url)).status == 200
        with pytest.raises(Expired):
            own.send(Request("GET", server.url), Limits(1, time.monotonic() - 1))
        assert own.send(Request("GET", server.url)).status == 200
