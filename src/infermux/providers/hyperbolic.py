"""Hyperbolic: open models for text and pictures."""

from typing import Any

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..types._json import Json
from . import _openai, _pictures
from ._base import Provider, Route
from ._options import Direct, Options


async def text_to_image(ask: TextToImageAsk, given: Json, route: Route) -> Any:
    """POST `/images/generations`, with field names of its own; the picture is base64."""
    body = route.with_model({"prompt": ask.prompt, **given}, "model_name")
    exchange = await route.post("/images/generations", body, accept="image/png")
    if ask.output_type == "json":
        return exchange.json()
    found = exchange.read(lambda value: _pictures.of_base64(_openai.first(value, "images")["image"]))
    return await _pictures.handed(ask, exchange, found)


PROVIDER = Provider(
    name="hyperbolic",
    title="Hyperbolic",
    base_url="https://api.hyperbolic.xyz/v1",
    docs="https://docs.hyperbolic.xyz",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions_as_chat,
        TextToImageAsk: Direct(
            say=text_to_image,
            options=Options(
                rename={"num_inference_steps": "steps", "guidance_scale": "cfg_scale"},
                fixed={"width": 512, "height": 512},
                urls=False,
            ),
        ),
    },
    key_env=("HYPERBOLIC_API_KEY",),
    listed=False,
)
