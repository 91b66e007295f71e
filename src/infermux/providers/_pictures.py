"""Pictures: the route that OpenAI-like providers have for them, and how a picture is handed to the caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Protocol

from msgspec.structs import replace

from ..errors import InputError
from ..flow import Call
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json, is_object
from ..types._record import WrongShape
from ..wire import fetch, media
from ..wire.media import Media, of_bytes
from ._base import Dialect, Exchange, Route
from ._openai import first, without


class Pictured(Protocol):
    """Any question whose answer holds pictures."""

    task: ClassVar[str]

    @property
    def output_type(self) -> str:
        """The form in which the caller wants them."""
        ...


def images(
    *,
    rename: Mapping[str, str] | None = None,
    fixed: Mapping[str, Any] | None = None,
    drops: frozenset[str] = frozenset(),
    one_size: bool = False,
    urls: bool = True,
    given: Callable[[str, str], Mapping[str, Any]] | None = None,
) -> Dialect:
    """The dialect for POST `/images/generations`, from words or, with `given`, from a picture too.

    Args:
        rename: The task's option → the provider's.
        fixed: Sent where the caller gives nothing else.
        drops: Options that the provider refuses or ignores; they are left out, with a warning.
        one_size: The size travels as one text, `WIDTHxHEIGHT`.
        urls: Whether the provider can answer with the address of the picture.
        given: How a picture goes along: of its address and the provider's id of the model, the fields to send.
    """
    names, defaults = dict(rename or {}), dict(fixed or {})

    async def dialect(ask: TextToImageAsk | ImageToImageAsk, route: Route) -> Any:
        if not urls:
            without_urls(ask, route)
        taken = without(ask.parameters, drops, _method(ask), route)
        options = {names.get(name, name): value for name, value in taken.items()}
        if one_size:
            width, height = options.pop("width", None), options.pop("height", None)
            if (width is None) != (height is None):
                raise InputError(f"{_method(ask)}: {route.provider.title} needs width and height together")
            if width is not None:
                options["size"] = f"{width}x{height}"
        if ask.output_type == "url":
            options["response_format"] = "url"
        shown: Mapping[str, Any] = {}
        if given and isinstance(ask, ImageToImageAsk):
            shown = given(address_of(ask.image), route.model)
        body = {"prompt": ask.prompt or "", **shown, **defaults, **options, "model": route.model}
        exchange = await route.post("/images/generations", body, accept="image/png")
        return await picture(ask, route, exchange)

    return dialect


async def picture(ask: Pictured, route: Route, exchange: Exchange) -> Any:
    """The picture in an answer `{"data": [{"b64_json"} or {"url"}]}`, in the form that the caller wants."""
    value = exchange.json()
    if ask.output_type == "json":
        return value
    item = exchange.understood(value, _item)
    if ask.output_type == "url":
        return exchange.understood(item, lambda found: found["url"])
    if item.get("url"):
        found = await fetch.result(item["url"], route.base, route.user_agent, route.purpose.text)
    else:
        found = exchange.understood(item, lambda found: of_base64(found["b64_json"]))
    return await handed(ask, exchange, found)


def _item(value: Any) -> Json:
    item = first(value, "data")
    if not is_object(item):
        raise WrongShape("an object", item).at("data[0]")
    return item


async def handed(ask: Pictured, exchange: Exchange, found: Media) -> Any:
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


def without_urls(ask: Pictured, route: Route) -> None:
    """Refuse `output_type="url"` for a provider that answers with the picture itself.

    Raises:
        InputError: The caller asks for a URL.
    """
    if ask.output_type == "url":
        raise InputError(
            f"{_method(ask)}: {route.provider.title} answers with the picture itself and has no URL for it"
        )


def _method(ask: Pictured) -> str:
    return ask.task.replace("-", "_")


def address_of(image: Media) -> str:
    """The address of the caller's picture, for providers that fetch it themselves: a data URL where it is here."""
    return image.url or replace(image, media_type=image.media_type or "image/jpeg").data_url


def of_base64(text: str) -> Media:
    """Media out of base64 text."""
    try:
        return of_bytes(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(f"the media is not base64: {error}") from None
