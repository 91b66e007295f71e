"""Groq: fast answers from open models."""

from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.text_generation import TextGenerationAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="groq",
    title="Groq",
    base_url="https://api.groq.com/openai/v1",
    docs="https://console.groq.com/docs",
    says={
        ChatCompletionAsk: _openai.chat,
        TextGenerationAsk: _openai.completions_as_chat,
    },
    key_env=("GROQ_API_KEY",),
)
