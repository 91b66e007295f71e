"""Every task as a function: `infermux.text_to_image("a cat")`, by one client that all of them share.

Besides our words they take those of the JavaScript client: `inputs` or `data` for what the task is about, `parameters`
for its options, `access_token` for the key.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from typing_extensions import Unpack

from . import tasks
from .calling import Caller
from .client import InferenceClient
from .compat.arguments import Function, FunctionOptions, function_of, read
from .stream import Stream
from .tasks.text_generation import TextGenerationOptions
from .types.text_generation import TextGenerationOutput, TextGenerationStreamOutput

P = ParamSpec("P")
T = TypeVar("T")

__all__ = [
    "audio_classification",
    "audio_to_audio",
    "automatic_speech_recognition",
    "chat_completion",
    "chat_completion_stream",
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
    "text_generation_stream",
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


@cache
def _client() -> InferenceClient:
    return InferenceClient()


def _perform(name: str, task: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    given, older = read(task, args, options)
    client = _client().with_older_options(**older) if older else _client()
    return getattr(client, name)(**given)


def standing(task: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]]) -> Function[P, T]:
    """Make a function of a task."""

    def function(*args: Any, **options: Any) -> Any:
        return _perform(task.__name__, task, args, options)

    return function_of(function, task)  # type: ignore[no-any-return]


def of_method(method: Callable[Concatenate[InferenceClient, P], T]) -> Callable[P, T]:
    """Make a function of a method whose result depends on `stream=`, or that always streams."""
    task = getattr(tasks, method.__name__.removesuffix("_stream"))

    def function(*args: Any, **options: Any) -> Any:
        return _perform(method.__name__, task, args, options)

    return function_of(function, task, method if method.__name__ != task.__name__ else None)  # type: ignore[no-any-return]


audio_classification = standing(tasks.audio_classification)
audio_to_audio = standing(tasks.audio_to_audio)
automatic_speech_recognition = standing(tasks.automatic_speech_recognition)
depth_estimation = standing(tasks.depth_estimation)
document_question_answering = standing(tasks.document_question_answering)
feature_extraction = standing(tasks.feature_extraction)
fill_mask = standing(tasks.fill_mask)
image_classification = standing(tasks.image_classification)
image_segmentation = standing(tasks.image_segmentation)
image_text_to_image = standing(tasks.image_text_to_image)
image_text_to_video = standing(tasks.image_text_to_video)
image_to_image = standing(tasks.image_to_image)
image_to_text = standing(tasks.image_to_text)
image_to_video = standing(tasks.image_to_video)
object_detection = standing(tasks.object_detection)
question_answering = standing(tasks.question_answering)
sentence_similarity = standing(tasks.sentence_similarity)
summarization = standing(tasks.summarization)
table_question_answering = standing(tasks.table_question_answering)
tabular_classification = standing(tasks.tabular_classification)
tabular_regression = standing(tasks.tabular_regression)
text_classification = standing(tasks.text_classification)
text_to_audio = standing(tasks.text_to_audio)
text_to_image = standing(tasks.text_to_image)
text_to_speech = standing(tasks.text_to_speech)
text_to_video = standing(tasks.text_to_video)
token_classification = standing(tasks.token_classification)
translation = standing(tasks.translation)
video_classification = standing(tasks.video_classification)
visual_question_answering = standing(tasks.visual_question_answering)
zero_shot_classification = standing(tasks.zero_shot_classification)
zero_shot_image_classification = standing(tasks.zero_shot_image_classification)
zero_shot_object_detection = standing(tasks.zero_shot_object_detection)
chat_completion = of_method(InferenceClient.chat_completion)
chat_completion_stream = of_method(InferenceClient.chat_completion_stream)


@overload
def text_generation(
    prompt: str,
    *,
    details: Literal[False] | None = None,
    stream: Literal[False] | None = None,
    **options: Unpack[TextGenerationOptions],
) -> str: ...
@overload
def text_generation(
    prompt: str,
    *,
    details: Literal[True],
    stream: Literal[False] | None = None,
    **options: Unpack[TextGenerationOptions],
) -> TextGenerationOutput: ...
@overload
def text_generation(
    prompt: str,
    *,
    details: Literal[False] | None = None,
    stream: Literal[True],
    **options: Unpack[TextGenerationOptions],
) -> Stream[str]: ...
@overload
def text_generation(
    prompt: str, *, details: Literal[True], stream: Literal[True], **options: Unpack[TextGenerationOptions]
) -> Stream[TextGenerationStreamOutput]: ...
@overload
def text_generation(
    *, inputs: str, parameters: Mapping[str, Any] | None = None, **options: Unpack[FunctionOptions]
) -> str: ...
def text_generation(*args: Any, **options: Any) -> Any:
    """See the task."""
    return _perform("text_generation", tasks.text_generation, args, options)


@overload
def text_generation_stream(
    prompt: str, **options: Unpack[TextGenerationOptions]
) -> Stream[TextGenerationStreamOutput]: ...
@overload
def text_generation_stream(
    *, inputs: str, parameters: Mapping[str, Any] | None = None, **options: Unpack[FunctionOptions]
) -> Stream[TextGenerationStreamOutput]: ...
def text_generation_stream(*args: Any, **options: Any) -> Any:
    """See the client."""
    return _perform("text_generation_stream", tasks.text_generation, args, options)


function_of(text_generation, tasks.text_generation)
function_of(text_generation_stream, tasks.text_generation, InferenceClient.text_generation_stream)
