"""image-to-text: what a picture shows or says, in words."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.vision import ImageToTextOutput
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class ImageToTextOptions(CallOptions, total=False):
    """Options of `image_to_text`."""

    max_new_tokens: int | None
    generation_parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class ImageToTextAsk(Ask[ImageToTextOutput], frozen=True):
    """This picture in words."""

    task: ClassVar[str] = "image-to-text"
    hub_task: ClassVar[str] = task
    image: Media


async def image_to_text(client: Asker, image: Content, **options: Unpack[ImageToTextOptions]) -> ImageToTextOutput:
    """Describe a picture, or read what is written in it: that depends on the model.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        max_new_tokens: The most tokens to write.
        generation_parameters: Options of the model's text generation.
        extra_body: The server's own options.

    Returns:
        The text, as `generated_text`. It acts as its text: `str(out)`, `out == "a cat"`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: There is no text in what came back.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-text-to-text

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.image_to_text("cat.jpg").generated_text  # doctest: +SKIP
        'a cat standing in a grassy field '
    """
    parameters, call = split("image_to_text", options, ImageToTextOptions)
    return await client.ask(ImageToTextAsk(parameters, await take(image)), call)
