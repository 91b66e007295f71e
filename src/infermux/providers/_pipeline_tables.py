"""Tables: what pipelines do with them."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ..tasks.tabular_classification import TabularClassificationAsk
from ..tasks.tabular_regression import TabularRegressionAsk
from ..types._record import WrongShape
from ._base import Dialect, Route
from ._pipeline import listed, post_inputs


async def tabular_classification(ask: TabularClassificationAsk, route: Route) -> list[Any]:
    """A table to a label for each row."""
    exchange = await post_inputs({"data": ask.table}, ask.parameters, route)
    return exchange.read(listed(lambda label: label))


async def tabular_regression(ask: TabularRegressionAsk, route: Route) -> list[float]:
    """A table to a number for each row."""
    exchange = await post_inputs({"data": ask.table}, ask.parameters, route)
    return exchange.read(listed(_number))


def _number(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise WrongShape("a number", value)
    return value


SAYS: dict[type[Ask[Any]], Dialect] = {
    TabularClassificationAsk: tabular_classification,
    TabularRegressionAsk: tabular_regression,
}
"""What Hugging Face's servers and dedicated endpoints do of this kind."""
