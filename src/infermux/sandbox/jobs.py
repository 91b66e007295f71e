"""Jobs: what was asked of a queue, how far it is by the clock, and what comes of it."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal, TypeAlias

USUAL_S = 0.3
# A sandbox that runs as long as its process must not grow: the oldest jobs are forgotten.
_MOST_BYTES = 64 * 1024 * 1024

State: TypeAlias = Literal["queued", "running", "unknown", "done", "failed", "cancelled"]
# The states in which nothing more happens.
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
# Why a job ended without a result.
REASONS: Mapping[State, str] = {"failed": "The sandbox was told to fail here.", "cancelled": "The job was cancelled."}
# The words that a fault may say of a job.
TROUBLES = ("failed", "cancelled", "never", "unknown", "page", "private")


@dataclass
class Job:
    """One job. Its result is there from the start and shown when its time has come.

    `trouble` is one of `TROUBLES` or empty; `asked` is what was sent, `media` what the result is announced as.
    """

    id: str
    provider: str
    model: str
    task: str
    asked: dict[str, Any]
    result: bytes
    media: str
    takes_s: float
    trouble: str = ""
    since: float = field(default_factory=time.monotonic)
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    is_cancelled: bool = False

    def age_s(self) -> float:
        """Tell how long ago it was asked for."""
        return time.monotonic() - self.since

    def left_s(self) -> float:
        """Tell how long it will still take."""
        return max(self.takes_s - self.age_s(), 0)

    def progress(self) -> float:
        """Tell how much of its time has passed, from 0 to 1."""
        return min(self.age_s() / self.takes_s, 1) if self.takes_s else 1.0

    @property
    def state(self) -> State:
        """How far it is: a third of its time it waits in line, then it is worked on."""
        if self.is_cancelled:
            return "cancelled"
        if self.left_s() or self.trouble == "never":
            if self.trouble == "unknown":
                return "unknown"
            return "queued" if self.progress() < 1 / 3 else "running"
        return self.end

    @property
    def end(self) -> State:
        """How it will end, unless it is cancelled."""
        if self.trouble == "failed":
            return "failed"
        return "cancelled" if self.trouble == "cancelled" else "done"

    def cancel(self) -> bool:
        """Cancel it; tell whether there was still something to cancel."""
        self.is_cancelled = self.is_cancelled or self.state not in OVER
        return self.is_cancelled


class Jobs:
    """The jobs of one running sandbox."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Job, int]] = {}
        self._held_bytes = 0
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    def new_id(self) -> str:
        """Make an id: the first job of every sandbox has the same one, the second another."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox job {next(self._numbers)}"))

    def add(self, job: Job, size_bytes: int) -> None:
        """Remember a job, which holds so many bytes."""
        with self._lock:
            self._known[job.id] = job, size_bytes
            self._held_bytes += size_bytes
            while self._held_bytes > _MOST_BYTES and len(self._known) > 1:
                _, freed = self._known.pop(next(iter(self._known)))
                self._held_bytes -= freed

    def find(self, job_id: str) -> Job | None:
        """Find a job, unless it is unknown or forgotten."""
        found = self._known.get(job_id)
        return found[0] if found else None
