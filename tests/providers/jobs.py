"""How providers that queue are spoken to, by hand from their documents: for each task the whole conversation.

What answers within one request stands in `table`; a provider may be in both.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract.server import Answer

from .table import FILM, FLAC, MODEL, OWN, PNG, ROUTED, WIRES, WORDS, Json

URL = "https://cdn.example/a?sig=1"
"""Where a result is fetched."""
WHY = "the sky fell"
"""Why a job failed."""
KEYS = ("authorization", "x-key", "cookie", "x-hf-bill-to")
"""Headers that tell who asks."""


@dataclass(frozen=True)
class Job:
    """One task of a provider that queues.

    Args:
        path: Where it is submitted.
        body: What is submitted.
        last: The answer that holds the result.
        wrong: Such an answer of another shape, and the place that the error names.
        media: What stands at `URL`, if anything is fetched.
        proves: The id that it proves.
        told: What the result must tell, if it is not what all others tell.
        left_out: What the provider does not take, of which the caller is warned.
        at_once: Whether the first answer is the last one.
    """

    path: str
    body: Json
    last: Json
    wrong: tuple[Any, str]
    media: bytes | None
    proves: str
    told: Any = None
    left_out: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Queue:
    """How a provider tells of its jobs. Paths stand below its root: its host, or its name at the router.

    Args:
        host: Where jobs are asked for.
        tasks: What it does.
        submitted: The answer to the submission.
        pending: Answers while the job goes on, in turn.
        failed: The answer that tells of a failure, with `WHY`.
        poll: Where the job is asked for; a whole address where it is used as it is.
        refusal: How it refuses, with `WORDS`: status and body.
        proves: The id that it proves.
        key: Header and form of a key of its own.
        done: The word that all is done, where the result stands at `fetch`.
        fetch: Where the result stands, if the last word does not hold it.
        cancel: The request that stops a job.
        routed_query: What stands behind each address at the router.
        first_host: Where that is asked which is answered at once.
    """

    host: str
    tasks: Mapping[str, Job]
    submitted: Answer
    pending: list[Json]
    failed: Json
    poll: str
    refusal: tuple[int, Json]
    proves: str
    key: tuple[str, str] = ("authorization", "Bearer {key}")
    done: Json = field(default_factory=dict)
    fetch: str = ""
    cancel: str = ""
    routed_query: str = ""
    first_host: str = ""


_PICTURE = base64.b64encode(PNG).decode()
_SHOWN, _HEARD = f"data:image/png;base64,{_PICTURE}", f"data:audio/mpeg;base64,{base64.b64encode(FLAC).decode()}"
_SIZE = {"width": 64, "height": 32}
_DRAWN = {"num_inference_steps": 4, "guidance_scale": 2.5, "seed": 7}
_FILMED = {"num_frames": 8, "guidance_scale": 2.5, "seed": 7}
_MOVED = {"num_frames": 8, "seed": 7}
_SET_MOVING = {"prompt": "It rains", "target_size": _SIZE, "seed": 7}
_IMAGE_URLS = {"image_url": _SHOWN, "image_urls": [_SHOWN]}

_AT_FAL = f"/{MODEL}/requests/j-1"
_FAL_PICTURE = ({"images": [{"url": URL, "content_type": "image/png"}], "seed": 7}, ({"images": []}, "images"), PNG)
_FAL_VIDEO = ({"video": {"url": URL, "content_type": "application/octet-stream"}}, ({"video": None}, "another"), FILM)
_FAL_SOUND = ({"audio": {"url": URL, "content_type": "audio/flac"}}, ({"audio": {}}, "url"), FLAC)
_FAL_SIZE = {"image_size": _SIZE}

_AT_REPLICATE = f"/v1/models/{MODEL}/predictions"
_PREDICTION = {"id": "j-1", "urls": {"get": "https://api.replicate.com/v1/predictions/j-1"}, "output": None}


def _predicted(output: Any, word: str = "succeeded") -> Json:
    return {**_PREDICTION, "status": word, "output": output}


_AT_WAVESPEED = f"/api/v3/{MODEL}"


def _waved(word: str, outputs: Any = (), **more: Any) -> Json:
    get = "https://api.wavespeed.ai/api/v3/predictions/j-1/result"
    return {
        "code": 200,
        "message": "success",
        "data": {"id": "j-1", "status": word, "urls": {"get": get}, "outputs": list(outputs), "error": "", **more},
    }


_WAVE_PICTURE = (_waved("completed", [URL]), (_waved("completed"), "outputs"), PNG)
_WAVE_VIDEO = (_waved("completed", [URL]), (_waved("completed", [7]), "a text"), FILM)


def _novita(word: str, **more: Any) -> Json:
    return {"task": {"task_id": "j-1", "status": f"TASK_STATUS_{word}", "reason": "", "progress_percent": 5}, **more}


def _together(word: str, **more: Any) -> Json:
    return {"id": "j-1", "object": "video", "model": MODEL, "status": word, **more}


_TOGETHER_VIDEO = (
    _together("completed", outputs={"cost": 1, "video_url": URL}),
    (_together("completed", outputs={"cost": 1}), "video_url"),
    FILM,
)

QUEUES: dict[str, Queue] = {
    "black-forest-labs": Queue(
        "api.bfl.ai",
        {
            "text-to-image": Job(
                f"/v1/{MODEL}",
                {"prompt": "A cat", **_SIZE, "steps": 4, "guidance": 2.5, "seed": 7},
                {"id": "j-1", "status": "Ready", "result": {"sample": URL, "prompt": "A cat"}},
                ({"id": "j-1", "status": "Ready", "result": {}}, "sample"),
                PNG,
                "PXT-01",
            )
        },
        Answer.of({"id": "j-1", "polling_url": "https://api.us2.bfl.ai/v1/get_result?id=j-1"}),
        [{"id": "j-1", "status": "Pending", "progress": 0.5, "result": None}],
        {"id": "j-1", "status": "Error", "result": None, "details": {"why": WHY}},
        "https://api.us2.bfl.ai/v1/get_result?id=j-1",
        (422, {"detail": [{"loc": ["body", "prompt"], "msg": WORDS, "type": "value_error"}]}),
        "PRV-01",
        ("x-key", "{key}"),
    ),
    "fal-ai": Queue(
        "queue.fal.run",
        {
            "audio-to-audio": Job(f"/{MODEL}", {"audio_url": _HEARD}, *_FAL_SOUND, "PXB-08", (FLAC, "audio/flac")),
            "automatic-speech-recognition": Job(
                f"/{MODEL}",
                {"audio_url": _HEARD},
                {"text": "hello world", "inferred_languages": ["en"]},
                ({"chunks": []}, "output"),
                None,
                "PXT-04",
                at_once=True,
            ),
            "image-segmentation": Job(
                f"/{MODEL}",
                {"image_url": _SHOWN, "sync_mode": True, "subtask": "panoptic", "threshold": 0.5},
                {"image": {"url": URL}},
                ({"image": {"url": None}}, "a text"),
                PNG,
                "PXB-09",
                ("mask", (4, 2)),
            ),
            "image-text-to-image": Job(
                f"/{MODEL}", {**_IMAGE_URLS, "prompt": "A cat", **_FAL_SIZE, **_DRAWN}, *_FAL_PICTURE, "PXB-10"
            ),
            "image-text-to-video": Job(
                f"/{MODEL}", {"image_url": _SHOWN, "prompt": "It rains", **_MOVED}, *_FAL_VIDEO, "PXB-11"
            ),
            "image-to-image": Job(
                f"/{MODEL}", {**_IMAGE_URLS, "prompt": "A cat", **_FAL_SIZE, **_DRAWN}, *_FAL_PICTURE, "PXB-12"
            ),
            "image-to-video": Job(f"/{MODEL}", {"image_url": _SHOWN, **_SET_MOVING}, *_FAL_VIDEO, "PXB-13"),
            "text-to-audio": Job(
                f"/{MODEL}",
                {"prompt": "Rain", "duration": 2},
                {"audio_file": {"url": URL}},
                ({"audio_file": {}}, "audio"),
                FLAC,
                "PXB-14",
            ),
            "text-to-image": Job(
                f"/{MODEL}", {"prompt": "A cat", **_FAL_SIZE, **_DRAWN}, *_FAL_PICTURE, "PXT-05", at_once=True
            ),
            "text-to-speech": Job(
                f"/{MODEL}",
                {"text": "Hello", "temperature": 0.5, "voice": "af_alloy"},
                *_FAL_SOUND,
                "PXB-15",
                at_once=True,
            ),
            "text-to-video": Job(f"/{MODEL}", {"prompt": "A cat", **_FILMED}, *_FAL_VIDEO, "PXT-06"),
        },
        Answer.of(
            {
                "request_id": "j-1",
                "status": "IN_QUEUE",
                "queue_position": 1,
                "response_url": f"https://queue.fal.run{_AT_FAL}",
                "status_url": f"https://queue.fal.run{_AT_FAL}/status",
                "cancel_url": f"https://queue.fal.run{_AT_FAL}/cancel",
            }
        ),
        [{"status": "IN_QUEUE", "queue_position": 0}, {"status": "IN_PROGRESS", "logs": [{"message": "step 1"}]}],
        {"status": "COMPLETED", "request_id": "j-1", "error": WHY, "error_type": "runner_error"},
        f"{_AT_FAL}/status",
        (401, {"detail": WORDS}),
        "PRV-04",
        ("authorization", "Key {key}"),
        {"status": "COMPLETED", "request_id": "j-1", "error": None},
        _AT_FAL,
        f"PUT {_AT_FAL}/cancel",
        "_subdomain=queue",
        "fal.run",
    ),
    "novita": Queue(
        "api.novita.ai",
        {
            "text-to-video": Job(
                f"/v3/hf/{MODEL}",
                {"prompt": "A cat", **_FILMED},
                _novita("SUCCEED", videos=[{"video_url": URL, "video_type": "mp4"}]),
                (_novita("SUCCEED", videos=[]), "videos"),
                FILM,
                "PXB-18",
            )
        },
        Answer.of({"task_id": "j-1"}),
        [_novita("QUEUED"), _novita("PROCESSING")],
        {"task": {"task_id": "j-1", "status": "TASK_STATUS_FAILED", "reason": WHY}},
        "/v3/async/task-result?task_id=j-1",
        (403, {"code": 403, "reason": "INVALID_API_KEY", "message": WORDS, "metadata": {}}),
        "PRV-11",
    ),
    "replicate": Queue(
        "api.replicate.com",
        {
            "automatic-speech-recognition": Job(
                _AT_REPLICATE,
                {"input": {"audio": f"data:audio/flac;base64,{base64.b64encode(FLAC).decode()}"}},
                _predicted({"transcription": "hello world", "translation": None}),
                (_predicted({"words": 2}), "txt_file"),
                None,
                "PXB-26",
            ),
            "image-to-image": Job(
                _AT_REPLICATE,
                {
                    "input": {
                        "image": _SHOWN,
                        "images": [_SHOWN],
                        "input_image": _SHOWN,
                        "input_images": [_SHOWN],
                        "prompt": "A cat",
                        **_SIZE,
                        **_DRAWN,
                    }
                },
                _predicted(URL),
                (_predicted([]), "output"),
                PNG,
                "PXB-27",
            ),
            "text-to-image": Job(
                _AT_REPLICATE,
                {"input": {"prompt": "A cat", **_SIZE, **_DRAWN}},
                _predicted([URL]),
                (_predicted({"url": URL}), "a text"),
                PNG,
                "PXT-47",
            ),
            "text-to-speech": Job(
                _AT_REPLICATE,
                {"input": {"text": "Hello", "temperature": 0.5, "voice": "af_alloy"}},
                _predicted(URL),
                (_predicted(None), "a text"),
                FLAC,
                "PXT-48",
            ),
            "text-to-video": Job(
                _AT_REPLICATE,
                {"input": {"prompt": "A cat", **_FILMED}},
                _predicted([URL]),
                (_predicted([]), "output"),
                FILM,
                "PXT-49",
            ),
        },
        Answer.of({**_PREDICTION, "status": "starting"}, 202),
        [_predicted(None, "starting"), _predicted([URL], "processing")],
        {**_PREDICTION, "status": "failed", "error": WHY},
        "/v1/predictions/j-1",
        (422, {"detail": WORDS, "status": 422, "title": "Input validation failed", "invalid_fields": []}),
        "PRV-15",
        cancel="POST /v1/predictions/j-1/cancel",
    ),
    "together": Queue(
        "api.together.xyz",
        {
            "text-to-video": Job(
                "/v2/videos",
                {"model": MODEL, "prompt": "A cat", "guidance_scale": 2.5, "seed": 7},
                *_TOGETHER_VIDEO,
                "PXB-36",
                left_out="num_frames",
            ),
            "image-to-video": Job(
                "/v2/videos",
                {
                    "model": MODEL,
                    "frame_images": [{"input_image": _SHOWN, "frame": "first"}],
                    "prompt": "It rains",
                    **_SIZE,
                    "seed": 7,
                },
                *_TOGETHER_VIDEO,
                "PXB-34",
            ),
        },
        Answer.of(_together("queued")),
        [_together("queued"), _together("in_progress"), {"id": "j-1"}],
        _together("failed", error={"code": "bad_prompt", "message": WHY}),
        "/v2/videos/j-1",
        (400, {"id": "9026c5ba", "error": {"message": WORDS, "type": "invalid_request_error", "param": None}}),
        "PRV-18",
    ),
    "wavespeed": Queue(
        "api.wavespeed.ai",
        {
            "image-text-to-image": Job(
                _AT_WAVESPEED, {"image": _SHOWN, "prompt": "A cat", **_SIZE, **_DRAWN}, *_WAVE_PICTURE, "PXB-37"
            ),
            "image-text-to-video": Job(
                _AT_WAVESPEED, {"image": _SHOWN, "prompt": "It rains", **_MOVED}, *_WAVE_VIDEO, "PXB-38"
            ),
            "image-to-image": Job(
                _AT_WAVESPEED, {"image": _SHOWN, "prompt": "A cat", **_SIZE, **_DRAWN}, *_WAVE_PICTURE, "PXB-39"
            ),
            "image-to-video": Job(_AT_WAVESPEED, {"image": _SHOWN, **_SET_MOVING}, *_WAVE_VIDEO, "PXB-40"),
            "text-to-image": Job(_AT_WAVESPEED, {"prompt": "A cat", **_SIZE, **_DRAWN}, *_WAVE_PICTURE, "PXB-41"),
            "text-to-video": Job(_AT_WAVESPEED, {"prompt": "A cat", **_FILMED}, *_WAVE_VIDEO, "PXB-42"),
        },
        Answer.of(_waved("created")),
        [_waved("created"), _waved("processing")],
        _waved("failed", error=WHY),
        "/api/v3/predictions/j-1/result",
        (401, {"code": 401, "message": WORDS}),
        "PRV-22",
    ),
    "zai-org": Queue(
        "api.z.ai",
        {
            "text-to-image": Job(
                "/api/paas/v4/async/images/generations",
                {"model": MODEL, "prompt": "A cat", "size": "64x32", **_DRAWN},
                {"id": "j-1", "task_status": "SUCCESS", "image_result": [{"url": URL}]},
                ({"id": "j-1", "task_status": "SUCCESS", "image_result": []}, "image_result"),
                PNG,
                "PXB-45",
            )
        },
        Answer.of({"id": "j-1", "model": MODEL, "request_id": "r-1", "task_status": "PROCESSING"}),
        [{"id": "j-1", "task_status": "PROCESSING"}],
        {"id": "j-1", "task_status": "FAIL", "error": {"code": "1301", "message": WHY}},
        "/api/paas/v4/async-result/j-1",
        (400, {"error": {"code": "1211", "message": WORDS}}),
        "PRV-23",
    ),
}
"""Provider → how its queue is spoken to."""

CLAIMED: dict[str, list[str]] = {
    name: sorted({*(WIRES[name].tasks if name in WIRES else ()), *(QUEUES[name].tasks if name in QUEUES else ())})
    for name in {**WIRES, **QUEUES}
}
"""Provider → all that the tables say of it."""


@dataclass(frozen=True)
class Turn:
    """One request and its answer; `headers` are those of `KEYS` that it carries."""

    line: str
    headers: Json
    answer: Answer


def submission(provider: str, task: str, key: str, answer: Answer | None = None) -> Turn:
    """The first request, and another answer than the usual one."""
    queue = QUEUES[provider]
    job = queue.tasks[task]
    host, query = (queue.first_host, "") if job.at_once else (queue.host, queue.routed_query)
    usual = Answer.of(job.last) if job.at_once else queue.submitted
    return Turn(f"POST {_place(queue, provider, host, job.path, query, key)}", _keys(queue, key), answer or usual)


def look(provider: str, key: str, answer: Any) -> Turn:
    """A look at the job."""
    queue = QUEUES[provider]
    if queue.poll.startswith("https://"):
        # Of an address that is used as it is, the router's key must not know.
        keys = {} if key == ROUTED else _keys(queue, key)
        return Turn(f"GET {queue.poll.removeprefix('https://')}", keys, Answer.of(answer))
    return _asked(provider, f"GET {queue.poll}", key, Answer.of(answer))


def cancellation(provider: str, key: str) -> Turn:
    """The request that stops the job."""
    return _asked(provider, QUEUES[provider].cancel, key, Answer.of({"status": "CANCELED"}))


def conversation(provider: str, task: str, key: str, last: Json | None = None) -> list[Turn]:
    """All that is said, up to the answer that holds the result."""
    queue = QUEUES[provider]
    job = queue.tasks[task]
    last = job.last if last is None else last
    if job.at_once:
        return [submission(provider, task, key, Answer.of(last))]
    turns = [submission(provider, task, key), *(look(provider, key, told) for told in queue.pending)]
    if not queue.fetch:
        return [*turns, look(provider, key, last)]
    return [*turns, look(provider, key, queue.done), _asked(provider, f"GET {queue.fetch}", key, Answer.of(last))]


def to_the_end(provider: str, task: str, key: str) -> list[Turn]:
    """All that is said, the download of the result included."""
    media = QUEUES[provider].tasks[task].media
    return [*conversation(provider, task, key), *([] if media is None else [download(media)])]


def download(media: bytes) -> Turn:
    """The result is fetched without a key."""
    answer = Answer(media, headers={"content-type": "application/octet-stream"})
    return Turn(f"GET {URL.removeprefix('https://')}", {}, answer)


def _asked(provider: str, line: str, key: str, answer: Answer) -> Turn:
    queue = QUEUES[provider]
    method, _, path = line.partition(" ")
    place = _place(queue, provider, queue.host, path, queue.routed_query, key)
    return Turn(f"{method} {place}", _keys(queue, key), answer)


def _place(queue: Queue, provider: str, host: str, path: str, query: str, key: str) -> str:
    if key == OWN:
        return host + path
    return f"router.huggingface.co/{provider}{path}{f'?{query}' if query else ''}"


def _keys(queue: Queue, key: str) -> Json:
    header, form = queue.key if key == OWN else ("authorization", "Bearer {key}")
    return {header: form.replace("{key}", key)}
