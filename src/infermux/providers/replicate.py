"""Replicate: predictions of whatever model its users have published.

https://replicate.com/docs/reference/http
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from ..flow import Request
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json, is_list, is_object
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire import address
from ._base import Exchange, Provider, Route
from ._openai import first, transcript
from ._options import Options
from ._pictures import address_of, linked
from ._queue import Queue, Ticket
from ._queued import Queued
from ._results import media_at, text_of


def _ticket(value: Any, route: Route) -> Ticket:
    poll = address.path(text_of(value["urls"]["get"]))
    return Ticket(text_of(value["id"]), poll, cancel=f"{poll}/cancel")


def _is_final(exchange: Exchange) -> bool:
    """Whether the server has waited for the end: it then answers 201 and the output, and still says `processing`."""
    value = exchange.json()
    if not is_object(value):
        return True
    waited = exchange.response.status == 201
    return value.get("status") == "succeeded" or (waited and bool(value.get("output")))


_QUEUE = Queue(
    ticket=_ticket,
    is_final=_is_final,
    status="status",
    pending=frozenset({"starting", "processing"}),
    success=frozenset({"succeeded"}),
    failure=frozenset({"failed", "canceled", "aborted"}),
    reason=("error", "logs"),
    interval_s=0.5,
    logs="logs",
    cancel_method="POST",
)


_VERSION = re.compile("[0-9a-f]{64}")
"""The digest that a version is named by, with its model or alone."""


def _dialect(fields: Callable[[Any], Json], read: Any, options: Options | None = None) -> Queued:
    async def say(ask: Any, given: Json, route: Route, waits: bool) -> Request:
        model = f":{route.model}" if _VERSION.fullmatch(route.model) else route.model
        name, versioned, version = model.partition(":")
        path = "/predictions" if versioned else f"/models/{quote(name)}/predictions"
        # Anything else at the top level is refused with 422.
        body: Json = {"version": version} if versioned else {}
        body["input"] = {**fields(ask), **given}
        accept = "image/png" if isinstance(ask, (TextToImageAsk, ImageToImageAsk)) else None
        request = route.json_request(path, body, accept)
        return replace(request, headers={"prefer": "wait", **request.headers}) if waits else request

    return Queued(queue=_QUEUE, say=say, read=read, options=options or Options())


def _weights(route: Route) -> Json:
    # Replicate looks for them in the repository itself.
    return {"lora_weights": f"https://huggingface.co/{route.hf_model}"}


_PICTURES = Options(weights=_weights)


def _pictured(ask: ImageToImageAsk) -> Json:
    words: Json = {} if ask.prompt is None else {"prompt": ask.prompt}
    url = address_of(ask.image)
    # Models differ in what they call it.
    return {"image": url, "images": [url], "input_image": url, "input_images": [url], **words}


def _heard(ask: AutomaticSpeechRecognitionAsk) -> Json:
    return {"audio": address_of(ask.audio, "audio/wav")}


def _output(value: Any) -> Any:
    """What a prediction gave, the first of several."""
    return first(value, "output") if is_list(value["output"]) else value["output"]


async def _picture(ask: Any, route: Route, exchange: Exchange) -> Any:
    return await linked(ask, route, exchange, _output)


async def _media(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, _output)).data


async def _transcript(ask: Any, route: Route, exchange: Exchange) -> AutomaticSpeechRecognitionOutput:
    told, text = exchange.understood(exchange.json(), _said)
    if text is None:
        file = await media_at(route, exchange, lambda value: _output(value)["txt_file"], as_text=True)
        text = file.data.decode(errors="replace")
    # The segments are the words as they were spoken.
    is_translated = told.get("translation") is not None
    read = AutomaticSpeechRecognitionOutput.parse if is_translated else partial(transcript, text=text)
    return exchange.understood({**told, "text": text}, read)


def _said(value: Any) -> tuple[Json, str | None]:
    """What was told of the words; and the words, or None where they stand in a file. A translation exists only where it
    was asked for."""
    whole = value["output"]
    if is_list(whole) and whole and all(isinstance(part, str) for part in whole):
        return {}, "".join(whole)
    found = _output(value)
    if not is_object(found):
        return {}, text_of(found)
    text = next((found[name] for name in ("translation", "transcription", "text") if found.get(name) is not None), None)
    return found, None if text is None else text_of(text)


PROVIDER = Provider(
    name="replicate",
    title="Replicate",
    base_url="https://api.replicate.com/v1",
    docs="https://replicate.com/docs/reference/http",
    says={
        AutomaticSpeechRecognitionAsk: _dialect(_heard, _transcript),
        ImageToImageAsk: _dialect(_pictured, _picture, _PICTURES),
        TextToImageAsk: _dialect(lambda ask: {"prompt": ask.prompt}, _picture, _PICTURES),
        TextToSpeechAsk: _dialect(lambda ask: {"text": ask.text}, _media),
        TextToVideoAsk: _dialect(lambda ask: {"prompt": ask.prompt}, _media),
    },
    key_env=("REPLICATE_API_TOKEN",),
)
