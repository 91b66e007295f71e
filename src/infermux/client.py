"""The clients: a line a task, and how each performs a flow."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from typing_extensions import Self, override

from . import drive, tasks
from .compat.openai import AsyncChat, Chat
from .dress import dressed
from .flow import Flow
from .streamed import AsyncStreamedTasks, StreamedTasks
from .tasks._ask import Asker
from .transport import async_transport_for, transport_for
from .transport.base import AsyncTransport, Transport

P = ParamSpec("P")
T = TypeVar("T")


def blocking(
    task: Callable[Concatenate[Asker, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[InferenceClient, P], T]:
    """Bind a task to the sync client."""

    def method(self: InferenceClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.perform(task(self, *args, **kwargs))

    return dressed(method, task, "InferenceClient")


def awaited(
    task: Callable[Concatenate[Asker, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[AsyncInferenceClient, P], Coroutine[Any, Any, T]]:
    """Bind a task to the async client."""

    async def method(self: AsyncInferenceClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.perform(task(self, *args, **kwargs))

    return dressed(method, task, "AsyncInferenceClient")


class InferenceClient(StreamedTasks):
    """Runs inference, blocking until the answer is there.

    `help(InferenceClient.__init__)` describes the arguments; every task is a method.

    Example:
        >>> from infermux import InferenceClient
        >>> with InferenceClient(provider="sandbox") as client:
        ...     out = client.chat_completion([{"role": "user", "content": "Hello"}])
    """

    automatic_speech_recognition = blocking(tasks.automatic_speech_recognition)
    feature_extraction = blocking(tasks.feature_extraction)
    text_to_image = blocking(tasks.text_to_image)

    _transport: Transport | None = None

    @property
    def chat(self) -> Chat:
        """The OpenAI spelling: `client.chat.completions.create(...)`."""
        return Chat(self)

    @override
    def _begin(self) -> Transport:
        self._transport = transport_for(self._http_client, self.proxies, self.trust_env)
        return self._transport

    @override
    def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end, with this client's connections."""
        owner = self._owner(flow)
        return drive.drive(flow, owner._transport or owner._begin())

    def close(self) -> None:
        """Close every connection, those of unfinished streams included; a client made from another one leaves them."""
        if self._home is None:
            self._is_closed = True
            if self._transport is not None:
                self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncInferenceClient(AsyncStreamedTasks):
    """Runs inference on the running event loop: the methods of `InferenceClient`, to be awaited.

    It can be used from one loop after another, and by many tasks at once.

    Example:
        >>> import asyncio
        >>> from infermux import AsyncInferenceClient
        >>> async def main():
        ...     async with AsyncInferenceClient(provider="sandbox") as client:
        ...         return await client.chat_completion([{"role": "user", "content": "Hello"}])
        >>> out = asyncio.run(main())
    """

    automatic_speech_recognition = awaited(tasks.automatic_speech_recognition)
    feature_extraction = awaited(tasks.feature_extraction)
    text_to_image = awaited(tasks.text_to_image)

    _transport: AsyncTransport | None = None

    @property
    def chat(self) -> AsyncChat:
        """The OpenAI spelling: `await client.chat.completions.create(...)`."""
        return AsyncChat(self)

    @override
    def _begin(self) -> AsyncTransport:
        self._transport = async_transport_for(self._http_client, self.proxies, self.trust_env)
        return self._transport

    @override
    async def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end, with this client's connections."""
        owner = self._owner(flow)
        return await drive.drive_async(flow, owner._transport or owner._begin())

    async def close(self) -> None:
        """Close every connection, those of unfinished streams included; a client made from another one leaves them."""
        if self._home is None:
            self._is_closed = True
            if self._transport is not None:
                await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
