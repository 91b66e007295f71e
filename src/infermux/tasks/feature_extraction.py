"""feature-extraction: texts to vectors."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from typing_extensions import Unpack

from ..errors import InputError
from ..wire import vectors
from ._ask import Ask, Asker, CallOptions, expect, split

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class FeatureExtractionOptions(CallOptions, total=False):
    """Options of `feature_extraction`."""

    normalize: bool | None
    prompt_name: str | None
    truncate: bool | None
    truncation_direction: str | None
    dimensions: int | None
    encoding_format: Literal["float", "base64"] | None
    extra_body: dict[str, Any] | None


class FeatureExtractionAsk(Ask["NDArray[float32]"], frozen=True):
    """The vectors of these texts."""

    task: ClassVar[str] = "feature-extraction"
    hub_task: ClassVar[str] = task
    text: str | list[str]


async def feature_extraction(
    client: Asker, text: str | list[str], **options: Unpack[FeatureExtractionOptions]
) -> "NDArray[float32]":
    """Turn texts into vectors.

    Args:
        text: One text, or a list of them.
        normalize: Scale each vector to length 1.
        prompt_name: Which of the model's own prompts is put before the text.
        truncate: Cut texts that are longer than the model can read.
        truncation_direction: Which end is cut: "left" or "right".
        dimensions: Length of the vectors, for models that can shorten them.
        encoding_format: How the numbers travel; the result is the same.
        extra_body: The server's own options.

    Returns:
        A float32 array, a row for each text: `(texts, dimensions)`. For one text, hf-inference and its kind answer
        `(dimensions,)`; models that do not pool answer a vector for each token, `(texts, tokens, dimensions)`.

    Raises:
        MissingExtraError: numpy is not installed (extra `numpy`).
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/feature-extraction

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.feature_extraction("Today is a sunny day").shape
        (256,)
    """
    vectors.require_numpy()
    expect("feature_extraction", "text", text, (str, list), "a str or a list of str")
    if isinstance(text, list):
        for item in text:
            expect("feature_extraction", "each text", item, str, "a str")
    parameters, call = split("feature_extraction", options, FeatureExtractionOptions)
    direction = parameters.get("truncation_direction")
    if direction is not None:
        if str(direction).lower() not in ("left", "right"):
            raise InputError(f"feature_extraction: truncation_direction must be 'left' or 'right', not {direction!r}")
        parameters["truncation_direction"] = direction.lower()
    return await client.ask(FeatureExtractionAsk(parameters, text), call)
