"""The providers with queues, as a scripted server plays them: a job is taken, asked for, and what it made fetched."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from contract.server import Answer, Asked, Server

MODEL = "org/name"
FILES = "https://files.example"
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(12)

_buffer = io.BytesIO()
Image.new("RGB", (4, 2), "red").save(_buffer, "PNG")
PNG = _buffer.getvalue()


@dataclass(frozen=True)
class Job:
    """How one provider tells of a job: `told(word, file, reason)` is its answer to who asks at `line`.

    Where the result stands apart, `result` is where, and `made(file)` what it says.
    """

    method: str
    taken: Any
    line: str
    told: Callable[[str, str, str | None], Any]
    going: str
    done: str
    result: str = ""
    made: Callable[[str], Any] = dict

    @property
    def task(self) -> str:
        return self.method.replace("_", "-")

    @property
    def is_picture(self) -> bool:
        return self.method == "text_to_image"


JOBS = {
    "black-forest-labs": Job(
        "text_to_image",
        {"id": "1", "polling_url": "https://api.eu.bfl.ai/v1/get_result?id=1"},
        "GET api.eu.bfl.ai/v1/get_result?id=1",
        lambda word, file, why: {"id": "1", "status": word, "result": {"sample": file}, "details": why},
        "Pending",
        "Ready",
    ),
    "fal-ai": Job(
        "text_to_video",
        {"request_id": "1", "status": "IN_QUEUE", "response_url": "https://queue.fal.run/org/app/requests/1"},
        "GET queue.fal.run/org/app/requests/1/status",
        lambda word, file, why: {"status": word, "request_id": "1", "error": why},
        "IN_PROGRESS",
        "COMPLETED",
        "GET queue.fal.run/org/app/requests/1",
        lambda file: {"video": {"url": file}},
    ),
    "novita": Job(
        "text_to_video",
        {"task_id": "1"},
        "GET api.novita.ai/v3/async/task-result?task_id=1",
        lambda word, file, why: {"task": {"status": word, "reason": why}, "videos": [{"video_url": file}]},
        "TASK_STATUS_PROCESSING",
        "TASK_STATUS_SUCCEED",
    ),
    "replicate": Job(
        "text_to_video",
        {"id": "1", "status": "starting", "urls": {"get": "https://api.replicate.com/v1/predictions/1"}},
        "GET api.replicate.com/v1/predictions/1",
        lambda word, file, why: {"id": "1", "status": word, "output": file, "error": why},
        "processing",
        "succeeded",
    ),
    "together": Job(
        "text_to_video",
        {"id": "1", "status": "queued"},
        "GET api.together.xyz/v2/videos/1",
        lambda word, file, why: {"id": "1", "status": word, "outputs": {"video_url": file}, "error": {"message": why}},
        "in_progress",
        "completed",
    ),
    "wavespeed": Job(
        "text_to_video",
        {
            "code": 200,
            "data": {
                "id": "1",
                "status": "created",
                "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/1/result"},
            },
        },
        "GET api.wavespeed.ai/api/v3/predictions/1/result",
        lambda word, file, why: {"code": 200, "data": {"id": "1", "status": word, "outputs": [file], "error": why}},
        "processing",
        "completed",
    ),
    "zai-org": Job(
        "text_to_image",
        {"id": "1", "task_status": "PROCESSING"},
        "GET api.z.ai/api/paas/v4/async-result/1",
        lambda word, file, why: {"task_status": word, "image_result": [{"url": file}], "error": {"message": why}},
        "PROCESSING",
        "SUCCESS",
    ),
}


def hub(**entries: tuple[str, str]) -> Answer:
    """The Hub's answer about a model: provider (`_` for `-`) → its id of the model, and the task."""
    told = {
        name.replace("_", "-"): {"status": "live", "providerId": model, "task": task}
        for name, (model, task) in entries.items()
    }
    return Answer.of({"id": MODEL, "inferenceProviderMapping": told})


def late(answer: Answer, seconds: float) -> Answer:
    """The same answer, whose body keeps the caller waiting."""
    return Answer(b"", answer.status, answer.headers, [seconds, answer.body]) if seconds else answer


def play(
    server: Server,
    provider: str,
    *words: str,
    why: str | None = None,
    file: str = "",
    made: Answer | None = None,
    seconds: float = 0.0,
) -> dict[str, Any]:
    """Have the server take the jobs of a provider; asked for them, it says these words in turn, the last ever after.

    Without words a job is done when it is taken, where the provider has that.

    Args:
        server: Who plays.
        provider: Whose queue it is.
        words: Where the job stands.
        why: The reason of a failure.
        file: Where the result stands; nothing: where `made` stands.
        made: What the download gives; None: a film or a picture.
        seconds: How long each answer takes.

    Returns:
        The settings of a client for this provider.
    """
    job = JOBS[provider]
    left = list(words) or [job.done]
    file = file or f"{FILES}/{provider}"
    taken = job.taken
    if not words and provider not in _NEVER_AT_ONCE:
        taken = job.made(file) if job.result else {**job.taken, **job.told(job.done, file, None)}

    def told(asked: Asked) -> Answer:
        word = left.pop(0) if len(left) > 1 else left[0]
        return late(Answer.of(job.told(word, file, why)), seconds)

    server.always("GET huggingface.co/api/models/", late(hub(**_ENTRIES), seconds))
    server.always(_SUBMITTED[provider], late(Answer.of(taken, 202), seconds))
    if job.result:
        server.always(job.result, late(Answer.of(job.made(file)), seconds))
    server.always(job.line, told)
    server.always(f"GET files.example/{provider}", made or late(Answer(PNG if job.is_picture else FILM), seconds))
    return {"provider": provider, "api_key": "key-of-theirs", "model": MODEL}


_ENTRIES = {name.replace("-", "_"): ("org/app", job.task) for name, job in JOBS.items()}
_NEVER_AT_ONCE = ("black-forest-labs", "novita")
_SUBMITTED = {
    "black-forest-labs": "POST api.bfl.ai/",
    "fal-ai": "POST queue.fal.run/",
    "novita": "POST api.novita.ai/",
    "replicate": "POST api.replicate.com/",
    "together": "POST api.together.xyz/",
    "wavespeed": "POST api.wavespeed.ai/",
    "zai-org": "POST api.z.ai/",
}
