"""image-to-video: a picture that moves."""

from typing import ClassVar

from typing_extensions import Unpack

from ..wire.media import Content, Media
from ._ask import Ask, Asker, take
from ._video import MovedPictureOptions, split_video


class ImageToVideoOptions(MovedPictureOptions, total=False):
    """Options of `image_to_video`."""

    prompt: str | None


class ImageToVideoAsk(Ask[bytes], frozen=True):
    """A video that begins with this picture."""

    task: ClassVar[str] = "image-to-video"
    hub_task: ClassVar[str] = task
    image: Media


async def image_to_video(client: Asker, image: Content, **options: Unpack[ImageToVideoOptions]) -> bytes:
    """Make a video of a picture.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        prompt: What is to happen.
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
        InputError: An option is misspelt or of the wrong type, or the provider does not do this; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no video.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-to-video

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> video = client.image_to_video("cat.png", prompt="the cat starts to dance")  # doctest: +SKIP
    """
    parameters, call = split_video("image_to_video", options, ImageToVideoOptions, open_ended=True)
    return await client.ask(ImageToVideoAsk(parameters, await take(image)), call)
