"""image-text-to-image: a picture from words, a picture, or both."""

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..wire.media import Content, Media
from ._ask import Asker, expect, take
from ._picture import PictureAsk, PictureOptions, split_picture

if TYPE_CHECKING:
    from PIL.Image import Image


class ImageTextToImageOptions(PictureOptions, total=False):
    """Options of `image_text_to_image`."""


class ImageTextToImageAsk(PictureAsk, frozen=True):
    """A picture of this picture, these words, or both."""

    task: ClassVar[str] = "image-text-to-image"
    hub_task: ClassVar[str] = task
    image: Media | None
    prompt: str | None


async def image_text_to_image(
    client: Asker, image: Content | None = None, prompt: str | None = None, **options: Unpack[ImageTextToImageOptions]
) -> "Image":
    """Make a picture of a picture, of words, or of both; one of them must be given.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        prompt: What to show, or what is to become of the picture.
        negative_prompt: What should not be in the picture.
        height: Height in pixels.
        width: Width in pixels.
        target_size: `{"width": …, "height": …}` in pixels, instead of the two options above.
        num_inference_steps: Steps of denoising: more is slower and finer.
        guidance_scale: How closely the picture follows the prompt.
        seed: Start of the random numbers: the same seed gives the same picture.
        output_type: What comes back: a PIL image (default), its bytes, its URL, a data URL, or the server's own
            JSON.
        extra_body: The provider's own options.

    Returns:
        A PIL image; with `output_type`, its `bytes`, a `str` (`url`, `data_url`) or the server's answer (`json`).

    Raises:
        MissingExtraError: Pillow is not installed (extra `image`), and no other `output_type` was asked for.
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: Neither a picture nor words are given, an option is of the wrong type, or the provider does not do
            this or cannot give this `output_type`; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no picture.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-to-image

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> picture = client.image_text_to_image("cat.jpg", "the cat wears a hat")  # doctest: +SKIP
    """
    if image is None and prompt is None:
        raise InputError("image_text_to_image: give image=, prompt=, or both")
    if prompt is not None:
        expect("image_text_to_image", "prompt", prompt, str, "a str")
    parameters, output_type, call = split_picture("image_text_to_image", options, ImageTextToImageOptions)
    given = None if image is None else await take(image)
    return await client.ask(ImageTextToImageAsk(parameters, output_type, given, prompt), call)
