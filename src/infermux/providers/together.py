"""Together AI: open models for texts, vectors, sounds, pictures and videos."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..flow import Request
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.image_to_video import ImageToVideoAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json
from . import _openai, _pictures, _speech
from ._base import Exchange, Provider, Route
from ._options import Options
from ._queue import Queue, Ticket
from ._queued import Queued
from ._results import media_at, text_of


def _reference(url: str, model: str) -> dict[str, str | list[str]]:
    """One picture for the FLUX.1 Kontext models, a list of them for all others."""
    one = all(part in model.lower() for part in ("flux.1", "kontext"))
    return {"image_url": url} if one else {"reference_images": [url]}


def _weights(route: Route) -> Json:
    return {"image_loras": [{"path": route.adapter_url, "scale": 1}]} if route.adapter else {}


_images = _pictures.Images(
    rename={"num_inference_steps": "steps"}, fixed={"response_format": "base64"}, given=_reference, weights=_weights
)


def _ticket(value: Any, route: Route) -> Ticket:
    job = text_of(value["id"])
    return Ticket(job, f"/v2/videos/{quote(job, safe='')}")


_QUEUE = Queue(
    ticket=_ticket,
    status="status",
    pending=frozenset({"queued", "in_progress", ""}),
    success=frozenset({"completed"}),
    failure=frozenset({"failed", "cancelled"}),
    reason=("error.message", "error.code"),
    interval_s=2.0,
)


async def _say_video(ask: TextToVideoAsk | ImageToVideoAsk, given: Json, route: Route, waits: bool) -> Request:
    words: Json = {}
    if isinstance(ask, TextToVideoAsk):
        words["prompt"] = ask.prompt
    else:
        words["frame_images"] = [{"input_image": _pictures.address_of(ask.image, "image/png"), "frame": "first"}]
    return route.at_root().json_request("/v2/videos", route.with_model({**words, **given}))


async def _video(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, lambda value: value["outputs"]["video_url"])).data


_videos = Queued(
    queue=_QUEUE,
    say=_say_video,
    read=_video,
    options=Options(rename={"num_inference_steps": "steps"}, drops=frozenset({"num_frames"}), size="sides"),
)

PROVIDER = Provider(
    name="together",
    title="Together AI",
    base_url="https://api.together.xyz/v1",
    docs="https://docs.together.ai",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        AutomaticSpeechRecognitionAsk: _openai.transcriptions,
        ImageToImageAsk: _images,
        ImageToVideoAsk: _videos,
        TextToImageAsk: _images,
        TextToSpeechAsk: _speech.Speech(needs=frozenset({"voice"})),
        TextToVideoAsk: _videos,
    },
    key_env=("TOGETHER_API_KEY",),
    schema_form="both",
)
