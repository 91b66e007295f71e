"""Sounds: what comes back from the tasks that hear, change and make them."""

from __future__ import annotations

from typing import Any

from ._record import Record
from .classification import ClassificationOutput


class AudioClassificationOutputElement(ClassificationOutput):
    """A class that a sound may belong to."""


class AudioToAudioOutputElement(Record):
    """One of the sounds that were made of a sound; `blob` holds its bytes."""

    blob: bytes
    content_type: str
    label: str


class TextToSpeechOutput(Record):
    """Speech as a server tells it in JSON; `text_to_speech` itself gives the bytes."""

    audio: Any
    sampling_rate: float | None = None


class TextToAudioOutput(Record):
    """A sound as a server tells it in JSON; `text_to_audio` itself gives the bytes."""

    audio: Any
    sampling_rate: float | None = None
