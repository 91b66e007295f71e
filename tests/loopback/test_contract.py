"""What every transport promises, the two defaults and the wrapped clients: one table of cases for all."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Callable

import pytest

from infermux.flow import Cut, Dropped, Expired, Failure, Limits, Request, Unreachable

from .callers import Caller, soon
from .server import Peer, Server, comes_true, polite


def whole(caller: Caller, url: str) -> bytes:
    return caller.send(Request("GET", url)).body


def once(peer: Peer, reply: Callable[[Peer], object]) -> None:
    """Read one request, reply, close."""
    peer.request()
    reply(peer)


def test_request_arrives_as_given(caller: Caller) -> None:
    """Method, target, headers and body reach the server unchanged, and the answer comes back with its status."""

    def talk(peer: Peer) -> None:
        seen = peer.request()
        assert seen is not None
        peer.answer(seen.body[::-1], "X-Case: Kept", "Set-Cookie: a=1", status=404)

    with Server(talk) as server:
        url = f"{server.url}/a%2Fb/c?q=%20x&y=1"
        answer = caller.send(Request("PATCH", url, {"X-Mine": "v1", "Content-Type": "text/x"}, b"abc"))
    assert (answer.status, answer.body, answer.url) == (404, b"cba", url)
    assert answer.headers["x-case"] == "Kept"
    [seen] = server.requests
    assert seen.line == "PATCH /a%2Fb/c?q=%20x&y=1 HTTP/1.1"
    assert seen.headers["x-mine"] == "v1"
    assert seen.headers["content-type"] == "text/x"
    assert seen.headers["content-length"] == "3"
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert "gzip" in seen.headers["accept-encoding"]


def test_large_bodies_both_ways(caller: Caller) -> None:
    """Three megabytes go and come whole."""
    body = bytes(range(256)) * 12_000
    with Server(polite) as server:
        assert caller.send(Request("POST", server.url, {}, body)).body == body


def test_connection_is_kept(caller: Caller) -> None:
    """Calls one after another share a connection."""
    with Server(polite) as server:
        for number in range(5):
            assert caller.send(Request("POST", server.url, {}, b"%d" % number)).body == b"%d" % number
        assert server.connections == 1


def test_redirect_is_an_answer(caller: Caller) -> None:
    """A redirect comes back as it is, and nothing is sent to where it points."""
    with Server(lambda peer: once(peer, lambda p: p.answer(b"", "Location: /else", status=307))) as server:
        answer = caller.send(Request("GET", server.url))
    assert (answer.status, answer.headers["location"]) == (307, "/else")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("method", "raw"),
    [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("GET", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ],
)
def test_answers_without_a_body(caller: Caller, method: str, raw: str) -> None:
    """Where HTTP says that there is no body, none is waited for, and the connection is used again."""

    def talk(peer: Peer) -> None:
        while peer.request():
            peer.send(raw)

    with Server(talk) as server:
        for _ in range(2):
            assert caller.send(Request(method, server.url)).body == b""
        assert server.connections == 1


TEXT = b"The quick brown fox. " * 500
RAW_DEFLATE = zlib.compressobj(wbits=-15)
BODIES: dict[str, tuple[str, bytes]] = {
    "plain": ("identity", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "raw deflate": ("deflate", RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush()),
}


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("framing", ["length", "chunks", "bytewise chunks", "until the end"])
def test_bodies_are_decoded(caller: Caller, case: str, framing: str) -> None:
    """However a body is compressed and framed, the caller gets its text."""
    encoding, body = BODIES[case]

    def reply(peer: Peer) -> None:
        if framing == "length":
            peer.answer(body, f"Content-Encoding: {encoding}")
        elif framing == "until the end":
            peer.send(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n".encode() + body)
        else:
            peer.begin(f"Content-Encoding: {encoding}", "Trailer: X-End")
            step = 3 if framing == "bytewise chunks" else 1000
            data = b"".join(
                b"%X;ext=1\r\n%s\r\n" % (len(part), part)
                for part in (body[at : at + step] for at in range(0, len(body), step))
            )
            peer.send(data + b"0\r\nX-End: 1\r\n\r\n")

    with Server(lambda peer: once(peer, reply)) as server:
        assert whole(caller, server.url) == TEXT


def test_stream_arrives_piece_by_piece(caller: Caller) -> None:
    """Each piece is handed out when it arrives, not when the answer is complete."""

    def reply(peer: Peer) -> None:
        peer.begin()
        for number in range(3):
            peer.chunk(b"data: %d\n\n" % number)
            time.sleep(0.05)
        peer.chunk(b"")

    with Server(lambda peer: once(peer, reply)) as server:
        body = caller.open(Request("POST", server.url, {}, b"{}"))
        pieces: list[bytes] = []
        while piece := body.read(time.monotonic() + 2):
            pieces.append(piece)
        assert pieces == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
        assert body.read() == b""
        body.close()


def half(peer: Peer) -> None:
    peer.answer(b"12345", length=10)


def broken_chunk(peer: Peer) -> None:
    peer.begin()
    peer.chunk(b"12345")
    peer.send(b"zz\r\n12345\r\n")


def missing_last_chunk(peer: Peer) -> None:
    peer.begin()
    peer.chunk(b"12345")


def reset_in_the_middle(peer: Peer) -> None:
    peer.answer(b"12345", length=10)
    time.sleep(0.05)
    peer.reset()


def corrupt_gzip(peer: Peer) -> None:
    data = bytearray(gzip.compress(TEXT))
    data[40:60] = b"x" * 20
    peer.answer(bytes(data), "Content-Encoding: gzip")


def late_broken_chunk(peer: Peer) -> None:
    peer.begin()
    peer.chunk(b"12345")
    time.sleep(0.05)
    peer.send(b"zz\r\n12345\r\n")
    peer.wait_for_end()


@pytest.mark.parametrize(
    "fault", [half, broken_chunk, late_broken_chunk, missing_last_chunk, reset_in_the_middle, corrupt_gzip]
)
def test_cut_answer_is_a_failure(caller: Caller, fault: Callable[[Peer], None]) -> None:
    """An answer that does not arrive whole is never handed out as one."""
    with Server(lambda peer: once(peer, fault)) as server, pytest.raises(Cut):
        whole(caller, server.url)


def test_pieces_before_the_cut_are_given(caller: Caller) -> None:
    """What arrived before the connection was lost is read, and then comes the failure."""
    with Server(lambda peer: once(peer, missing_last_chunk)) as server:
        body = caller.open(Request("GET", server.url))
        caller.settle()
        assert body.read() == b"12345"
        with pytest.raises(Cut):
            body.read()


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_answer_larger_than_allowed(caller: Caller, framing: str) -> None:
    """`max_bytes` bounds what is read."""

    def reply(peer: Peer) -> None:
        if framing == "length":
            peer.answer(b"x" * 5000)
        else:
            peer.begin()
            while True:
                peer.chunk(b"x" * 500)

    with Server(lambda peer: once(peer, reply)) as server:
        with pytest.raises(Cut, match="longer than 1000 bytes"):
            caller.send(Request("GET", server.url), max_bytes=1000)
        if framing == "length":
            assert len(caller.send(Request("GET", server.url), max_bytes=5000).body) == 5000


def test_refused_connection(caller: Caller) -> None:
    """Nobody listens: unreachable, and the message names the peer or the reason."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Unreachable, match=r"refused|attempts failed") as caught:
            whole(caller, f"http://127.0.0.1:{port}")
    assert caught.value.__cause__ is not None


def test_unknown_host(caller: Caller) -> None:
    """A name without an address is unreachable."""
    with pytest.raises(Unreachable):
        whole(caller, "http://nobody.invalid/")


@pytest.mark.parametrize("how", ["closed", "reset"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_dropped_before_the_answer(caller: Caller, method: str, how: str) -> None:
    """A server that reads the request and goes away dropped it; it is not asked a second time."""
    with Server(lambda peer: once(peer, lambda p: p.reset() if how == "reset" else None)) as server:
        with pytest.raises(Dropped):
            caller.send(Request(method, server.url))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "garbage", [b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\x01\x02" * 99 + b"\r\n\r\n"]
)
def test_not_http(caller: Caller, garbage: bytes) -> None:
    """Who does not speak HTTP is a failure, of whatever kind."""
    with Server(lambda peer: once(peer, lambda p: p.send(garbage))) as server, pytest.raises(Failure):
        whole(caller, server.url)


def test_silent_server(caller: Caller) -> None:
    """The deadline ends the wait for an answer."""
    with Server(lambda peer: once(peer, Peer.wait_for_end)) as server:
        began = time.monotonic()
        with pytest.raises(Expired) as caught:
            caller.send(Request("GET", server.url), Limits(5, began + 0.2))
        assert 0.19 < time.monotonic() - began < 1.3
    assert caught.value.phase == "read"


def test_silence_in_a_stream(caller: Caller) -> None:
    """The deadline of one read ends the wait for the next piece."""

    def reply(peer: Peer) -> None:
        peer.begin()
        peer.chunk(b"1")
        peer.wait_for_end()

    with Server(lambda peer: once(peer, reply)) as server:
        body = caller.open(Request("GET", server.url))
        began = time.monotonic()
        assert body.read(began + 0.2) == b"1"
        with pytest.raises(Expired):
            body.read(began + 0.2)
        assert time.monotonic() - began < 1.3


def test_closed_answer_frees_its_connection(caller: Caller) -> None:
    """Closing an unfinished answer closes its connection at once; reading on is a failure."""
    freed: list[bool] = []

    def reply(peer: Peer) -> None:
        peer.begin()
        peer.chunk(b"1")
        freed.append(peer.wait_for_end())

    with Server(lambda peer: once(peer, reply)) as server:
        body = caller.open(Request("GET", server.url))
        assert body.read() == b"1"
        body.close()
        body.close()
        caller.settle()
        with pytest.raises(Cut):
            body.read()
        assert comes_true(lambda: freed == [True])


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "http://127.0.0.1:9/", {"X-A": "b\r\nX-Evil: 1"}),
        Request("GET", "http://127.0.0.1:9/", {"X A": "b"}),
        Request("GET / HTTP/1.1\r\n", "http://127.0.0.1:9/"),
        Request("GET", "http://127.0.0.1:9/a b"),
        Request("GET", "http://"),
    ],
)
def test_request_that_would_change_the_wire(caller: Caller, request_: Request) -> None:
    """Line breaks in headers, blanks in URLs and the like are refused before anything is sent."""
    with pytest.raises(ValueError, match=r"."):
        caller.send(request_)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,x"])
def test_other_schemes(caller: Caller, url: str) -> None:
    """Only http and https are reached."""
    with pytest.raises(Unreachable, match="neither http nor https"):
        whole(caller, url)


PRIVATE = [
    "127.0.0.1",
    "localhost",
    "10.1.2.3",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused(caller: Caller, host: str) -> None:
    """An address that a server gave us may not lead into a private network, however it is written."""
    with Server(polite) as server:
        with pytest.raises(Unreachable, match=r"refused: .* is not a public address"):
            caller.send(Request("GET", f"http://{host}:{server.port}/", public_only=True))
        assert server.connections == 0


def test_endless_interim_answers(own: Caller) -> None:
    """A server that says `100 Continue` for ever costs no more than the limit, and no memory."""

    def talk(peer: Peer) -> None:
        peer.request()
        while True:
            peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    with Server(talk) as server, pytest.raises((Cut, Expired)):
        own.send(Request("GET", server.url), soon(0.5))
