"""Nscale: open models in European data centres."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_to_image import TextToImageAsk
from . import _openai, _pictures
from ._base import Provider

PROVIDER = Provider(
    name="nscale",
    title="Nscale",
    base_url="https://inference.api.nscale.com/v1",
    docs="https://docs.nscale.com",
    says={
        ChatCompletionAsk: _openai.chat,
        TextToImageAsk: _pictures.Images(
            fixed={"response_format": "b64_json"},
            drops=frozenset({"num_inference_steps", "guidance_scale", "cfg_scale"}),
            size="text",
            urls=False,
        ),
    },
    key_env=("NSCALE_API_KEY", "NSCALE_SERVICE_TOKEN"),
)
