"""fill-mask: a word for the hole in a text."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.text import FillMaskOutputElement
from ._ask import Ask, Asker, CallOptions, split
from ._texts import expect_text


class FillMaskOptions(CallOptions, total=False):
    """Options of `fill_mask`."""

    targets: list[str] | None
    top_k: int | None
    extra_body: dict[str, Any] | None


class FillMaskAsk(Ask[list[FillMaskOutputElement]], frozen=True):
    """What fits into the hole of this text."""

    task: ClassVar[str] = "fill-mask"
    hub_task: ClassVar[str] = task
    text: str


async def fill_mask(client: Asker, text: str, **options: Unpack[FillMaskOptions]) -> list[FillMaskOutputElement]:
    """Find words for the hole in a text.

    Args:
        text: The text, with the model's mask token where the word is missing: `[MASK]` or `<mask>`, as a rule.
        targets: Words to choose from, instead of all that the model knows.
        top_k: How many words to tell.
        extra_body: The server's own options.

    Returns:
        The words, the likeliest first: `token_str`, `score`, `token` and the whole `sequence`. Where the text has
        several holes, such a list for each.

    Raises:
        InputError: `text` is no text, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of words.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/fill-mask

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.fill_mask("The goal of life is [MASK].", top_k=1)[0].sequence
        'The goal of life is ...'
    """
    expect_text("fill_mask", text)
    parameters, call = split("fill_mask", options, FillMaskOptions)
    return await client.ask(FillMaskAsk(parameters, text), call)
