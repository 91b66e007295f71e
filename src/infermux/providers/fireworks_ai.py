"""Fireworks AI: open models, fast."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="fireworks-ai",
    title="Fireworks AI",
    base_url="https://api.fireworks.ai/inference/v1",
    docs="https://docs.fireworks.ai",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("FIREWORKS_API_KEY",),
    schema_form="json_object",
)
