"""Featherless AI: any open model, without a server."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_generation import TextGenerationAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="featherless-ai",
    title="Featherless AI",
    base_url="https://api.featherless.ai/v1",
    docs="https://featherless.ai/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
    },
    key_env=("FEATHERLESS_API_KEY",),
)
