"""DeepInfra: films at its own address for each model; the rest it speaks as OpenAI does."""

from __future__ import annotations

from ..exchange import Answer, Handler, RefusalError, Request, reply
from ..jobs import REASONS
from ._queue import Queue, body_of, detail, refuse_missing, url


def _lost(model: str) -> RefusalError:
    return RefusalError(reply({"detail": {"error": f"Model {model} is not available"}}, 404))


_QUEUE = Queue(provider="deepinfra", wrong=detail, lost=_lost, words={}, makes="video")


def _ask(request: Request) -> Answer:
    model = request.params["model"]
    refuse_missing(model, _lost(model))
    job = _QUEUE.submit(request, model, body_of(request, detail), takes_s=0)
    if reason := REASONS.get(job.end):
        raise RefusalError(reply({"detail": {"error": reason}}, 500))
    status = {"status": "succeeded", "runtime_ms": 0, "cost": 0.0}
    return reply({"video": url(request, job), "request_id": job.id, "inference_status": status})


DEEPINFRA: dict[tuple[str, str], Handler] = {("POST", "/deepinfra/v1/inference/(?P<model>.+)"): _ask}
