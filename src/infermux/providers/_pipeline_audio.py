"""Sounds: what pipelines do with them."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..types._json import is_list
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire import fetch
from ._base import Dialect, Route
from ._pipeline import post_media


async def automatic_speech_recognition(
    ask: AutomaticSpeechRecognitionAsk, route: Route
) -> AutomaticSpeechRecognitionOutput:
    """A sound to its words."""
    exchange = await post_media(await fetch.given(ask.audio, route.user_agent), ask.parameters, route)
    return exchange.read(_transcript)


def _transcript(value: Any) -> AutomaticSpeechRecognitionOutput:
    output = AutomaticSpeechRecognitionOutput.parse(value[0] if is_list(value) else value)
    if not isinstance(output.get("text"), str):
        raise ValueError("there is no text in it")
    return output


SAYS: dict[type[Ask[Any]], Dialect] = {AutomaticSpeechRecognitionAsk: automatic_speech_recognition}
"""What Hugging Face's servers and dedicated endpoints do with sounds."""
