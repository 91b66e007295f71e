"""Any URL: a dedicated endpoint, a local server, an OpenAI-compatible host.

A URL that ends in `/v1` is the root of an OpenAI API. Any other is used exactly as given, but for chat, whose route is
appended (https://huggingface.co/docs/inference-endpoints).
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..tasks._ask import Ask
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.sentence_similarity import SentenceSimilarityAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from . import (
    _hf,
    _openai,
    _pictures,
    _pipeline,
    _pipeline_audio,
    _pipeline_text,
    _pipeline_video,
    _pipeline_vision,
    _speech,
    _tgi,
)
from ._base import Dialect, Provider, Route


def _by_path(ending: str, openai: Dialect, root: Dialect) -> Dialect:
    async def dialect(ask: Ask[Any], route: Route) -> Any:
        path = route.base.partition("?")[0].rstrip("/")
        if path.endswith(ending):
            return await openai(ask, replace(route, base=_cut(route.base, ending)))
        return await (openai if path.endswith("/v1") else root)(ask, route)

    return dialect


def _cut(url: str, ending: str) -> str:
    base, mark, query = url.partition("?")
    return base.rstrip("/").removesuffix(ending) + mark + query


PROVIDER = Provider(
    name="endpoint",
    title="the endpoint",
    base_url="",
    docs="https://huggingface.co/docs/inference-endpoints",
    says={
        **_hf.SAYS,
        **_pipeline_video.SAYS,
        **_pipeline_vision.OF_ENDPOINTS,
        ChatCompletionAsk: _openai.chat_at_url,
        TextGenerationAsk: _by_path("/completions", _openai.completions, _tgi.generate),
        FeatureExtractionAsk: _by_path("/embeddings", _openai.embeddings, _pipeline.feature_extraction),
        SentenceSimilarityAsk: _pipeline_text.sentence_similarity,
        TextToImageAsk: _by_path("/images/generations", _pictures.Images(), _pipeline.text_to_image),
        AutomaticSpeechRecognitionAsk: _by_path(
            "/audio/transcriptions", _openai.transcriptions, _pipeline_audio.automatic_speech_recognition
        ),
        TextToSpeechAsk: _by_path("/audio/speech", _speech.Speech(), _pipeline_audio.text_to_sound),
    },
    mapped=False,
    routed=False,
    key_optional=True,
    may_load=True,
    per_model=True,
)
