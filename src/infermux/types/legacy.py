"""Names that releases 0.18 to 0.21 of huggingface_hub had for these types."""

from __future__ import annotations

from ._record import Record
from .audio import AudioToAudioOutputElement
from .text import (
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    TableQuestionAnsweringOutputElement,
    TokenClassificationOutputElement,
)
from .text_generation import (
    TextGenerationOutput,
    TextGenerationOutputBestOfSequence,
    TextGenerationOutputDetails,
    TextGenerationOutputPrefillToken,
    TextGenerationOutputToken,
    TextGenerationStreamOutput,
    TextGenerationStreamOutputStreamDetails,
)
from .vision import ImageSegmentationOutputElement, ObjectDetectionOutputElement


class ConversationalOutputConversation(Record):
    """The talk so far: what the user said and what the model answered, in turn."""

    generated_responses: list[str]
    past_user_inputs: list[str]


class ConversationalOutput(Record):
    """What comes back from `conversational`: the last answer, and the talk that it belongs to."""

    generated_text: str
    conversation: ConversationalOutputConversation
    warnings: list[str]


AudioToAudioOutput = AudioToAudioOutputElement
BestOfSequence = TextGenerationOutputBestOfSequence
Details = TextGenerationOutputDetails
FillMaskOutput = FillMaskOutputElement
ImageSegmentationOutput = ImageSegmentationOutputElement
InputToken = TextGenerationOutputPrefillToken
ObjectDetectionOutput = ObjectDetectionOutputElement
QuestionAnsweringOutput = QuestionAnsweringOutputElement
StreamDetails = TextGenerationStreamOutputStreamDetails
TableQuestionAnsweringOutput = TableQuestionAnsweringOutputElement
TextGenerationResponse = TextGenerationOutput
TextGenerationStreamResponse = TextGenerationStreamOutput
Token = TextGenerationOutputToken
TokenClassificationOutput = TokenClassificationOutputElement
