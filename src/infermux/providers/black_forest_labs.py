"""Black Forest Labs: the makers of FLUX.

https://docs.bfl.ai
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..flow import Request
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json
from ..wire import address
from ._base import Exchange, Provider, Route
from ._options import Options
from ._pictures import linked
from ._queue import Queue, Ticket
from ._queued import Queued
from ._results import text_of


def _ticket(value: Any, route: Route) -> Ticket:
    return Ticket(text_of(value["id"]), text_of(value["polling_url"]))


def _follow(route: Route, url: str, method: str) -> Request:
    """A polling address is used as it is, as jobs live in a region; the key goes to hosts of bfl.ai alone."""
    if address.origin(url) == address.origin(route.base):
        return replace(route.follow(url, method), url=url)
    is_theirs = url.startswith("https://") and address.host(url).endswith(".bfl.ai")
    kept = ("user-agent", "x-key") if is_theirs else ("user-agent",)
    headers = {name: value for name, value in route.headers.items() if name in kept}
    return Request(method, url, headers, public_only=not address.is_private(route.base))


_QUEUE = Queue(
    ticket=_ticket,
    is_final=lambda exchange: False,
    status="status",
    pending=frozenset({"Pending"}),
    success=frozenset({"Ready"}),
    failure=frozenset({"Error", "Request Moderated", "Content Moderated", "Task not found", "Failed"}),
    reason=("details", "result"),
    interval_s=1.0,
    progress="progress",
    follow=_follow,
)


async def _say(ask: TextToImageAsk, given: Json, route: Route, waits: bool) -> Request:
    return route.json_request(f"/{route.model_path}", {"prompt": ask.prompt, **given}, "image/png")


async def _picture(ask: Any, route: Route, exchange: Exchange) -> Any:
    return await linked(ask, route, exchange, lambda value: value["result"]["sample"])


PROVIDER = Provider(
    name="black-forest-labs",
    title="Black Forest Labs",
    base_url="https://api.bfl.ai/v1",
    docs="https://docs.bfl.ai",
    says={
        TextToImageAsk: Queued(
            queue=_QUEUE,
            say=_say,
            read=_picture,
            options=Options(
                rename={"num_inference_steps": "steps", "guidance_scale": "guidance"},
                drops=frozenset({"negative_prompt", "scheduler"}),
            ),
        )
    },
    key_env=("BFL_API_KEY",),
    listed=False,
    key_header="x-key",
    key_scheme="",
)
