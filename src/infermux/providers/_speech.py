"""Speech: the route that OpenAI-like providers have for it.

https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

from __future__ import annotations

from ..errors import InputError
from ..tasks.text_to_speech import TextToSpeechAsk
from ._base import Dialect, Route
from ._pipeline import media_of


def speech(*, needs_voice: bool = False) -> Dialect:
    """The dialect for POST `/audio/speech`.

    Args:
        needs_voice: Whether the provider refuses a text without a `voice`.
    """

    async def dialect(ask: TextToSpeechAsk, route: Route) -> bytes:
        if needs_voice and "voice" not in ask.parameters:
            raise InputError(
                f"text_to_speech: {route.provider.title} needs a voice; "
                'pass extra_body={"voice": …}, with one that the model has'
            )
        body = {"model": route.model, "input": ask.text} | {**ask.parameters, "model": route.model}
        exchange = await route.post("/audio/speech", body)
        return media_of(exchange, "audio/", "video/").data

    return dialect
