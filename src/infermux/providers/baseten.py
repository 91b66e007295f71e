"""Baseten: open models on its own cloud."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="baseten",
    title="Baseten",
    base_url="https://inference.baseten.co/v1",
    docs="https://docs.baseten.co",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("BASETEN_API_KEY",),
)
