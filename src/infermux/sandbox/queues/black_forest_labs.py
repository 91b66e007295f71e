"""Black Forest Labs: a job, and an address to ask at that is used as it is."""

from __future__ import annotations

from zlib import crc32

from ..exchange import Answer, Handler, Object, RefusalError, Request, reply
from ..jobs import OVER, REASONS
from ._queue import Queue, body_of, detail, refuse_missing, url

_MULTIPLE = 32


def _lost(job_id: str) -> RefusalError:
    known = {"id": job_id, "status": "Task not found", "result": None, "progress": None, "details": None}
    return RefusalError(reply(known, 404))


_QUEUE = Queue(
    provider="black-forest-labs",
    wrong=detail,
    lost=_lost,
    words={
        "queued": "Pending",
        "running": "Pending",
        "unknown": "Reviewing",
        "done": "Ready",
        "failed": "Error",
        "cancelled": "Request Moderated",
    },
    announced={"image/png": "image/jpeg"},
    size=(1024, 768),
    makes="image",
)


def _ask(request: Request) -> Answer:
    model, body = request.params["model"], body_of(request, detail)
    refuse_missing(model, RefusalError(reply({"detail": "Not Found"}, 404)))
    for side in ("width", "height"):
        if isinstance(body.get(side), int) and body[side] % _MULTIPLE:
            raise detail(side, f"Input should be a multiple of {_MULTIPLE}")
    job = _QUEUE.submit(request, model, body)
    here = f"{request.base}/black-forest-labs/v1/get_result?id={job.id}"
    return reply({"id": job.id, "polling_url": here})


def _poll(request: Request) -> Answer:
    job = _QUEUE.find(request, request.query.get("id", [""])[0])
    state = job.state
    known: Object = {"id": job.id, "status": _QUEUE.words[state], "result": None, "progress": None}
    if state == "done":
        start = job.created.timestamp()
        known["result"] = {
            "sample": url(request, job, "sample"),
            "prompt": job.asked.get("prompt"),
            "seed": job.asked.get("seed", crc32(request.params["provider"].encode())),
            "start_time": start,
            "end_time": start + job.takes_s,
            "duration": job.takes_s,
        }
    elif state in REASONS:
        known["details"] = {"reason": REASONS[state]}
    else:
        known["progress"] = round(job.progress(), 2)
    # The service says 1 on every answer; a job of less than a second would wait for nothing.
    return reply(known, headers={} if state in OVER else {"retry-after": str(min(int(job.left_s()), 1))})


BLACK_FOREST_LABS: dict[tuple[str, str], Handler] = {
    ("GET", "/black-forest-labs/v1/get_result"): _poll,
    ("POST", "/black-forest-labs/v1/(?P<model>.+)"): _ask,
}
