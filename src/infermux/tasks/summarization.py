"""summarization: a long text in few words."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types._options import TruncationStrategy
from ..types.text import SummarizationOutput
from ._ask import Ask, Asker, CallOptions, flattened, split
from ._texts import expect_text


class SummarizationOptions(CallOptions, total=False):
    """Options of `summarization`."""

    clean_up_tokenization_spaces: bool | None
    generate_parameters: dict[str, Any] | None
    truncation: TruncationStrategy | None
    parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class SummarizationAsk(Ask[SummarizationOutput], frozen=True):
    """This text in few words."""

    task: ClassVar[str] = "summarization"
    hub_task: ClassVar[str] = task
    text: str


async def summarization(client: Asker, text: str, **options: Unpack[SummarizationOptions]) -> SummarizationOutput:
    """Say in few words what a text says.

    Args:
        text: The text.
        clean_up_tokenization_spaces: Take out the spaces that the model puts before marks.
        generate_parameters: How the model writes, such as `{"num_beams": 4}`.
        truncation: Which text is cut where the model can read no more: "do_not_truncate", "longest_first",
            "only_first" or "only_second".
        parameters: The older form of the options, in one dict; the named ones win.
        extra_body: The server's own options.

    Returns:
        The summary, `summary_text`. It acts as its text: `str(out)`, `out == "…"`.

    Raises:
        InputError: `text` is no text, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no summary.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/summarization

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> text = "The tower is 324 metres tall. It is about as tall as a building of 81 storeys. Paris is around it."
        >>> len(str(client.summarization(text))) < len(text)
        True
    """
    expect_text("summarization", text)
    parameters, call = split("summarization", options, SummarizationOptions)
    return await client.ask(SummarizationAsk(flattened("summarization", parameters), text), call)
