"""The two drivers: they perform the steps of a flow, one by blocking, one on an event loop."""

from __future__ import annotations

import threading
import time
from typing import Any, TypeVar, cast

from .flow import Call, Chance, Date, Enter, Expired, Flow, Leave, Now, Open, Read, Send, Sleep, Step
from .transport import whole
from .transport.base import AsyncBody, AsyncTransport, Body, Transport

T = TypeVar("T")

MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024
"""The most that is read of one answer where nothing else is said."""


def drive(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its end, blocking."""
    try:
        step = flow.send(None)
        while True:
            try:
                value = _perform(step, transport)
            except BaseException as error:
                step = flow.throw(error)
            else:
                step = flow.send(value)
    except StopIteration as end:
        return cast(T, end.value)
    finally:
        flow.close()


def _perform(step: Step[Any], transport: Transport) -> Any:
    if isinstance(step, Send):
        return transport.send(step.request, step.limits, step.max_bytes or MAX_BODY_BYTES)
    if isinstance(step, Open):
        return transport.open(step.request, step.limits)
    if isinstance(step, Read):
        return whole.read(cast(Body, step.body), step.limits.deadline, MAX_BODY_BYTES)
    if isinstance(step, Sleep):
        time.sleep(step.seconds)
        return True
    if isinstance(step, Call):
        return step.function()
    if isinstance(step, Enter):
        deadline = step.limits.deadline
        if not _lock(step, threading.Lock).acquire(timeout=-1 if deadline is None else _left(deadline)):
            raise Expired("read")
        return None
    if isinstance(step, Leave):
        return _lock(step, threading.Lock).release()
    return _tell(step)


def _left(deadline: float) -> float:
    return min(max(deadline - time.monotonic(), 0.0), threading.TIMEOUT_MAX)


def _lock(step: Enter | Leave, kind: Any, loop: object = None) -> Any:
    """The lock of a place; each event loop has its own, as those of asyncio belong to one."""
    return step.places.setdefault((loop, step.place), kind())


def _tell(step: Step[Any]) -> float:
    if isinstance(step, Now):
        return time.monotonic()
    if isinstance(step, Date):
        return time.time()
    if isinstance(step, Chance):
        import random

        return random.random()
    raise TypeError(f"a flow awaits steps only, not {type(step).__name__}")


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its end on the running event loop."""
    try:
        step = flow.send(None)
        while True:
            try:
                value = await _perform_async(step, transport)
            except BaseException as error:
                step = flow.throw(error)
            else:
                step = flow.send(value)
    except StopIteration as end:
        return cast(T, end.value)
    finally:
        flow.close()


async def _perform_async(step: Step[Any], transport: AsyncTransport) -> Any:
    if isinstance(step, Send):
        return await transport.send(step.request, step.limits, step.max_bytes or MAX_BODY_BYTES)
    if isinstance(step, Open):
        return await transport.open(step.request, step.limits)
    if isinstance(step, Read):
        return await whole.read_async(cast(AsyncBody, step.body), step.limits.deadline, MAX_BODY_BYTES)
    import asyncio

    if isinstance(step, Sleep):
        await asyncio.sleep(step.seconds)
        return True
    if isinstance(step, Call):
        return await asyncio.to_thread(step.function)
    if isinstance(step, Enter):
        for gone in [kept for kept in list(step.places) if kept[0] is not None and kept[0].is_closed()]:
            step.places.pop(gone, None)
        lock = _lock(step, asyncio.Lock, asyncio.get_running_loop())
        try:
            return await asyncio.wait_for(lock.acquire(), step.limits.deadline and _left(step.limits.deadline))
        except asyncio.TimeoutError:
            raise Expired("read") from None
    if isinstance(step, Leave):
        return _lock(step, asyncio.Lock, asyncio.get_running_loop()).release()
    return _tell(step)
