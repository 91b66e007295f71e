"""Nebius Token Factory: open models for text, pictures and vectors."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pictures
from ._base import Provider

PROVIDER = Provider(
    name="nebius",
    title="Nebius",
    base_url="https://api.tokenfactory.nebius.com/v1",
    docs="https://docs.tokenfactory.nebius.com",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        TextToImageAsk: _pictures.Images(fixed={"response_format": "b64_json"}, drops=frozenset({"guidance_scale"})),
    },
    key_env=("NEBIUS_API_KEY",),
    listed=False,
    schema_form="guided_json",
)
