"""image-segmentation: the parts of a picture."""

from typing import Any, ClassVar, Literal

from typing_extensions import Unpack

from ..types.vision import ImageSegmentationOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take
from ._picture import MaskType, form_of


class ImageSegmentationOptions(CallOptions, total=False):
    """Options of `image_segmentation`."""

    mask_threshold: float | None
    overlap_mask_area_threshold: float | None
    subtask: Literal["instance", "panoptic", "semantic"] | None
    threshold: float | None
    output_type: MaskType | None
    extra_body: dict[str, Any] | None


class ImageSegmentationAsk(Ask[list[ImageSegmentationOutputElement]], frozen=True):
    """The parts of this picture; `output_type` is the form of their masks."""

    task: ClassVar[str] = "image-segmentation"
    hub_task: ClassVar[str] = task
    image: Media
    output_type: MaskType = "image"


async def image_segmentation(
    client: Asker, image: Content, **options: Unpack[ImageSegmentationOptions]
) -> list[ImageSegmentationOutputElement]:
    """Part a picture into what it shows.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        mask_threshold: From which value on a pixel belongs to a mask.
        overlap_mask_area_threshold: Leave out masks of which less than this share is left where they overlap.
        subtask: What is parted: "instance" (things), "semantic" (kinds) or "panoptic" (both).
        threshold: Leave out parts with a lower score.
        output_type: The form of each mask: a PIL image (default), its bytes, or a data URL; "json" gives the server's
            own JSON.
        extra_body: The server's own options.

    Returns:
        The parts: `label`, `score` where the server gives one, and `mask`, which is light where the part is.

    Raises:
        MissingExtraError: Pillow is not installed (extra `image`), and no other `output_type` was asked for.
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of parts, or a mask is no picture.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/image-segmentation

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.image_segmentation("cat.jpg")[0].mask.size  # doctest: +SKIP
        (400, 300)
    """
    parameters, call = split("image_segmentation", options, ImageSegmentationOptions)
    output_type: MaskType = form_of(parameters)
    return await client.ask(ImageSegmentationAsk(parameters, await take(image), output_type), call)
