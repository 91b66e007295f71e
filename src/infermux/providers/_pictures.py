"""Pictures: the route that OpenAI-like providers have for them, and how a picture is handed to the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from msgspec.structs import replace

from ..flow import Call
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json, is_object
from ..types._record import WrongShape
from ..wire import media
from ..wire.media import Media, of_bytes
from ._base import Exchange, Route
from ._openai import first
from ._options import Options
from ._results import media_at, text_of


class Pictured(Protocol):
    """Any question whose answer holds pictures."""

    @property
    def output_type(self) -> str:
        """The form in which the caller wants them."""
        ...


class Images(Options, frozen=True, kw_only=True):
    """The dialect for POST `/images/generations`, from words or, with `given`, from a picture too.

    Args:
        given: How a picture goes along: of its address and the provider's id of the model, the fields to send.
    """

    given: Callable[[str, str], Mapping[str, Any]] | None = None

    async def __call__(self, ask: TextToImageAsk | ImageToImageAsk, route: Route) -> Any:
        """Ask for a picture."""
        options = self.on_wire(ask, route)
        if ask.output_type == "url":
            options["response_format"] = "url"
        shown: Mapping[str, Any] = {}
        if self.given and isinstance(ask, ImageToImageAsk):
            shown = self.given(address_of(ask.image), route.model)
        body = route.with_model({"prompt": ask.prompt or "", **shown, **options})
        exchange = await route.post("/images/generations", body, accept="image/png")
        return await picture(ask, route, exchange)


async def picture(ask: Pictured, route: Route, exchange: Exchange) -> Any:
    """The picture in an answer `{"data": [{"b64_json"} or {"url"}]}`, in the form that the caller wants."""
    value = exchange.json()
    if ask.output_type == "json":
        return value
    item = exchange.understood(value, _item)
    if ask.output_type == "url" or item.get("url"):
        return await linked(ask, route, exchange, lambda value: value["data"][0]["url"])
    found = exchange.understood(item, lambda found: of_base64(found["b64_json"]))
    return await handed(ask, exchange, found)


async def linked(ask: Pictured, route: Route, exchange: Exchange, find: Callable[[Any], Any]) -> Any:
    """The picture whose address stands in an answer, in the form that the caller wants."""
    if ask.output_type == "json":
        return exchange.json()
    if ask.output_type == "url":
        return exchange.understood(exchange.json(), lambda value: text_of(find(value)))
    return await handed(ask, exchange, await media_at(route, exchange, find))


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


def address_of(given: Media, unknown: str = "image/jpeg") -> str:
    """The address of the caller's media, for providers that fetch them themselves: a data URL where they are here, with
    the label `unknown` where nobody knows what they are."""
    return given.url or replace(given, media_type=given.media_type or unknown).data_url


def of_base64(text: str) -> Media:
    """Media out of base64 text."""
    return of_bytes(media.decode_base64(text))
