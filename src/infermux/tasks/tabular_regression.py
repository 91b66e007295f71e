"""tabular-regression: a number for each row of a table."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ._ask import Ask, Asker, CallOptions, expect, split


class TabularRegressionOptions(CallOptions, total=False):
    """Options of `tabular_regression`."""

    extra_body: dict[str, Any] | None


class TabularRegressionAsk(Ask[list[float]], frozen=True):
    """A number for each row of this table."""

    task: ClassVar[str] = "tabular-regression"
    hub_task: ClassVar[str] = task
    table: dict[str, Any]


async def tabular_regression(
    client: Asker, table: dict[str, Any], **options: Unpack[TabularRegressionOptions]
) -> list[float]:
    """Predict a number for each row of a table.

    Args:
        table: Name of a column → its values, a row each.
        extra_body: The server's own options.

    Returns:
        A number for each row, as the server sent it.

    Raises:
        InputError: `table` is no dict, or an option is unknown; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no list of numbers.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/tabular-regression

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> table = {"Height": ["11.52", "12.48", "12.37"], "Width": ["4.02", "4.30", "4.69"]}
        >>> len(client.tabular_regression(table))
        3
    """
    expect("tabular_regression", "table", table, dict, "a dict of columns")
    parameters, call = split("tabular_regression", options, TabularRegressionOptions)
    return await client.ask(TabularRegressionAsk(parameters, table), call)
