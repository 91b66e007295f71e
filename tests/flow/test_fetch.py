"""Downloads: what a provider answers is not trusted, what the caller names is fetched without a key (F09, T7, T25)."""

from __future__ import annotations

import pytest
from playing import World, answer

from infermux.errors import HTTPStatusError, IncompleteAnswerError, ProviderOutputError
from infermux.flow import Flow, Response
from infermux.policy.retry import retrying
from infermux.wire import fetch
from infermux.wire.media import Media

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PUBLIC, PRIVATE = "https://api.provider.example/v1", "http://127.0.0.1:8080/v1"


def result(url: str, provider: str = PUBLIC) -> Flow[Media]:
    """The flow that fetches a result."""
    return fetch.result(url, provider, "infermux", "text-to-image at p")


def test_result() -> None:
    """A result is fetched by GET, with nothing but the user agent."""
    world = World([answer(PNG, content_type="image/png")])
    found = world.run(result("https://cdn.example/a.png"))
    assert (found.data, found.media_type) == (PNG, "image/png")
    assert world.lines == ["GET https://cdn.example/a.png"]
    assert world.requests[0].headers == {"user-agent": "infermux"}


@pytest.mark.parametrize(
    ("url", "provider", "flagged"),
    [
        ("https://cdn.example/a.png", PUBLIC, True),
        ("http://169.254.169.254/latest/meta-data", PUBLIC, True),
        ("http://localhost/a.png", PUBLIC, True),
        ("http://10.0.0.1/a.png", PUBLIC, True),
        ("https://api.provider.example/files/a.png", PUBLIC, False),
        ("http://127.0.0.1:9000/a.png", PRIVATE, False),
        ("http://127.0.0.1:8080/a.png", PRIVATE, False),
        ("http://169.254.169.254/latest/meta-data", PRIVATE, True),
        ("http://[::ffff:169.254.169.254]/latest/meta-data", PRIVATE, True),
        ("http://2852039166/latest/meta-data", PRIVATE, True),
        ("http://[fe80::1]/a.png", PRIVATE, True),
    ],
)
def test_private_addresses(url: str, provider: str, flagged: bool) -> None:
    """Unless the provider is itself on a private network, its results must not lead into one."""
    world = World([answer(PNG)])
    world.run(result(url, provider))
    assert world.requests[0].public_only is flagged


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://h/a", "/etc/passwd", "", "javascript:1", "gopher://h"])
def test_no_address(url: str) -> None:
    """What is not http(s) is refused, and nothing is asked."""
    world = World()
    with pytest.raises(ProviderOutputError, match=r"not http\(s\)"):
        world.run(result(url))
    assert world.requests == []


def test_data_url() -> None:
    """A data URL is decoded here."""
    world = World()
    assert world.run(result("data:image/gif;base64,R0lGODlh")) == Media(b"GIF89a", "image/gif")
    assert world.requests == []


def test_broken_data_url() -> None:
    """A data URL that cannot be decoded is the provider's fault, not the caller's."""
    with pytest.raises(ProviderOutputError):
        World().run(result("data:image/png;base64,@@"))


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/html; charset=utf-8", "application/json", "application/xml", "text/xml"]
)
def test_page_in_the_place_of_media(content_type: str) -> None:
    """A page where media should be is no media."""
    with pytest.raises(ProviderOutputError, match="not media"):
        World([answer(b"<html>gone</html>", content_type=content_type)]).run(result("https://cdn.example/a.png"))


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/plain", "application/problem+json", None])
@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>gone</p>", b'{"error": "gone"}', "404: Not Foünd".encode()])
def test_words_in_the_place_of_media(content_type: str | None, body: bytes) -> None:
    """Nor are words, whatever they are called; unless words are what is fetched."""
    said = answer(body, content_type=content_type) if content_type else answer(body)
    with pytest.raises(ProviderOutputError, match="not media"):
        World([said]).run(result("https://cdn.example/a.mp4"))
    words = fetch.result("https://cdn.example/a.txt", PUBLIC, "infermux", "p", as_text=True)
    assert World([said]).run(words).data == body


@pytest.mark.parametrize(("body", "content_type"), [(b"<svg></svg>", "image/svg+xml"), (b"\xff\xf1P", "text/plain")])
def test_media_of_no_known_beginning(body: bytes, content_type: str) -> None:
    """A drawing made of words is media where it is called so; so is what no words begin with."""
    assert World([answer(body, content_type=content_type)]).run(result("https://cdn.example/a")).data == body


def test_wrongly_announced_media() -> None:
    """Media are known by their bytes, whatever the header says."""
    world = World([answer(PNG, content_type="text/html")])
    assert world.run(result("https://cdn.example/a")).media_type == "image/png"


def test_empty_result() -> None:
    """An empty result is no result."""
    with pytest.raises(IncompleteAnswerError):
        World([answer(b"", content_type="image/png")]).run(result("https://cdn.example/a.png"))


def test_size_is_bounded() -> None:
    """A result may not be endless."""
    flow = result("https://cdn.example/a.png")
    assert flow.send(None).max_bytes == fetch.MAX_RESULT_BYTES  # type: ignore[attr-defined]
    flow.close()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_refused_result(status: int) -> None:
    """A result that is refused is an error, not media."""
    world = World([answer(b"<html>gone</html>", status)])
    with pytest.raises(HTTPStatusError):
        world.run(retrying(result("https://cdn.example/a.png"), True, 0))


def given(url: str) -> Flow[Media]:
    """The flow that fetches what the caller named."""
    return retrying(fetch.given(Media(url=url), "infermux"), True, 0)


def test_input() -> None:
    """The caller's URL is fetched without a key, and may be on a private network."""
    world = World([answer(PNG, content_type="image/jpeg")])
    found = world.run(given("http://127.0.0.1:9/a.jpg"))
    assert (found.data, found.media_type) == (PNG, "image/png")
    assert world.requests[0].headers == {"user-agent": "infermux"}
    assert world.requests[0].public_only is False


def test_input_that_is_here() -> None:
    """Media that need no download ask for none."""
    world = World()
    assert world.run(fetch.given(Media(PNG, "image/png"), "infermux")) == Media(PNG, "image/png")


@pytest.mark.parametrize("said", [answer(b"<html>", 404), answer(b"x", 500), answer(b"", 302)])
def test_refused_input(said: Response) -> None:
    """An input that cannot be fetched is an error that names it; its error page is not taken for media."""
    with pytest.raises(HTTPStatusError, match=r"a\.jpg"):
        World([said]).run(given("https://h/a.jpg"))


@pytest.mark.parametrize("query", ["X-Amz-Signature=s3cr3t-s3cr3t", "sig=s3cr3t-s3cr3t", "token=s3cr3t-s3cr3t"])
def test_signed_input(query: str) -> None:
    """The signature of an input's address is in no part of the error."""
    with pytest.raises(HTTPStatusError) as caught:
        World([answer(b"denied", 403)]).run(given(f"https://bucket.example/a.flac?{query}"))
    assert "s3cr3t-s3cr3t" not in f"{caught.value}{caught.value.__dict__}"
