"""OpenAI: its own models, by its own keys only."""

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from . import _openai, _pictures, _speech
from ._base import Provider

PROVIDER = Provider(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    docs="https://platform.openai.com/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        TextToImageAsk: _pictures.Images(
            drops=frozenset({"num_inference_steps", "guidance_scale", "negative_prompt", "scheduler"}), size="text"
        ),
        AutomaticSpeechRecognitionAsk: _openai.transcriptions,
        TextToSpeechAsk: _speech.Speech(),
    },
    key_env=("OPENAI_API_KEY",),
    routed=False,
    mapped=False,
    model_prefix="openai/",
)
