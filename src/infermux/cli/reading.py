"""What is typed, as the arguments of a task: its inputs in order, and options by their declared types."""

from __future__ import annotations

import csv
import difflib
import inspect
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from inspect import Parameter
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
import typer

from .. import InferenceClient, tasks
from ..errors import InputError
from ..types._json import is_list

_OTHER_NAMES = {"chat": "chat_completion", "conversational": "chat_completion"}


def task_named(word: str, hint: str = "TASK") -> str:
    """A task by its name in Python or on the Hub."""
    name = _OTHER_NAMES.get(word, word.replace("-", "_"))
    if name in tasks.__all__:
        return name
    near = difflib.get_close_matches(name, tasks.__all__, n=1)
    meant = f"did you mean {spelt(near[0])}?" if near else '"infermux tasks" lists those there are'
    raise typer.BadParameter(f"there is no task {word!r}; {meant}", param_hint=hint)


def spelt(name: str) -> str:
    """A task or an input as it is typed: `zero-shot-classification`."""
    return name.replace("_", "-")


def parameters(task: str) -> tuple[dict[str, Parameter], dict[str, Parameter]]:
    """What a task takes: its inputs, and its options."""
    every = [*inspect.signature(getattr(InferenceClient, task)).parameters.values()][1:]
    inputs = {one.name: one for one in every if one.kind is Parameter.POSITIONAL_OR_KEYWORD}
    return inputs, {one.name: one for one in every if one.name not in inputs}


def usage(task: str) -> str:
    """A task and its inputs, as the usage line of a command: `question-answering QUESTION CONTEXT`."""
    words: list[str] = []
    for one in parameters(task)[0].values():
        word = one.name.upper() + ("…" if list in _kinds(one) else "")
        words.append(word if one.default is Parameter.empty else f"[{word}]")
    return " ".join((spelt(task), *words))


def arguments(task: str, words: Sequence[str], pairs: Sequence[str]) -> dict[str, Any]:
    """The arguments of a task's method, by name.

    An input is the next word, else what is piped in; the last input takes all words that are left, where it is a list.

    Raises:
        InputError: A file cannot be read as what it should be.
    """
    inputs, options = parameters(task)
    given: dict[str, Any] = {}
    for name, text in _pairs(pairs).items():
        if name in inputs:
            given[name] = _input(inputs[name], text, split=True)
        else:
            # What the task does not know is passed on: its own error is the best one.
            given[name] = _option(_filed(text), options[name].annotation if name in options else Any)
    free = [one for name, one in inputs.items() if name not in given]
    last = len(free) - 1
    if len(words) > len(free) and not (free and list in _kinds(free[last])):
        raise typer.BadParameter(f"it is {usage(task)}; there are {len(words)} inputs", param_hint="INPUT")
    for place, (one, word) in enumerate(zip(free, words, strict=False)):
        takes_rest = place == last and (len(words) > len(free) or str not in _kinds(one)) and list in _kinds(one)
        given[one.name] = [_text(item) for item in words[last:]] if takes_rest else _input(one, word)
    for one in free:
        if one.name not in given and one.default is Parameter.empty:
            if sys.stdin.isatty():
                raise typer.BadParameter(f"it is {usage(task)}; {one.name.upper()} is missing", param_hint="INPUT")
            given[one.name] = _input(one, "-")
    return given


def _pairs(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or name in found:
            wrong = f"{name} is given twice" if equals else f"{pair!r} is not NAME=VALUE, such as top_k=3"
            raise typer.BadParameter(wrong, param_hint="-p")
        found[name.strip().replace("-", "_")] = text
    return found


def _kinds(one: Parameter) -> set[Any]:
    """The types that a parameter takes, without what stands in their brackets."""
    union = get_origin(one.annotation) in (Union, UnionType)
    return {get_origin(hint) or hint for hint in (get_args(one.annotation) if union else (one.annotation,))}


def _input(one: Parameter, word: str, split: bool = False) -> Any:
    """One input: media by its path or address, a table by its file, a talk, or a text; `-` is what is piped in."""
    kinds = _kinds(one)
    if bytes in kinds:
        return _piped(one.name) if word == "-" else word
    if dict in kinds:
        return _table(one.name, word)
    text = _text(word, one.name)
    if Sequence in kinds:
        return _talk(text)
    if list in kinds and (split or str not in kinds):
        return _option(text, one.annotation)
    return text


def _text(word: str, name: str = "text") -> str:
    return _piped(name).decode("utf-8", "replace").strip() if word == "-" else _filed(word)


def _filed(word: str) -> str:
    """A word, or for `@FILE` the text in that file."""
    return Path(word[1:]).read_text("utf-8-sig", "replace").strip() if word[:1] == "@" and word != "@" else word


def _piped(name: str) -> bytes:
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise typer.BadParameter(f"{name.upper()} is missing, and nothing is piped in", param_hint="INPUT")
    return data


def _talk(text: str) -> Any:
    if text.startswith("["):
        with suppress(ValueError):
            return json.loads(text)
    return [{"role": "user", "content": text}]


def _table(name: str, word: str) -> dict[str, Any]:
    """Columns by name, of a CSV file, a file of tab-separated values, a JSON file, or either of them piped in."""
    is_inline = word[:1] == "{"
    text = word if is_inline else _text(word if word == "-" else "@" + word, name)
    if is_inline or word.lower().endswith(".json") or (word == "-" and text[:1] in ("{", "[")):
        try:
            found: Any = json.loads(text)
        except ValueError as error:
            raise InputError(f"{word}: this is not JSON: {error}") from None
        return _columns(found) if is_list(found) else found
    delimiter = "\t" if word.lower().endswith(".tsv") else ","
    try:
        head, *rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except (ValueError, csv.Error) as error:
        raise InputError(f"{word}: this is no table with a head: {error}") from None
    for number, row in enumerate(rows, 2):
        if len(row) != len(head):
            raise InputError(f"{word}: row {number} has {len(row)} values, and the head has {len(head)}")
    return {title: [row[place] for row in rows] for place, title in enumerate(head)}


def _columns(rows: list[Any]) -> dict[str, Any]:
    """Columns of rows that are objects."""
    titles = dict.fromkeys(title for row in rows for title in row)
    return {title: [row.get(title) for row in rows] for title in titles}


def _option(text: str, hint: Any) -> Any:
    """The first reading of a text that the declared type takes; where none does, the text, for the task to refuse."""
    for reading in _readings(text):
        try:
            msgspec.convert(reading, hint)
        except msgspec.ValidationError:
            continue
        return reading
    return text


def _readings(text: str) -> Iterator[Any]:
    """JSON, but quotes and null, then the text, then a list without its brackets."""
    for written in (text, text.lower()):
        with suppress(ValueError):
            value = json.loads(written)
            if value is not None and not isinstance(value, str):
                yield value
    yield text
    with suppress(ValueError):
        yield json.loads(f"[{text}]")
    yield [part.strip() for part in text.split(",")]
