"""Sounds: what pipelines do with them."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ..tasks.audio_classification import AudioClassificationAsk
from ..tasks.audio_to_audio import AudioToAudioAsk
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.text_to_audio import TextToAudioAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..types._json import is_list
from ..types._record import WrongShape
from ..types.audio import AudioClassificationOutputElement, AudioToAudioOutputElement
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire import fetch
from ._base import Dialect, Route
from ._pipeline import decoded, listed, made, post_inputs, post_media


async def audio_classification(ask: AudioClassificationAsk, route: Route) -> list[AudioClassificationOutputElement]:
    """A sound to its classes."""
    exchange = await post_media(await fetch.given(ask.audio, route.user_agent), ask.parameters, route)
    return exchange.read(listed(AudioClassificationOutputElement.parse))


async def audio_to_audio(ask: AudioToAudioAsk, route: Route) -> list[AudioToAudioOutputElement]:
    """A sound to others, which come as base64 in JSON."""
    exchange = await post_media(await fetch.given(ask.audio, route.user_agent), ask.parameters, route)
    return exchange.read(listed(_sound))


def _sound(value: Any) -> AudioToAudioOutputElement:
    output = AudioToAudioOutputElement.parse(value)
    text = output.get("blob")
    if not isinstance(text, str):
        raise WrongShape("base64 text", text).at("blob")
    output["blob"] = decoded(text)
    return output


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


async def text_to_sound(ask: TextToAudioAsk | TextToSpeechAsk, route: Route) -> bytes:
    """Words to the bytes of a sound; MP4 and WebM are called videos, whatever they hold."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return await made(exchange, route, "audio", "audio/", "video/")


SAYS: dict[type[Ask[Any]], Dialect] = {
    AudioClassificationAsk: audio_classification,
    AudioToAudioAsk: audio_to_audio,
    AutomaticSpeechRecognitionAsk: automatic_speech_recognition,
    TextToAudioAsk: text_to_sound,
    TextToSpeechAsk: text_to_sound,
}
"""What Hugging Face's servers and dedicated endpoints do with sounds."""
