"""Text generation: options, answers and errors."""

from ..compat.text_generation import TextGenerationParameters
from ..errors import (
    GenerationError,
    IncompleteGenerationError,
    OverloadedError,
    TextGenerationError,
    UnknownError,
    ValidationError,
)
from ..types.legacy import (
    BestOfSequence,
    Details,
    InputToken,
    StreamDetails,
    TextGenerationResponse,
    TextGenerationStreamResponse,
    Token,
)
from ..types.text_generation import FinishReason

__all__ = [
    "BestOfSequence",
    "Details",
    "FinishReason",
    "GenerationError",
    "IncompleteGenerationError",
    "InputToken",
    "OverloadedError",
    "StreamDetails",
    "TextGenerationError",
    "TextGenerationParameters",
    "TextGenerationResponse",
    "TextGenerationStreamResponse",
    "Token",
    "UnknownError",
    "ValidationError",
]
