"""Speech: the route that OpenAI-like providers have for it.

https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

from __future__ import annotations

from ..tasks.text_to_speech import TextToSpeechAsk
from ._base import Route
from ._options import Options
from ._pipeline import media_of


class Speech(Options, frozen=True, kw_only=True):
    """The dialect for POST `/audio/speech`."""

    async def __call__(self, ask: TextToSpeechAsk, route: Route) -> bytes:
        """Ask for a text to be spoken."""
        body = route.with_model({"input": ask.text, **self.on_wire(ask, route)})
        exchange = await route.post("/audio/speech", body)
        return media_of(exchange, "audio/", "video/").data
