"""Pictures and videos: typed forms of what goes in. Each may stand wherever a dict is taken; `inputs` of pictures are
base64.

The fields are those of the tasks' schemas (https://huggingface.co/tasks).
"""

from __future__ import annotations

from typing import Any

from ._options import GenerationParameters, TargetSize
from ._record import Record
from .words import (
    ImageClassificationOutputTransform,
    ImageSegmentationSubtask,
    VideoClassificationOutputTransform,
)


class DepthEstimationInput(Record):
    """A picture whose depth is asked for."""

    inputs: Any
    parameters: dict[str, Any] | None = None


class DocumentQuestionAnsweringInputData(Record):
    """A page, and what is asked about it."""

    image: Any
    question: str


class DocumentQuestionAnsweringParameters(Record):
    """Options of `document_question_answering`."""

    doc_stride: int | None = None
    handle_impossible_answer: bool | None = None
    lang: str | None = None
    max_answer_len: int | None = None
    max_question_len: int | None = None
    max_seq_len: int | None = None
    top_k: int | None = None
    word_boxes: list[list[float] | str] | None = None


class DocumentQuestionAnsweringInput(Record):
    """A question about a page."""

    inputs: DocumentQuestionAnsweringInputData | dict[str, Any]
    parameters: DocumentQuestionAnsweringParameters | dict[str, Any] | None = None


class ImageClassificationParameters(Record):
    """Options of `image_classification`."""

    function_to_apply: ImageClassificationOutputTransform | None = None
    top_k: int | None = None


class ImageClassificationInput(Record):
    """A question to an image classifier."""

    inputs: str
    parameters: ImageClassificationParameters | dict[str, Any] | None = None


class ImageSegmentationParameters(Record):
    """Options of `image_segmentation`."""

    mask_threshold: float | None = None
    overlap_mask_area_threshold: float | None = None
    subtask: ImageSegmentationSubtask | None = None
    threshold: float | None = None


class ImageSegmentationInput(Record):
    """A picture to part into segments."""

    inputs: str
    parameters: ImageSegmentationParameters | dict[str, Any] | None = None


class ImageTextToImageTargetSize(TargetSize):
    """The size of the picture to make."""


class ImageTextToImageParameters(Record):
    """Options of `image_text_to_image`."""

    guidance_scale: float | None = None
    negative_prompt: str | None = None
    num_inference_steps: int | None = None
    prompt: str | None = None
    seed: int | None = None
    target_size: ImageTextToImageTargetSize | dict[str, Any] | None = None


class ImageTextToImageInput(Record):
    """A picture, words, or both, to make a picture of."""

    inputs: str | None = None
    parameters: ImageTextToImageParameters | dict[str, Any] | None = None


class ImageTextToVideoTargetSize(TargetSize):
    """The size of the video to make."""


class ImageTextToVideoParameters(Record):
    """Options of `image_text_to_video`."""

    guidance_scale: float | None = None
    negative_prompt: str | None = None
    num_frames: float | None = None
    num_inference_steps: int | None = None
    prompt: str | None = None
    seed: int | None = None
    target_size: ImageTextToVideoTargetSize | dict[str, Any] | None = None


class ImageTextToVideoInput(Record):
    """A picture, words, or both, to make a video of."""

    inputs: str | None = None
    parameters: ImageTextToVideoParameters | dict[str, Any] | None = None


class ImageToImageTargetSize(TargetSize):
    """The size of the picture to make."""


class ImageToImageParameters(Record):
    """Options of `image_to_image`."""

    guidance_scale: float | None = None
    negative_prompt: str | None = None
    num_inference_steps: int | None = None
    prompt: str | None = None
    target_size: ImageToImageTargetSize | dict[str, Any] | None = None


class ImageToImageInput(Record):
    """A picture to change."""

    inputs: str
    parameters: ImageToImageParameters | dict[str, Any] | None = None


class ImageToTextGenerationParameters(GenerationParameters):
    """How a caption is written."""


class ImageToTextParameters(Record):
    """Options of `image_to_text`."""

    generation_parameters: ImageToTextGenerationParameters | dict[str, Any] | None = None
    max_new_tokens: int | None = None


class ImageToTextInput(Record):
    """A picture to describe."""

    inputs: Any
    parameters: ImageToTextParameters | dict[str, Any] | None = None


class ImageToVideoTargetSize(TargetSize):
    """The size of the video to make."""


class ImageToVideoParameters(Record):
    """Options of `image_to_video`."""

    guidance_scale: float | None = None
    negative_prompt: str | None = None
    num_frames: float | None = None
    num_inference_steps: int | None = None
    prompt: str | None = None
    seed: int | None = None
    target_size: ImageToVideoTargetSize | dict[str, Any] | None = None


class ImageToVideoInput(Record):
    """A picture to set in motion."""

    inputs: str
    parameters: ImageToVideoParameters | dict[str, Any] | None = None


class ObjectDetectionParameters(Record):
    """Options of `object_detection`."""

    threshold: float | None = None


class ObjectDetectionInput(Record):
    """A picture to find things in."""

    inputs: str
    parameters: ObjectDetectionParameters | dict[str, Any] | None = None


class TextToImageParameters(Record):
    """Options of `text_to_image`."""

    guidance_scale: float | None = None
    height: int | None = None
    negative_prompt: str | None = None
    num_inference_steps: int | None = None
    scheduler: str | None = None
    seed: int | None = None
    width: int | None = None


class TextToImageInput(Record):
    """Words to make a picture of."""

    inputs: str
    parameters: TextToImageParameters | dict[str, Any] | None = None


class TextToVideoParameters(Record):
    """Options of `text_to_video`."""

    guidance_scale: float | None = None
    negative_prompt: list[str] | None = None
    num_frames: float | None = None
    num_inference_steps: int | None = None
    seed: int | None = None


class TextToVideoInput(Record):
    """Words to make a video of."""

    inputs: str
    parameters: TextToVideoParameters | dict[str, Any] | None = None


class VideoClassificationParameters(Record):
    """Options of a video classifier."""

    frame_sampling_rate: int | None = None
    function_to_apply: VideoClassificationOutputTransform | None = None
    num_frames: int | None = None
    top_k: int | None = None


class VideoClassificationInput(Record):
    """A question to a video classifier."""

    inputs: Any
    parameters: VideoClassificationParameters | dict[str, Any] | None = None


class VisualQuestionAnsweringInputData(Record):
    """A picture, and what is asked about it."""

    image: Any
    question: str


class VisualQuestionAnsweringParameters(Record):
    """Options of `visual_question_answering`."""

    top_k: int | None = None


class VisualQuestionAnsweringInput(Record):
    """A question about a picture."""

    inputs: VisualQuestionAnsweringInputData | dict[str, Any]
    parameters: VisualQuestionAnsweringParameters | dict[str, Any] | None = None


class ZeroShotImageClassificationParameters(Record):
    """Options of `zero_shot_image_classification`."""

    candidate_labels: list[str]
    hypothesis_template: str | None = None


class ZeroShotImageClassificationInput(Record):
    """A picture, and the labels that may fit it."""

    inputs: str
    parameters: ZeroShotImageClassificationParameters | dict[str, Any]


class ZeroShotObjectDetectionParameters(Record):
    """Options of a detector that is told what to look for."""

    candidate_labels: list[str]


class ZeroShotObjectDetectionInput(Record):
    """A picture, and what may be found in it."""

    inputs: str
    parameters: ZeroShotObjectDetectionParameters | dict[str, Any]


# What releases 0.22 to 0.28 of huggingface_hub had.


class TextToImageTargetSize(TargetSize):
    """The size of the picture that is made."""


class ZeroShotImageClassificationInputData(Record):
    """A picture, and the labels that may fit it."""

    candidate_labels: list[str]
    image: Any


class ZeroShotObjectDetectionInputData(Record):
    """A picture, and what may be found in it."""

    candidate_labels: list[str]
    image: Any
