"""DeepInfra: open models for texts, vectors, sounds, pictures and videos."""

from typing import Any

from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..tasks.text_to_video import TextToVideoAsk
from ..types._json import Json
from ..types._record import WrongShape
from . import _openai, _pictures, _speech
from ._base import Provider, Route
from ._options import Direct
from ._results import media_at

_HOST = "https://api.deepinfra.com"


async def text_to_video(ask: TextToVideoAsk, given: Json, route: Route) -> bytes:
    """POST `/v1/inference/{model}`, which is no route of OpenAI's; the answer tells where the video is."""
    body = {"prompt": ask.prompt, **given}
    exchange = await route.at_root().post(f"/v1/inference/{route.model_path}", body)
    return (await media_at(route, exchange, _address)).data


def _address(value: Any) -> str:
    found = value.get("video_url") or value.get("video")
    if not isinstance(found, str):
        raise WrongShape("the address of a video", found).at("video")
    # Some models answer the path alone (https://deepinfra.com/FastVideo/FastWan-QAD-FP8-1.3B/api).
    return _HOST + found if found.startswith("/") else found


PROVIDER = Provider(
    name="deepinfra",
    title="DeepInfra",
    base_url=f"{_HOST}/v1/openai",
    docs="https://deepinfra.com/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
        FeatureExtractionAsk: _openai.embeddings,
        AutomaticSpeechRecognitionAsk: _openai.transcriptions,
        TextToSpeechAsk: _speech.Speech(),
        TextToImageAsk: _pictures.Images(
            fixed={"response_format": "b64_json"},
            drops=frozenset(
                {"guidance_scale", "negative_prompt", "num_inference_steps", "quality", "scheduler", "seed", "style"}
            ),
            size="text",
            urls=False,
        ),
        TextToVideoAsk: Direct(say=text_to_video),
    },
    key_env=("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"),
)
