"""What can be asked, one file a task: its options, its question, and the function that asks it."""

from .automatic_speech_recognition import automatic_speech_recognition
from .chat_completion import chat_completion
from .feature_extraction import feature_extraction
from .text_generation import text_generation
from .text_to_image import text_to_image

__all__ = [
    "automatic_speech_recognition",
    "chat_completion",
    "feature_extraction",
    "text_generation",
    "text_to_image",
]
