"""Pictures: what comes back from the tasks that look at them.

The fields are those of the tasks' schemas (https://huggingface.co/tasks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._record import Record
from ._textual import TextRecord
from .classification import ClassificationOutput

if TYPE_CHECKING:
    from PIL.Image import Image as _Picture
else:
    _Picture = Any


class DepthEstimationOutput(Record):
    """How far away everything is: `depth` as a picture, `predicted_depth` as the server's numbers."""

    depth: _Picture
    predicted_depth: Any


class DocumentQuestionAnsweringOutputElement(Record):
    """An answer, and the words of the page between which it was found; models that write their answers give no more
    than the answer.
    """

    answer: str
    end: int
    score: float
    start: int


class ImageClassificationOutputElement(ClassificationOutput):
    """A class that a picture may belong to."""


class ImageSegmentationOutputElement(Record):
    """A part of a picture; `mask` is a picture that is light where the part is."""

    label: str
    mask: _Picture
    score: float | None = None


class ImageToTextOutput(TextRecord):
    """What a picture shows, or says; it also acts as that text (`str(out)`, `out == "…"`, `out.split()`)."""

    generated_text: str
    image_to_text_output_generated_text: str | None = None

    _text_field = "generated_text"


class ObjectDetectionBoundingBox(Record):
    """Where a thing is, in pixels from the upper left corner."""

    xmax: int
    xmin: int
    ymax: int
    ymin: int


class ObjectDetectionOutputElement(Record):
    """A thing in a picture."""

    box: ObjectDetectionBoundingBox
    label: str
    score: float


class VisualQuestionAnsweringOutputElement(Record):
    """An answer to a question about a picture."""

    score: float
    answer: str | None = None


class ZeroShotImageClassificationOutputElement(ClassificationOutput):
    """One of the labels that were given, and how well it fits."""


class ZeroShotObjectDetectionBoundingBox(ObjectDetectionBoundingBox):
    """Where a thing is, in pixels from the upper left corner."""


class ZeroShotObjectDetectionOutputElement(Record):
    """A thing in a picture, under one of the labels that were given."""

    box: ZeroShotObjectDetectionBoundingBox
    label: str
    score: float
