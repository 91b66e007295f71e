"""What came back, as it is shown: words, tables, JSON."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from .. import ChatCompletionOutput, ChatCompletionStreamOutput, TextGenerationStreamOutput
from ..types._json import is_list, is_object
from ..types._textual import TextRecord
from ..wire import media

# A model's words must not steer the terminal: escape and its like are left out there.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))
_MOST_NUMBERS = 6
_LONGEST_CELL = 100


def write(text: str) -> None:
    """Write a piece of an answer at once."""
    sys.stdout.write(text.translate(_CONTROLS) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def as_json(answer: Any, indent: int | None = 2) -> str:
    """An answer as JSON; media within it as base64."""
    return json.dumps(answer, indent=indent, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value.tolist()


def as_words(answer: Any, given: Sequence[Any] = ()) -> str:
    """An answer for the terminal.

    Args:
        answer: What a task gave.
        given: The inputs that it was given: a list with an answer each is shown beside the answers.
    """
    if isinstance(answer, ChatCompletionOutput):
        return "\n".join(_said(choice.message) for choice in answer.choices)
    if isinstance(answer, (str, TextRecord)):
        return str(answer)
    if hasattr(answer, "tolist"):
        return _vectors(answer)
    if is_object(answer):
        return "\n".join(_lines([[name, _field(name, value)] for name, value in answer.items() if value is not None]))
    if not is_list(answer):
        return _cell(answer)
    if all(map(is_object, answer)):
        return "\n".join(_table(answer))
    beside = next((one for one in given if is_list(one) and len(one) == len(answer)), [""] * len(answer))
    return "\n".join(_lines([[_cell(value), str(word)] for value, word in zip(answer, beside, strict=True)]))


def piece(item: Any) -> str:
    """What an item of a stream adds to the text."""
    if isinstance(item, ChatCompletionStreamOutput):
        return (item.choices[0].delta.content or "") if item.choices else ""
    if isinstance(item, TextGenerationStreamOutput):
        return "" if item.token.special else item.token.text
    return str(item)


def _said(message: Any) -> str:
    calls = [f"{call.function.name} {call.function.arguments}" for call in message.tool_calls or ()]
    return "\n".join(([message.content] if message.content else []) + calls)


def _vectors(array: Any) -> str:
    """How many numbers there are, and how they begin."""
    first = array.reshape(-1, array.shape[-1])[0].tolist()
    shown = " ".join(f"{number:.4f}" for number in first[:_MOST_NUMBERS])
    return f"{' × '.join(map(str, array.shape))} numbers: {shown}{' …' if array.size > _MOST_NUMBERS else ''}"


def _table(rows: list[Any]) -> Iterator[str]:
    if not rows:
        return iter(["nothing was found"])
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _lines([names, *([_field(name, row.get(name)) for name in names] for row in rows)])


def _lines(rows: list[list[str]]) -> Iterator[str]:
    """Rows with their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _field(name: str, value: Any) -> str:
    """A field of an answer; scores have so many digits that they can be compared at a glance."""
    return f"{value:.4f}" if name == "score" and isinstance(value, (int, float)) else _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bytes):
        return f"{media.sniff(value) or 'unknown kind'}, {len(value):,} bytes"
    if is_object(value):
        return _cut(" ".join(f"{name}={_cell(part)}" for name, part in value.items()))
    if is_list(value):
        return _cut(", ".join(map(_cell, value)))
    return str(value).replace("\n", " ")


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_CELL else f"{words[:_LONGEST_CELL]} …"
