"""Automatic choice: the Hugging Face router picks the provider of a chat (https://huggingface.co/docs/inference-providers).

For other tasks, routing takes the first provider that the Hub names for the model.
"""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import ROUTER, Provider

PROVIDER = Provider(
    name="auto",
    title="the Hugging Face router",
    base_url=f"{ROUTER}/v1",
    docs="https://huggingface.co/docs/inference-providers",
    says={ChatCompletionAsk: _openai.chat},
    mapped=False,
    routed=False,
)
