"""Leading requests elsewhere: an address passes through a function of the caller's before it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from ..errors import InputError
from ..flow import Flow, Open, Send, Step, relay
from ..wire import address

T = TypeVar("T")

_Origin = tuple[str, str, int | None]


async def led(flow: Flow[T], transform: Callable[[str], str]) -> T:
    """Run a flow whose requests go to the addresses that `transform` returns; look-ups at the Hub stay.

    Raises:
        InputError: It returns no address.
    """
    chosen: dict[_Origin, bool] = {}

    async def answer(step: Step[Any]) -> Any:
        if isinstance(step, (Send, Open)) and not step.purpose.hub:
            url: Any = transform(step.request.url)
            if not address.is_url(url) or address.trouble(url):
                raise InputError(f"url_transform must return an http(s) address, not {url!r:.100}")
            if address.origin(url) != address.origin(step.request.url):
                chosen[address.origin(url)] = address.is_private(url)
            public_only = step.request.public_only and not _may_be_private(url, chosen)
            step.request = replace(step.request, url=url, public_only=public_only)
        return await step

    return await relay(flow, answer)


def _may_be_private(url: str, chosen: dict[_Origin, bool]) -> bool:
    """Whether an address that a server gave may be private, by the origins that the caller leads to, private or not.

    A provider that is led to a private network may answer with its addresses, but not with those at which clouds tell
    secrets.
    """
    return address.origin(url) in chosen or (any(chosen.values()) and not address.is_link_local(url))
