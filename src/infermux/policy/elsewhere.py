"""Leading requests elsewhere: an address passes through a function of the caller's before it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from ..errors import InputError
from ..flow import Flow, Open, Send, Step, relay
from ..wire import address

T = TypeVar("T")


async def led(flow: Flow[T], transform: Callable[[str], str]) -> T:
    """Run a flow whose requests go to the addresses that `transform` returns; look-ups at the Hub stay.

    Raises:
        InputError: It returns no address.
    """

    async def answer(step: Step[Any]) -> Any:
        if isinstance(step, (Send, Open)) and not step.purpose.hub:
            url: Any = transform(step.request.url)
            if not address.is_url(url) or address.trouble(url):
                raise InputError(f"url_transform must return an http(s) address, not {url!r:.100}")
            step.request = replace(step.request, url=url)
        return await step

    return await relay(flow, answer)
