"""The OpenAI spelling: `client.chat.completions.create(...)` is `client.chat_completion(...)`, and more namespaces.

What stands behind a name is loaded when the name is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..binding import Awaiting, Blocking

if TYPE_CHECKING:
    from ..client import AsyncInferenceClient, InferenceClient
    from . import chat, resources


class Chat:
    """`client.chat`."""

    def __init__(self, client: InferenceClient) -> None:
        self._client = client

    @property
    def completions(self) -> chat.Completions:
        """`create`, which is `chat_completion`, `parse` and `stream`."""
        from . import chat

        return chat.Completions(self._client)


class Namespaces(Blocking):
    """The routes of the OpenAI API, on the sync client."""

    @property
    def audio(self) -> resources.Audio:
        """The OpenAI spelling: `client.audio.speech.create(...)`, `client.audio.transcriptions.create(...)`."""
        from . import resources

        return resources.Audio(self)

    @property
    def chat(self) -> Chat:
        """The OpenAI spelling: `client.chat.completions.create(...)`."""
        return Chat(cast("InferenceClient", self))

    @property
    def completions(self) -> resources.TextCompletions:
        """The OpenAI spelling: `client.completions.create(...)`."""
        from . import resources

        return resources.TextCompletions(self)

    @property
    def embeddings(self) -> resources.Embeddings:
        """The OpenAI spelling: `client.embeddings.create(...)`."""
        from . import resources

        return resources.Embeddings(self)

    @property
    def images(self) -> resources.Images:
        """The OpenAI spelling: `client.images.generate(...)`."""
        from . import resources

        return resources.Images(self)

    @property
    def models(self) -> resources.Models:
        """The OpenAI spelling: `client.models.list()`, `client.models.retrieve(...)`."""
        from . import resources

        return resources.Models(self)


class AsyncChat:
    """`client.chat` of the async client."""

    def __init__(self, client: AsyncInferenceClient) -> None:
        self._client = client

    @property
    def completions(self) -> chat.AsyncCompletions:
        """`create`, which is `chat_completion`, `parse` and `stream`."""
        from . import chat

        return chat.AsyncCompletions(self._client)


class AsyncNamespaces(Awaiting):
    """The routes of the OpenAI API, on the async client."""

    @property
    def audio(self) -> resources.AsyncAudio:
        """The OpenAI spelling: `await client.audio.speech.create(...)`, or `transcriptions`."""
        from . import resources

        return resources.AsyncAudio(self)

    @property
    def chat(self) -> AsyncChat:
        """The OpenAI spelling: `await client.chat.completions.create(...)`."""
        return AsyncChat(cast("AsyncInferenceClient", self))

    @property
    def completions(self) -> resources.AsyncTextCompletions:
        """The OpenAI spelling: `await client.completions.create(...)`."""
        from . import resources

        return resources.AsyncTextCompletions(self)

    @property
    def embeddings(self) -> resources.AsyncEmbeddings:
        """The OpenAI spelling: `await client.embeddings.create(...)`."""
        from . import resources

        return resources.AsyncEmbeddings(self)

    @property
    def images(self) -> resources.AsyncImages:
        """The OpenAI spelling: `await client.images.generate(...)`."""
        from . import resources

        return resources.AsyncImages(self)

    @property
    def models(self) -> resources.AsyncModels:
        """The OpenAI spelling: `await client.models.list()`, `await client.models.retrieve(...)`."""
        from . import resources

        return resources.AsyncModels(self)
