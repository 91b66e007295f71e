"""Proxies: given, or from the environment where that is wished."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from infermux.flow import Request, Unreachable

from .callers import Caller
from .server import Peer, Server, polite


def forward(peer: Peer) -> None:
    """Open the tunnel that is asked for."""
    seen = peer.request()
    assert seen is not None
    host, _, port = seen.line.split()[1].rpartition(":")
    with socket.create_connection((host, int(port))) as onward:
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=copy, args=(onward, peer.sock), daemon=True)
        back.start()
        copy(peer.sock, onward)
        back.join(5)


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for sock in (source, target):
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def absolute(peer: Peer) -> None:
    """Answer as a proxy for plain requests."""
    while peer.request():
        peer.answer(b"by proxy")


URL = "http://nobody.invalid:81/a?b=c"


@pytest.mark.parametrize("form", ["one", "http", "all", "without scheme"])
def test_plain_request_through_a_proxy(make: Callable[..., Caller], form: str) -> None:
    """A plain request goes to the proxy with its whole address, and the proxy's password with it."""
    with Server(absolute) as proxy:
        address = f"me:secret@127.0.0.1:{proxy.port}"
        given: dict[str, Any] = {
            "one": f"http://{address}",
            "http": {"http": f"http://{address}", "https": "http://127.0.0.1:9"},
            "all": {"all": f"http://{address}"},
            "without scheme": address,
        }
        caller = make(proxies=given[form])
        for _ in range(2):
            assert caller.send(Request("GET", URL)).body == b"by proxy"
        assert proxy.connections == 1
        seen = proxy.requests[0]
        assert seen.line == f"GET {URL} HTTP/1.1"
        assert seen.headers["host"] == "nobody.invalid:81"
        assert seen.headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize("trust_env", [True, False])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_environment(make: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, name: str, trust_env: bool) -> None:
    """The environment's proxies are used when `trust_env` says so, and only then."""
    with Server(polite) as server, Server(absolute) as proxy:
        monkeypatch.setenv(name, proxy.url)
        answer = make(trust_env=trust_env).send(Request("POST", server.url, {}, b"direct"))
        assert answer.body == (b"by proxy" if trust_env else b"direct")


@pytest.mark.parametrize(
    ("exempt", "direct"),
    [
        ("127.0.0.1", True),
        ("a.test, 127.0.0.1", True),
        ("*", True),
        ("0.1", True),
        ("a.test", False),
        ("27.0.0.1", False),
    ],
)
def test_no_proxy(make: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, exempt: str, direct: bool) -> None:
    """`NO_PROXY` lists hosts and domains that are reached directly."""
    with Server(polite) as server, Server(absolute) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", exempt)
        answer = make(trust_env=True).send(Request("POST", server.url, {}, b"direct"))
        assert answer.body == (b"direct" if direct else b"by proxy")


def test_given_proxy_wins(make: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller gives comes before the environment, and may name its own exemptions."""
    with Server(polite) as server, Server(absolute) as proxy:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        assert make(proxies={"http": proxy.url}, trust_env=True).send(Request("GET", URL)).body == b"by proxy"
        given = {"http": proxy.url, "no": f"127.0.0.1:{server.port}"}
        assert make(proxies=given).send(Request("POST", server.url, {}, b"direct")).body == b"direct"


def test_proxy_that_is_gone(make: Callable[..., Caller]) -> None:
    """It makes every host unreachable."""
    with pytest.raises(Unreachable):
        make(proxies="http://127.0.0.1:9").send(Request("GET", URL))


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:port"])
def test_unusable_proxy_of_the_environment(
    make: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """One that the environment names and nobody here can use makes every host unreachable, and is told."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(Unreachable, match="prox"):
        make(trust_env=True).send(Request("GET", URL))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433"])
def test_private_address_through_a_proxy(make: Callable[..., Caller], host: str) -> None:
    """A proxy is no way around the ban on private addresses; a name that only it knows is let through."""
    with Server(absolute) as proxy:
        caller = make(proxies=proxy.url)
        with pytest.raises(Unreachable, match="is not a public address"):
            caller.send(Request("GET", f"http://{host}/", public_only=True))
        assert caller.send(Request("GET", URL, public_only=True)).body == b"by proxy"
