"""text-to-image: a picture from words."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from typing_extensions import Unpack

from ..errors import InputError
from ..notices import warn
from ..wire import media
from ._ask import Ask, Asker, CallOptions, expect, split

if TYPE_CHECKING:
    from PIL.Image import Image

OutputType = Literal["image", "bytes", "url", "data_url", "json"]


class TextToImageOptions(CallOptions, total=False):
    """Options of `text_to_image`."""

    negative_prompt: str | None
    height: float | None
    width: float | None
    target_size: dict[str, Any] | None
    num_inference_steps: float | None
    guidance_scale: float | None
    scheduler: str | None
    seed: int | None
    output_type: OutputType | None
    extra_body: dict[str, Any] | None


class TextToImageAsk(Ask[Any], frozen=True):
    """A picture of this; `output_type` is the form in which the caller wants it."""

    task: ClassVar[str] = "text-to-image"
    hub_task: ClassVar[str] = task
    prompt: str
    output_type: OutputType = "image"


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
        InputError: An option is unknown or of the wrong type, or the provider cannot give this `output_type`.
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
    parameters, call = split("text_to_image", options, TextToImageOptions, open_ended=True)
    output_type: OutputType = parameters.pop("output_type", "image")
    if output_type == "image":
        media.require_pillow()
    for name in options.keys() - TextToImageOptions.__annotations__.keys() - CallOptions.__annotations__.keys():
        warn(f"text_to_image passes the unknown option {name!r} on as it is; put it into extra_body=", FutureWarning)
    size: dict[str, Any] = parameters.pop("target_size", None) or {}
    for name in ("width", "height"):
        if name in size and parameters.setdefault(name, size[name]) != size[name]:
            raise InputError(
                f"text_to_image: {name} is given twice, as {parameters[name]!r} and in target_size as {size[name]!r}"
            )
    for name in ("width", "height", "num_inference_steps"):
        if isinstance(parameters.get(name), float) and parameters[name].is_integer():
            parameters[name] = int(parameters[name])
    return await client.ask(TextToImageAsk(parameters, prompt, output_type), call)
