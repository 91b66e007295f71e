"""zero-shot-object-detection: where the things are that you look for."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..types.vision import ZeroShotObjectDetectionOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take
from ._labels import candidates


class ZeroShotObjectDetectionOptions(CallOptions, total=False):
    """Options of `zero_shot_object_detection`."""

    extra_body: dict[str, Any] | None


class ZeroShotObjectDetectionAsk(Ask[list[ZeroShotObjectDetectionOutputElement]], frozen=True):
    """Where these things, which are among the parameters, are in this picture."""

    task: ClassVar[str] = "zero-shot-object-detection"
    hub_task: ClassVar[str] = task
    image: Media


async def zero_shot_object_detection(
    client: Asker, image: Content, candidate_labels: list[str], **options: Unpack[ZeroShotObjectDetectionOptions]
) -> list[ZeroShotObjectDetectionOutputElement]:
    """Find the things in a picture that your labels name.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        candidate_labels: What to look for.
        extra_body: The server's own options, such as `threshold`.

    Returns:
        The things: `label`, `score` and `box`, with `xmin`, `ymin`, `xmax` and `ymax` in pixels.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: There is no label, an option is unknown or of the wrong type, or the provider does not do this;
            nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of things.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/zero-shot-object-detection

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.zero_shot_object_detection("room.jpg", ["lamp", "red chair"])[0].label  # doctest: +SKIP
        'red chair'
    """
    parameters, call = split("zero_shot_object_detection", options, ZeroShotObjectDetectionOptions)
    labels = candidates("zero_shot_object_detection", candidate_labels)
    if not labels:
        raise InputError("zero_shot_object_detection: candidate_labels is empty; name what to look for")
    return await client.ask(
        ZeroShotObjectDetectionAsk({"candidate_labels": labels, **parameters}, await take(image)), call
    )
