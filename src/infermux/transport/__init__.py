"""How bytes move. The default transports are imported when the first call is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from .base import AsyncTransport, Transport


def transport_for(given: Any, proxies: Mapping[str, str] | str | None, trust_env: bool) -> Transport:
    """The transport of a sync client: the default one, or around what the caller gave.

    Raises:
        InputError: What was given is no client that moves bytes and blocks.
    """
    if given is None:
        from .http import HTTPTransport

        return HTTPTransport(proxies=proxies, trust_env=trust_env)
    if _is_httpx(given, "Client"):
        from .httpx import HttpxTransport

        return HttpxTransport(given)
    return _checked(given, "httpx.Client")  # type: ignore[no-any-return]


def async_transport_for(given: Any, proxies: Mapping[str, str] | str | None, trust_env: bool) -> AsyncTransport:
    """The transport of an async client: the default one, or around what the caller gave.

    Raises:
        InputError: What was given is no client that moves bytes on an event loop.
    """
    if given is None:
        from .aio import AiohttpTransport

        return AiohttpTransport(proxies=proxies, trust_env=trust_env)
    if _is_httpx(given, "AsyncClient"):
        from .httpx import AsyncHttpxTransport

        return AsyncHttpxTransport(given)
    return _checked(given, "httpx.AsyncClient")  # type: ignore[no-any-return]


def _is_httpx(given: Any, name: str) -> bool:
    return any(cls.__name__ == name and cls.__module__.startswith("httpx") for cls in type(given).__mro__)


def _checked(given: Any, wanted: str) -> Any:
    is_httpx = any(cls.__module__.startswith("httpx") for cls in type(given).__mro__)
    if is_httpx or not (callable(getattr(given, "send", None)) and callable(getattr(given, "open", None))):
        raise InputError(f"http_client must be an {wanted} or a transport of infermux, not {type(given).__name__}")
    return given
