"""The dialects of fal: at once, or through its queue; the sandbox takes its jobs in the same way.

https://docs.fal.ai/model-apis/model-endpoints/queue
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..flow import Request
from ..tasks._ask import Ask
from ..tasks.audio_to_audio import AudioToAudioAsk
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.image_segmentation import ImageSegmentationAsk
from ..tasks.image_text_to_image import ImageTextToImageAsk
from ..tasks.image_text_to_video import ImageTextToVideoAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.image_to_video import ImageToVideoAsk
from ..tasks.text_to_audio import TextToAudioAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json, is_object
from ..types.audio import AudioToAudioOutputElement
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..types.vision import ImageSegmentationOutputElement
from ..wire import address
from ..wire.media import Media
from ._base import Exchange, Route
from ._openai import first, transcript
from ._options import Options
from ._pictures import address_of, linked
from ._queue import Queue, Ticket
from ._queued import Queued
from ._results import media_at, text_of

HOST, _QUEUE_HOST = "https://fal.run", "https://queue.fal.run"


def _at_queue(route: Route) -> Route:
    """The way to the queue: another host, or at the router another subdomain."""
    if route.base == HOST:
        return replace(route, base=_QUEUE_HOST)
    return replace(route, query="&".join(filter(None, ("_subdomain=queue", route.query))))


def _ticket(value: Any, route: Route) -> Ticket:
    # fal names its own host, to which a key of the router must not go.
    place = address.path(text_of(value["response_url"])).partition("?")[0]
    return Ticket(text_of(value["request_id"]), f"{place}/status", place, f"{place}/cancel")


def _is_final(exchange: Exchange) -> bool:
    value = exchange.json()
    return not (is_object(value) and "request_id" in value and "response_url" in value)


_QUEUE = Queue(
    ticket=_ticket,
    is_final=_is_final,
    status="status",
    pending=frozenset({"IN_QUEUE", "IN_PROGRESS"}),
    success=frozenset({"COMPLETED"}),
    failure=frozenset({"FAILED", "ERROR", "CANCELED", "CANCELLED"}),
    reason=("error", "detail"),
    failed=lambda value: is_object(value) and value.get("status") == "COMPLETED" and value.get("error") is not None,
    interval_s=0.5,
    position="queue_position",
    logs="logs",
    watched="logs=1",
    cancel_method="PUT",
    follow=lambda route, url, method: _at_queue(route).follow(url, method),
)

Fields = Callable[[Any], Json]
"""What an ask sends besides its options."""


def _dialect(fields: Fields, read: Any, *, at_once: bool = False, options: Options | None = None) -> Queued:
    """The dialect of one task; `at_once`: who waits for it anyway is answered on the connection that asked."""

    async def say(ask: Any, given: Json, route: Route, waits: bool) -> Request:
        place = route if at_once and waits else _at_queue(route)
        body = {**fields(ask), **given}
        accept = "image/png" if isinstance(ask, (TextToImageAsk, ImageToImageAsk)) else None
        return place.json_request(f"/{_model(ask, route)}", body, accept)

    return Queued(queue=_QUEUE, say=say, read=read, options=options or Options())


def _weights(route: Route) -> Json:
    return {"loras": [{"path": route.adapter_url, "scale": 1}]} if route.adapter else {}


def _weights_and_base(route: Route) -> Json:
    # The general LoRA app knows no base model unless it is told.
    sdxl = {"model_name": "stabilityai/stable-diffusion-xl-base-1.0"}
    return _weights(route) | (sdxl if route.adapter and route.model == "fal-ai/lora" else {})


def _model(ask: Any, route: Route) -> str:
    """The app, `owner/name`; a part of it that edits pictures stands below the one for words alone, and only fal's own
    host tells them apart."""
    words_alone = isinstance(ask, (ImageTextToImageAsk, ImageTextToVideoAsk)) and ask.image is None
    app, _, part = route.model_path.rpartition("/")
    return app if words_alone and route.base == HOST and part and "/" in app else route.model_path


def _pictured(ask: ImageToImageAsk | ImageTextToImageAsk) -> Json:
    words: Json = {} if ask.prompt is None else {"prompt": ask.prompt}
    if ask.image is None:
        return words
    url = address_of(ask.image)
    return {"image_url": url, "image_urls": [url], **words}


def _moved(ask: ImageToVideoAsk | ImageTextToVideoAsk) -> Json:
    prompt = ask.prompt if isinstance(ask, ImageTextToVideoAsk) else None
    words: Json = {} if prompt is None else {"prompt": prompt}
    return words if ask.image is None else {"image_url": address_of(ask.image), **words}


_LABELS = {
    "audio/wav": "audio/x-wav",
    "audio/wave": "audio/x-wav",
    "audio/x-wav": "audio/x-wav",
    "audio/webm": "video/webm",
    "video/webm": "video/webm",
}


def _heard(ask: AutomaticSpeechRecognitionAsk | AudioToAudioAsk) -> Json:
    audio: Media = ask.audio
    # fal knows a data URL by its label, and takes three of them; behind any of these it looks at the bytes.
    label = _LABELS.get(audio.media_type or "", "audio/mpeg")
    return {"audio_url": audio.url or replace(audio, media_type=label).data_url}


async def _picture(ask: Any, route: Route, exchange: Exchange) -> Any:
    return await linked(ask, route, exchange, lambda value: first(value, "images")["url"])


async def _video(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, lambda value: value["video"]["url"])).data


async def _speech(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, lambda value: value["audio"]["url"])).data


async def _sound(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, lambda value: (value.get("audio_file") or value["audio"])["url"])).data


async def _sounds(ask: Any, route: Route, exchange: Exchange) -> list[AudioToAudioOutputElement]:
    value = exchange.json()
    found = await media_at(route, exchange, lambda value: value["audio"]["url"])
    kind = value["audio"].get("content_type") or found.media_type or "audio/wav"
    sound: Json = {"blob": found.data, "content-type": kind, "label": value.get("text") or "speech"}
    return [AudioToAudioOutputElement.parse(sound)]


async def _masks(ask: Any, route: Route, exchange: Exchange) -> Any:
    mask = await linked(ask, route, exchange, lambda value: value["image"]["url"])
    if ask.output_type == "json":
        return mask
    part = ImageSegmentationOutputElement.parse({"label": "mask"})
    part["mask"] = mask
    return [part]


async def _transcript(ask: Any, route: Route, exchange: Exchange) -> AutomaticSpeechRecognitionOutput:
    return exchange.read(_read_transcript)


def _read_transcript(value: Any) -> AutomaticSpeechRecognitionOutput:
    return transcript(value, text_of(value["text"] if value.get("text") is not None else value["output"]))


_PICTURES = Options(size="object", weights=_weights)
_VIDEOS = Options(weights=_weights)

SAYS: dict[type[Ask[Any]], Queued] = {
    AudioToAudioAsk: _dialect(_heard, _sounds),
    AutomaticSpeechRecognitionAsk: _dialect(_heard, _transcript, at_once=True),
    ImageSegmentationAsk: _dialect(
        lambda ask: {"image_url": address_of(ask.image, "image/png")},
        _masks,
        options=Options(fixed={"sync_mode": True}),
    ),
    ImageTextToImageAsk: _dialect(_pictured, _picture, options=_PICTURES),
    ImageTextToVideoAsk: _dialect(_moved, _video, options=_VIDEOS),
    ImageToImageAsk: _dialect(_pictured, _picture, options=_PICTURES),
    ImageToVideoAsk: _dialect(_moved, _video, options=_VIDEOS),
    TextToAudioAsk: _dialect(lambda ask: {"prompt": ask.text}, _sound),
    TextToImageAsk: _dialect(
        lambda ask: {"prompt": ask.prompt},
        _picture,
        at_once=True,
        options=Options(size="object", weights=_weights_and_base),
    ),
    TextToSpeechAsk: _dialect(lambda ask: {"text": ask.text}, _speech, at_once=True),
    TextToVideoAsk: _dialect(lambda ask: {"prompt": ask.prompt}, _video, options=_VIDEOS),
}
"""What fal does, each task with its queue."""
