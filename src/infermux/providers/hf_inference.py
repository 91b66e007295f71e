"""HF Inference: Hugging Face's own serverless models, behind one address for every key or none."""

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pipeline, _tgi
from ._base import ROUTER, Provider

PROVIDER = Provider(
    name="hf-inference",
    title="HF Inference",
    base_url=f"{ROUTER}/hf-inference/models/{{model}}",
    docs="https://huggingface.co/docs/inference-providers/providers/hf-inference",
    says={
        ChatCompletionAsk: _openai.chat_at_url,
        TextGenerationAsk: _tgi.generate,
        FeatureExtractionAsk: _pipeline.feature_extraction_route,
        TextToImageAsk: _pipeline.text_to_image,
        AutomaticSpeechRecognitionAsk: _pipeline.automatic_speech_recognition,
    },
    mapped=False,
    key_optional=True,
    may_load=True,
    schema_form="value",
)
