"""depth-estimation: how far away everything in a picture is."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.vision import DepthEstimationOutput
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take
from ._picture import MaskType, form_of


class DepthEstimationOptions(CallOptions, total=False):
    """Options of `depth_estimation`."""

    output_type: MaskType | None
    extra_body: dict[str, Any] | None


class DepthEstimationAsk(Ask[DepthEstimationOutput], frozen=True):
    """The depth of this picture; `output_type` is the form in which it is drawn."""

    task: ClassVar[str] = "depth-estimation"
    hub_task: ClassVar[str] = task
    image: Media
    output_type: MaskType = "image"


async def depth_estimation(
    client: Asker, image: Content, **options: Unpack[DepthEstimationOptions]
) -> DepthEstimationOutput:
    """Estimate how far away everything in a picture is.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        output_type: The form of `depth`: a PIL image (default), its bytes, or a data URL; "json" gives the server's own
            JSON.
        extra_body: The server's own options.

    Returns:
        `depth`, a picture of it, and `predicted_depth`, the model's numbers as the server sends them.

    Raises:
        MissingExtraError: Pillow is not installed (extra `image`), and no other `output_type` was asked for.
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type, or the provider does not do this; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no depth, or `depth` is no picture.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/depth-estimation

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.depth_estimation("street.jpg").depth.size  # doctest: +SKIP
        (640, 480)
    """
    parameters, call = split("depth_estimation", options, DepthEstimationOptions)
    output_type: MaskType = form_of(parameters)
    return await client.ask(DepthEstimationAsk(parameters, await take(image), output_type), call)
