"""What pipelines read in tables: cells that answer a question, classes and numbers for rows."""

from __future__ import annotations

import math
from typing import Any

from . import text
from .exchange import Answer, Handler, Object, Request, is_list, is_object, reply
from .inputs import choice, flag, inputs_of, member, refuse, wrong

_AGGREGATORS = (
    ("AVERAGE", frozenset({"average", "mean"})),
    ("SUM", frozenset({"sum", "total", "altogether", "together"})),
    ("COUNT", frozenset({"count", "many", "number"})),
)
_MOST = frozenset({"most", "highest", "largest", "biggest", "maximum", "max", "best", "greatest"})
_LEAST = frozenset({"least", "fewest", "lowest", "smallest", "minimum", "min", "worst"})


def _table_question_answering(request: Request) -> Answer:
    """Find the column that the question names and the rows whose cells it names; one answer for each question."""
    choice(request, "padding", ("do_not_pad", "longest", "max_length"), None)
    flag(request, "sequential")
    flag(request, "truncation")
    asked, table = member(request, "query", "question"), _table(member(request, "table"))
    if is_list(asked):
        return reply([_answer(str(one), table) for one in asked])
    if not isinstance(asked, str) or not asked.strip():
        raise wrong("inputs.query", "a text is needed")
    return reply(_answer(asked, table))


def _answer(asked: str, table: dict[str, list[str]]) -> Object:
    said = set(text.words(asked))
    names = list(table)
    rows = range(len(table[names[0]]))
    named = [at for at in rows if any(_names(asked, cells[at]) for cells in table.values())]
    column = _column(asked, table, named)
    sought, aggregator = named or list(rows), "NONE"
    sign = bool(said & _MOST) - bool(said & _LEAST)
    ruler = _ruler(asked, table) if sign else None
    if ruler:
        sought = [max(sought, key=lambda at: sign * (_number(table[ruler][at]) or 0.0))]
        column = next(name for name in names if name != ruler) if column == ruler and len(names) > 1 else column
    else:
        meant = [name for name, words in _AGGREGATORS if said & words]
        # "How many stars" asks for a number in one cell, "how many repositories" for the number of rows.
        is_single = meant == ["COUNT"] and len(sought) == 1
        aggregator = meant[0] if meant and not is_single else "NONE"
        if aggregator == "COUNT" and _is_numeric(table[column]):
            aggregator = "SUM"
    place = names.index(column)
    cells = [table[column][at] for at in sought]
    told = ", ".join(cells)
    return {
        "answer": told if aggregator == "NONE" else f"{aggregator} > {told}",
        "coordinates": [[at, place] for at in sought],
        "cells": cells,
        "aggregator": aggregator,
    }


def _column(asked: str, table: dict[str, list[str]], named: list[int]) -> str:
    """Choose the column that the question names best; else the first in which it names no cell."""
    fits = {name: text.nearest(name, asked) for name in table}
    # A column whose cell is named tells which row is meant, not what is asked.
    for name, cells in table.items():
        if any(_names(asked, cells[at]) for at in named):
            fits[name] -= 1
    return max(fits, key=lambda name: fits[name])


def _ruler(asked: str, table: dict[str, list[str]]) -> str | None:
    """Choose the numbers by which to look for the most or the least."""
    numeric = [name for name, cells in table.items() if _is_numeric(cells)]
    return max(numeric, key=lambda name: text.nearest(name, asked), default=None)


def _names(asked: str, cell: str) -> bool:
    said, meant = text.words(asked), text.words(cell)
    return bool(meant) and any(said[at : at + len(meant)] == meant for at in range(len(said)))


def _table(given: Any) -> dict[str, list[str]]:
    """Read a table by columns, or as a list of rows."""
    if is_list(given) and given and all(is_object(row) for row in given):
        given = {name: [row.get(name) for row in given] for name in given[0]}
    if not is_object(given) or not given:
        raise wrong("inputs.table", "columns are needed, each a list of cells")
    if not all(is_list(cells) for cells in given.values()):
        raise wrong("inputs.table", "each column must be a list of cells")
    table = {str(name): ["" if cell is None else str(cell) for cell in cells] for name, cells in given.items()}
    if len({len(cells) for cells in table.values()}) > 1:
        raise refuse(400, "All columns of a table must be of the same length")
    if not next(iter(table.values())):
        raise refuse(400, "table is empty")
    return table


def _rows(request: Request) -> list[list[float]]:
    """Return the numbers of each row; columns of words are left out."""
    inputs = inputs_of(request)
    given: Any = inputs
    for name in ("data", "table"):
        if is_object(inputs) and name in inputs:
            given = inputs[name]
    table = _table(given)
    columns = [[_number(cell) or 0.0 for cell in cells] for cells in table.values() if _is_numeric(cells)]
    return [list(row) for row in zip(*columns, strict=True)] or [[] for _ in next(iter(table.values()))]


def _tabular_classification(request: Request) -> Answer:
    """Class 1 for rows whose numbers lie above the means of their columns more often than below, else class 0."""
    rows = _rows(request)
    means = [sum(column) / len(column) for column in zip(*rows, strict=True)]
    above = [sum((a > b) - (a < b) for a, b in zip(row, means, strict=True)) for row in rows]
    return reply([int(one > 0) for one in above])


def _tabular_regression(request: Request) -> Answer:
    """Give the mean of each row's numbers."""
    return reply([sum(row) / len(row) if row else 0.0 for row in _rows(request)])


def _is_numeric(cells: list[str]) -> bool:
    return all(_number(cell) is not None for cell in cells)


def _number(cell: str) -> float | None:
    try:
        number = float(cell.replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


TABLES: dict[str, Handler] = {
    "table-question-answering": _table_question_answering,
    "tabular-classification": _tabular_classification,
    "tabular-regression": _tabular_regression,
}
