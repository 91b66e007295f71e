"""Speech: what comes back from `automatic_speech_recognition`."""

from __future__ import annotations

from ._record import Record
from ._textual import TextRecord


class AutomaticSpeechRecognitionOutputChunk(Record):
    """A stretch of the sound: its words, and its start and end in seconds."""

    text: str
    timestamp: list[float]


class AutomaticSpeechRecognitionOutput(TextRecord):
    """What was said; it also acts as that text (`str(out)`, `out == "hello"`, `out.split()`)."""

    text: str
    chunks: list[AutomaticSpeechRecognitionOutputChunk] | None = None

    _text_field = "text"
