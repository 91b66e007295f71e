"""TLS: trusted by the system's store or by `SSL_CERT_FILE`, and by nothing else."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infermux.flow import Expired, Limits, Request, Stopped, Unreachable

from .callers import Caller
from .server import Peer, Server, comes_true, polite


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, in one file."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("no openssl here to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True
    )
    return folder


@pytest.fixture
def secure(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))


@pytest.mark.usefixtures("_trusted")
def test_certificate_named_by_the_environment(own: Caller, secure: ssl.SSLContext) -> None:
    """With `SSL_CERT_FILE` a private server is reached, its connection kept, and bodies of any size go both ways."""
    body = bytes(range(256)) * 4000
    with Server(polite, secure) as server:
        for _ in range(3):
            assert own.send(Request("POST", server.url, {}, body)).body == body
        assert server.connections == 1


@pytest.mark.usefixtures("_trusted")
def test_stream_over_tls_is_freed(own: Caller, secure: ssl.SSLContext) -> None:
    """Closing an unfinished answer over TLS closes its connection at once, without waiting for the server."""
    ended: list[bool] = []

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin()
        peer.chunk(b"1")
        ended.append(peer.wait_for_end())

    with Server(talk, secure) as server:
        body = own.open(Request("GET", server.url))
        assert body.read() == b"1"
        body.close()
        own.settle()
        assert comes_true(lambda: ended == [True])


def test_unknown_certificate(own: Caller, secure: ssl.SSLContext) -> None:
    """A certificate that nobody vouches for stops the call before anything is sent."""
    with Server(polite, secure) as server:
        with pytest.raises(Unreachable, match="certificate verify failed"):
            own.send(Request("GET", server.url, {"Authorization": "Bearer secret"}))
        assert server.requests == []


@pytest.mark.usefixtures("_trusted")
def test_certificate_of_another_name(own: Caller, secure: ssl.SSLContext) -> None:
    """A trusted certificate for another host is not accepted."""
    with Server(polite, secure) as server:
        with pytest.raises(Unreachable, match=r"certificate|mismatch"):
            own.send(Request("GET", f"https://127.0.0.1:{server.port}"))
        assert server.requests == []


def test_server_without_tls(own: Caller) -> None:
    """A plain server at an https address is unreachable."""
    plain = Server(lambda peer: peer.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"))
    with plain as server, pytest.raises(Unreachable):
        own.send(Request("GET", f"https://127.0.0.1:{server.port}"))


def test_missing_certificates(own: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong `SSL_CERT_FILE` is named in the failure."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with Server(polite) as server, pytest.raises(Unreachable, match="SSL_CERT_FILE"):
        own.send(Request("GET", f"https://127.0.0.1:{server.port}"))


@pytest.mark.usefixtures("_trusted")
def test_tunnel(make: Callable[..., Caller], secure: ssl.SSLContext) -> None:
    """Through a proxy an https request travels in a tunnel: the proxy learns the host, and gets its own password."""
    from .test_proxy import forward

    with Server(polite, secure) as server, Server(forward) as proxy:
        caller = make(proxies={"https": f"http://me:p%40ss@127.0.0.1:{proxy.port}"})
        for _ in range(2):
            answer = caller.send(Request("POST", server.url + "/x", {"Authorization": "Bearer secret"}, b"hi"))
            assert answer.body == b"hi"
        assert [seen.line for seen in proxy.requests] == [f"CONNECT localhost:{server.port} HTTP/1.1"]
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic bWU6cEBzcw=="
        assert "authorization" not in proxy.requests[0].headers
        assert "proxy-authorization" not in server.requests[0].headers
        assert server.requests[0].line == "POST /x HTTP/1.1"


def test_tunnel_refused(make: Callable[..., Caller]) -> None:
    """A proxy that opens no tunnel makes the host unreachable, and nothing of the request is sent to it."""

    def refuse(peer: Peer) -> None:
        peer.request()
        peer.answer(b"", status=407)

    with Server(refuse) as proxy:
        caller = make(proxies=proxy.url)
        with pytest.raises(Unreachable, match="407"):
            caller.send(Request("POST", "https://nobody.invalid/", {"Authorization": "Bearer secret"}, b"hi"))
        assert all("authorization" not in seen.headers for seen in proxy.requests)


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("asks", [False, True], ids=["deadline", "stopped"])
def test_upload_that_nobody_reads(own: Caller, secure: ssl.SSLContext, asks: bool) -> None:
    """A long body over TLS is given up in time, at the deadline or when the caller asks."""
    done, stop = threading.Event(), threading.Event()
    with Server(lambda peer: done.wait(20), secure) as server:
        began = time.monotonic()
        threading.Timer(0.5, stop.set).start()
        limits = Limits(None, began + 10, stop.is_set) if asks else Limits(None, began + 0.5)
        with pytest.raises(Stopped if asks else Expired):
            own.send(Request("POST", server.url, {}, bytes(30_000_000)), limits)
        assert 0.45 < time.monotonic() - began < 1.6
        done.set()


@pytest.mark.usefixtures("_trusted")
def test_upload_that_is_read_slowly(own: Caller, secure: ssl.SSLContext) -> None:
    """A body whose sending is interrupted to look whether the caller asks to stop arrives as it is."""
    body = bytes(range(256)) * 40_000

    def talk(peer: Peer) -> None:
        time.sleep(0.3)
        polite(peer)

    with Server(talk, secure) as server:
        limits = Limits(None, time.monotonic() + 20, lambda: False)
        assert own.send(Request("POST", server.url, {}, body), limits).body == body


@pytest.mark.parametrize("asks", [False, True], ids=["deadline", "stopped"])
def test_handshake_that_nobody_answers(own: Caller, asks: bool) -> None:
    """A server that accepts and says nothing is given up in time."""
    done, stop = threading.Event(), threading.Event()
    with Server(lambda peer: done.wait(20)) as server:
        began = time.monotonic()
        threading.Timer(0.5, stop.set).start()
        limits = Limits(None, began + 10, stop.is_set) if asks else Limits(None, began + 0.5)
        with pytest.raises(Stopped if asks else Expired):
            own.send(Request("GET", server.url.replace("http:", "https:")), limits)
        assert 0.45 < time.monotonic() - began < 1.6
        done.set()
