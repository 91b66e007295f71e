"""image-text-to-video: a video from words, a picture, or both."""

from typing import ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..wire.media import Content, Media
from ._ask import Ask, Asker, expect, take
from ._video import MovedPictureOptions, split_video


class ImageTextToVideoOptions(MovedPictureOptions, total=False):
    """Options of `image_text_to_video`."""


class ImageTextToVideoAsk(Ask[bytes], frozen=True):
    """A video of this picture, these words, or both."""

    task: ClassVar[str] = "image-text-to-video"
    hub_task: ClassVar[str] = task
    image: Media | None
    prompt: str | None


async def image_text_to_video(
    client: Asker, image: Content | None = None, prompt: str | None = None, **options: Unpack[ImageTextToVideoOptions]
) -> bytes:
    """Make a video of a picture, of words, or of both; one of them must be given.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        prompt: What to show, or what is to happen.
        negative_prompt: What should not be in the video.
        num_frames: How many frames the video has.
        num_inference_steps: Steps of denoising: more is slower and finer.
        guidance_scale: How closely the video follows the prompt.
        seed: Start of the random numbers: the same seed gives the same video.
        target_size: `{"width": …, "height": …}` in pixels.
        extra_body: The provider's own options.

    Returns:
        The bytes of the video, in the format of the server's choice.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: Neither a picture nor words are given, an option is misspelt or of the wrong type, or the provider
            does not do this; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no video.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-to-video

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> video = client.image_text_to_video(prompt="the cat starts to dance")
    """
    if image is None and prompt is None:
        raise InputError("image_text_to_video: give image=, prompt=, or both")
    if prompt is not None:
        expect("image_text_to_video", "prompt", prompt, str, "a str")
    parameters, call = split_video("image_text_to_video", options, ImageTextToVideoOptions, open_ended=True)
    picture = None if image is None else await take(image)
    return await client.ask(ImageTextToVideoAsk(parameters, picture, prompt), call)
