"""Cerebras: open models on wafer-scale chips."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="cerebras",
    title="Cerebras",
    base_url="https://api.cerebras.ai/v1",
    docs="https://inference-docs.cerebras.ai",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("CEREBRAS_API_KEY",),
    drops=frozenset({"store"}),
)
