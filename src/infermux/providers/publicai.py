"""Public AI: models made by public institutions."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="publicai",
    title="Public AI",
    base_url="https://api.publicai.co/v1",
    docs="https://platform.publicai.co/docs",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("PUBLICAI_API_KEY",),
)
