"""text-to-image: a picture from words."""

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import Unpack

from ._ask import Asker, expect
from ._picture import PictureAsk, PictureOptions, split_picture

if TYPE_CHECKING:
    from PIL.Image import Image


class TextToImageOptions(PictureOptions, total=False):
    """Options of `text_to_image`."""

    scheduler: str | None


class TextToImageAsk(PictureAsk, frozen=True):
    """A picture of this."""

    task: ClassVar[str] = "text-to-image"
    hub_task: ClassVar[str] = task
    prompt: str


async def text_to_image(client: Asker, prompt: str, **options: Unpack[TextToImageOptions]) -> "Image":
    """Make a picture of a text.

    Args:
        prompt: What to show.
        negative_prompt: What should not be in the picture.
        height: Height in pixels.
        width: Width in pixels.
        target_size: `{"width": …, "height": …}` in pixels, instead of the two options above.
        num_inference_steps: Steps of denoising: more is slower and finer.
        guidance_scale: How closely the picture follows the prompt.
        scheduler: The server's scheduler to use.
        seed: Start of the random numbers: the same seed gives the same picture.
        output_type: What comes back: a PIL image (default), its bytes, its URL, a data URL, or the server's own
            JSON.
        extra_body: The provider's own options.

    Returns:
        A PIL image; with `output_type`, its `bytes`, a `str` (`url`, `data_url`) or the server's answer (`json`).

    Raises:
        MissingExtraError: Pillow is not installed (extra `image`), and no other `output_type` was asked for.
        InputError: An option is misspelt or of the wrong type, or the provider cannot give this `output_type`.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no picture.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/text-to-image

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> picture = client.text_to_image("an astronaut riding a horse on the moon")
        >>> picture.size
        (512, 512)
    """
    expect("text_to_image", "prompt", prompt, str, "a str")
    parameters, output_type, call = split_picture("text_to_image", options, TextToImageOptions)
    return await client.ask(TextToImageAsk(parameters, output_type, prompt), call)
