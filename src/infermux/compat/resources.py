"""What stands under `client.models`, `client.embeddings` and so on: the routes of the OpenAI API besides chat."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from typing_extensions import Unpack

from ..binding import Awaiting, Blocking
from ..calling import Caller
from ..dress import dressed, function_like
from ..stream import AsyncStream, Stream
from ..types.openai import OpenAICompletion
from . import models, namespaces

P = ParamSpec("P")
T = TypeVar("T")


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
        self.list = _on(client, models.models, "list")
        self.retrieve = _on(client, models.retrieve, "retrieve")


class Embeddings:
    """`client.embeddings`."""

    def __init__(self, client: Blocking) -> None:
        self.create = _on(client, namespaces.embeddings, "create")


class TextCompletions:
    """`client.completions`."""

    def __init__(self, client: Blocking) -> None:
        self._client = client

    @overload
    def create(
        self, *, prompt: str, stream: Literal[False] | None = False, **options: Unpack[namespaces.CompletionsOptions]
    ) -> OpenAICompletion: ...
    @overload
    def create(
        self, *, prompt: str, stream: Literal[True], **options: Unpack[namespaces.CompletionsOptions]
    ) -> Stream[OpenAICompletion]: ...
    @overload
    def create(
        self, *, prompt: str, stream: bool | None, **options: Unpack[namespaces.CompletionsOptions]
    ) -> OpenAICompletion | Stream[OpenAICompletion]: ...
    def create(self, **options: Any) -> Any:
        """See `namespaces`."""
        return Stream.of(self._client.perform(namespaces.completions(self._client, **options)), self._client)


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


class AsyncModels:
    """`client.models` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.list = _on_async(client, models.models, "list")
        self.retrieve = _on_async(client, models.retrieve, "retrieve")


class AsyncEmbeddings:
    """`client.embeddings` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self.create = _on_async(client, namespaces.embeddings, "create")


class AsyncTextCompletions:
    """`client.completions` of the async client."""

    def __init__(self, client: Awaiting) -> None:
        self._client = client

    @overload
    async def create(
        self, *, prompt: str, stream: Literal[False] | None = False, **options: Unpack[namespaces.CompletionsOptions]
    ) -> OpenAICompletion: ...
    @overload
    async def create(
        self, *, prompt: str, stream: Literal[True], **options: Unpack[namespaces.CompletionsOptions]
    ) -> AsyncStream[OpenAICompletion]: ...
    @overload
    async def create(
        self, *, prompt: str, stream: bool | None, **options: Unpack[namespaces.CompletionsOptions]
    ) -> OpenAICompletion | AsyncStream[OpenAICompletion]: ...
    async def create(self, **options: Any) -> Any:
        """See `namespaces`."""
        return AsyncStream.of(await self._client.perform(namespaces.completions(self._client, **options)), self._client)


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


for _owner in (TextCompletions, AsyncTextCompletions):
    dressed(_owner.create, namespaces.completions, _owner.__name__).__name__ = "create"
