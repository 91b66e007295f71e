"""Together AI: open models for chat, pictures and vectors."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pictures
from ._base import Provider

PROVIDER = Provider(
    name="together",
    title="Together AI",
    base_url="https://api.together.xyz/v1",
    docs="https://docs.together.ai",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        TextToImageAsk: _pictures.images(rename={"num_inference_steps": "steps"}, fixed={"response_format": "base64"}),
    },
    key_env=("TOGETHER_API_KEY",),
    schema_form="flat",
)
