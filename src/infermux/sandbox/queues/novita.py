"""Novita: films at once, or as a task to ask for; the rest it speaks as OpenAI does."""

from __future__ import annotations

from ..exchange import Answer, Handler, RefusalError, Request, reply
from ..jobs import REASONS
from ._queue import Queue, body_of, refuse_missing, url


def _refuse(status: int, reason: str, message: str) -> RefusalError:
    return RefusalError(reply({"code": status, "reason": reason, "message": message, "metadata": {}}, status))


def _wrong(field: str, reason: str) -> RefusalError:
    return _refuse(422, "INVALID_REQUEST_BODY", f"{field}: {reason}" if field else reason)


def _lost(job_id: str) -> RefusalError:
    return _refuse(404, "TASK_NOT_FOUND", f"task {job_id} not found")


_QUEUE = Queue(
    provider="novita",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "TASK_STATUS_QUEUED",
        "running": "TASK_STATUS_PROCESSING",
        "unknown": "TASK_STATUS_REVIEWING",
        "done": "TASK_STATUS_SUCCEED",
        "failed": "TASK_STATUS_FAILED",
        "cancelled": "TASK_STATUS_FAILED",
    },
    makes="video",
)


def _at_once(request: Request) -> Answer:
    job = _QUEUE.submit(request, _model(request), body_of(request, _wrong), takes_s=0)
    if reason := REASONS.get(job.end):
        raise _refuse(500, "TASK_FAILED", reason)
    return reply({"video": {"video_url": url(request, job), "video_type": "mp4"}})


def _later(request: Request) -> Answer:
    return reply({"task_id": _QUEUE.submit(request, _model(request), body_of(request, _wrong)).id})


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.query.get("task_id", [""])[0])
    state = job.state
    task = {
        "task_id": job.id,
        "task_type": "TXT_TO_VIDEO",
        "status": _QUEUE.words[state],
        "reason": REASONS.get(state, ""),
        "eta": int(job.left_s()),
        "progress_percent": int(100 * job.progress()),
    }
    videos = [{"video_url": url(request, job), "video_url_ttl": "3600", "video_type": "mp4"}]
    return reply({"extra": {}, "task": task, "images": [], "videos": videos if state == "done" else [], "audios": []})


def _model(request: Request) -> str:
    model = request.params["model"]
    refuse_missing(model, _refuse(404, "MODEL_NOT_FOUND", f"model {model} not found"))
    return model


NOVITA: dict[tuple[str, str], Handler] = {
    ("GET", "/novita/v3/async/task-result"): _poll,
    ("POST", "/novita/v3/async/(?P<model>.+)"): _later,
    ("POST", "/novita/v3/hf/(?P<model>.+)"): _at_once,
}
