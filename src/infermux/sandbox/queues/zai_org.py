"""Z.ai: pictures as a task to ask for or at once, and pages turned into text; chat it speaks as OpenAI does."""

from __future__ import annotations

from dataclasses import replace

from ..exchange import Answer, Handler, Object, RefusalError, Request, reply
from ..jobs import REASONS, Job, State
from ._queue import MISSING, Queue, body_of, told, url

_API = "/zai-org/api/paas/v4"


def _refuse(status: int, code: str, message: str) -> RefusalError:
    return RefusalError(reply({"error": {"code": code, "message": message}}, status))


def _wrong(field: str, reason: str) -> RefusalError:
    return _refuse(422, "1214", f"{field}: {reason}" if field else reason)


def _lost(job_id: str) -> RefusalError:
    return _refuse(404, "1222", f"task {job_id} not found")


_QUEUE = Queue(
    provider="zai-org",
    wrong=_wrong,
    lost=_lost,
    words={
        "queued": "PROCESSING",
        "running": "PROCESSING",
        "unknown": "REVIEWING",
        "done": "SUCCESS",
        "failed": "FAIL",
        "cancelled": "FAIL",
    },
    makes="image",
)
_READER = replace(_QUEUE, makes="text")


def _later(request: Request) -> Answer:
    job = _QUEUE.submit(request, *_asked(request))
    return reply(_shown(job, "queued"))


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.params["job"])
    state = job.state
    known = _shown(job, state)
    if state == "done":
        known["image_result"] = [{"url": url(request, job)}]
    elif state in REASONS:
        known["error"] = {"code": "500", "message": REASONS[state]}
    return reply(known)


def _at_once(request: Request) -> Answer:
    job = _QUEUE.submit(request, *_asked(request), takes_s=0)
    if reason := REASONS.get(job.end):
        raise _refuse(500, "500", reason)
    return reply({"created": int(job.created.timestamp()), "data": [{"url": url(request, job)}]})


def _read(request: Request) -> Answer:
    """Say what stands on a page: here, what the picture is of and what its file carries."""
    model, body = _asked(request)
    if not body.get("file"):
        raise _wrong("file", MISSING)
    job = _READER.submit(request, model, {"image": body["file"]}, takes_s=0)
    if reason := REASONS.get(job.end):
        raise _refuse(500, "500", reason)
    words = told(job)[0]["generated_text"]
    return reply({"id": job.id, "model": model, "request_id": job.id, "md_results": words, "layout_details": []})


def _asked(request: Request) -> tuple[str, Object]:
    body = body_of(request, _wrong)
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise _wrong("model", MISSING)
    return model, body


def _shown(job: Job, state: State) -> Object:
    return {"id": job.id, "request_id": job.id, "model": job.model, "task_status": _QUEUE.words[state]}


ZAI_ORG: dict[tuple[str, str], Handler] = {
    ("POST", f"{_API}/async/images/generations"): _later,
    ("GET", f"{_API}/async-result/(?P<job>[^/]+)"): _poll,
    ("POST", f"{_API}/images/generations"): _at_once,
    ("POST", f"{_API}/layout_parsing"): _read,
}
