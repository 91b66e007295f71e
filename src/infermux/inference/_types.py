"""What came back from tasks."""

from ..types.classification import ClassificationOutput
from ..types.legacy import (
    AudioToAudioOutput,
    ConversationalOutput,
    ConversationalOutputConversation,
    FillMaskOutput,
    ImageSegmentationOutput,
    ObjectDetectionOutput,
    QuestionAnsweringOutput,
    TableQuestionAnsweringOutput,
    TokenClassificationOutput,
)

__all__ = [
    "AudioToAudioOutput",
    "ClassificationOutput",
    "ConversationalOutput",
    "ConversationalOutputConversation",
    "FillMaskOutput",
    "ImageSegmentationOutput",
    "ObjectDetectionOutput",
    "QuestionAnsweringOutput",
    "TableQuestionAnsweringOutput",
    "TokenClassificationOutput",
]
