"""zero-shot-classification: which of your labels fits a text."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..types.text import ZeroShotClassificationOutputElement
from ._ask import Ask, Asker, CallOptions, split
from ._labels import candidates
from ._texts import expect_text


class ZeroShotClassificationOptions(CallOptions, total=False):
    """Options of `zero_shot_classification`."""

    multi_label: bool | None
    hypothesis_template: str | None
    labels: list[str] | None
    extra_body: dict[str, Any] | None


class ZeroShotClassificationAsk(Ask[list[ZeroShotClassificationOutputElement]], frozen=True):
    """Which of the labels, which are among the parameters, fits this text."""

    task: ClassVar[str] = "zero-shot-classification"
    hub_task: ClassVar[str] = task
    text: str


async def zero_shot_classification(
    client: Asker,
    text: str,
    candidate_labels: list[str] | None = None,
    **options: Unpack[ZeroShotClassificationOptions],
) -> list[ZeroShotClassificationOutputElement]:
    """Tell which of your labels fits a text.

    Args:
        text: The text.
        candidate_labels: The labels: two or more, or one with `multi_label`.
        multi_label: Score each label by itself, as several may fit; otherwise all scores add up to 1.
        hypothesis_template: The sentence that the model judges, with `{}` for the label.
        labels: Older word for `candidate_labels`.
        extra_body: The server's own options.

    Returns:
        The labels in the server's order, as a rule the one that fits best first: `label` and `score`.

    Raises:
        InputError: There are too few labels, an argument is of the wrong type, or an option is unknown; nothing was
            sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of labels.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/zero-shot-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> labels = ["refund", "legal", "faq"]
        >>> client.zero_shot_classification("I would like a refund, please.", labels)[0].label
        'refund'
    """
    expect_text("zero_shot_classification", text)
    parameters, call = split("zero_shot_classification", options, ZeroShotClassificationOptions)
    labels = candidates("zero_shot_classification", candidate_labels, parameters.pop("labels", None))
    if len(labels) < (1 if parameters.get("multi_label") else 2):
        raise InputError(
            f"zero_shot_classification: candidate_labels={labels!r} leaves nothing to choose; give two labels or more, "
            "or one with multi_label=True"
        )
    return await client.ask(ZeroShotClassificationAsk({"candidate_labels": labels, **parameters}, text), call)
