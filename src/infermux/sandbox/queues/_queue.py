"""What all queues share: reading a provider's body, doing the work, keeping the job, and the address of its result."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from .. import hub, picture, sound
from ..exchange import Answer, Object, RefusalError, Reply, Request, is_list, is_object, reply
from ..jobs import TROUBLES, Job, State
from ..pipelines import PIPELINES

Wrong: TypeAlias = Callable[[str, str], RefusalError]

MISSING = "field required"
# The providers' names for the same things; where several are sent, the first counts.
_PICTURES = (
    "image_url", "image_urls", "image", "images", "input_image", "input_images", "reference_images", "frame_images",
)  # fmt: skip
_SOUNDS = ("audio_url", "audio")
_WORDS = ("prompt", "text", "input", "inputs")
_OF_FILMS = frozenset({"num_frames", "frame_images", "fps", "seconds"})
_SPOKEN = ("text-to-audio", "text-to-speech")
_PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_USUAL_FPS = 24
# An address of the inside of a cloud: who fetches it gives away the machine's own credentials.
_PRIVATE = "http://169.254.169.254/latest/meta-data/"
_PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"


@dataclass(frozen=True)
class Queue:
    """How one provider keeps its jobs.

    `wrong` makes its refusal of one field, `lost` that of an unknown job; `words` are what it calls the states;
    `announced` is what it says a medium is, where that differs; `size` is that of a picture when none was asked for;
    `makes` is the kind of all its results, if they are of one kind; `needs` names the fields of a picture and a sound.
    """

    provider: str
    wrong: Wrong
    lost: Callable[[str], RefusalError]
    words: Mapping[State, str]
    announced: Mapping[str, str] = field(default_factory=dict[str, str])
    size: tuple[int, int] = (1024, 1024)
    makes: str = ""
    needs: tuple[str, str] = ("image", "audio")

    def submit(self, request: Request, model: str, body: Object, takes_s: float | None = None) -> Job:
        """Do what the body asks for and keep it as a job, which takes as long as the request or the sandbox says."""
        task, made = self._made(request, model, body)
        name, _, trouble = request.fault.partition(":")
        trouble = (trouble or TROUBLES[0]) if name == "F10" else ""
        if takes_s is None:
            takes_s = float(request.headers.get("x-sandbox-job-seconds", request.settings.job_s))
        media = made.media if body.get("output_format") == "png" else self.announced.get(made.media, made.media)
        job_id = request.jobs.new_id()
        job = Job(job_id, self.provider, model, task, body, made.body, media, max(takes_s, 0), trouble)
        request.jobs.add(job, size_bytes=len(request.body) + len(made.body))
        return job

    def find(self, request: Request, job_id: str) -> Job:
        """Find a job of this provider, or refuse the request."""
        job = request.jobs.find(job_id)
        if job is None or job.provider != self.provider:
            raise self.lost(job_id)
        return job

    def _made(self, request: Request, model: str, body: Object) -> tuple[str, Reply]:
        task = self._task(hub.meant(request, model), body)
        given: Object = {**body, **_sizes(body)}
        if "seconds" in body:
            given["num_frames"] = max(int(float(body["seconds"]) * float(body.get("fps") or _USUAL_FPS)), 1)
        if task == "automatic-speech-recognition":
            inputs = self._opened(body, _SOUNDS)
            given = {"return_timestamps": True}
        elif task == "audio-to-audio":
            inputs = self._opened(body, _SOUNDS)
        elif task.startswith("image"):
            inputs = self._opened(body, _PICTURES)
        else:
            inputs = self._said(body, "text" if task in _SPOKEN else "prompt")
            if task == "text-to-image":
                given = {"width": self.size[0], "height": self.size[1], **_known(given)}
        asked = replace(request, json={"inputs": inputs, "parameters": _known(given)}, body=b"")
        try:
            return task, _whole(task, PIPELINES[task](asked))
        except RefusalError as refusal:
            raise self._refused(refusal) from None

    def _task(self, known: str, body: Object) -> str:
        """Find out what is wanted: by what was sent, and where that leaves a choice by what the model is for."""
        has_picture = any(body.get(name) for name in _PICTURES)
        if self.makes:
            return f"{'image' if has_picture else 'text'}-to-{self.makes}"
        is_film = known.endswith("-video") or bool(_OF_FILMS & body.keys())
        if any(body.get(name) for name in _SOUNDS) or known == "automatic-speech-recognition":
            return "audio-to-audio" if known == "audio-to-audio" else "automatic-speech-recognition"
        if known in ("audio-to-audio", "image-segmentation", "image-to-text"):
            return known
        if has_picture or known in ("image-to-image", "image-to-video"):
            # A picture alone, under one name, is cut out or filmed; those who change it send a list too.
            if not known and "image_url" in body and "image_urls" not in body:
                is_film = body.get("prompt") is not None or not body.get("sync_mode")
                return "image-to-video" if is_film else "image-segmentation"
            return "image-to-video" if is_film else "image-to-image"
        if known in _SPOKEN:
            return known
        if "text" in body and "prompt" not in body:
            return "text-to-speech"
        return "text-to-video" if is_film else "text-to-image"

    def _said(self, body: Object, usual: str) -> str:
        name = next((name for name in _WORDS if body.get(name) is not None), usual)
        told = body.get(name)
        if told is None:
            raise self.wrong(usual, MISSING)
        if not isinstance(told, str) or not told.strip():
            raise self.wrong(name, "a text is needed")
        return told

    def _opened(self, body: Object, names: tuple[str, ...]) -> str:
        """Return the medium sent, as base64; for one at an address, which is not opened, one that names it."""
        name = next((name for name in names if body.get(name)), self.needs[names is _SOUNDS])
        sent = _first(body.get(name))
        if not isinstance(sent, str) or not sent:
            raise self.wrong(name, MISSING)
        if not sent.startswith(("http://", "https://")):
            return sent
        stand_in = sound.speak(sent) if names is _SOUNDS else picture.draw(sent)
        return base64.b64encode(stand_in).decode()

    def _refused(self, refusal: RefusalError) -> RefusalError:
        """Say what a pipeline found wrong in the provider's own way."""
        assert isinstance(refusal.answer, Reply)
        (told,) = json.loads(refusal.answer.body).values()
        reason = str(told[0] if is_list(told) else told)
        named = re.fullmatch(r"Error in `(?:inputs|parameters)\.?(.*?)`: (.*)", reason)
        return self.wrong(*named.groups()) if named else self.wrong("", reason)


def url(request: Request, job: Job, name: str = "") -> str:
    """Tell where the result of a job is: at the sandbox, unless a fault says elsewhere."""
    if job.trouble == "private":
        return _PRIVATE
    return f"{request.base}/files/{job.id}/{name or 'output'}.{_extension(job)}"


def data_url(job: Job) -> str:
    """Return the result of a job as a data URL."""
    return f"data:{job.media};base64,{base64.b64encode(job.result).decode()}"


def file(request: Request) -> Answer:
    """Serve the result of a job to whoever knows its address."""
    job = request.jobs.find(request.params["job"])
    if job is None:
        raise RefusalError(reply({"error": "Not found"}, 404))
    if job.trouble == "page":
        return Reply(_PAGE, media="text/html; charset=utf-8")
    return Reply(job.result, media=job.media)


def told(job: Job) -> Any:
    """Return a result that is JSON."""
    return json.loads(job.result)


def stamp(job: Job) -> str:
    """Tell when a job was asked for."""
    return job.created.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def body_of(request: Request, wrong: Wrong) -> Object:
    """Return the body, which must be a JSON object."""
    if is_object(request.json):
        return request.json
    raise wrong("", "a JSON object is needed")


def detail(field: str, reason: str, missing: str = "missing") -> RefusalError:
    """Make the refusal of those who list what is wrong under `detail`."""
    place = ["body", *([field] if field else [])]
    kind = missing if reason == MISSING else "value_error"
    return RefusalError(reply({"detail": [{"loc": place, "msg": reason, "type": kind}]}, 422))


def refuse_missing(model: str, refusal: RefusalError) -> None:
    """Refuse one of the models that do not exist."""
    if hub.is_missing(model):
        raise refusal


def _known(given: Object) -> Object:
    """Leave out what only some models of a provider know."""
    names = ("prompt", "width", "height", "num_frames", "seed", "return_timestamps")
    return {name: given[name] for name in names if given.get(name) is not None}


def _sizes(body: Object) -> Object:
    """Read the size of a picture in any of the ways it is written."""
    size = body.get("image_size") or body.get("size") or body.get("target_size")
    if is_object(size):
        return {name: size[name] for name in ("width", "height") if name in size}
    if isinstance(size, str) and (found := re.fullmatch(r"(\d+)[x*](\d+)", size)):
        return {"width": int(found[1]), "height": int(found[2])}
    if isinstance(size, str) and size in _PRESETS:
        return dict(zip(("width", "height"), _PRESETS[size], strict=True))
    return {}


def _first(sent: Any) -> Any:
    """Return the one picture of many, and its address where that is named."""
    if is_list(sent):
        sent = sent[0] if sent else None
    return next(iter(sent.values()), None) if is_object(sent) else sent


def _whole(task: str, answer: Answer) -> Reply:
    """Return the one result that a provider gives; of several masks or parts the first."""
    assert isinstance(answer, Reply)
    if task == "image-segmentation":
        first = json.loads(answer.body)[0]["mask"]
        return Reply(base64.b64decode(first), media="image/png")
    if task == "audio-to-audio":
        part = json.loads(answer.body)[0]
        return Reply(base64.b64decode(part["blob"]), media=part["content-type"])
    return answer


def _extension(job: Job) -> str:
    kinds = {b"\x89PNG": "png", b"RIFF": "wav", b"fLaC": "flac", b"ID3": "mp3"}
    found = (kind for start, kind in kinds.items() if job.result.startswith(start))
    return next(found, "mp4" if job.task.endswith("video") else "bin")
