"""WaveSpeed: every answer lies in an envelope with a code of its own."""

from __future__ import annotations

from ..exchange import Answer, Handler, Object, RefusalError, Request, reply
from ..jobs import REASONS, Job, State
from ._queue import Queue, body_of, refuse_missing, stamp, url

_HOST = "https://api.wavespeed.ai/api/v3/predictions"


def _refuse(status: int, message: str) -> RefusalError:
    return RefusalError(reply({"code": status, "message": message, "data": None}, status))


def _wrong(field: str, reason: str) -> RefusalError:
    return _refuse(422, f"{field}: {reason}" if field else reason)


def _lost(job_id: str) -> RefusalError:
    return _refuse(404, f"prediction {job_id} not found")


_QUEUE = Queue(
    provider="wavespeed",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "created",
        "running": "processing",
        "unknown": "paused",
        "done": "completed",
        "failed": "failed",
        "cancelled": "cancelled",
    },
)


def _ask(request: Request) -> Answer:
    model, body = request.params["model"], body_of(request, _wrong)
    refuse_missing(model, _refuse(404, f"model {model} not found"))
    if body.get("enable_sync_mode"):
        job = _QUEUE.submit(request, model, body, takes_s=0)
        return reply(_enveloped(request, job, job.end))
    return reply(_enveloped(request, _QUEUE.submit(request, model, body), "queued"))


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.params["job"])
    return reply(_enveloped(request, job, job.state))


def _enveloped(request: Request, job: Job, state: State) -> Object:
    data = {
        "id": job.id,
        "model": job.model,
        "outputs": [url(request, job)] if state == "done" else [],
        "urls": {"get": f"{_HOST}/{job.id}/result"},
        "has_nsfw_contents": [False] if state == "done" else [],
        "status": _QUEUE.words[state],
        "error": REASONS.get(state, ""),
        "timings": {"inference": int(1000 * job.takes_s) if state == "done" else 0},
        "created_at": stamp(job),
    }
    return {"code": 200, "message": "success", "data": data}


WAVESPEED: dict[tuple[str, str], Handler] = {
    ("GET", "/wavespeed/api/v3/predictions/(?P<job>[^/]+)/result"): _poll,
    ("POST", "/wavespeed/api/v3/(?P<model>.+)"): _ask,
}
