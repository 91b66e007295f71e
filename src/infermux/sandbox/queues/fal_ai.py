"""fal: answers at once at its synchronous host, or takes a job into the queue and names addresses to ask at.

Behind the router the query `_subdomain=queue` stands for the queue's host; the folder `/queue.fal.run` is that host.
"""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

from .. import media
from ..exchange import Answer, Handler, Object, RefusalError, Reply, Request, reply
from ..jobs import OVER, REASONS, Job, State
from ._queue import MISSING, Queue, body_of, data_url, detail, refuse_missing, told, url

_HOST = "https://queue.fal.run"
_ROUTED = "/fal-ai"
_DIRECT = r"/queue\.fal\.run"
_FAILURE = "InternalServerError"


def _wrong(field: str, reason: str) -> RefusalError:
    return detail(field, reason, "value_error.missing")


def _lost(job_id: str) -> RefusalError:
    return RefusalError(reply({"detail": f"Request {job_id} not found"}, 404))


_QUEUE = Queue(
    provider="fal-ai",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "IN_QUEUE",
        "running": "IN_PROGRESS",
        "unknown": "RESCHEDULED",
        "done": "COMPLETED",
        "failed": "COMPLETED",
        "cancelled": "CANCELED",
    },
    announced={"image/png": "image/jpeg", "video/mp4": "application/octet-stream"},
    size=(1024, 768),
    needs=("image_url", "audio_url"),
)


def _ask(request: Request) -> Answer:
    """Answer at once, or put a job into the queue."""
    model, body = request.params["model"], body_of(request, _wrong)
    refuse_missing(model, RefusalError(reply({"detail": f'Application "{model}" not found'}, 404)))
    if model == "fal-ai/lora" and "model_name" not in body:
        raise _wrong("model_name", MISSING)
    if not _is_queue(request):
        job = _QUEUE.submit(request, model, body, takes_s=0)
        return _result(request, job)
    job = _QUEUE.submit(request, model, body)
    return reply({**_addressed(job, "queued"), "queue_position": 0})


def _status(request: Request) -> Answer:
    job = _found(request)
    state = job.state
    known = _addressed(job, state)
    if state == "queued":
        known["queue_position"] = 0
    elif request.query.get("logs") == ["1"]:
        line = {"message": "The sandbox works on it.", "level": "INFO", "source": "USER"}
        known["logs"] = [{**line, "timestamp": job.created.isoformat()}]
    if state in ("done", "failed"):
        known["metrics"] = {"inference_time": job.takes_s}
    if state == "failed":
        known |= {"error": REASONS[state], "error_type": _FAILURE}
    return reply(known, 200 if state in OVER else 202)


def _fetch(request: Request) -> Answer:
    job = _found(request)
    if job.state not in OVER:
        raise RefusalError(reply({"detail": "Request is still in progress"}, 400))
    return _result(request, job)


def _cancel(request: Request) -> Answer:
    job = _found(request)
    if not job.cancel():
        raise RefusalError(reply({"detail": "Request was already completed", "status": "ALREADY_COMPLETED"}, 400))
    return reply({"status": "CANCELED", "request_id": job.id})


def _found(request: Request) -> Job:
    """Find the job that an address names; the query must have come along."""
    if not _is_queue(request):
        raise RefusalError(_nowhere(request))
    job = _QUEUE.find(request, request.params["job"])
    if _app(job) != request.params["app"]:
        raise _lost(job.id)
    return job


def _nowhere(_: Request) -> Answer:
    return Reply(b"404: Not Found", 404, "text/plain; charset=utf-8")


def _is_queue(request: Request) -> bool:
    return request.params["provider"] != "fal-ai" or request.query.get("_subdomain") == ["queue"]


def _app(job: Job) -> str:
    """Return owner and app of a model; what follows them is no part of the addresses."""
    return "/".join(job.model.split("/")[:2])


def _addressed(job: Job, state: State) -> Object:
    here = f"{_HOST}/{_app(job)}/requests/{job.id}"
    return {
        "status": _QUEUE.words[state],
        "request_id": job.id,
        "response_url": here,
        "status_url": f"{here}/status",
        "cancel_url": f"{here}/cancel",
    }


def _result(request: Request, job: Job) -> Reply:
    if reason := REASONS.get(job.state):
        headers = {"x-fal-request-id": job.id, "x-fal-error-type": _FAILURE}
        raise RefusalError(reply({"detail": reason}, 500 if job.state == "failed" else 400, headers))
    return reply(_told(request, job), headers={"x-fal-request-id": job.id, "x-fal-billable-units": "1"})


def _told(request: Request, job: Job) -> Object:
    body, task = job.asked, job.task
    if task == "automatic-speech-recognition":
        return _heard(told(job))
    made = _file(request, job)
    seed = body.get("seed", crc32(json.dumps(body).encode()) << 32 | 1)
    if task in ("text-to-image", "image-to-image"):
        return {
            "images": [made] * min(max(int(body.get("num_images") or 1), 1), 4),
            "timings": {"inference": job.takes_s},
            "seed": seed,
            "has_nsfw_concepts": [False],
            "prompt": body.get("prompt"),
        }
    if task == "image-segmentation":
        return {"image": made}
    if task.endswith("video"):
        return {"video": made, "seed": seed}
    return {"audio_file" if task == "text-to-audio" else "audio": made}


def _file(request: Request, job: Job) -> Object:
    """Describe a result; its name and its type may contradict each other, as they do at fal."""
    address = data_url(job) if job.asked.get("sync_mode") and job.media.startswith("image/") else url(request, job)
    known: Object = {"url": address, "content_type": job.media}
    if size := media.size(job.result):
        known |= {"width": size[1], "height": size[2]}
    return {**known, "file_name": url(request, job).rpartition("/")[2], "file_size": len(job.result)}


def _heard(words: Any) -> Object:
    chunks = [{"timestamp": one["timestamp"], "text": one["text"], "speaker": None} for one in words["chunks"]]
    return {"text": words["text"], "chunks": chunks, "inferred_languages": ["en"], "diarization_segments": []}


_JOB = "/(?P<app>[^/]+/[^/]+)/requests/(?P<job>[^/]+)"
FAL_AI: dict[tuple[str, str], Handler] = {
    (method, f"(?:{_ROUTED}|{_DIRECT}){path}"): handler
    for (method, path), handler in {
        ("GET", f"{_JOB}/status"): _status,
        ("GET", _JOB): _fetch,
        ("PUT", f"{_JOB}/cancel"): _cancel,
        ("POST", "/(?P<model>[^/]+/.+)"): _ask,
        ("POST", "/[^/]*"): _nowhere,
    }.items()
}
