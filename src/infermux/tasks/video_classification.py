"""video-classification: what a video shows."""

from typing import Any, ClassVar, Literal

from typing_extensions import Unpack

from ..types.video import VideoClassificationOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class VideoClassificationOptions(CallOptions, total=False):
    """Options of `video_classification`."""

    top_k: int | None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None
    num_frames: int | None
    frame_sampling_rate: int | None
    extra_body: dict[str, Any] | None


class VideoClassificationAsk(Ask[list[VideoClassificationOutputElement]], frozen=True):
    """What this video shows."""

    task: ClassVar[str] = "video-classification"
    hub_task: ClassVar[str] = task
    video: Media


async def video_classification(
    client: Asker, video: Content, **options: Unpack[VideoClassificationOptions]
) -> list[VideoClassificationOutputElement]:
    """Tell which classes a video belongs to.

    Args:
        video: Bytes, a binary file, a path or a URL of the video.
        top_k: How many classes to tell.
        function_to_apply: How the model's numbers become scores: "sigmoid", "softmax" or "none".
        num_frames: How many frames the model looks at.
        frame_sampling_rate: Every how many frames it takes one.
        extra_body: The server's own options.

    Returns:
        The classes in the server's order, as a rule the likeliest first: `label` and `score`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `video` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type, or the provider does not do this; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no list of classes.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/video-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.video_classification("match.mp4")[0].label  # doctest: +SKIP
        'playing football'
    """
    parameters, call = split("video_classification", options, VideoClassificationOptions)
    return await client.ask(VideoClassificationAsk(parameters, await take(video)), call)
