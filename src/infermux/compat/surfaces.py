"""The older and the plainer methods of both clients: requests of one's own, status, lists, `conversational`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from types import MethodType
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, overload

from typing_extensions import Unpack

from ..binding import Awaiting, Blocking, awaited, blocking
from ..dress import dressed
from ..stream import AsyncStream, Stream
from ..tasks._ask import CallOptions
from ..types.raw import RawAnswer
from ..wire.media import Content
from . import conversation, custom, lists, status

P = ParamSpec("P")
T = TypeVar("T")


class Standing(Generic[P, T]):
    """A method that can be called without a client, which is then made for the occasion."""

    def __init__(self, method: Callable[Concatenate[Blocking, P], T]) -> None:
        self._method = method

    def __get__(self, client: Blocking | None, kind: type[Any]) -> Callable[P, T]:
        if client is not None:
            return MethodType(self._method, client)

        def alone(*args: P.args, **kwargs: P.kwargs) -> T:
            with kind() as made:
                return self._method(made, *args, **kwargs)

        return _alike(alone, self._method)  # type: ignore[no-any-return]


class AsyncStanding(Generic[P, T]):
    """A method that can be awaited without a client, which is then made for the occasion."""

    def __init__(self, method: Callable[Concatenate[Awaiting, P], Coroutine[Any, Any, T]]) -> None:
        self._method = method

    def __get__(self, client: Awaiting | None, kind: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]:
        if client is not None:
            return MethodType(self._method, client)

        async def alone(*args: P.args, **kwargs: P.kwargs) -> T:
            async with kind() as made:
                return await self._method(made, *args, **kwargs)

        return _alike(alone, self._method)  # type: ignore[no-any-return]


def _alike(function: Any, method: Any) -> Any:
    """Give a function the name, the words and the signature of a method."""
    function.__name__, function.__qualname__, function.__doc__ = method.__name__, method.__qualname__, method.__doc__
    whole = inspect.signature(method)
    function.__signature__ = whole.replace(parameters=list(whole.parameters.values())[1:])
    return function


class Surfaces(Blocking):
    """What the sync client can do besides tasks."""

    conversational = blocking(conversation.conversational)
    get_endpoint_info = blocking(status.get_endpoint_info)
    get_model_status = blocking(status.get_model_status)
    get_recommended_model = Standing(blocking(lists.get_recommended_model))
    health_check = blocking(status.health_check)
    list_deployed_models = blocking(lists.list_deployed_models)
    list_provider_models = blocking(lists.list_provider_models)
    list_router_models = blocking(lists.list_router_models)
    request = blocking(custom.request)
    run = blocking(custom.run)

    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: Literal[False] | None = False,
        **options: Unpack[CallOptions],
    ) -> RawAnswer: ...
    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: Literal[True],
        **options: Unpack[CallOptions],
    ) -> Stream[bytes]: ...
    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: bool | None,
        **options: Unpack[CallOptions],
    ) -> RawAnswer | Stream[bytes]: ...
    def post(self, **options: Any) -> Any:
        """See `custom`."""
        return Stream.of(self.perform(custom.post(self, **options)), self)

    def streaming_request(
        self,
        inputs: Any = None,
        parameters: Mapping[str, Any] | None = None,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Stream[Any]:
        """See `custom`."""
        flow = custom.streaming_request(self, inputs, parameters, json=json, data=data, task=task, path=path, **options)
        stream: Stream[Any] = Stream.of(self.perform(flow), self)
        return stream


class AsyncSurfaces(Awaiting):
    """What the async client can do besides tasks."""

    conversational = awaited(conversation.conversational)
    get_endpoint_info = awaited(status.get_endpoint_info)
    get_model_status = awaited(status.get_model_status)
    get_recommended_model = AsyncStanding(awaited(lists.get_recommended_model))
    health_check = awaited(status.health_check)
    list_deployed_models = awaited(lists.list_deployed_models)
    list_provider_models = awaited(lists.list_provider_models)
    list_router_models = awaited(lists.list_router_models)
    request = awaited(custom.request)
    run = awaited(custom.run)

    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: Literal[False] | None = False,
        **options: Unpack[CallOptions],
    ) -> RawAnswer: ...
    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: Literal[True],
        **options: Unpack[CallOptions],
    ) -> AsyncStream[bytes]: ...
    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        stream: bool | None,
        **options: Unpack[CallOptions],
    ) -> RawAnswer | AsyncStream[bytes]: ...
    async def post(self, **options: Any) -> Any:
        """See `custom`."""
        return AsyncStream.of(await self.perform(custom.post(self, **options)), self)

    async def streaming_request(
        self,
        inputs: Any = None,
        parameters: Mapping[str, Any] | None = None,
        *,
        json: Any = None,
        data: Content | None = None,
        task: str | None = None,
        path: str | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncStream[Any]:
        """See `custom`."""
        flow = custom.streaming_request(self, inputs, parameters, json=json, data=data, task=task, path=path, **options)
        stream: AsyncStream[Any] = AsyncStream.of(await self.perform(flow), self)
        return stream


for _owner in (Surfaces, AsyncSurfaces):
    dressed(_owner.post, custom.post, _owner.__name__)
    dressed(_owner.streaming_request, custom.streaming_request, _owner.__name__)
