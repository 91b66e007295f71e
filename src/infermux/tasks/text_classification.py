"""text-classification: what kind of text a text is."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types._options import Transform
from ..types.text import TextClassificationOutputElement
from ._ask import Ask, Asker, CallOptions, split
from ._texts import expect_text


class TextClassificationOptions(CallOptions, total=False):
    """Options of `text_classification`."""

    top_k: int | None
    function_to_apply: Transform | None
    extra_body: dict[str, Any] | None


class TextClassificationAsk(Ask[list[TextClassificationOutputElement]], frozen=True):
    """Which classes this text belongs to."""

    task: ClassVar[str] = "text-classification"
    hub_task: ClassVar[str] = task
    text: str


async def text_classification(
    client: Asker, text: str, **options: Unpack[TextClassificationOptions]
) -> list[TextClassificationOutputElement]:
    """Tell which classes a text belongs to, such as its mood.

    Args:
        text: The text.
        top_k: How many classes to tell.
        function_to_apply: How the model's numbers become scores: "sigmoid", "softmax" or "none".
        extra_body: The server's own options.

    Returns:
        The classes in the server's order, as a rule the likeliest first: `label` and `score`.

    Raises:
        InputError: `text` is no text, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of classes.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/text-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.text_classification("I like you")[0].label
        'POSITIVE'
    """
    expect_text("text_classification", text)
    parameters, call = split("text_classification", options, TextClassificationOptions)
    return await client.ask(TextClassificationAsk(parameters, text), call)
