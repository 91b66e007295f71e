"""Stopping a call from outside: an event of the caller's is looked at while the call waits."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from ..errors import InferenceCancelledError
from ..flow import LOOK_S, Enter, Flow, Now, Open, Part, Read, Send, Sleep, Step, Stopped, relay
from ..wire import redact

T = TypeVar("T")


class Cancel(Protocol):
    """What can be given as `cancel=`: `threading.Event`, `asyncio.Event`, or anything like them."""

    def is_set(self) -> bool:
        """Whether the call is to stop."""
        ...


async def heeding(flow: Flow[T], cancel: Cancel | None) -> T:
    """Run a flow until it ends, or until `cancel` is set.

    Raises:
        InferenceCancelledError: It was set; the connection is closed.
    """
    if cancel is None:
        return await flow

    async def answer(step: Step[Any]) -> Any:
        if isinstance(step, (Part, Now)):
            return await step
        if cancel.is_set():
            raise cancelled(step)
        if isinstance(step, Sleep):
            return await _nap(step, cancel)
        if not isinstance(step, (Send, Open, Read, Enter)):
            return await step
        step.limits = replace(step.limits, stopped=cancel.is_set)
        try:
            return await step
        except Stopped as error:
            raise cancelled(step) from error

    return await relay(flow, answer)


async def _nap(step: Sleep, cancel: Cancel) -> bool:
    left = step.seconds
    while left > 0:
        await Sleep(min(left, LOOK_S), step.purpose)
        if cancel.is_set():
            raise cancelled(step)
        left -= LOOK_S
    return True


def cancelled(step: Any) -> InferenceCancelledError:
    """The error for a call that the caller stopped."""
    purpose = getattr(step, "purpose", "the call")
    request = getattr(step, "request", None)
    return InferenceCancelledError(
        f"{getattr(purpose, 'text', purpose)} was stopped, as cancel= asked",
        request=redact.sent(request) if request is not None else None,
    )
