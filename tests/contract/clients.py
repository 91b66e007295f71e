"""Both clients behind the same blocking words, so that one table of cases runs on each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, ClassVar

from infermux import AsyncInferenceClient, InferenceClient
from infermux.stream import AsyncStream, Stream

from .server import Server


class OpenClient:
    """A client in a `with` block: `client(method, *args, **kwargs)` gives the result, of a stream its items in a list.

    `items` holds what came of the last stream, also where it broke off; `lost` the errors of an event loop that reached
    nobody. `client.client` is the client itself, and `client.run(…)` waits for what one of its methods returned, as in
    `client.run(client.client.chat_completion(…))`.
    """

    kind: ClassVar[str]
    client: Any

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.lost: list[Any] = []

    def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        answer = self.run(attrgetter(method)(self.client)(*args, **kwargs))
        return self.drain(answer) if isinstance(answer, (Stream, AsyncStream)) else answer

    def run(self, answer: Any) -> Any:
        """Wait for an answer."""
        raise NotImplementedError

    def drain(self, stream: Any) -> list[Any]:
        """Read a stream to its end."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the client."""
        raise NotImplementedError

    def __enter__(self) -> OpenClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SyncClient(OpenClient):
    """`InferenceClient`."""

    kind = "sync"

    def __init__(self, server: Server, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self.client = InferenceClient(**{"http_client": server.transport, **settings})

    def run(self, answer: Any) -> Any:
        return answer

    def drain(self, stream: Any) -> list[Any]:
        self.items = []
        for item in stream:
            self.items.append(item)
        return self.items

    def close(self) -> None:
        self.client.close()


class AsyncClient(OpenClient):
    """`AsyncInferenceClient`, with a loop that runs while it is asked."""

    kind = "async"

    def __init__(self, server: Server, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self.client = AsyncInferenceClient(**{"http_client": server.async_transport, **settings})
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _, context: self.lost.append(context))

    def run(self, answer: Any) -> Any:
        return self._loop.run_until_complete(answer)

    def drain(self, stream: Any) -> list[Any]:
        self.items = []
        return self.run(self._drain(stream))

    async def _drain(self, stream: Any) -> list[Any]:
        async for item in stream:
            self.items.append(item)
        return self.items

    def close(self) -> None:
        try:
            self.run(self.client.close())
            self.run(self._loop.shutdown_asyncgens())
            self.run(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()


CLIENTS: dict[str, type[SyncClient] | type[AsyncClient]] = {"sync": SyncClient, "async": AsyncClient}
