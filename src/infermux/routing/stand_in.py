"""`INFERMUX_SANDBOX`: for offline work on an app, the sandbox answers in place of all that Hugging Face leads to.

Nothing goes there that could be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec.structs import replace

from ..flow import Call
from ..notices import tell
from ..wire import address, redact
from . import environment, keys
from .settings import Settings


def answers_for(url: str) -> bool:
    """Whether the sandbox answers here: in place of the Hub, the router or an endpoint there, or at its own address."""
    base = environment.sandbox()
    return base is not None and (keys.may_have_ambient(url) or _is_at(base, url))


async def led(url: str) -> str:
    """The address to use for this one: its path at the sandbox, where that answers in its place.

    Raises:
        InputError: `INFERMUX_SANDBOX` is no word that is known.
    """
    if not answers_for(url):
        return url
    base = environment.sandbox() or await Call(_start)
    if _is_at(base, url):
        return redact.url(url)
    _tell_once(base)
    return base + address.path(redact.url(url))


def without_secrets(settings: Settings) -> Settings:
    """The settings without cookies, and without the headers and parameters that are named like a secret."""
    return replace(settings, cookies={}, headers=_plain(settings.headers), query=_plain(settings.query))


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if not redact.is_secret(name)}


def _is_at(base: str, url: str) -> bool:
    return address.origin(url) == address.origin(base)


def _start() -> str:
    from ..sandbox import start

    return start()


@cache
def _tell_once(base: str) -> None:
    tell(f"INFERMUX_SANDBOX is set: the sandbox at {base} answers, and no provider")
