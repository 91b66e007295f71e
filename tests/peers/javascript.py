"""What @huggingface/inference does and huggingface_hub does not: each call there, and the same here."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .registry import PICTURE, SOUND


@dataclass(frozen=True)
class Case:
    """One call in both languages, of a provider and with a key."""

    provider: str
    task: str
    name: str
    key: str
    model: str
    theirs: dict[str, Any]
    given: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.task}-{self.provider}{'' if self.key.startswith('hf_') else ' direct'}-{self.name}"

    @property
    def method(self) -> str:
        """The name of the method here."""
        return self.task.replace("-", "_")

    @property
    def method_there(self) -> str:
        """The name of the function there."""
        first, *rest = self.task.split("-")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def args(self) -> dict[str, Any]:
        """What the function there is given."""
        return {"accessToken": self.key, "provider": self.provider, "model": self.model, **self.theirs}


def _blob(data: bytes, kind: str) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode(), "type": kind}


@dataclass(frozen=True)
class _Call:
    name: str
    theirs: dict[str, Any]
    given: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict[str, Any])


_PNG, _WAV = _blob(PICTURE, "image/png"), _blob(SOUND, "audio/wav")
_DRAWN = {"num_inference_steps": 4, "guidance_scale": 2.5, "seed": 7}
_FILMED = {"num_frames": 8, **_DRAWN}
_BYTES = {"output_type": "bytes"}
_TABLE = {"Height": ["11.52", "12.48"], "Weight": ["1", "2"]}
_LIMITS = {"max_new_tokens": 5, "temperature": 0.5}
_PROMPT = "Once upon a time"
_CALLS = {
    "audio-to-audio": (_Call("sound", {"inputs": _WAV}, (SOUND,)),),
    "automatic-speech-recognition": (_Call("sound", {"inputs": _WAV}, (SOUND,)),),
    "image-text-to-image": (
        _Call(
            "picture",
            {"inputs": _PNG, "parameters": {"prompt": "A cat", **_DRAWN}},
            (PICTURE, "A cat"),
            _DRAWN | _BYTES,
        ),
        _Call("words alone", {"parameters": {"prompt": "A cat", **_DRAWN}}, (None, "A cat"), _DRAWN | _BYTES),
    ),
    "image-text-to-video": (
        _Call("picture", {"inputs": _PNG, "parameters": {"prompt": "A cat", **_FILMED}}, (PICTURE, "A cat"), _FILMED),
        _Call("words alone", {"parameters": {"prompt": "A cat", **_FILMED}}, (None, "A cat"), _FILMED),
    ),
    "image-to-text": (_Call("picture", {"inputs": _PNG}, (PICTURE,)),),
    "tabular-regression": (_Call("table", {"inputs": {"data": _TABLE}}, (_TABLE,)),),
    "text-generation": (_Call("limited", {"inputs": _PROMPT, "parameters": _LIMITS}, (_PROMPT,), _LIMITS),),
    "text-to-audio": (_Call("words", {"inputs": "Rain"}, ("Rain",)),),
    "text-to-image": (_Call("words", {"inputs": "A cat"}, ("A cat",), _BYTES),),
}
TASKS = {
    "deepinfra": ("text-to-image",),
    "fal-ai": ("audio-to-audio", "image-text-to-image", "image-text-to-video", "text-to-audio"),
    "groq": ("text-generation",),
    "hf-inference": ("tabular-regression", "text-to-audio"),
    "ovhcloud": ("text-generation",),
    "scaleway": ("text-generation",),
    "together": ("automatic-speech-recognition",),
    "wavespeed": ("image-text-to-image", "image-text-to-video"),
    "zai-org": ("image-to-text",),
}
"""What only the JavaScript client has."""
NOT_OURS = {("novita", "image-text-to-video")}
"""Of one model alone, whose route and words are like no other's."""


def _id(provider: str, task: str) -> str:
    if task == "text-to-audio":
        return "own/stable-audio"  # The sandbox knows by its name that this makes music.
    # The last part tells two apps of fal's apart: with a picture, and for words alone.
    return f"own/{provider}-{task}/edit" if provider == "fal-ai" else f"own/{provider}-{task}"


def _mapped(task: str) -> dict[str, dict[str, str]]:
    able = (name for name, tasks in TASKS.items() if task in tasks)
    return {name: {"providerId": _id(name, task), "task": task} for name in able}


MAPPINGS = {f"only-js/{task}": _mapped(task) for task in _CALLS}
HEADERS = {"x-sandbox-job-seconds": "0"}


def _cases() -> Iterator[Case]:
    for provider, tasks in TASKS.items():
        for task in tasks:
            own = provider == "hf-inference"
            model = f"sandbox/{task}" if own else f"only-js/{task}"
            for call in _CALLS[task]:
                for key in ("hf_x",) if own else ("hf_x", "sk-x"):
                    yield Case(provider, task, call.name, key, model, call.theirs, call.given, call.options)


CASES = {str(case): case for case in _cases()}
