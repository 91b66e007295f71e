"""Names that releases 0.18 to 0.31 of huggingface_hub had for these types."""

from __future__ import annotations

from typing import Literal

from ._record import Record
from .audio import AudioToAudioOutputElement
from .chat import (
    ChatCompletionInputTool,
    ChatCompletionInputToolChoiceClass,
    ChatCompletionOutputComplete,
    ChatCompletionOutputMessage,
)
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
ChatCompletionInputGrammarTypeType = Literal["json", "regex", "json_schema"]
ChatCompletionInputToolType = ChatCompletionInputToolChoiceClass
ChatCompletionInputToolTypeClass = ChatCompletionInputToolChoiceClass
ChatCompletionOutputChoice = ChatCompletionOutputComplete
ChatCompletionOutputChoiceMessage = ChatCompletionOutputMessage
Details = TextGenerationOutputDetails
FillMaskOutput = FillMaskOutputElement
ImageSegmentationOutput = ImageSegmentationOutputElement
InputToken = TextGenerationOutputPrefillToken
ObjectDetectionOutput = ObjectDetectionOutputElement
QuestionAnsweringOutput = QuestionAnsweringOutputElement
StreamDetails = TextGenerationStreamOutputStreamDetails
TableQuestionAnsweringOutput = TableQuestionAnsweringOutputElement
TextGenerationOutputSequenceDetails = TextGenerationOutputBestOfSequence
TextGenerationPrefillToken = TextGenerationOutputPrefillToken
TextGenerationResponse = TextGenerationOutput
TextGenerationStreamDetails = TextGenerationStreamOutputStreamDetails
TextGenerationStreamResponse = TextGenerationStreamOutput
Token = TextGenerationOutputToken
TokenClassificationOutput = TokenClassificationOutputElement
ToolElement = ChatCompletionInputTool
