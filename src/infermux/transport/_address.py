"""Where a URL leads, and whether an address is one of the public internet."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import gaierror
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from ..flow import Refused, Unreachable

_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_NAT64 = IPv6Network("64:ff9b::/96")


class Place(NamedTuple):
    """A URL as a connection needs it."""

    scheme: str
    host: str
    port: int
    authority: str
    target: str


@lru_cache(maxsize=256)
def locate(url: str) -> Place:
    """Take a URL apart; one that cannot be sent is a `ValueError`."""
    if _UNSAFE.search(url):
        raise ValueError(f"a URL holds no blanks or control characters: {url!r}")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        raise Refused(f"refused: {url[:80]!r} is neither http nor https")
    host = (parts.hostname or "").encode("idna").decode()
    if not host:
        raise ValueError(f"a URL names a host: {url!r}")
    default = _PORTS[parts.scheme]
    port = parts.port or default
    authority = f"[{host}]" if ":" in host else host
    if port != default:
        authority += f":{port}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii():
        target = quote(target, safe=string.punctuation)
    return Place(parts.scheme, host, port, authority, target)


def is_public(address: str) -> bool:
    """Whether a numeric address is reached over the public internet."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        ip = _inner(ip) or ip
    if isinstance(ip, IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def check_public(host: str, addresses: Iterable[str]) -> None:
    """Refuse a host when one of its addresses is not public."""
    for address in addresses:
        if not is_public(address):
            raise Refused(f"refused: {host} is not a public address ({address})")


def unreachable(peer: str, error: OSError) -> Unreachable:
    """Say why no connection to a peer was made."""
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(f"connection refused by {peer}")
    if isinstance(error, gaierror):
        return Unreachable(f"no address is known for {peer}: {error.strerror}")
    return Unreachable(f"no connection to {peer}: {error}")


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
