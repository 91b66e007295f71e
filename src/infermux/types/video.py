"""Videos: what comes back from the tasks that look at them."""

from __future__ import annotations

from .classification import ClassificationOutput


class VideoClassificationOutputElement(ClassificationOutput):
    """A class that a video may belong to."""
