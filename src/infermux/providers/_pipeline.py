"""The dialect of Hugging Face pipelines: hf-inference, and the containers of dedicated endpoints.

JSON tasks send `{"inputs", "parameters"}`; media go as raw bytes, or as base64 beside parameters.
https://huggingface.co/docs/inference-providers/providers/hf-inference
"""

from __future__ import annotations

from typing import Any

from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import is_object
from ..wire import vectors
from ..wire.media import Media, of_bytes
from ._base import Exchange, Route
from ._pictures import handed, picture, without_urls


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


async def text_to_image(ask: TextToImageAsk, route: Route) -> Any:
    """Words to the bytes of a picture."""
    without_urls(ask, route)
    exchange = await route.post("", {"inputs": ask.prompt, "parameters": ask.parameters}, accept="image/png")
    body = exchange.response.body
    if ask.output_type == "json" or body[:1] in (b"{", b"["):
        return await picture(ask, route, exchange)
    return await handed(ask, exchange, media_of(exchange, "image/"))


def media_of(exchange: Exchange, kind: str) -> Media:
    """The body as media; its first bytes tell what it is, for headers lie.

    Raises:
        ProviderOutputError: It is something else.
    """
    announced = exchange.response.headers.get("content-type", "").partition(";")[0].strip().lower()
    found = of_bytes(exchange.response.body)
    media_type = found.media_type or announced
    if not exchange.response.body or not media_type.startswith((kind, "application/octet-stream")):
        raise exchange.unreadable(f"{kind}… was expected, and {media_type or 'nothing'} came")
    return Media(found.data, media_type)


async def post_media(media: Media, parameters: dict[str, Any], route: Route) -> Exchange:
    """Post media as they are, or as base64 where parameters go with them."""
    if parameters:
        return await route.post("", {"inputs": media.base64, "parameters": parameters})
    return await route.send(route.request("", media.data, media.media_type or "application/octet-stream"))


async def post_inputs(inputs: Any, parameters: dict[str, Any], route: Route) -> Exchange:
    """Post a task's main input, and its parameters where there are any."""
    return await route.post("", {"inputs": inputs, "parameters": parameters} if parameters else {"inputs": inputs})
