"""token-classification: what the words of a text are."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.text import TokenClassificationOutputElement
from ..types.words import TokenClassificationAggregationStrategy
from ._ask import Ask, Asker, CallOptions, split
from ._texts import expect_text


class TokenClassificationOptions(CallOptions, total=False):
    """Options of `token_classification`."""

    aggregation_strategy: TokenClassificationAggregationStrategy | None
    ignore_labels: list[str] | None
    stride: int | None
    extra_body: dict[str, Any] | None


class TokenClassificationAsk(Ask[list[TokenClassificationOutputElement]], frozen=True):
    """What the words of this text are."""

    task: ClassVar[str] = "token-classification"
    hub_task: ClassVar[str] = task
    text: str


async def token_classification(
    client: Asker, text: str, **options: Unpack[TokenClassificationOptions]
) -> list[TokenClassificationOutputElement]:
    """Find the words of a text that are of a kind, such as names.

    Args:
        text: The text.
        aggregation_strategy: How tokens are put together to words and names: "none", "simple", "first", "average" or
            "max".
        ignore_labels: Kinds to leave out.
        stride: By how many tokens the pieces overlap into which a long text is cut.
        extra_body: The server's own options.

    Returns:
        What was found, in the order of the text: `word`, `score`, its `start` and `end` in the text, and its kind in
        `entity_group`, or in `entity` where tokens are not put together.

    Raises:
        InputError: `text` is no text, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of words.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/token-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> found = client.token_classification("My name is Sarah Jessica Parker but you can call me Jessica")
        >>> [one.word for one in found]
        ['Sarah Jessica Parker', 'Jessica']
    """
    expect_text("token_classification", text)
    parameters, call = split("token_classification", options, TokenClassificationOptions)
    return await client.ask(TokenClassificationAsk(parameters, text), call)
