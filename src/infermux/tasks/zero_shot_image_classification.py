"""zero-shot-image-classification: which of your labels fits a picture."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..types.vision import ZeroShotImageClassificationOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take
from ._labels import candidates


class ZeroShotImageClassificationOptions(CallOptions, total=False):
    """Options of `zero_shot_image_classification`."""

    hypothesis_template: str | None
    labels: list[str] | None
    extra_body: dict[str, Any] | None


class ZeroShotImageClassificationAsk(Ask[list[ZeroShotImageClassificationOutputElement]], frozen=True):
    """Which of the labels, which are among the parameters, fits this picture."""

    task: ClassVar[str] = "zero-shot-image-classification"
    hub_task: ClassVar[str] = task
    image: Media


async def zero_shot_image_classification(
    client: Asker,
    image: Content,
    candidate_labels: list[str] | None = None,
    **options: Unpack[ZeroShotImageClassificationOptions],
) -> list[ZeroShotImageClassificationOutputElement]:
    """Tell which of your labels fits a picture.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        candidate_labels: The labels, two or more.
        hypothesis_template: The sentence that the model judges, with `{}` for the label.
        labels: Older word for `candidate_labels`.
        extra_body: The server's own options.

    Returns:
        The labels in the server's order, as a rule the one that fits best first: `label` and `score`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: There are fewer than two labels, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of labels.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/zero-shot-image-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.zero_shot_image_classification("dog.jpg", ["dog", "cat"])[0].label  # doctest: +SKIP
        'dog'
    """
    parameters, call = split("zero_shot_image_classification", options, ZeroShotImageClassificationOptions)
    labels = candidates("zero_shot_image_classification", candidate_labels, parameters.pop("labels", None))
    if len(labels) < 2:
        raise InputError(
            f"zero_shot_image_classification: candidate_labels={labels!r} leaves nothing to choose; "
            "give two labels or more"
        )
    return await client.ask(
        ZeroShotImageClassificationAsk({"candidate_labels": labels, **parameters}, await take(image)), call
    )
