"""Addresses: what kind of place a URL names. Nothing here resolves a name."""

from __future__ import annotations

import base64
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit


def is_url(value: object) -> bool:
    """Whether a model name is in truth an address."""
    return isinstance(value, str) and value.lower().startswith(("http://", "https://"))


def trouble(url: str) -> str | None:
    """What is wrong with an address, or None where it can be used."""
    if any(char <= " " or char in "\\\x7f" for char in url):
        return "it holds a blank, a backslash or a control character"
    try:
        parts = urlsplit(url)
        named = parts.hostname and parts.hostname.encode("idna") and parts.port != 0
        url.encode()
    except ValueError as error:
        return str(error)
    return None if named else "it names no host"


def host(url: str) -> str:
    """The host name, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def login(url: str) -> str | None:
    """The name and the password in an address, as the header `authorization` carries them (RFC 7617)."""
    both, _, _ = urlsplit(url).netloc.rpartition("@")
    return f"Basic {base64.b64encode(unquote_to_bytes(both)).decode()}" if ":" in both else None


@lru_cache(maxsize=256)
def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a key is bound to."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme.lower(), (parts.hostname or "").lower(), port


def is_private(url: str) -> bool:
    """Whether the host is, by its name alone, this machine or a private network."""
    import ipaddress

    name = host(url)
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name


def is_link_local(url: str) -> bool:
    """Whether the host is, by its name alone, one of those that clouds tell a machine's secrets at."""
    import ipaddress

    name = host(url)
    try:
        ip = ipaddress.ip_address(int(name) if name.isascii() and name.isdigit() else name)
    except ValueError:
        return False
    inner = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (inner or ip).is_link_local


def path(url: str) -> str:
    """The path of a URL and its query string; a path is returned as it is."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def with_path(url: str, path: str) -> str:
    """Append to the path of a URL; its query string stays behind the path."""
    base, mark, query = url.partition("?")
    return base.rstrip("/") + path + mark + query


def with_query(url: str, query: str) -> str:
    """Append to the query string of a URL."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
