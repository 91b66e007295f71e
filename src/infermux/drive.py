"""The two drivers: they perform the steps of a flow, one by blocking, one on an event loop."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, TypeVar, cast

from .flow import (
    LOOK_S,
    Call,
    Chance,
    Cut,
    Date,
    Dropped,
    Enter,
    Expired,
    Failure,
    Flow,
    Leave,
    Limits,
    Now,
    Open,
    Read,
    Send,
    Sleep,
    Step,
    Stopped,
)
from .transport.base import AsyncBody, AsyncTransport, Body, Transport
from .wire import redact

T = TypeVar("T")

MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024
"""The most that is read of one answer where nothing else is said."""
MOST_SHOWN_BYTES = 1024 * 1024
"""The most that is read of an answer which can only be shown, as it is no stream."""


def drive(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its end, blocking."""
    try:
        step = flow.send(None)
        while True:
            try:
                value = _perform(step, transport)
            except BaseException as error:
                step = flow.throw(_bare(error, step))
            else:
                step = flow.send(value)
    except StopIteration as end:
        return cast(T, end.value)
    finally:
        flow.close()


def _bare(error: BaseException, step: Step[Any]) -> BaseException:
    if isinstance(error, Failure) and isinstance(step, (Send, Open, Read)):
        return redact.failure(error, step.request)
    return error


def _perform(step: Step[Any], transport: Transport) -> Any:
    if isinstance(step, Send):
        return transport.send(step.request, step.limits, step.max_bytes or MAX_BODY_BYTES)
    if isinstance(step, Open):
        return transport.open(step.request, step.limits)
    if isinstance(step, Read):
        return _read(cast(Body, step.body), step.limits.deadline)
    if isinstance(step, Sleep):
        time.sleep(step.seconds)
        return True
    if isinstance(step, Call):
        return step.function()
    if isinstance(step, Enter):
        return _enter(_lock(step, threading.Lock, os.getpid()), step.limits)
    if isinstance(step, Leave):
        return _lock(step, threading.Lock, os.getpid()).release()
    return _tell(step)


def _lock(step: Enter | Leave, kind: Any, whose: object) -> Any:
    """The lock of a place. Each event loop has its own, as those of asyncio belong to one; and each process, as nobody
    is left in a forked one to let go of what other threads held."""
    return step.places.setdefault((whose, step.place), kind())


def _enter(lock: threading.Lock, limits: Limits) -> None:
    while True:
        left = threading.TIMEOUT_MAX if limits.deadline is None else limits.deadline - time.monotonic()
        if limits.stopped is not None:
            if limits.stopped():
                raise Stopped("the caller asked to stop")
            left = min(left, LOOK_S)
        if lock.acquire(timeout=max(left, 0.0)):
            return
        if limits.deadline is not None and limits.deadline <= time.monotonic():
            raise Expired("read")


def _tell(step: Step[Any]) -> float:
    if isinstance(step, Now):
        return time.monotonic()
    if isinstance(step, Date):
        return time.time()
    if isinstance(step, Chance):
        import random

        return random.random()
    raise TypeError(f"a flow awaits steps only, not {type(step).__name__}")


def _read(body: Body, deadline: float | None) -> bytes:
    data = bytearray()
    try:
        while len(data) < MOST_SHOWN_BYTES and (piece := body.read(deadline)):
            data += piece
    except (Cut, Dropped):
        pass
    finally:
        body.close()
    return bytes(data)


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its end on the running event loop."""
    try:
        step = flow.send(None)
        while True:
            try:
                value = await _perform_async(step, transport)
            except BaseException as error:
                step = flow.throw(_bare(error, step))
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
        return await _read_async(cast(AsyncBody, step.body), step.limits.deadline)
    import asyncio

    if isinstance(step, Sleep):
        await asyncio.sleep(step.seconds)
        return True
    if isinstance(step, Call):
        return await asyncio.to_thread(step.function)
    if isinstance(step, Enter):
        from .transport._within import Within

        loops = [kept for kept in list(step.places) if isinstance(kept[0], asyncio.AbstractEventLoop)]
        for gone in [kept for kept in loops if kept[0].is_closed()]:
            step.places.pop(gone, None)
        with Within(step.limits.deadline, step.limits.stopped):
            return await _lock(step, asyncio.Lock, asyncio.get_running_loop()).acquire()
    if isinstance(step, Leave):
        return _lock(step, asyncio.Lock, asyncio.get_running_loop()).release()
    return _tell(step)


async def _read_async(body: AsyncBody, deadline: float | None) -> bytes:
    data = bytearray()
    try:
        while len(data) < MOST_SHOWN_BYTES and (piece := await body.read(deadline)):
            data += piece
    except (Cut, Dropped):
        pass
    finally:
        body.close()
    return bytes(data)
