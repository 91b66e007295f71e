"""Options that several tasks have in common."""

from __future__ import annotations

from typing import Literal

from ._record import Record

Transform = Literal["sigmoid", "softmax", "none"]
"""What makes scores of a classifier's raw outputs."""

TruncationStrategy = Literal["do_not_truncate", "longest_first", "only_first", "only_second"]
"""Which of two texts is cut to what the model can read."""

EarlyStopping = Literal["never"]
"""When a beam search ends, besides `True` (at the first sentences that are whole) and `False`."""


class GenerationParameters(Record):
    """How a model writes: the words for transformers' `generate`."""

    do_sample: bool | None = None
    early_stopping: bool | EarlyStopping | None = None
    epsilon_cutoff: float | None = None
    eta_cutoff: float | None = None
    max_length: int | None = None
    max_new_tokens: int | None = None
    min_length: int | None = None
    min_new_tokens: int | None = None
    num_beam_groups: int | None = None
    num_beams: int | None = None
    penalty_alpha: float | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None
    use_cache: bool | None = None


class TargetSize(Record):
    """The size of a picture, in pixels."""

    height: int
    width: int
