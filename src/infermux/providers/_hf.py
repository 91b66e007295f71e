"""What Hugging Face's own servers can do: hf-inference, and the sandbox in its place."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pipeline, _pipeline_audio, _pipeline_tables, _pipeline_text, _pipeline_vision, _tgi
from ._base import Dialect

SAYS: dict[type[Ask[Any]], Dialect] = {
    ChatCompletionAsk: _openai.chat_at_url,
    TextGenerationAsk: _tgi.generate,
    FeatureExtractionAsk: _pipeline.feature_extraction_route,
    TextToImageAsk: _pipeline.text_to_image,
    **_pipeline_audio.SAYS,
    **_pipeline_tables.SAYS,
    **_pipeline_text.SAYS,
    **_pipeline_vision.SAYS,
}
