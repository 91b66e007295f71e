"""What every classifier gives."""

from __future__ import annotations

from ._record import Record


class ClassificationOutput(Record):
    """A label, and how well it fits; each task has its own kind of it."""

    label: str
    score: float
