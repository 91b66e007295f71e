"""`client.chat.completions`: `create`, `parse`, and `stream` with its events."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from typing_extensions import Self, Unpack

from ..dress import dressed
from ..stream import AsyncStream, Stream
from ..tasks.chat_completion import Message, TalkOptions
from ..types.chat import ChatCompletionStreamOutput
from . import parsing
from .forms import Form

if TYPE_CHECKING:
    from ..client import AsyncInferenceClient, InferenceClient
    from ..types.chat_events import ChatCompletionStreamEvent
    from ..types.openai import ParsedChatCompletion
    from .writing import Writing

T = TypeVar("T")


class ChatCompletionStream(Generic[T]):
    """The events of a streamed answer, to be iterated over once."""

    def __init__(self, chunks: Stream[ChatCompletionStreamOutput], writing: Writing[T]) -> None:
        self._chunks = chunks
        self._writing = writing
        self._ready: deque[ChatCompletionStreamEvent[T]] = deque()

    def __iter__(self) -> Iterator[ChatCompletionStreamEvent[T]]:
        return self

    def __next__(self) -> ChatCompletionStreamEvent[T]:
        while not self._ready:
            self._ready.extend(self._writing.take(next(self._chunks)))
        return self._ready.popleft()

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletion[T]:
        """The answer so far, which goes on growing."""
        return self._writing.output

    def until_done(self) -> Self:
        """Read the stream to its end."""
        for _ in self:
            pass
        return self

    def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read the stream to its end, and give the whole answer."""
        return self.until_done()._writing.finished()

    def close(self) -> None:
        """Free the connection."""
        self._chunks.close()


class Completions:
    """`client.chat.completions`."""

    def __init__(self, client: InferenceClient) -> None:
        self._client = client
        self.create = client.chat_completion

    @overload
    def parse(
        self, messages: Sequence[Message], *, response_format: type[T], **options: Unpack[TalkOptions]
    ) -> ParsedChatCompletion[T]: ...
    @overload
    def parse(
        self,
        messages: Sequence[Message],
        *,
        response_format: dict[str, Any] | None = None,
        **options: Unpack[TalkOptions],
    ) -> ParsedChatCompletion[None]: ...
    def parse(self, messages: Any, **options: Any) -> Any:
        """See `parsing`."""
        return self._client.perform(parsing.parse(self._client, messages, **options))

    @overload
    def stream(
        self, messages: Sequence[Message], *, response_format: type[T], **options: Unpack[TalkOptions]
    ) -> AbstractContextManager[ChatCompletionStream[T]]: ...
    @overload
    def stream(
        self,
        messages: Sequence[Message],
        *,
        response_format: dict[str, Any] | None = None,
        **options: Unpack[TalkOptions],
    ) -> AbstractContextManager[ChatCompletionStream[None]]: ...
    @contextmanager
    def stream(self, messages: Any, **options: Any) -> Generator[Any, None, None]:
        """See `parsing`."""
        flow = parsing.stream(self._client, messages, **options)
        chunks: Stream[ChatCompletionStreamOutput] = Stream(self._client.perform(flow), self._client)
        with chunks:
            yield ChatCompletionStream(chunks, _writing(options))


class AsyncChatCompletionStream(Generic[T]):
    """The events of a streamed answer on an event loop, to be iterated over once."""

    def __init__(self, chunks: AsyncStream[ChatCompletionStreamOutput], writing: Writing[T]) -> None:
        self._chunks = chunks
        self._writing = writing
        self._ready: deque[ChatCompletionStreamEvent[T]] = deque()

    def __aiter__(self) -> AsyncIterator[ChatCompletionStreamEvent[T]]:
        return self

    async def __anext__(self) -> ChatCompletionStreamEvent[T]:
        while not self._ready:
            self._ready.extend(self._writing.take(await self._chunks.__anext__()))
        return self._ready.popleft()

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletion[T]:
        """The answer so far, which goes on growing."""
        return self._writing.output

    async def until_done(self) -> Self:
        """Read the stream to its end."""
        async for _ in self:
            pass
        return self

    async def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read the stream to its end, and give the whole answer."""
        return (await self.until_done())._writing.finished()

    async def close(self) -> None:
        """Free the connection."""
        self._chunks.close()


class AsyncCompletions:
    """`client.chat.completions` of the async client."""

    def __init__(self, client: AsyncInferenceClient) -> None:
        self._client = client
        self.create = client.chat_completion

    @overload
    async def parse(
        self, messages: Sequence[Message], *, response_format: type[T], **options: Unpack[TalkOptions]
    ) -> ParsedChatCompletion[T]: ...
    @overload
    async def parse(
        self,
        messages: Sequence[Message],
        *,
        response_format: dict[str, Any] | None = None,
        **options: Unpack[TalkOptions],
    ) -> ParsedChatCompletion[None]: ...
    async def parse(self, messages: Any, **options: Any) -> Any:
        """See `parsing`."""
        return await self._client.perform(parsing.parse(self._client, messages, **options))

    @overload
    def stream(
        self, messages: Sequence[Message], *, response_format: type[T], **options: Unpack[TalkOptions]
    ) -> AbstractAsyncContextManager[AsyncChatCompletionStream[T]]: ...
    @overload
    def stream(
        self,
        messages: Sequence[Message],
        *,
        response_format: dict[str, Any] | None = None,
        **options: Unpack[TalkOptions],
    ) -> AbstractAsyncContextManager[AsyncChatCompletionStream[None]]: ...
    @asynccontextmanager
    async def stream(self, messages: Any, **options: Any) -> AsyncGenerator[Any, None]:
        """See `parsing`."""
        flow = parsing.stream(self._client, messages, **options)
        chunks: AsyncStream[ChatCompletionStreamOutput] = AsyncStream(await self._client.perform(flow), self._client)
        async with chunks:
            yield AsyncChatCompletionStream(chunks, _writing(options))


def _writing(options: dict[str, Any]) -> Writing[Any]:
    from .writing import Writing

    return Writing(Form(options.get("response_format")), options.get("tools"))


for _owner in (Completions, AsyncCompletions):
    dressed(_owner.parse, parsing.parse, _owner.__name__)
    dressed(_owner.stream, parsing.stream, _owner.__name__)
