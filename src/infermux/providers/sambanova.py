"""SambaNova: open models on its own chips."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="sambanova",
    title="SambaNova",
    base_url="https://api.sambanova.ai/v1",
    docs="https://docs.sambanova.ai",
    says={
        ChatCompletionAsk: _openai.chat,
        FeatureExtractionAsk: _openai.embeddings,
    },
    key_env=("SAMBANOVA_API_KEY",),
    listed=False,
    schema_form="not_strict",
)
