"""`Stream` and `AsyncStream`: an open body, a pure decoder, an iterator.

Leaving the loop, `close()` and the end of a `with` block free the connection at once. A stream that breaks off raises;
it never just ends.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from typing_extensions import Self

from .errors import InferenceError, InferenceTimeoutError
from .flow import Cut, Dropped, Expired, Failure, Stopped, Streaming
from .policy.cancel import cancelled
from .policy.deadline import reached
from .transport.base import AsyncBody, Body
from .wire import redact

T = TypeVar("T")

_LAST_WORD_S = 0.02
"""How long to wait for the formal end of a body after its end mark, so that the connection can be used again."""


class _Reading(Generic[T]):
    """What both streams share: the state of the reading, and what to make of what was read."""

    def __init__(self, streaming: Streaming[T], owner: object) -> None:
        self._streaming = streaming
        self._decoder = streaming.decoder
        self._owner = owner
        self._ready: deque[T] = deque()
        self._begun = self._over = self._left = False

    @classmethod
    def of(cls, answer: Any, owner: object) -> Any:
        """The stream of an answer that is streamed; any other answer as it is."""
        return cls(cast(Any, answer), owner) if isinstance(answer, Streaming) else answer

    @property
    def response_headers(self) -> Mapping[str, str]:
        """The headers of the answer, names in lower case."""
        return self._streaming.body.headers

    @property
    def served_by(self) -> str | None:
        """The provider that served a call through the Hugging Face router."""
        return self.response_headers.get("x-inference-provider")

    def _deadline(self) -> float | None:
        pace = self._streaming.pace
        if not self._begun:
            ends = (pace.first, pace.whole)
        elif pace.gap_s is None:
            return pace.whole
        else:
            ends = (time.monotonic() + pace.gap_s, pace.whole)
        return min((end for end in ends if end is not None), default=None)

    def _take(self, data: bytes) -> list[T]:
        items = self._decoder.feed(data) if data else self._decoder.end()
        if items:
            self._begun = True
        if not data or self._decoder.failure is not None or self._decoder.ended:
            self._over = True
        return items

    def _failed(self, failure: Failure) -> None:
        """The connection failed: raise, unless the answer was whole by then."""
        self._over = True
        redact.failure(failure, self._streaming.request)
        if isinstance(failure, Expired):
            raise self._late() from failure
        if isinstance(failure, Stopped):
            error = cancelled(self._streaming)
            error.partial_text = self._decoder.partial_text
            raise error from failure
        if not self._decoder.finished:
            raise self._decoder.cut() from failure

    def _late(self) -> InferenceTimeoutError:
        pace, now = self._streaming.pace, time.monotonic()
        if pace.whole is not None and now >= pace.whole:
            name, seconds = "total", pace.whole_s
        elif self._begun:
            name, seconds = "gap", pace.gap_s
        else:
            name, seconds = "first_token", pace.first_s
        error = reached(name, seconds, now - pace.started, cast(Any, self._streaming))
        error.partial_text = self._decoder.partial_text
        return error

    def _check(self) -> None:
        if self._left and not self._over:
            raise InferenceError(
                "this stream was left before its end and its connection is closed; make the call again"
            )

    def _end(self) -> None:
        if self._decoder.failure is not None:
            failure, self._decoder.failure = self._decoder.failure, None
            raise failure


class Stream(_Reading[T]):
    """A streamed answer, to be iterated over once.

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> for chunk in client.chat_completion([{"role": "user", "content": "Hi"}], stream=True):
        ...     text = chunk.choices[0].delta.content or ""
    """

    def __iter__(self) -> Iterator[T]:
        self._check()
        try:
            while self._ready:
                yield self._ready.popleft()
            while items := self._pull():
                yield from items
        finally:
            self.close()
        self._end()

    def __next__(self) -> T:
        self._check()
        if not self._ready:
            self._ready.extend(self._pull())
        if self._ready:
            return self._ready.popleft()
        self.close()
        self._end()
        raise StopIteration

    def _pull(self) -> list[T]:
        """The next items; none where the answer is over."""
        body = cast(Body, self._streaming.body)
        while not self._over:
            try:
                items = self._take(body.read(self._deadline()))
                if self._decoder.ended:
                    self._finish(body)
            except (Cut, Dropped, Expired, Stopped) as failure:
                self.close()
                self._failed(failure)
                return []
            if items:
                return items
        return []

    def _finish(self, body: Body) -> None:
        with suppress(Failure):
            body.read(time.monotonic() + _LAST_WORD_S)
        body.close()

    def close(self) -> None:
        """Free the connection."""
        self._left = True
        cast(Body, self._streaming.body).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncStream(_Reading[T]):
    """A streamed answer on an event loop, to be iterated over once.

    Example:
        >>> import asyncio
        >>> from infermux import AsyncInferenceClient
        >>> async def main():
        ...     async with AsyncInferenceClient(provider="sandbox") as client:
        ...         async for chunk in await client.chat_completion([{"role": "user", "content": "Hi"}], stream=True):
        ...             text = chunk.choices[0].delta.content or ""
        >>> asyncio.run(main())
    """

    def __aiter__(self) -> AsyncIterator[T]:
        self._check()
        return _Loop(self)

    async def __anext__(self) -> T:
        self._check()
        ready = self._ready
        if not ready:
            ready.extend(await self._pull())
        if ready:
            return ready.popleft()
        self.close()
        self._end()
        raise StopAsyncIteration

    async def _pull(self) -> list[T]:
        """The next items; none where the answer is over."""
        body = cast(AsyncBody, self._streaming.body)
        while not self._over:
            try:
                items = self._take(await body.read(self._deadline()))
                if self._decoder.ended:
                    await self._finish(body)
            except (Cut, Dropped, Expired, Stopped) as failure:
                self.close()
                self._failed(failure)
                return []
            if items:
                return items
        return []

    async def _finish(self, body: AsyncBody) -> None:
        with suppress(Failure):
            await body.read(time.monotonic() + _LAST_WORD_S)
        body.close()

    def close(self) -> None:
        """Free the connection; does not wait."""
        self._left = True
        cast(AsyncBody, self._streaming.body).close()

    async def aclose(self) -> None:
        """`close`, as async generators call it."""
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Loop(Generic[T]):
    """One `async for` over a stream: when the loop is left, nothing holds this, and the connection is freed."""

    def __init__(self, stream: AsyncStream[T]) -> None:
        self._stream = stream
        self._next = stream.__anext__

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Any:
        return self._next()

    def __del__(self) -> None:
        self._stream.close()
