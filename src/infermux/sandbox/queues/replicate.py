"""Replicate: a prediction, for which the caller may wait a while with `Prefer: wait`."""

from __future__ import annotations

import re
from typing import Any
from zlib import crc32

from ..exchange import Answer, Handler, Object, RefusalError, Reply, Request, dump, is_object
from ..jobs import OVER, REASONS, Job, State
from ._queue import MISSING, Queue, body_of, refuse_missing, stamp, told, url

_HOST = "https://api.replicate.com/v1/predictions"
_MEMBERS = {"input", "webhook", "webhook_events_filter", "stream"}
# The service waits for up to a minute; here a caller in a hurry is told so sooner.
_LONGEST_WAIT_S = 1


def _problem(status: int, title: str, detail: str, **more: Any) -> RefusalError:
    body = {"detail": detail, "status": status, "title": title, **more}
    return RefusalError(Reply(dump(body).encode(), status, "application/problem+json"))


def _invalid(field: str, kind: str, description: str) -> RefusalError:
    fields = [{"type": kind, "field": field, "description": description}]
    return _problem(422, "Input validation failed", f"- {description}\n", invalid_fields=fields)


def _wrong(field: str, reason: str) -> RefusalError:
    if reason == MISSING:
        return _invalid("input", "required", f"{field} is required")
    return _invalid(f"input.{field}" if field else "input", "invalid", f"{field or 'input'}: {reason}")


def _lost(_: str) -> RefusalError:
    return _problem(404, "Not found", "The requested resource could not be found.")


_QUEUE = Queue(
    provider="replicate",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "starting",
        "running": "processing",
        "unknown": "rebooting",
        "done": "succeeded",
        "failed": "failed",
        "cancelled": "canceled",
    },
    announced={"audio/wav": "audio/x-wav"},
)


def _predict(request: Request) -> Answer:
    """Take a prediction; wait for it where the caller wishes."""
    body = body_of(request, _wrong)
    model = request.params.get("model") or str(body.get("version") or "")
    refuse_missing(model, _lost(model))
    allowed = _MEMBERS if "model" in request.params else {*_MEMBERS, "version"}
    if strange := next((name for name in body if name not in allowed), None):
        raise _invalid("", "additional_property_not_allowed", f"Additional property {strange} is not allowed")
    given = body.get("input")
    if not is_object(given) or not model:
        raise _invalid("", "required", f"{'version' if is_object(given) else 'input'} is required")
    job = _QUEUE.submit(request, model, given)
    headers = {"ratelimit-remaining": "599", "ratelimit-reset": "1"}
    wait_s = _wait_s(request)
    if not wait_s:
        return _sent(_told(request, job, "queued"), 201, headers)
    headers["preference-applied"] = f"wait={wait_s}"
    if job.takes_s > wait_s or job.trouble == "never":
        headers |= {"location": f"{_HOST}/{job.id}", "reason": "wait time exceeded"}
        return _sent(_told(request, job, "queued"), 202, headers, after_s=wait_s)
    shown = _told(request, job, job.end)
    if job.end == "done":
        # Seen in every recording: the output is there, and the status still says otherwise.
        shown["status"] = "processing"
        del shown["metrics"]
    return _sent(shown, 201, headers, after_s=job.takes_s)


def _wait_s(request: Request) -> int:
    found = re.fullmatch(r"wait(?:=([1-9]|[1-5][0-9]|60))?", request.headers.get("prefer", ""))
    return min(int(found[1] or 60), _LONGEST_WAIT_S) if found else 0


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.params["job"])
    return _sent(_told(request, job, job.state), 200)


def _cancel(request: Request) -> Answer:
    job = _QUEUE.find(request, request.params["job"])
    job.cancel()
    return _sent(_told(request, job, job.state), 200)


def _told(request: Request, job: Job, state: State) -> Object:
    own, mark = f"{_HOST}/{job.id}", f"{crc32(job.model.encode()):08x}"
    is_model = "/" in job.model
    known: Object = {
        "id": job.id,
        "model": job.model if is_model else "sandbox/model",
        "version": f"dp-{mark}" if is_model else job.model,
        "input": job.asked,
        "logs": "",
        "output": _output(request, job) if state == "done" else None,
        "data_removed": False,
        "error": REASONS.get(state),
        "status": _QUEUE.words[state],
        "created_at": stamp(job),
        "urls": {"cancel": f"{own}/cancel", "get": own, "stream": f"https://stream.replicate.com/v1/files/{mark}"},
    }
    if state in OVER:
        known["metrics"] = {"predict_time": job.takes_s}
    return known


def _output(request: Request, job: Job) -> Any:
    """A list of pictures, the address of a film or a sound, or an object about what was said."""
    if job.task == "automatic-speech-recognition":
        words = told(job)
        spoken = [
            {"id": number, "start": one["timestamp"][0], "end": one["timestamp"][1], "text": one["text"]}
            for number, one in enumerate(words["chunks"])
        ]
        found = {"transcription": words["text"], "segments": spoken, "detected_language": "english"}
        return {**found, "translation": words["text"] if job.asked.get("translate") else None, "txt_file": None}
    if job.task.endswith("-image"):
        count = min(max(int(job.asked.get("num_outputs") or 1), 1), 4)
        return [url(request, job, f"out-{number}") for number in range(count)]
    return url(request, job)


def _sent(body: Object, status: int, headers: dict[str, str] | None = None, after_s: float = 0) -> Reply:
    return Reply(dump(body).encode(), status, "application/json; charset=UTF-8", headers or {}, after_s)


REPLICATE: dict[tuple[str, str], Handler] = {
    ("POST", "/replicate/v1/models/(?P<model>[^/]+/[^/]+)/predictions"): _predict,
    ("POST", "/replicate/v1/predictions"): _predict,
    ("GET", "/replicate/v1/predictions/(?P<job>[^/]+)"): _poll,
    ("POST", "/replicate/v1/predictions/(?P<job>[^/]+)/cancel"): _cancel,
}
