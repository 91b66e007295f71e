"""Text generation: the answers of a Text Generation Inference server, whole and token by token.

https://huggingface.co/docs/text-generation-inference/reference/api_reference
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

from ._record import Record


class FinishReason(str, Enum):
    """Why the text ended; equal to the plain strings that answers hold."""

    Length = "length"
    EndOfSequenceToken = "eos_token"
    StopSequence = "stop_sequence"


TextGenerationOutputFinishReason = Literal["length", "eos_token", "stop_sequence"]


class TextGenerationOutputPrefillToken(Record):
    """A token of the prompt; the first one has no `logprob`."""

    id: int
    text: str
    logprob: float | None = None


class TextGenerationOutputToken(Record):
    """A token that the model wrote; `special` ones, such as an end mark, are not part of the text."""

    id: int
    logprob: float
    special: bool
    text: str


TextGenerationStreamOutputToken = TextGenerationOutputToken


class TextGenerationOutputBestOfSequence(Record):
    """One of the sequences that `best_of` compared."""

    finish_reason: str
    generated_text: str
    generated_tokens: int
    prefill: list[TextGenerationOutputPrefillToken]
    tokens: list[TextGenerationOutputToken]
    seed: int | None = None
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


class TextGenerationOutputDetails(Record):
    """How the text came about."""

    finish_reason: str
    generated_tokens: int
    prefill: list[TextGenerationOutputPrefillToken]
    tokens: list[TextGenerationOutputToken]
    best_of_sequences: list[TextGenerationOutputBestOfSequence] | None = None
    seed: int | None = None
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


class TextGenerationOutput(Record):
    """The text, with `details` where they were asked for."""

    generated_text: str
    details: TextGenerationOutputDetails | None = None


class TextGenerationStreamOutputStreamDetails(Record):
    """How the text came about, on the last event of a stream."""

    finish_reason: str
    generated_tokens: int
    input_length: int
    seed: int | None = None


class TextGenerationStreamOutput(Record):
    """One token of a stream; the last one also holds the whole `generated_text` and the `details`."""

    index: int
    token: TextGenerationOutputToken
    details: TextGenerationStreamOutputStreamDetails | None = None
    generated_text: str | None = None
    top_tokens: list[TextGenerationOutputToken] | None = None


TypeEnum = Literal["json", "regex", "json_schema"]


class TextGenerationInputGrammarType(Record):
    """What the text must follow: a JSON schema or a regular expression."""

    type: TypeEnum
    value: Any
