"""`chat_completion` and `text_generation`, the two methods written for each client: `stream=` changes their result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

from typing_extensions import Unpack

from . import tasks
from .binding import Awaiting, Blocking
from .dress import dressed
from .stream import AsyncStream, Stream
from .tasks.chat_completion import ChatCompletionOptions, Message
from .tasks.text_generation import TextGenerationOptions
from .types.chat import ChatCompletionOutput, ChatCompletionStreamOutput
from .types.text_generation import TextGenerationOutput, TextGenerationStreamOutput


class StreamedTasks(Blocking):
    """The methods whose result is a `Stream` where they stream."""

    @overload
    def chat_completion(
        self,
        messages: Sequence[Message],
        *,
        stream: Literal[False] | None = False,
        **options: Unpack[ChatCompletionOptions],
    ) -> ChatCompletionOutput: ...
    @overload
    def chat_completion(
        self, messages: Sequence[Message], *, stream: Literal[True], **options: Unpack[ChatCompletionOptions]
    ) -> Stream[ChatCompletionStreamOutput]: ...
    @overload
    def chat_completion(
        self, messages: Sequence[Message], *, stream: bool | None, **options: Unpack[ChatCompletionOptions]
    ) -> ChatCompletionOutput | Stream[ChatCompletionStreamOutput]: ...
    def chat_completion(self, messages: Any, *, stream: Any = False, **options: Any) -> Any:
        """See the task."""
        return Stream.of(self.perform(tasks.chat_completion(self, messages, stream=stream, **options)), self)

    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[False] | None = None,
        **options: Unpack[TextGenerationOptions],
    ) -> str: ...
    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[False] | None = None,
        **options: Unpack[TextGenerationOptions],
    ) -> TextGenerationOutput: ...
    @overload
    def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[True],
        **options: Unpack[TextGenerationOptions],
    ) -> Stream[str]: ...
    @overload
    def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[True], **options: Unpack[TextGenerationOptions]
    ) -> Stream[TextGenerationStreamOutput]: ...
    @overload
    def text_generation(
        self, prompt: str, *, details: bool | None, stream: bool | None, **options: Unpack[TextGenerationOptions]
    ) -> str | TextGenerationOutput | Stream[str] | Stream[TextGenerationStreamOutput]: ...
    def text_generation(self, prompt: Any, *, details: Any = None, stream: Any = None, **options: Any) -> Any:
        """See the task."""
        flow = tasks.text_generation(self, prompt, details=details, stream=stream, **options)
        return Stream.of(self.perform(flow), self)

    def chat_completion_stream(
        self, messages: Sequence[Message], **options: Unpack[ChatCompletionOptions]
    ) -> Stream[ChatCompletionStreamOutput]:
        """`chat_completion(..., stream=True)`, under the name that the JavaScript client has for it."""
        stream: Stream[ChatCompletionStreamOutput] = self.chat_completion(messages, stream=True, **options)
        return stream

    def text_generation_stream(
        self, prompt: str, **options: Unpack[TextGenerationOptions]
    ) -> Stream[TextGenerationStreamOutput]:
        """`text_generation(..., details=True, stream=True)`, under the name that the JavaScript client has for it."""
        stream: Stream[TextGenerationStreamOutput] = self.text_generation(prompt, details=True, stream=True, **options)
        return stream


class AsyncStreamedTasks(Awaiting):
    """The methods whose result is a `AsyncStream` where they stream."""

    @overload
    async def chat_completion(
        self,
        messages: Sequence[Message],
        *,
        stream: Literal[False] | None = False,
        **options: Unpack[ChatCompletionOptions],
    ) -> ChatCompletionOutput: ...
    @overload
    async def chat_completion(
        self, messages: Sequence[Message], *, stream: Literal[True], **options: Unpack[ChatCompletionOptions]
    ) -> AsyncStream[ChatCompletionStreamOutput]: ...
    @overload
    async def chat_completion(
        self, messages: Sequence[Message], *, stream: bool | None, **options: Unpack[ChatCompletionOptions]
    ) -> ChatCompletionOutput | AsyncStream[ChatCompletionStreamOutput]: ...
    async def chat_completion(self, messages: Any, *, stream: Any = False, **options: Any) -> Any:
        """See the task."""
        return AsyncStream.of(await self.perform(tasks.chat_completion(self, messages, stream=stream, **options)), self)

    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[False] | None = None,
        **options: Unpack[TextGenerationOptions],
    ) -> str: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[False] | None = None,
        **options: Unpack[TextGenerationOptions],
    ) -> TextGenerationOutput: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[True],
        **options: Unpack[TextGenerationOptions],
    ) -> AsyncStream[str]: ...
    @overload
    async def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[True], **options: Unpack[TextGenerationOptions]
    ) -> AsyncStream[TextGenerationStreamOutput]: ...
    @overload
    async def text_generation(
        self, prompt: str, *, details: bool | None, stream: bool | None, **options: Unpack[TextGenerationOptions]
    ) -> str | TextGenerationOutput | AsyncStream[str] | AsyncStream[TextGenerationStreamOutput]: ...
    async def text_generation(self, prompt: Any, *, details: Any = None, stream: Any = None, **options: Any) -> Any:
        """See the task."""
        flow = tasks.text_generation(self, prompt, details=details, stream=stream, **options)
        return AsyncStream.of(await self.perform(flow), self)

    async def chat_completion_stream(
        self, messages: Sequence[Message], **options: Unpack[ChatCompletionOptions]
    ) -> AsyncStream[ChatCompletionStreamOutput]:
        """`chat_completion(..., stream=True)`, under the name that the JavaScript client has for it."""
        stream: AsyncStream[ChatCompletionStreamOutput] = await self.chat_completion(messages, stream=True, **options)
        return stream

    async def text_generation_stream(
        self, prompt: str, **options: Unpack[TextGenerationOptions]
    ) -> AsyncStream[TextGenerationStreamOutput]:
        """`text_generation(..., details=True, stream=True)`, under the name that the JavaScript client has for it."""
        stream: AsyncStream[TextGenerationStreamOutput] = await self.text_generation(
            prompt, details=True, stream=True, **options
        )
        return stream


for _owner in (StreamedTasks, AsyncStreamedTasks):
    dressed(_owner.chat_completion, tasks.chat_completion, _owner.__name__)
    dressed(_owner.text_generation, tasks.text_generation, _owner.__name__)
