"""WaveSpeedAI: pictures and videos, as predictions.

https://wavespeed.ai/docs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..flow import Request
from ..tasks.image_text_to_image import ImageTextToImageAsk
from ..tasks.image_text_to_video import ImageTextToVideoAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.image_to_video import ImageToVideoAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json
from ..wire import address
from ._base import Exchange, Provider, Route
from ._openai import first
from ._options import Options
from ._pictures import address_of, linked
from ._queue import Queue, Ticket, at
from ._queued import Queued
from ._results import media_at, text_of

_NO_PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""One transparent pixel: models that edit pictures want one for words alone too."""

_REFUSALS = range(400, 600)


def _ticket(value: Any, route: Route) -> Ticket:
    return Ticket(text_of(value["data"]["id"]), address.path(text_of(value["data"]["urls"]["get"])))


_QUEUE = Queue(
    ticket=_ticket,
    status="data.status",
    pending=frozenset({"created", "processing"}),
    success=frozenset({"completed"}),
    failure=frozenset({"failed", "cancelled", "timeout"}),
    reason=("data.error", "message"),
    no_reason="success",
    # The status of the answer stands in its envelope as well; 5004 means that waiting at once took too long.
    failed=lambda value: at(value, "code") in _REFUSALS,
    interval_s=0.5,
)


def _dialect(fields: Callable[[Any], Json], read: Any) -> Queued:
    async def say(ask: Any, given: Json, route: Route, waits: bool) -> Request:
        accept = "image/png" if isinstance(ask, (TextToImageAsk, ImageToImageAsk)) else None
        return route.json_request(f"/{route.model_path}", {**fields(ask), **given}, accept)

    return Queued(queue=_QUEUE, say=say, read=read, options=Options(weights=_weights))


def _weights(route: Route) -> Json:
    return {"loras": [{"path": route.hf_model, "scale": 1}]}


def _pictured(ask: Any) -> Json:
    prompt = getattr(ask, "prompt", None)
    words: Json = {} if prompt is None else {"prompt": prompt}
    return {"image": _NO_PICTURE if ask.image is None else address_of(ask.image), **words}


def _prompt(ask: Any) -> Json:
    return {"prompt": ask.prompt}


def _output(value: Any) -> Any:
    return first(value["data"], "outputs")


async def _picture(ask: Any, route: Route, exchange: Exchange) -> Any:
    return await linked(ask, route, exchange, _output)


async def _video(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, _output)).data


PROVIDER = Provider(
    name="wavespeed",
    title="WaveSpeedAI",
    base_url="https://api.wavespeed.ai/api/v3",
    docs="https://wavespeed.ai/docs",
    says={
        ImageTextToImageAsk: _dialect(_pictured, _picture),
        ImageTextToVideoAsk: _dialect(_pictured, _video),
        ImageToImageAsk: _dialect(_pictured, _picture),
        ImageToVideoAsk: _dialect(_pictured, _video),
        TextToImageAsk: _dialect(_prompt, _picture),
        TextToVideoAsk: _dialect(_prompt, _video),
    },
    key_env=("WAVESPEED_API_KEY",),
)
