"""Whether a result is of the types and the shape that a document shows; its values are the model's affair."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import infermux
from infermux.types._textual import TextRecord

_UNWRITABLE = (
    (re.compile(r"<PIL\.[^>]*>"), "PICTURE"),
    (re.compile(r"<\w+\.\w+: ('\w+')>"), r"\1"),
    (re.compile(r"^\s*\(\.\.\.\)\s*$", re.MULTILINE), ""),
    (re.compile(r", *\.\.\.\s*\}"), "}"),
)
"""What documents write and Python does not read, and what is read instead."""

_WHOLE = "it"


def differences(shown: str, got: Any) -> list[str]:
    """Where a result is not like what is shown: the way to the place, and what is there."""
    for pattern, instead in _UNWRITABLE:
        shown = pattern.sub(instead, shown)
    return [*_unlike(ast.parse(shown.strip(), mode="eval").body, got, _WHOLE)]


def _unlike(shown: ast.expr, got: Any, where: str) -> Iterator[str]:
    if isinstance(shown, (ast.Constant, ast.UnaryOp)):
        yield from _unlike_value(ast.literal_eval(shown), got, where)
    elif isinstance(shown, ast.Dict):
        names = [ast.literal_eval(key) for key in shown.keys if key]
        yield from _unlike_fields([*zip(names, shown.values, strict=True)], got, where)
    elif isinstance(shown, ast.List):
        yield from _unlike_items(shown.elts, got, where)
    elif isinstance(shown, ast.Name):
        if type(got).__module__.partition(".")[0] != "PIL":
            yield f"{where} is no picture, but {type(got).__name__}"
    elif isinstance(shown, ast.Call) and isinstance(shown.func, ast.Name):
        yield from _unlike_call(shown.func.id, shown, got, where)
    else:
        raise ValueError(f"a document shows {ast.unparse(shown)}")


def _unlike_call(name: str, shown: ast.Call, got: Any, where: str) -> Iterator[str]:
    if name == "array":
        if str(getattr(got, "dtype", None)) != "float32":
            yield f"{where} is no array of float32, but {type(got).__name__}"
        return
    if not isinstance(got, getattr(infermux, name)):
        yield f"{where} is no {name}, but {type(got).__name__}"
        return
    fields = [(one.arg or "", one.value) for one in shown.keywords]
    yield from _unlike_fields(fields, {one: getattr(got, one) for one, _ in fields}, where)


def _unlike_fields(pairs: list[tuple[Any, ast.expr]], got: Any, where: str) -> Iterator[str]:
    if not isinstance(got, Mapping):
        yield f"{where} is no mapping, but {type(got).__name__}"
        return
    names = {str(name).lower(): name for name in got}
    for key, value in pairs:
        name = names.get(str(key).lower())
        if name is None:
            yield f"{where} has no {key!r}"
        else:
            yield from _unlike(value, got[name], f"{where}[{key!r}]")


def _unlike_items(shown: list[ast.expr], got: Any, where: str) -> Iterator[str]:
    if not isinstance(got, list):
        yield f"{where} is no list, but {type(got).__name__}"
    elif not got and where == _WHOLE:
        yield f"{where} is empty"
    else:
        like = next(item for item in shown if not (isinstance(item, ast.Constant) and item.value is ...))
        for place, item in enumerate(got):
            yield from _unlike(like, item, f"{where}[{place}]")


def _unlike_value(shown: Any, got: Any, where: str) -> Iterator[str]:
    # What is shown as absent may be there: that is a value.
    if shown is None:
        return
    if isinstance(shown, str):
        # A class of a table may be a number, as the server has it.
        fits = isinstance(got, (str, TextRecord)) or (shown.isdigit() and isinstance(got, int))
    elif isinstance(shown, bool):
        fits = isinstance(got, bool)
    elif isinstance(shown, (int, float)):
        fits = isinstance(got, (int, float)) and not isinstance(got, bool)
    else:
        fits = isinstance(got, type(shown))
    if not fits:
        yield f"{where} is shown as {type(shown).__name__}, and is {type(got).__name__}"
