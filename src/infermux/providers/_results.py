"""Results that an answer only points at: the address is read from it, and what stands there is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..types._record import WrongShape
from ..wire import fetch
from ..wire.media import Media
from ._base import Exchange, Route


async def media_at(route: Route, exchange: Exchange, find: Callable[[Any], Any], as_text: bool = False) -> Media:
    """The media at the address that `find` takes out of an answer; `as_text` where words stand there."""
    url = exchange.understood(exchange.json(), lambda value: text_of(find(value)))
    return await fetch.result(url, route.base, route.user_agent, route.purpose.text, as_text)


def text_of(value: Any) -> str:
    """What must be a text in an answer, as an address must be.

    Raises:
        WrongShape: It is something else.
    """
    if not isinstance(value, str):
        raise WrongShape("a text", value)
    return value
