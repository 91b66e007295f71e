"""Tables: a label or a number for each row (SURFACE 4.4, T21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import InputError, ProviderOutputError

Call = Callable[..., Any]
WINES = {
    "fixed_acidity": ["7.4", "7.8", "10.3"],
    "volatile_acidity": ["0.7", "0.88", "0.32"],
    "citric_acid": ["0", "0", "0.45"],
    "alcohol": ["9.4", "9.8", "12.6"],
}
FISH = {
    "Height": ["11.52", "12.48", "12.3778"],
    "Length1": ["23.2", "24", "23.9"],
    "Species": ["Bream", "Bream", "Bream"],
    "Width": ["4.02", "4.3056", "4.6961"],
}
DOCUMENTED = {
    "tabular_classification": (WINES, "julien-c/wine-quality", ["5", "5", "5"]),
    "tabular_regression": (FISH, "scikit-learn/Fish-Weight", [110, 120, 130]),
}
CASES = [
    pytest.param("tabular_classification", marks=pytest.mark.proves("TAB-01"), id="classification"),
    pytest.param("tabular_regression", marks=pytest.mark.proves("TAB-02"), id="regression"),
]


@pytest.mark.parametrize("method", CASES)
def test_the_documented_example(call: Call, server: Server, method: str) -> None:
    """The table goes as `inputs.data` to hf-inference; the values come back as they were sent."""
    table, model, values = DOCUMENTED[method]
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": method.replace("_", "-")}))
    server.say(Answer.of(values))
    out = call({"provider": "hf-inference", "api_key": "hf_1"}, method, table, model=model)
    assert out == values
    assert [type(value) for value in out] == [type(value) for value in values]
    asked = server.requests[-1]
    assert asked.line == f"POST router.huggingface.co/hf-inference/models/{model}"
    assert asked.json == {"inputs": {"data": table}}


@pytest.mark.proves("TAB-03")
@pytest.mark.parametrize("method", DOCUMENTED)
def test_without_a_model(call: Call, server: Server, method: str) -> None:
    """Without a model the Hub's recommended one is asked."""
    table, model, values = DOCUMENTED[method]
    task = method.replace("_", "-")
    server.always("GET huggingface.co/api/tasks", Answer.of({task: {"widgetModels": [model]}}))
    server.say(Answer.of(values))
    assert call({"api_key": "hf_1"}, method, table=table) == values
    assert server.requests[-1].line == f"POST router.huggingface.co/hf-inference/models/{model}"


@pytest.mark.parametrize("method", DOCUMENTED)
def test_own_options(call: Call, server: Server, method: str) -> None:
    """The server's own options are parameters, beside the table; the caller's table is left as it was."""
    table, _, values = DOCUMENTED[method]
    before = {name: list(column) for name, column in table.items()}
    server.say(Answer.of(values))
    call({"base_url": f"{server.url}/here"}, method, table, extra_body={"own": 1})
    assert server.requests[0].json == {"inputs": {"data": table}, "parameters": {"own": 1}}
    assert table == before


@pytest.mark.parametrize("method", DOCUMENTED)
@pytest.mark.parametrize("table", [None, [["7.4"]], "acidity", 5])
def test_no_table_is_refused(call: Call, server: Server, method: str, table: Any) -> None:
    """What is no table is told before anything is sent."""
    with pytest.raises(InputError, match=rf"{method}: table"):
        call({"base_url": server.url}, method, table)
    with pytest.raises(InputError, match="no option"):
        call({"base_url": server.url}, method, FISH, parameters={})
    with pytest.raises(InputError, match="JSON"):
        call({"base_url": server.url}, method, {"Height": [float("nan")]})
    assert server.requests == []


@pytest.mark.parametrize("method", DOCUMENTED)
@pytest.mark.parametrize("said", [{"error": "no such column"}, {}, "5", 5, None])
def test_answers_of_another_shape(call: Call, server: Server, method: str, said: Any) -> None:
    """What is no list is no answer."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError, match="a list"):
        call({"base_url": server.url}, method, FISH)


@pytest.mark.parametrize("value", ["120", True, None, [120]])
def test_rows_without_a_number(call: Call, server: Server, value: Any) -> None:
    """A regression gives numbers; the row that has none is named."""
    server.say(Answer.of([110.5, value]))
    with pytest.raises(ProviderOutputError, match=r"\[1\] should be a number"):
        call({"base_url": server.url}, "tabular_regression", FISH)


def test_labels_of_any_type(call: Call, server: Server) -> None:
    """Labels come as the server has them."""
    server.say(Answer.of([5, "7", None]))
    assert call({"base_url": server.url}, "tabular_classification", WINES) == [5, "7", None]
