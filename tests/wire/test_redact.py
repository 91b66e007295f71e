"""Redaction: no secret is kept in an error, wherever it stood."""

from __future__ import annotations

import pytest

from infermux.flow import Request
from infermux.wire import redact

SECRET = "hf_SeCrEtSeCrEt"


def request(**changes: object) -> Request:
    """A request with a key."""
    given = {"method": "POST", "url": "https://host/path", "headers": {"authorization": f"Bearer {SECRET}"}}
    return Request(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "X-Key",
        "x-api-key",
        "Api-Key",
        "Cookie",
        "Set-Cookie",
        "X-Auth-Token",
        "Proxy-Authorization",
        "X-Amz-Security-Token",
        "x-secret",
        "X-Goog-Signature",
    ],
)
def test_secret_headers(name: str) -> None:
    """A header that may hold a credential keeps its name and loses its value."""
    assert redact.headers({name: SECRET}) == {name.lower(): redact.MARK}


@pytest.mark.parametrize(
    "name", ["content-type", "x-request-id", "x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "retry-after"]
)
def test_plain_headers(name: str) -> None:
    """Headers that help to find the fault stay."""
    assert redact.headers({name: "12"}) == {name: "12"}


def test_address_in_a_header() -> None:
    """An address in a header, such as a Location, loses its signature."""
    assert SECRET not in redact.headers({"location": f"https://h/x?sig={SECRET}"})["location"]


@pytest.mark.parametrize(
    "url",
    [
        f"https://h/p?api_key={SECRET}",
        f"https://h/p?a=1&key={SECRET}&b=2",
        f"https://h/p?token={SECRET}#f",
        f"https://h/p?access_token={SECRET}",
        f"https://h/p?X-Amz-Signature={SECRET}&X-Amz-Date=1",
        f"https://h/p?X-Goog-Signature={SECRET}",
        f"https://h/p?sig={SECRET}",
        f"https://user:{SECRET}@h/p",
        f"https://{SECRET}@h/p",
    ],
)
def test_secrets_in_addresses(url: str) -> None:
    """Keys and signatures in a query, and user info, go; the place stays."""
    shown = redact.url(url)
    assert SECRET not in shown
    assert shown.startswith("https://h/p")


def test_plain_address() -> None:
    """An address without secrets is shown whole."""
    assert redact.url("https://h/p?model=a&max_tokens=3") == "https://h/p?model=a&max_tokens=3"


@pytest.mark.parametrize("name", ["api_key", "apiKey", "token", "access_token", "password", "secret", "hf_token"])
def test_secrets_in_bodies(name: str) -> None:
    """A field of a body that is named like a secret loses its value."""
    kept = redact.sent(request(body=f'{{"{name}": "{SECRET}", "model": "m"}}'.encode()))
    assert SECRET not in repr(kept)
    assert '"model": "m"' in str(kept.body)


def test_key_in_the_body_of_its_own_request() -> None:
    """The request's key is found in its body by its value, whatever the field is called."""
    kept = redact.sent(request(body=f'{{"user": "{SECRET}"}}'.encode()))
    assert SECRET not in repr(kept)


@pytest.mark.parametrize("header", ["authorization", "x-key", "api-key"])
@pytest.mark.parametrize("scheme", ["Bearer ", "Key ", ""])
def test_secret_that_the_server_echoes(header: str, scheme: str) -> None:
    """A key that a server repeats, in its words or headers, is not kept."""
    sent = request(headers={header: scheme + SECRET})
    kept = redact.received(sent, 401, {"x-said": f"bad key {SECRET}"}, f"wrong key: {SECRET}!".encode())
    assert SECRET not in repr(kept)
    assert "wrong key" in kept.text


def test_cookie_that_the_server_echoes() -> None:
    """Each of the cookies of a request is found in what the server answers."""
    sent = request(headers={"cookie": f"session={SECRET}; theme=dark"})
    kept = redact.received(sent, 400, {}, f"unknown session {SECRET}".encode())
    assert SECRET not in repr(kept)


def test_user_info_that_the_server_echoes() -> None:
    """Where the key stands in the address, an echo of the address does not show it."""
    sent = request(url=f"https://h/p?api_key={SECRET}", headers={})
    kept = redact.received(sent, 404, {}, f"no route /p?api_key={SECRET}".encode())
    assert SECRET not in repr(kept)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", bytes(range(256))])
def test_binary_bodies(body: bytes) -> None:
    """Bodies that are no text are told by their size."""
    assert redact.sent(request(body=body)).body == f"<{len(body)} bytes>"


def test_long_body() -> None:
    """A very long text is not kept whole."""
    kept = redact.sent(request(body=b"a" * 3_000_000))
    assert len(str(kept.body)) <= 200_000


def test_no_body() -> None:
    """A request without a body has none."""
    assert redact.sent(request(method="GET")).body is None


@pytest.mark.parametrize("form", ["sk-ab/cd+ef=", "sk-ab%2Fcd%2Bef%3D", "sk-ab\\/cd+ef="])
@pytest.mark.parametrize("place", ["header", "query"])
def test_forms_of_a_secret(form: str, place: str) -> None:
    """A key that a server repeats is known as it is, as it stands in a URL, and as some write it in JSON."""
    given = (
        {"headers": {"x-key": "sk-ab/cd+ef="}} if place == "header" else {"url": "https://h/?key=sk-ab%2Fcd%2Bef%3D"}
    )
    secrets = redact.secrets_of(request(**given))
    assert redact.text(f"the key {form}.", secrets) == f"the key {redact.MARK}."
