"""Clarifai, by its OpenAI-compatible route."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="clarifai",
    title="Clarifai",
    base_url="https://api.clarifai.com/v2/ext/openai/v1",
    docs="https://docs.clarifai.com",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("CLARIFAI_PAT",),
    listed=False,
)
