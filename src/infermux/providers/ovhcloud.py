"""OVHcloud AI Endpoints: open models in European data centres; a few calls a minute need no key."""

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="ovhcloud",
    title="OVHcloud AI Endpoints",
    base_url="https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
    docs="https://help.ovhcloud.com/csm/en-public-cloud-ai-endpoints-getting-started",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        AutomaticSpeechRecognitionAsk: _openai.transcriptions,
    },
    key_env=("OVH_AI_ENDPOINTS_ACCESS_TOKEN", "OVHCLOUD_API_KEY"),
    key_optional=True,
)
