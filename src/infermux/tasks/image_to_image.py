"""image-to-image: a picture from a picture."""

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import Unpack

from ..wire.media import Content, Media
from ._ask import Asker, expect, take
from ._picture import PictureAsk, PictureOptions, split_picture

if TYPE_CHECKING:
    from PIL.Image import Image


class ImageToImageOptions(PictureOptions, total=False):
    """Options of `image_to_image`."""


class ImageToImageAsk(PictureAsk, frozen=True):
    """This picture, changed."""

    task: ClassVar[str] = "image-to-image"
    hub_task: ClassVar[str] = task
    image: Media
    prompt: str | None


async def image_to_image(
    client: Asker, image: Content, prompt: str | None = None, **options: Unpack[ImageToImageOptions]
) -> "Image":
    """Change a picture.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        prompt: What is to become of it.
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
        InputError: An option is of the wrong type, or the provider cannot give this `output_type`; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no picture.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-to-image

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> tiger = client.image_to_image("cat.jpg", "turn the cat into a tiger")  # doctest: +SKIP
    """
    if prompt is not None:
        expect("image_to_image", "prompt", prompt, str, "a str")
    parameters, output_type, call = split_picture("image_to_image", options, ImageToImageOptions)
    return await client.ask(ImageToImageAsk(parameters, output_type, await take(image), prompt), call)
