"""What all methods shared."""

from ..errors import (
    GenerationError,
    IncompleteGenerationError,
    InferenceTimeoutError,
    OverloadedError,
    TextGenerationError,
    UnknownError,
    ValidationError,
)
from ..types.catalogue import ModelStatus

__all__ = [
    "GenerationError",
    "IncompleteGenerationError",
    "InferenceTimeoutError",
    "ModelStatus",
    "OverloadedError",
    "TextGenerationError",
    "UnknownError",
    "ValidationError",
]
