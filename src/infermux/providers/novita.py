"""Novita AI: open models for text and videos.

https://novita.ai/docs
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..flow import Request
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json
from . import _openai
from ._base import Exchange, Provider, Route
from ._openai import first
from ._queue import Queue, Ticket, at
from ._queued import Queued
from ._results import media_at, text_of


def _ticket(value: Any, route: Route) -> Ticket:
    job = text_of(value["task_id"])
    return Ticket(job, f"/v3/async/task-result?task_id={quote(job, safe='')}")


def _is_final(exchange: Exchange) -> bool:
    value = exchange.json()
    return at(value, "video.video_url") is not None or at(value, "task_id") is None


_QUEUE = Queue(
    ticket=_ticket,
    is_final=_is_final,
    status="task.status",
    pending=frozenset({"TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING"}),
    success=frozenset({"TASK_STATUS_SUCCEED"}),
    failure=frozenset({"TASK_STATUS_FAILED"}),
    reason=("task.reason",),
    interval_s=1.0,
    progress="task.progress_percent",
    progress_whole=100.0,
)


async def _say(ask: TextToVideoAsk, given: Json, route: Route, waits: bool) -> Request:
    """Two routes do the same: one answers at the end, under the task's own names; the other takes the job."""
    if not waits and "num_inference_steps" in given:
        given["steps"] = given.pop("num_inference_steps")
    path = f"/v3/{'hf' if waits else 'async'}/{route.model_path}"
    return route.at_root().json_request(path, {"prompt": ask.prompt, **given})


def _address(value: Any) -> Any:
    return value["video"]["video_url"] if "video" in value else first(value, "videos")["video_url"]


async def _video(ask: Any, route: Route, exchange: Exchange) -> bytes:
    return (await media_at(route, exchange, _address)).data


PROVIDER = Provider(
    name="novita",
    title="Novita AI",
    base_url="https://api.novita.ai/v3/openai",
    docs="https://novita.ai/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        TextToVideoAsk: Queued(queue=_QUEUE, say=_say, read=_video),
    },
    key_env=("NOVITA_API_KEY",),
)
