"""The dialect of Hugging Face pipelines: hf-inference, and the containers of dedicated endpoints.

JSON tasks send `{"inputs", "parameters"}`; media go as raw bytes, or as base64 beside parameters.
https://huggingface.co/docs/inference-providers/providers/hf-inference
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json, is_list, is_object
from ..types._record import Record, WrongShape
from ..wire import address, fetch, vectors
from ..wire.media import Media, of_bytes, of_data_url
from ._base import Exchange, Route
from ._openai import first
from ._options import Direct, Options
from ._pictures import Pictured, handed, of_base64

T = TypeVar("T")
K = TypeVar("K", bound=Record)


async def feature_extraction(ask: FeatureExtractionAsk, route: Route) -> Any:
    """Texts to vectors at the URL itself; here the options stand beside `inputs`."""
    return await _vectors(ask, route, "")


async def feature_extraction_route(ask: FeatureExtractionAsk, route: Route) -> Any:
    """Texts to vectors at `/pipeline/feature-extraction`, as one model may serve several pipelines."""
    return await _vectors(ask, route, "/pipeline/feature-extraction")


async def _vectors(ask: FeatureExtractionAsk, route: Route, path: str) -> Any:
    exchange = await route.post(path, {"inputs": ask.text, **ask.parameters})

    def rows(value: Any) -> Any:
        # A sentence-embedding container wraps its vectors in an object.
        return vectors.to_array(value["embeddings"] if is_object(value) else value)

    return exchange.read(rows)


async def _text_to_image(ask: TextToImageAsk, given: Json, route: Route) -> Any:
    exchange = await route.post("", {"inputs": ask.prompt, "parameters": given}, accept="image/png")
    return await drawn(ask, exchange, route)


text_to_image = Direct(say=_text_to_image, options=Options(urls=False))
"""Words to the bytes of a picture."""


def media_of(exchange: Exchange, *kinds: str) -> Media:
    """The body as media of one of these kinds; its first bytes tell what it is, for headers lie.

    Raises:
        ProviderOutputError: It is something else.
    """
    announced = exchange.response.headers.get("content-type", "").partition(";")[0].strip().lower()
    found = of_bytes(exchange.response.body)
    media_type = found.media_type or announced
    if not exchange.response.body or not media_type.startswith((*kinds, "application/octet-stream")):
        raise exchange.unreadable(f"{kinds[0]}… was expected, and {media_type or 'nothing'} came")
    return Media(found.data, media_type)


async def drawn(ask: Pictured, exchange: Exchange, route: Route) -> Any:
    """The picture that a model made, in the form that the caller wants."""
    if ask.output_type == "json":
        return exchange.json()
    return await handed(ask, exchange, await made(exchange, route, "image", "image/"))


async def made(exchange: Exchange, route: Route, field: str, *kinds: str) -> Media:
    """What a model made: the body itself, or what its JSON holds as base64 or names by a URL.

    Raises:
        ProviderOutputError: It is something else.
    """
    if exchange.response.body[:1] not in (b"{", b"["):
        return media_of(exchange, *kinds)
    text = exchange.read(first_of(partial(_told, field=field)))
    if address.is_url(text):
        return await fetch.result(text, route.base, route.user_agent, route.purpose.text)
    return of_bytes(exchange.understood(text, decoded))


def _told(value: Any, field: str) -> str:
    """The text in the task's own field, or where servers that speak for other APIs have theirs."""
    if not is_object(value):
        raise WrongShape("an object", value)
    found = value.get(field)
    if found is None:
        found = next((first(value, name) for name in ("data", "output") if name in value), None)
    if is_object(found):
        found = found.get("b64_json") or found.get("url")
    if not isinstance(found, str):
        raise WrongShape("base64 text or a URL", found).at(field)
    return found


def decoded(text: str) -> bytes:
    """Bytes out of base64 text, bare or in a data URL."""
    data = (of_data_url(text) if text[:5].lower() == "data:" else of_base64(text)).data
    if not data:
        raise ValueError("there is nothing in it")
    return data


def listed(parse: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """A reader of lists, of which `parse` reads each item."""

    def read(value: Any) -> list[T]:
        if not is_list(value):
            raise WrongShape("a list", value)
        found: list[T] = []
        for index, item in enumerate(value):
            try:
                found.append(parse(item))
            except WrongShape as error:
                raise error.at(f"[{index}]") from None
        return found

    return read


def first_of(parse: Callable[[Any], T]) -> Callable[[Any], T]:
    """A reader of an item, or of the first of a list of them."""

    def read(value: Any) -> T:
        if not is_list(value):
            return parse(value)
        if not value:
            raise WrongShape("a list that is not empty", value)
        return parse(value[0])

    return read


def with_text(field: str, parse: Callable[[Any], K]) -> Callable[[Any], K]:
    """A reader of objects that are nothing without this text."""

    def read(value: Any) -> K:
        output = parse(value)
        if not isinstance(output.get(field), str):
            raise WrongShape("a text", output.get(field)).at(field)
        return output

    return read


async def post_media(media: Media, parameters: dict[str, Any], route: Route, accept: str | None = None) -> Exchange:
    """Post media as they are, or as base64 where parameters go with them."""
    if parameters:
        return await route.post("", {"inputs": media.base64, "parameters": parameters}, accept)
    content_type = media.media_type or "application/octet-stream"
    return await route.send(route.request("", media.data, content_type, accept))


async def post_inputs(inputs: Any, parameters: dict[str, Any], route: Route, path: str = "") -> Exchange:
    """Post a task's main input, and its parameters where there are any."""
    return await route.post(path, {"inputs": inputs, "parameters": parameters} if parameters else {"inputs": inputs})
