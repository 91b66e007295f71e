"""A deadline for what runs on an event loop; Python 3.10 has none of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from types import TracebackType

from ..flow import LOOK_S, Expired, Failure, Stopped


def due(deadline: float | None, stopped: Callable[[], bool] | None) -> Failure | None:
    """What it is time for. While data keeps coming the loop may never get to a timer: each read asks this as well."""
    if stopped is not None and stopped():
        return Stopped("the caller asked to stop")
    return Expired("read") if deadline is not None and deadline <= time.monotonic() else None


class Within:
    """Interrupts what runs in it when the deadline passes (`Expired`) or the caller asks to stop (`Stopped`)."""

    __slots__ = ("_cancelled_before", "_deadline", "_failure", "_stopped", "_task", "_timer")

    def __init__(self, deadline: float | None, stopped: Callable[[], bool] | None = None) -> None:
        self._deadline = deadline
        self._stopped = stopped
        self._failure: Failure | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        if (failure := due(self._deadline, self._stopped)) is not None:
            raise failure
        task = asyncio.current_task()
        if task is None or (self._deadline is None and self._stopped is None):
            return
        self._task = task
        if sys.version_info >= (3, 11):
            self._cancelled_before = task.cancelling()
        self._wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._failure is not None and kind is asyncio.CancelledError:
            if sys.version_info >= (3, 11) and self._task.uncancel() > self._cancelled_before:
                return  # somebody else cancelled the task as well
            raise self._failure from error

    def _wait(self) -> None:
        left = LOOK_S if self._deadline is None else self._deadline - time.monotonic()
        wait = left if self._stopped is None else min(left, LOOK_S)
        self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        """Interrupt if it is time, else look again when it may be."""
        self._failure = due(self._deadline, self._stopped)
        if self._failure is None:
            self._wait()
        else:
            self._task.cancel()
