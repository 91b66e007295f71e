"""Addresses: what kind of place a URL names."""

from __future__ import annotations

import pytest

from infermux.wire import address


@pytest.mark.parametrize("value", ["http://h", "https://h/x", "HTTP://H"])
def test_url(value: str) -> None:
    """http and https name addresses, in any case."""
    assert address.is_url(value)


@pytest.mark.parametrize("value", ["org/model", "ftp://h", "file:///etc/passwd", "httpx", "", None, 5])
def test_no_url(value: object) -> None:
    """All else is a model's name."""
    assert not address.is_url(value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h/a", "https://h:443/b", True),
        ("http://h/a", "http://h:80/b", True),
        ("https://H/a", "https://h/b", True),
        ("https://h/a", "http://h/a", False),
        ("https://h/a", "https://h:8443/a", False),
        ("https://h/a", "https://x.h/a", False),
        ("https://h@evil/a", "https://h/a", False),
    ],
)
def test_origin(one: str, other: str, same: bool) -> None:
    """A key is bound to scheme, host and port."""
    assert (address.origin(one) == address.origin(other)) is same


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://127.0.0.1:8080",
        "http://10.1.2.3",
        "http://192.168.0.1",
        "http://172.16.0.1",
        "http://[::1]",
        "http://169.254.169.254/latest",
        "http://[fe80::1]",
        "http://0.0.0.0",
        "http://box",
        "http://a.local",
        "http://100.64.0.1",
        "http://metadata.google.internal",
        "http://[::ffff:127.0.0.1]",
    ],
)
def test_private(url: str) -> None:
    """This machine and private networks are known by their names alone."""
    assert address.is_private(url)


@pytest.mark.parametrize("url", ["https://api.together.xyz", "http://8.8.8.8", "https://[2001:4860:4860::8888]"])
def test_public(url: str) -> None:
    """Public hosts are not private."""
    assert not address.is_private(url)


@pytest.mark.parametrize(
    ("url", "path", "whole"),
    [
        ("http://h", "/v1", "http://h/v1"),
        ("http://h/", "/v1", "http://h/v1"),
        ("http://h/a/", "/v1", "http://h/a/v1"),
        ("http://h/a?b=c", "/v1", "http://h/a/v1?b=c"),
        ("http://h?b=c", "/v1", "http://h/v1?b=c"),
    ],
)
def test_path(url: str, path: str, whole: str) -> None:
    """A path is appended before the query."""
    assert address.with_path(url, path) == whole


@pytest.mark.parametrize(
    ("url", "query", "whole"),
    [("http://h", "a=b", "http://h?a=b"), ("http://h?x=y", "a=b", "http://h?x=y&a=b"), ("http://h", "", "http://h")],
)
def test_query(url: str, query: str, whole: str) -> None:
    """Parameters are appended to the query that is there."""
    assert address.with_query(url, query) == whole


@pytest.mark.parametrize(
    "url",
    [
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://h/\ud800",
        "http://\ud800/",
        "http://h:port/",
        "http://h:99999/",
        "http://[::1/",
        "http://",
        "http://a b/",
        "http://h\\@x/",
    ],
)
def test_trouble(url: str) -> None:
    """What no connection can be made to is known before one is tried."""
    assert address.trouble(url)


@pytest.mark.parametrize("url", ["http://h", "https://a.b:8443/x?y=z", "http://[::1]:80/", "https://bücher.example/ä"])
def test_no_trouble(url: str) -> None:
    """All else can be tried."""
    assert address.trouble(url) is None
