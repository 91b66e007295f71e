"""What Hugging Face's own servers can do: hf-inference, and the sandbox in its place."""

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pipeline, _tgi
from ._base import Dialect

SAYS: dict[type, Dialect] = {
    ChatCompletionAsk: _openai.chat_at_url,
    TextGenerationAsk: _tgi.generate,
    FeatureExtractionAsk: _pipeline.feature_extraction_route,
    TextToImageAsk: _pipeline.text_to_image,
    AutomaticSpeechRecognitionAsk: _pipeline.automatic_speech_recognition,
}
