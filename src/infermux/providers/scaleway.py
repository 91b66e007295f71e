"""Scaleway Generative APIs: open models in European data centres."""

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from . import _openai
from ._base import Provider

# It ignores these (https://www.scaleway.com/en/docs/generative-apis/api-cli/using-chat-api/).
_IGNORED = ("audio", "metadata", "modalities", "prediction", "prompt_cache_key", "safety_identifier", "service_tier")

PROVIDER = Provider(
    name="scaleway",
    title="Scaleway",
    base_url="https://api.scaleway.ai/v1",
    docs="https://www.scaleway.com/en/docs/generative-apis/",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        AutomaticSpeechRecognitionAsk: _openai.transcriptions,
    },
    key_env=("SCW_SECRET_KEY", "SCALEWAY_API_KEY"),
    drops=frozenset({*_IGNORED, "store", "user"}),
)
