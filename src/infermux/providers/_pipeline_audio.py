"""Sounds: what pipelines do with them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..tasks._ask import Ask
from ..tasks.audio_classification import AudioClassificationAsk
from ..tasks.audio_to_audio import AudioToAudioAsk
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.text_to_audio import TextToAudioAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..types._json import Json
from ..types._record import WrongShape
from ..types.audio import AudioClassificationOutputElement, AudioToAudioOutputElement
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire import fetch
from ..wire.media import Media
from ._base import Dialect, Exchange, Route
from ._pipeline import decoded, first_of, listed, made, post_inputs, post_media, with_text


async def audio_classification(ask: AudioClassificationAsk, route: Route) -> list[AudioClassificationOutputElement]:
    """A sound to its classes."""
    exchange = await _post(ask.audio, ask.parameters, route)
    return exchange.read(listed(AudioClassificationOutputElement.parse))


async def audio_to_audio(ask: AudioToAudioAsk, route: Route) -> list[AudioToAudioOutputElement]:
    """A sound to others, which come as base64 in JSON."""
    exchange = await _post(ask.audio, ask.parameters, route)
    return exchange.read(listed(_sound))


async def _post(audio: Media, parameters: Json, route: Route) -> Exchange:
    found = await fetch.given(audio, route.user_agent)
    as_sound = _AS_SOUND.get(found.media_type or "", found.media_type)
    return await post_media(replace(found, media_type=as_sound), parameters, route)


_AS_SOUND = {"audio/mp4": "audio/m4a", "video/mp4": "audio/m4a", "video/webm": "audio/webm"}
"""Dedicated containers look at the type, and refuse the usual ones of these sounds, which they can read."""


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
    exchange = await _post(ask.audio, ask.parameters, route)
    return exchange.read(first_of(with_text("text", AutomaticSpeechRecognitionOutput.parse)))


async def text_to_sound(ask: TextToAudioAsk | TextToSpeechAsk, route: Route) -> bytes:
    """Words to the bytes of a sound; MP4 and WebM are called videos, whatever they hold."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return (await made(exchange, route, "audio", "audio/", "video/")).data


SAYS: dict[type[Ask[Any]], Dialect] = {
    AudioClassificationAsk: audio_classification,
    AudioToAudioAsk: audio_to_audio,
    AutomaticSpeechRecognitionAsk: automatic_speech_recognition,
    TextToAudioAsk: text_to_sound,
    TextToSpeechAsk: text_to_sound,
}
"""What Hugging Face's servers and dedicated endpoints do with sounds."""
