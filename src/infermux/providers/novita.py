"""Novita AI: open models for text."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_generation import TextGenerationAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="novita",
    title="Novita AI",
    base_url="https://api.novita.ai/v3/openai",
    docs="https://novita.ai/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions,
    },
    key_env=("NOVITA_API_KEY",),
)
