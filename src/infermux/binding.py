"""Binds what is described once to a client that performs it, blocking or on an event loop."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from .calling import Caller
from .dress import dressed
from .flow import Flow

P = ParamSpec("P")
T = TypeVar("T")


class Blocking(Caller):
    """A caller that blocks until the answer is there."""

    def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end."""
        raise NotImplementedError


class Awaiting(Caller):
    """A caller on the running event loop."""

    async def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end."""
        raise NotImplementedError


def blocking(
    task: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]], owner: str = "InferenceClient"
) -> Callable[Concatenate[Blocking, P], T]:
    """Bind a task to the sync client."""

    def method(self: Blocking, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.perform(task(self, *args, **kwargs))

    return dressed(method, task, owner)


def awaited(
    task: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]], owner: str = "AsyncInferenceClient"
) -> Callable[Concatenate[Awaiting, P], Coroutine[Any, Any, T]]:
    """Bind a task to the async client."""

    async def method(self: Awaiting, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.perform(task(self, *args, **kwargs))

    return dressed(method, task, owner)
