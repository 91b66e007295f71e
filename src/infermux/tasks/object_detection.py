"""object-detection: the things in a picture, and where they are."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.vision import ObjectDetectionOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class ObjectDetectionOptions(CallOptions, total=False):
    """Options of `object_detection`."""

    threshold: float | None
    extra_body: dict[str, Any] | None


class ObjectDetectionAsk(Ask[list[ObjectDetectionOutputElement]], frozen=True):
    """The things in this picture."""

    task: ClassVar[str] = "object-detection"
    hub_task: ClassVar[str] = task
    image: Media


async def object_detection(
    client: Asker, image: Content, **options: Unpack[ObjectDetectionOptions]
) -> list[ObjectDetectionOutputElement]:
    """Find the things in a picture.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        threshold: Leave out things with a lower score.
        extra_body: The server's own options.

    Returns:
        The things: `label`, `score` and `box`, with `xmin`, `ymin`, `xmax` and `ymax` in pixels.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of things; it is a `ValueError` too.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/object-detection

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.object_detection("people.jpg")[0].box.xmin  # doctest: +SKIP
        59
    """
    parameters, call = split("object_detection", options, ObjectDetectionOptions)
    return await client.ask(ObjectDetectionAsk(parameters, await take(image)), call)
