"""tabular-classification: the class of each row of a table."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ._ask import Ask, Asker, CallOptions, expect, split


class TabularClassificationOptions(CallOptions, total=False):
    """Options of `tabular_classification`."""

    extra_body: dict[str, Any] | None


class TabularClassificationAsk(Ask[list[Any]], frozen=True):
    """The class of each row of this table."""

    task: ClassVar[str] = "tabular-classification"
    hub_task: ClassVar[str] = task
    table: dict[str, Any]


async def tabular_classification(
    client: Asker, table: dict[str, Any], **options: Unpack[TabularClassificationOptions]
) -> list[Any]:
    """Tell the class of each row of a table.

    Args:
        table: Name of a column → its values, a row each.
        extra_body: The server's own options.

    Returns:
        A label for each row, as the server sent it: numbers or texts.

    Raises:
        InputError: `table` is no dict, or an option is unknown; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no list.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/tabular-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> table = {"acidity": ["7.4", "7.8", "10.3"], "alcohol": ["9.4", "9.8", "12.6"]}
        >>> len(client.tabular_classification(table))
        3
    """
    expect("tabular_classification", "table", table, dict, "a dict of columns")
    parameters, call = split("tabular_classification", options, TabularClassificationOptions)
    return await client.ask(TabularClassificationAsk(parameters, table), call)
