"""NVIDIA NIM: open models on NVIDIA's own cloud."""

from ..tasks.chat_completion import ChatCompletionAsk
from . import _openai
from ._base import Provider

PROVIDER = Provider(
    name="nvidia",
    title="NVIDIA NIM",
    base_url="https://integrate.api.nvidia.com/v1",
    docs="https://docs.api.nvidia.com",
    says={ChatCompletionAsk: _openai.chat},
    key_env=("NVIDIA_API_KEY",),
    listed=False,
)
