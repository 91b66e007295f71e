"""A deadline for what runs on an event loop; Python 3.10 has none of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from types import TracebackType

from ..flow import Expired


class Within:
    """Interrupts what runs in it when the deadline passes, and says so by `Expired`."""

    __slots__ = ("_cancelled_before", "_deadline", "_has_passed", "_task", "_timer")

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._has_passed = False
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if self._deadline is None or task is None:
            return
        self._task = task
        if sys.version_info >= (3, 11):
            self._cancelled_before = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(self._deadline - time.monotonic(), self._interrupt)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._has_passed and kind is asyncio.CancelledError:
            if sys.version_info >= (3, 11) and self._task.uncancel() > self._cancelled_before:
                return  # somebody else cancelled the task as well
            raise Expired("read") from error

    def _interrupt(self) -> None:
        self._has_passed = True
        self._task.cancel()
