"""Which proxy a request goes through."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ..errors import InputError
from ..flow import Unreachable
from ._address import Place


class Proxy(NamedTuple):
    """An HTTP proxy."""

    host: str
    port: int
    authorization: str | None

    @property
    def url(self) -> str:
        """Its address, without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What it wants to be told."""
        return {} if self.authorization is None else {"Proxy-Authorization": self.authorization}


class Proxies:
    """Proxies by scheme; `all` serves every scheme, and `no` lists the hosts that need none, as in `NO_PROXY`.

    Raises:
        InputError: One that the caller gave cannot be used.
    """

    def __init__(self, proxies: Mapping[str, str] | str | None, trust_env: bool) -> None:
        explicit = {"all": proxies} if isinstance(proxies, str) else dict(proxies or {})
        for url in (url for scheme, url in explicit.items() if url and scheme != "no"):
            _proxy(url)
        if trust_env:
            from urllib.request import getproxies_environment

            explicit = {**getproxies_environment(), **explicit}
        self._urls = explicit

    def find(self, place: Place) -> Proxy | None:
        """Return the proxy on the way to a place, if there is one."""
        url = self._urls.get(place.scheme) or self._urls.get("all")
        if not url or self._is_exempt(place):
            return None
        try:
            return _proxy(url)
        except InputError as error:
            raise Unreachable(str(error)) from error

    def _is_exempt(self, place: Place) -> bool:
        names = {place.host, f"{place.host}:{place.port}"}
        for entry in self._urls.get("no", "").lower().split(","):
            name = entry.strip().lstrip(".")
            if name and (name == "*" or name in names or any(own.endswith(f".{name}") for own in names)):
                return True
        return False


def _proxy(url: str) -> Proxy:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or 80
    except (TypeError, ValueError):
        raise InputError("a proxy must be an address like http://host:port") from None
    if parts.scheme != "http" or not parts.hostname:
        raise InputError(f"only http:// proxies are supported, not {parts.scheme}://{parts.hostname or ''}")
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + b64encode(pair.encode()).decode()
    return Proxy(parts.hostname, port, authorization)
