"""table-question-answering: the cells of a table that answer a question."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..types.text import TableQuestionAnsweringOutputElement
from ..types.words import Padding
from ._ask import Ask, Asker, CallOptions, expect, flattened, split


class TableQuestionAnsweringOptions(CallOptions, total=False):
    """Options of `table_question_answering`."""

    padding: Padding | None
    sequential: bool | None
    truncation: bool | None
    parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class TableQuestionAnsweringAsk(Ask[TableQuestionAnsweringOutputElement], frozen=True):
    """What this table answers to this question."""

    task: ClassVar[str] = "table-question-answering"
    hub_task: ClassVar[str] = task
    table: dict[str, list[Any]]
    query: str


async def table_question_answering(
    client: Asker, table: dict[str, list[Any]], query: str, **options: Unpack[TableQuestionAnsweringOptions]
) -> TableQuestionAnsweringOutputElement:
    """Find the answer to a question in a table.

    Args:
        table: Name of a column → its values, a row each; all columns are of one length.
        query: What is asked.
        padding: Whether texts are filled up to one length: "do_not_pad", "longest" or "max_length".
        sequential: Ask question after question, for models whose answers build on each other.
        truncation: Cut tables that are larger than the model can read.
        parameters: The older form of the options, in one dict; the named ones win.
        extra_body: The server's own options.

    Returns:
        The `answer` as the server put it, the `cells` it was made of, their `coordinates` (row and column), and the
        `aggregator` that put them together, where the model has one.

    Raises:
        InputError: The columns differ in length, an argument is of the wrong type, or an option is unknown; nothing
            was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no answer.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/table-question-answering

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> table = {"Repository": ["Transformers", "Datasets"], "Stars": ["36542", "4512"]}
        >>> found = client.table_question_answering(table, "How many stars does the transformers repository have?")
        >>> found.cells
        ['36542']
    """
    expect("table_question_answering", "query", query, str, "a str")
    expect("table_question_answering", "table", table, dict, "a dict of columns")
    for name, column in table.items():
        expect("table_question_answering", f"column {name!r}", column, (list, tuple), "a list of values")
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(f"table_question_answering: the columns of a table are of one length; these are {lengths}")
    parameters, call = split("table_question_answering", options, TableQuestionAnsweringOptions)
    parameters = flattened("table_question_answering", parameters)
    return await client.ask(TableQuestionAnsweringAsk(parameters, table, query), call)
