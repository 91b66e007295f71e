"""Cohere, by its OpenAI-compatible routes."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="cohere",
    title="Cohere",
    base_url="https://api.cohere.com/compatibility/v1",
    docs="https://docs.cohere.com/docs/compatibility-api",
    says={
        ChatCompletionAsk: _openai.chat,
        FeatureExtractionAsk: _openai.embeddings,
    },
    key_env=("CO_API_KEY", "COHERE_API_KEY"),
    schema_form="json_object",
)
