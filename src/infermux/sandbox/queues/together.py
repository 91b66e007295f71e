"""Together: films are jobs; the rest it speaks as OpenAI does."""

from __future__ import annotations

from ..exchange import Answer, Handler, Object, RefusalError, Request, refuse, reply
from ..jobs import REASONS, Job, State
from ._queue import MISSING, Queue, body_of, url


def _wrong(field: str, reason: str) -> RefusalError:
    return refuse(422, f"{field}: {reason}" if field else reason, param=field or None)


def _lost(job_id: str) -> RefusalError:
    return refuse(404, f"Video job {job_id} not found", code="not_found")


_QUEUE = Queue(
    provider="together",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "queued",
        "running": "in_progress",
        "unknown": "throttled",
        "done": "completed",
        "failed": "failed",
        "cancelled": "cancelled",
    },
    makes="video",
)


def _ask(request: Request) -> Answer:
    body = body_of(request, _wrong)
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise _wrong("model", MISSING)
    return _shown(request, _QUEUE.submit(request, model, body), "queued")


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.params["job"])
    return _shown(request, job, job.state)


def _shown(request: Request, job: Job, state: State) -> Answer:
    known: Object = {
        "id": job.id,
        "object": "video",
        "model": job.model,
        "status": _QUEUE.words[state],
        "created_at": int(job.created.timestamp()),
    }
    if state == "done":
        known["outputs"] = {"cost": 0, "video_url": url(request, job)}
    elif state in REASONS:
        known["error"] = {"code": "server_error", "message": REASONS[state]}
    return reply(known)


TOGETHER: dict[tuple[str, str], Handler] = {
    ("POST", "/together/v2/videos"): _ask,
    ("GET", "/together/v2/videos/(?P<job>[^/]+)"): _poll,
}
