"""The OpenAI spelling: `client.chat.completions.create(...)` is `client.chat_completion(...)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..client import AsyncInferenceClient, InferenceClient


class Completions:
    """`client.chat.completions`."""

    def __init__(self, client: InferenceClient) -> None:
        self.create = client.chat_completion


class Chat:
    """`client.chat`."""

    def __init__(self, client: InferenceClient) -> None:
        self.completions = Completions(client)


class AsyncCompletions:
    """`client.chat.completions` of the async client."""

    def __init__(self, client: AsyncInferenceClient) -> None:
        self.create = client.chat_completion


class AsyncChat:
    """`client.chat` of the async client."""

    def __init__(self, client: AsyncInferenceClient) -> None:
        self.completions = AsyncCompletions(client)
