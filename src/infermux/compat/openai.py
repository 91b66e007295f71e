"""The OpenAI spelling: `client.chat.completions.create(...)` is `client.chat_completion(...)`, and more namespaces."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from ..binding import Awaiting, Blocking
from ..calling import Caller
from ..dress import function_like
from . import namespaces

if TYPE_CHECKING:
    from ..client import AsyncInferenceClient, InferenceClient

P = ParamSpec("P")
T = TypeVar("T")


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


def _on(
    client: Blocking, described: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]], name: str
) -> Callable[P, T]:
    def method(*args: P.args, **kwargs: P.kwargs) -> T:
        return client.perform(described(client, *args, **kwargs))

    return function_like(method, described, name)  # type: ignore[no-any-return]


def _on_async(
    client: Awaiting, described: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]], name: str
) -> Callable[P, Coroutine[Any, Any, T]]:
    async def method(*args: P.args, **kwargs: P.kwargs) -> T:
        return await client.perform(described(client, *args, **kwargs))

    return function_like(method, described, name)  # type: ignore[no-any-return]


class Models:
    """`client.models`."""

    def __init__(self, client: Blocking) -> None:
        self.list = _on(client, namespaces.models, "list")


class Embeddings:
    """`client.embeddings`."""

    def __init__(self, client: Blocking) -> None:
        self.create = _on(client, namespaces.embeddings, "create")


class TextCompletions:
    """`client.completions`."""

    def __init__(self, client: Blocking) -> None:
        self.create = _on(client, namespaces.completions, "create")


class Images:
    """`client.images`."""

    def __init__(self, client: Blocking) -> None:
        self.generate = _on(client, namespaces.images, "generate")


class Speech:
    """`client.audio.speech`."""

    def __init__(self, client: Blocking) -> None:
        self.create = _on(client, namespaces.speech, "create")


class Transcriptions:
    """`client.audio.transcriptions`."""

    def __init__(self, client: Blocking) -> None:
        self.create = _on(client, namespaces.transcriptions, "create")


class Audio:
    """`client.audio`."""

    def __init__(self, client: Blocking) -> None:
        self.speech = Speech(client)
        self.transcriptions = Transcriptions(client)


class Namespaces(Blocking):
    """The routes of the OpenAI API besides chat, on the sync client."""

    @property
    def audio(self) -> Audio:
        """The OpenAI spelling: `client.audio.speech.create(...)`, `client.audio.transcriptions.create(...)`."""
        return Audio(self)

    @property
    def completions(self) -> TextCompletions:
        """The OpenAI spelling: `client.completions.create(...)`."""
        return TextCompletions(self)

    @property
    def embeddings(self) -> Embeddings:
        """The OpenAI spelling: `client.embeddings.create(...)`."""
        return Embeddings(self)

    @property
    def images(self) -> Images:
        """The OpenAI spelling: `client.images.generate(...)`."""
        return Images(self)

    @property
    def models(self) -> Models:
        """The OpenAI spelling: `client.models.list()`."""
        return Models(self)


class AsyncModels:
    """`client.models` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.list = _on_async(client, namespaces.models, "list")


class AsyncEmbeddings:
    """`client.embeddings` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.create = _on_async(client, namespaces.embeddings, "create")


class AsyncTextCompletions:
    """`client.completions` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.create = _on_async(client, namespaces.completions, "create")


class AsyncImages:
    """`client.images` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.generate = _on_async(client, namespaces.images, "generate")


class AsyncSpeech:
    """`client.audio.speech` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.create = _on_async(client, namespaces.speech, "create")


class AsyncTranscriptions:
    """`client.audio.transcriptions` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.create = _on_async(client, namespaces.transcriptions, "create")


class AsyncAudio:
    """`client.audio` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.speech = AsyncSpeech(client)
        self.transcriptions = AsyncTranscriptions(client)


class AsyncNamespaces(Awaiting):
    """The routes of the OpenAI API besides chat, on the async client."""

    @property
    def audio(self) -> AsyncAudio:
        """The OpenAI spelling: `await client.audio.speech.create(...)`, or `transcriptions`."""
        return AsyncAudio(self)

    @property
    def completions(self) -> AsyncTextCompletions:
        """The OpenAI spelling: `await client.completions.create(...)`."""
        return AsyncTextCompletions(self)

    @property
    def embeddings(self) -> AsyncEmbeddings:
        """The OpenAI spelling: `await client.embeddings.create(...)`."""
        return AsyncEmbeddings(self)

    @property
    def images(self) -> AsyncImages:
        """The OpenAI spelling: `await client.images.generate(...)`."""
        return AsyncImages(self)

    @property
    def models(self) -> AsyncModels:
        """The OpenAI spelling: `await client.models.list()`."""
        return AsyncModels(self)
