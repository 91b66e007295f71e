"""What can be asked, one file a task: its options, its question, and the function that asks it."""

from .audio_classification import audio_classification
from .audio_to_audio import audio_to_audio
from .automatic_speech_recognition import automatic_speech_recognition
from .chat_completion import chat_completion
from .depth_estimation import depth_estimation
from .document_question_answering import document_question_answering
from .feature_extraction import feature_extraction
from .fill_mask import fill_mask
from .image_classification import image_classification
from .image_segmentation import image_segmentation
from .image_text_to_image import image_text_to_image
from .image_text_to_video import image_text_to_video
from .image_to_image import image_to_image
from .image_to_text import image_to_text
from .image_to_video import image_to_video
from .object_detection import object_detection
from .question_answering import question_answering
from .sentence_similarity import sentence_similarity
from .summarization import summarization
from .table_question_answering import table_question_answering
from .tabular_classification import tabular_classification
from .tabular_regression import tabular_regression
from .text_classification import text_classification
from .text_generation import text_generation
from .text_to_audio import text_to_audio
from .text_to_image import text_to_image
from .text_to_speech import text_to_speech
from .text_to_video import text_to_video
from .token_classification import token_classification
from .translation import translation
from .video_classification import video_classification
from .visual_question_answering import visual_question_answering
from .zero_shot_classification import zero_shot_classification
from .zero_shot_image_classification import zero_shot_image_classification
from .zero_shot_object_detection import zero_shot_object_detection

__all__ = [
    "audio_classification",
    "audio_to_audio",
    "automatic_speech_recognition",
    "chat_completion",
    "depth_estimation",
    "document_question_answering",
    "feature_extraction",
    "fill_mask",
    "image_classification",
    "image_segmentation",
    "image_text_to_image",
    "image_text_to_video",
    "image_to_image",
    "image_to_text",
    "image_to_video",
    "object_detection",
    "question_answering",
    "sentence_similarity",
    "summarization",
    "table_question_answering",
    "tabular_classification",
    "tabular_regression",
    "text_classification",
    "text_generation",
    "text_to_audio",
    "text_to_image",
    "text_to_speech",
    "text_to_video",
    "token_classification",
    "translation",
    "video_classification",
    "visual_question_answering",
    "zero_shot_classification",
    "zero_shot_image_classification",
    "zero_shot_object_detection",
]
