"""Sound: typed forms of what goes in. Each may stand wherever a dict is taken; `inputs` of sound are base64.

The fields are those of the tasks' schemas (https://huggingface.co/tasks).
"""

from __future__ import annotations

from typing import Any

from ._options import GenerationParameters
from ._record import Record
from .words import (
    AudioClassificationOutputTransform,
)


class AudioClassificationParameters(Record):
    """Options of `audio_classification`."""

    function_to_apply: AudioClassificationOutputTransform | None = None
    top_k: int | None = None


class AudioClassificationInput(Record):
    """A question to an audio classifier."""

    inputs: str
    parameters: AudioClassificationParameters | dict[str, Any] | None = None


class AudioToAudioInput(Record):
    """Sound to change."""

    inputs: Any


class AutomaticSpeechRecognitionGenerationParameters(GenerationParameters):
    """How a transcript is written."""


class AutomaticSpeechRecognitionParameters(Record):
    """Options of `automatic_speech_recognition`."""

    generation_parameters: AutomaticSpeechRecognitionGenerationParameters | dict[str, Any] | None = None
    return_timestamps: bool | None = None


class AutomaticSpeechRecognitionInput(Record):
    """Speech to write down."""

    inputs: str
    parameters: AutomaticSpeechRecognitionParameters | dict[str, Any] | None = None


class TextToAudioGenerationParameters(GenerationParameters):
    """How sound is made."""


class TextToAudioParameters(Record):
    """Options of `text_to_audio`."""

    generation_parameters: TextToAudioGenerationParameters | dict[str, Any] | None = None


class TextToAudioInput(Record):
    """A text to turn into sound."""

    inputs: str
    parameters: TextToAudioParameters | dict[str, Any] | None = None


class TextToSpeechGenerationParameters(GenerationParameters):
    """How speech is made."""


class TextToSpeechParameters(Record):
    """Options of `text_to_speech`."""

    generation_parameters: TextToSpeechGenerationParameters | dict[str, Any] | None = None


class TextToSpeechInput(Record):
    """A text to speak."""

    inputs: str
    parameters: TextToSpeechParameters | dict[str, Any] | None = None
