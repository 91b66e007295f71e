"""Texts: what comes back from the tasks that read, label and rewrite them.

The fields are those of the tasks' schemas (https://huggingface.co/tasks).
"""

from __future__ import annotations

from ._record import Record
from ._textual import TextRecord
from .classification import ClassificationOutput


class FillMaskOutputElement(Record):
    """A word for the hole, with its id in the model's vocabulary; `sequence` is the whole text with it."""

    score: float
    sequence: str
    token: int
    token_str: str
    fill_mask_output_token_str: str | None = None


class QuestionAnsweringOutputElement(Record):
    """An answer, and the characters of the context between which it was found."""

    answer: str
    end: int
    score: float
    start: int


class SummarizationOutput(TextRecord):
    """A shorter text; it also acts as that text (`str(out)`, `out == "…"`, `out.split()`)."""

    summary_text: str

    _text_field = "summary_text"


class TableQuestionAnsweringOutputElement(Record):
    """An answer, the cells that it was made of (row and column of each), and how they were put together."""

    answer: str
    cells: list[str]
    coordinates: list[list[int]]
    aggregator: str | None = None


class Text2TextGenerationOutput(Record):
    """A text that was made of a text."""

    generated_text: str
    text2_text_generation_output_generated_text: str | None = None


class TextClassificationOutputElement(ClassificationOutput):
    """A class that a text may belong to."""


class TokenClassificationOutputElement(Record):
    """Words of a text, where they stand, and of what kind they are: `entity_group`, or `entity` of a single token."""

    end: int
    score: float
    start: int
    word: str
    entity: str | None = None
    entity_group: str | None = None


class TranslationOutput(TextRecord):
    """A text in another language; it also acts as that text (`str(out)`, `out == "…"`, `out.split()`)."""

    translation_text: str

    _text_field = "translation_text"


class ZeroShotClassificationOutputElement(ClassificationOutput):
    """One of the labels that were given, and how well it fits."""
