"""Z.ai: the GLM models, for chat, for reading pictures and for making them."""

from typing import Any
from urllib.parse import quote

from ..flow import Request
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.image_to_text import ImageToTextAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json, is_object
from ..types._record import WrongShape
from ..types.vision import ImageToTextOutput
from . import _openai
from ._base import Exchange, Provider, Route
from ._openai import first
from ._options import Direct, Options
from ._pictures import address_of, linked
from ._queue import Queue, Ticket
from ._queued import Queued
from ._results import text_of


async def image_to_text(ask: ImageToTextAsk, given: Json, route: Route) -> ImageToTextOutput:
    """POST `/layout_parsing`: what is written in a picture, as Markdown."""
    body = route.with_model({"file": address_of(ask.image, "image/png"), **given})
    exchange = await route.post("/layout_parsing", body)
    return exchange.read(_words)


def _words(value: Any) -> ImageToTextOutput:
    text = value.get("md_results") if is_object(value) else None
    if not isinstance(text, str):
        raise WrongShape("a text", text).at("md_results")
    return ImageToTextOutput.parse({**value, "generated_text": text})


def _ticket(value: Any, route: Route) -> Ticket:
    job = text_of(value["id"])
    return Ticket(job, f"/api/paas/v4/async-result/{quote(job, safe='')}")


_QUEUE = Queue(
    ticket=_ticket,
    status="task_status",
    pending=frozenset({"PROCESSING"}),
    success=frozenset({"SUCCESS"}),
    failure=frozenset({"FAIL"}),
    reason=("error.message", "message"),
    interval_s=1.0,
)


async def _say(ask: TextToImageAsk, given: Json, route: Route, waits: bool) -> Request:
    body = route.with_model({"prompt": ask.prompt, **given})
    return route.json_request("/async/images/generations", body, "image/png")


async def _picture(ask: Any, route: Route, exchange: Exchange) -> Any:
    return await linked(ask, route, exchange, lambda value: first(value, "image_result")["url"])


PROVIDER = Provider(
    name="zai-org",
    title="Z.ai",
    base_url="https://api.z.ai/api/paas/v4",
    docs="https://docs.z.ai",
    says={
        ChatCompletionAsk: _openai.chat,
        ImageToTextAsk: Direct(
            say=image_to_text, options=Options(drops=frozenset({"max_new_tokens", "generation_parameters"}))
        ),
        TextToImageAsk: Queued(queue=_QUEUE, say=_say, read=_picture, options=Options(size="text")),
    },
    key_env=("ZAI_API_KEY",),
    headers={"accept-language": "en-US,en"},
)
