"""text-to-video: a video from words."""

from typing import ClassVar

from typing_extensions import Unpack

from ._ask import Ask, Asker, expect
from ._video import VideoOptions, split_video


class TextToVideoOptions(VideoOptions, total=False):
    """Options of `text_to_video`."""

    negative_prompt: str | list[str] | None


class TextToVideoAsk(Ask[bytes], frozen=True):
    """A video of this."""

    task: ClassVar[str] = "text-to-video"
    hub_task: ClassVar[str] = task
    prompt: str


async def text_to_video(client: Asker, prompt: str, **options: Unpack[TextToVideoOptions]) -> bytes:
    """Make a video of a text.

    Args:
        prompt: What to show.
        num_frames: How many frames the video has.
        num_inference_steps: Steps of denoising: more is slower and finer.
        guidance_scale: How closely the video follows the prompt.
        seed: Start of the random numbers: the same seed gives the same video.
        negative_prompt: What should not be in the video: one text, or a list of them.
        extra_body: The provider's own options.

    Returns:
        The bytes of the video, in the format of the server's choice.

    Raises:
        InputError: An option is unknown or of the wrong type, or the provider does not do this; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no video.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/text-to-video

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> video = client.text_to_video("a young man walking on the street")
    """
    expect("text_to_video", "prompt", prompt, str, "a str")
    parameters, call = split_video("text_to_video", options, TextToVideoOptions)
    return await client.ask(TextToVideoAsk(parameters, prompt), call)
