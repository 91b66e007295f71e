"""Which proxy a request goes through."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

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
    """Proxies by scheme; `all` serves every scheme, and `no` lists the hosts that need none, as in `NO_PROXY`."""

    def __init__(self, proxies: Mapping[str, str] | str | None, trust_env: bool) -> None:
        explicit = {"all": proxies} if isinstance(proxies, str) else dict(proxies or {})
        if trust_env:
            from urllib.request import getproxies_environment

            explicit = {**getproxies_environment(), **explicit}
        self._urls = explicit

    def find(self, place: Place) -> Proxy | None:
        """Return the proxy on the way to a place, if there is one."""
        url = self._urls.get(place.scheme) or self._urls.get("all")
        if not url or self._is_exempt(place):
            return None
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme != "http" or not parts.hostname:
            raise Unreachable(f"only http:// proxies are supported, not {parts.scheme}://{parts.hostname}")
        authorization = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = "Basic " + b64encode(pair.encode()).decode()
        return Proxy(parts.hostname, parts.port or 80, authorization)

    def _is_exempt(self, place: Place) -> bool:
        names = {place.host, f"{place.host}:{place.port}"}
        for entry in self._urls.get("no", "").lower().split(","):
            name = entry.strip().lstrip(".")
            if name and (name == "*" or name in names or any(own.endswith(f".{name}") for own in names)):
                return True
        return False
