"""Pictures: the route that OpenAI-like providers have for them, and how a picture is handed to the caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..errors import InputError
from ..flow import Call
from ..tasks.text_to_image import TextToImageAsk
from ..wire import fetch, media
from ..wire.media import Media, of_bytes
from ._base import Dialect, Exchange, Route
from ._openai import first, without


def images(
    *,
    rename: Mapping[str, str] | None = None,
    fixed: Mapping[str, Any] | None = None,
    drops: frozenset[str] = frozenset(),
    one_size: bool = False,
    urls: bool = True,
) -> Dialect:
    """The dialect for POST `/images/generations`.

    Args:
        rename: The task's option → the provider's.
        fixed: Sent where the caller gives nothing else.
        drops: Options that the provider refuses or ignores; they are left out, with a warning.
        one_size: The size travels as one text, `WIDTHxHEIGHT`.
        urls: Whether the provider can answer with the address of the picture.
    """
    names, defaults = dict(rename or {}), dict(fixed or {})

    async def dialect(ask: TextToImageAsk, route: Route) -> Any:
        if not urls:
            without_urls(ask, route)
        given = without(ask.parameters, drops, "text_to_image", route)
        options = {names.get(name, name): value for name, value in given.items()}
        if one_size:
            width, height = options.pop("width", None), options.pop("height", None)
            if (width is None) != (height is None):
                raise InputError(f"text_to_image: {route.provider.title} needs width and height together")
            if width is not None:
                options["size"] = f"{width}x{height}"
        if ask.output_type == "url":
            options["response_format"] = "url"
        body = {"prompt": ask.prompt, **defaults, **options, "model": route.model}
        exchange = await route.post("/images/generations", body, accept="image/png")
        return await picture(ask, route, exchange)

    return dialect


async def picture(ask: TextToImageAsk, route: Route, exchange: Exchange) -> Any:
    """The picture in an answer `{"data": [{"b64_json"} or {"url"}]}`, in the form that the caller wants."""
    value = exchange.json()
    if ask.output_type == "json":
        return value
    item = exchange.understood(value, partial(first, name="data"))
    if ask.output_type == "url":
        return exchange.understood(item, lambda found: found["url"])
    if item.get("url"):
        found = await fetch.result(item["url"], route.base, route.user_agent, route.purpose.text)
    else:
        found = exchange.understood(item, lambda found: of_base64(found["b64_json"]))
    return await handed(ask, exchange, found)


async def handed(ask: TextToImageAsk, exchange: Exchange, found: Media) -> Any:
    """A picture that is here, in the form that the caller wants.

    Raises:
        ProviderOutputError: The bytes are no picture.
    """
    if ask.output_type == "bytes":
        return found.data
    if ask.output_type == "data_url":
        return found.data_url
    try:
        return await Call(partial(media.to_image, found.data))
    except ValueError as error:
        raise exchange.unreadable(str(error)) from None


def without_urls(ask: TextToImageAsk, route: Route) -> None:
    """Refuse `output_type="url"` for a provider that answers with the picture itself.

    Raises:
        InputError: The caller asks for a URL.
    """
    if ask.output_type == "url":
        raise InputError(f"text_to_image: {route.provider.title} answers with the picture itself and has no URL for it")


def of_base64(text: str) -> Media:
    """Media out of base64 text."""
    try:
        return of_bytes(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(f"the media is not base64: {error}") from None
