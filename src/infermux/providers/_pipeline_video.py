"""Videos: what the pipelines of dedicated endpoints do with them; hf-inference does none of it."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ..tasks.image_text_to_video import ImageTextToVideoAsk
from ..tasks.image_to_video import ImageToVideoAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..tasks.video_classification import VideoClassificationAsk
from ..types.video import VideoClassificationOutputElement
from ..wire import fetch
from ._base import Dialect, Exchange, Route
from ._pipeline import listed, made, post_inputs, post_media


async def video_classification(ask: VideoClassificationAsk, route: Route) -> list[VideoClassificationOutputElement]:
    """A video to its classes."""
    exchange = await post_media(await fetch.given(ask.video, route.user_agent), ask.parameters, route)
    return exchange.read(listed(VideoClassificationOutputElement.parse))


async def text_to_video(ask: TextToVideoAsk, route: Route) -> bytes:
    """Words to a video. A list in `negative_prompt` stays one, as the task's schema has it."""
    return await _video(await post_inputs(ask.prompt, ask.parameters, route), route)


async def image_to_video(ask: ImageToVideoAsk, route: Route) -> bytes:
    """A picture to a video."""
    image = await fetch.given(ask.image, route.user_agent)
    return await _video(await post_media(image, ask.parameters, route), route)


async def image_text_to_video(ask: ImageTextToVideoAsk, route: Route) -> bytes:
    """A picture, words or both to a video; the words are a parameter, and without a picture there are no inputs."""
    words = {} if ask.prompt is None else {"prompt": ask.prompt}
    parameters = {**words, **ask.parameters}
    if ask.image is None:
        return await _video(await route.post("", {"parameters": parameters}), route)
    image = await fetch.given(ask.image, route.user_agent)
    return await _video(await post_media(image, parameters, route), route)


async def _video(exchange: Exchange, route: Route) -> bytes:
    # Some models make a picture that moves.
    return (await made(exchange, route, "video", "video/", "image/gif", "image/webp")).data


SAYS: dict[type[Ask[Any]], Dialect] = {
    ImageTextToVideoAsk: image_text_to_video,
    ImageToVideoAsk: image_to_video,
    TextToVideoAsk: text_to_video,
    VideoClassificationAsk: video_classification,
}
"""What dedicated endpoints do with videos."""
