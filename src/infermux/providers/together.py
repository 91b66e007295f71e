"""Together AI: open models for chat, pictures and vectors."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from . import _openai, _pictures, _speech
from ._base import Provider


def _reference(url: str, model: str) -> dict[str, str | list[str]]:
    """One picture for the FLUX.1 Kontext models, a list of them for all others."""
    one = all(part in model.lower() for part in ("flux.1", "kontext"))
    return {"image_url": url} if one else {"reference_images": [url]}


_images = _pictures.images(
    rename={"num_inference_steps": "steps"}, fixed={"response_format": "base64"}, given=_reference
)

PROVIDER = Provider(
    name="together",
    title="Together AI",
    base_url="https://api.together.xyz/v1",
    docs="https://docs.together.ai",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        ImageToImageAsk: _images,
        TextToImageAsk: _images,
        TextToSpeechAsk: _speech.speech(needs_voice=True),
    },
    key_env=("TOGETHER_API_KEY",),
    schema_form="flat",
)
