"""What is known of a job that a provider works on."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

JobState = Literal["pending", "succeeded", "failed"]


class JobStatus(Struct, frozen=True):
    """Where a job stands.

    `word` is the provider's own word for it; `progress` is a part from 0 to 1, `position` the number of jobs ahead in
    the queue, `logs` what the model printed, `reason` the provider's words on a failure. What a provider does not tell
    is None. `raw` is its whole answer.
    """

    state: JobState
    word: str
    progress: float | None = None
    position: int | None = None
    logs: list[str] | None = None
    reason: str | None = None
    raw: Any = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will change."""
        return self.state != "pending"
