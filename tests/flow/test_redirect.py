"""Redirects: followed within reason, and no key goes to another place (F08, T8)."""

from __future__ import annotations

import pytest
from playing import World, answer, opening

from infermux.errors import HTTPStatusError, InferenceConnectionError
from infermux.flow import Purpose, Request, Response, Send
from infermux.policy.exchange import perform

OK = answer({})
SECRETS = {"authorization": "Bearer sk-1", "x-key": "k", "cookie": "a=b", "x-hf-bill-to": "org", "x-custom": "1"}
HARMLESS = {"user-agent": "infermux", "accept": "image/png"}


def follow(world: World, method: str = "GET", url: str = "https://host/a") -> Response:
    """One exchange with all kinds of headers."""
    request = Request(method, url, {**SECRETS, **HARMLESS}, b"body" if method == "POST" else None)
    found: Response = world.run(perform(Send(request, Purpose("a call"))))
    return found


def to(location: str, status: int = 307) -> Response:
    """A redirect."""
    return answer(b"", status, location=location)


@pytest.mark.parametrize("location", ["/b", "b", "https://host/b", "https://host:443/b", "HTTPS://HOST/b"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_same_place_keeps_the_key(location: str, status: int) -> None:
    """A GET follows within its origin with all its headers."""
    world = World([to(location, status), OK])
    assert follow(world) == OK
    assert world.requests[1].headers == {**SECRETS, **HARMLESS}
    assert world.requests[1].url.lower().removeprefix("https://host:443").endswith("/b")


@pytest.mark.parametrize(
    "location",
    [
        "https://other/b",
        "//other/b",
        "http://host/b",
        "https://host:8443/b",
        "https://host.evil/b",
        "https://x@other/b",
    ],
)
def test_other_place_loses_the_key(location: str) -> None:
    """A GET follows to another origin with nothing but harmless headers."""
    world = World([to(location), OK])
    assert follow(world) == OK
    assert world.requests[1].headers == HARMLESS


def test_the_key_does_not_come_back() -> None:
    """A way back to the first origin does not bring the key back."""
    world = World([to("https://other/b"), to("https://host/c"), OK])
    follow(world)
    assert world.requests[2].headers == HARMLESS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_post_to_another_place(status: int) -> None:
    """A POST never goes to another origin; the error tells the place."""
    world = World([to("https://other.example/b", status)])
    with pytest.raises(HTTPStatusError, match=r"other\.example") as caught:
        follow(world, "POST")
    assert caught.value.status_code == status
    assert len(world.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303])
def test_post_that_would_become_a_get(status: int) -> None:
    """A POST is not turned into a GET."""
    world = World([to("/b", status)])
    with pytest.raises(HTTPStatusError):
        follow(world, "POST")


@pytest.mark.parametrize("status", [307, 308])
def test_post_within_its_place(status: int) -> None:
    """A POST follows 307 and 308 within its origin, with its body."""
    world = World([to("/b", status), OK])
    assert follow(world, "POST") == OK
    second = world.requests[1]
    assert (second.method, second.body, second.headers["authorization"]) == ("POST", b"body", "Bearer sk-1")


def test_five_redirects() -> None:
    """Five redirects are followed; a sixth is an error."""
    assert follow(World([*[to(f"/{n}") for n in range(5)], OK])) == OK
    world = World([to(f"/{n}") for n in range(9)])
    with pytest.raises(InferenceConnectionError, match="redirected more than 5 times"):
        follow(world)
    assert len(world.requests) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://host/b", "data:text/plain,x", "javascript:1"])
def test_other_schemes(location: str) -> None:
    """A redirect to anything but http(s) is refused."""
    with pytest.raises(InferenceConnectionError, match=r"not http\(s\)"):
        follow(World([to(location)]))


@pytest.mark.parametrize("location", ["http://[::1", "https://host:port/", "https://host:99999/"])
def test_broken_address(location: str) -> None:
    """A redirect to no address at all is an error of ours."""
    with pytest.raises((InferenceConnectionError, HTTPStatusError)):
        follow(World([to(location), OK]))


@pytest.mark.parametrize("status", [300, 304, 307])
def test_no_location(status: int) -> None:
    """A 3xx that leads nowhere is a refusal."""
    with pytest.raises(HTTPStatusError) as caught:
        follow(World([answer(b"", status)]))
    assert caught.value.status_code == status


@pytest.mark.parametrize(
    ("url", "location", "public_only"),
    [
        ("https://api.example.com/a", "https://other.example.com/b", True),
        ("https://api.example.com/a", "/b", False),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:9090/b", False),
        ("http://127.0.0.1:8080/a", "http://169.254.169.254/b", True),
    ],
)
def test_no_way_into_a_private_network(url: str, location: str, public_only: bool) -> None:
    """A public host does not lead to a private one; a private one may, and each to itself."""
    world = World([to(location), OK])
    follow(world, url=url)
    assert world.requests[1].public_only is public_only


def test_public_only_stays() -> None:
    """An address that a server gave stays under suspicion after a redirect."""
    world = World([to("/b"), to("https://other/c"), OK])
    request = Request("GET", "https://host/a", {}, None, public_only=True)
    world.run(perform(Send(request, Purpose("a download"))))
    assert [sent.public_only for sent in world.requests] == [True, True, True]


def test_stream() -> None:
    """A stream follows 307 within its origin."""
    step = opening().send(None)
    world = World([to("/b"), OK])
    assert world.run(perform(step)).status == 200
    assert world.lines == ["POST https://host/path", "POST https://host/b"]
