"""image-classification: what a picture shows."""

from typing import Any, ClassVar, Literal

from typing_extensions import Unpack

from ..types.vision import ImageClassificationOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class ImageClassificationOptions(CallOptions, total=False):
    """Options of `image_classification`."""

    function_to_apply: Literal["sigmoid", "softmax", "none"] | None
    top_k: int | None
    extra_body: dict[str, Any] | None


class ImageClassificationAsk(Ask[list[ImageClassificationOutputElement]], frozen=True):
    """What this picture shows."""

    task: ClassVar[str] = "image-classification"
    hub_task: ClassVar[str] = task
    image: Media


async def image_classification(
    client: Asker, image: Content, **options: Unpack[ImageClassificationOptions]
) -> list[ImageClassificationOutputElement]:
    """Tell which classes a picture belongs to.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        function_to_apply: How the model's numbers become scores: "sigmoid", "softmax" or "none".
        top_k: How many classes to tell.
        extra_body: The server's own options.

    Returns:
        The classes in the server's order, as a rule the likeliest first: `label` and `score`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of classes.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.image_classification("dog.jpg")[0].label  # doctest: +SKIP
        'Blenheim spaniel'
    """
    parameters, call = split("image_classification", options, ImageClassificationOptions)
    return await client.ask(ImageClassificationAsk(parameters, await take(image)), call)
