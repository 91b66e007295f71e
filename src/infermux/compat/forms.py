"""The form that an answer is to have, given as a class: what is asked of the server, and how its answer is read.

A class of pydantic brings its own ways; dataclasses, structs and typed dicts go through msgspec.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from types import NoneType
from typing import Any, Generic, TypeVar

import msgspec

from ..errors import InputError
from ..tasks._ask import expect
from ..types._json import Json, is_list, is_object

T = TypeVar("T")

_WORDS = "a class (a pydantic model, a dataclass, a msgspec.Struct, a TypedDict) or a dict"


class Form(Generic[T]):
    """A class, a `response_format` as the API has it, or nothing."""

    def __init__(self, given: type[T] | dict[str, Any] | None) -> None:
        expect("chat.completions", "response_format", given, (dict, type, NoneType), _WORDS)
        self._plain = given if isinstance(given, dict) else None
        self.kind: Any = given if isinstance(given, type) else None

    @property
    def wanted(self) -> Json | None:
        """The `response_format` of the request."""
        if self.kind is None:
            return self._plain
        schema = strict(_ways(self.kind)[0]())
        return {"type": "json_schema", "json_schema": {"schema": schema, "name": self.kind.__name__, "strict": True}}

    def read(self, text: str) -> T | None:
        """The text as an object of the class; raises `ValueError` where it is none."""
        return None if self.kind is None else _ways(self.kind)[1](text)


def _ways(kind: Any) -> tuple[Callable[[], Json], Callable[[str], Any]]:
    """How to get the JSON schema of a class, and how to read JSON text as one."""
    if hasattr(kind, "model_json_schema"):
        return kind.model_json_schema, kind.model_validate_json
    if hasattr(kind, "__pydantic_config__"):
        from pydantic import TypeAdapter

        adapter = TypeAdapter(kind)
        return adapter.json_schema, adapter.validate_json
    return lambda: _schema(kind), lambda text: msgspec.json.decode(text, type=kind)


def _schema(kind: Any) -> Json:
    try:
        return msgspec.json.schema(kind)
    except (TypeError, NameError) as error:
        raise InputError(f"response_format: {kind.__name__} cannot be told as a JSON schema: {error}") from None


def strict(schema: Json) -> Json:
    """A schema as strict mode wants it: every field is required, and none may be added.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    return _strict(schema, schema, frozenset())


def _strict(schema: Json, root: Json, within: frozenset[str]) -> Json:
    """`within` holds the references that are being written out, as a type may hold itself."""
    found = dict(schema)
    parts = found.get("allOf")
    if is_list(parts) and len(parts) == 1:
        del found["allOf"]
        found |= parts[0]
    if found.get("default", ...) is None:
        del found["default"]
    reference = found.get("$ref")
    if reference is not None and len(found) > 1:
        # No word may stand beside a reference.
        if reference in within:
            return {"$ref": reference}
        del found["$ref"]
        return _strict({**_behind(reference, root), **found}, root, within | {reference})
    if found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    if is_object(found.get("properties")):
        found["required"] = list(found["properties"])
    for name in ("$defs", "definitions", "properties"):
        if is_object(inner := found.get(name)):
            found[name] = {key: _strict(value, root, within) for key, value in inner.items()}
    for name in ("anyOf", "allOf"):
        if is_list(inner := found.get(name)):
            found[name] = [_strict(value, root, within) for value in inner]
    if is_object(inner := found.get("items")):
        found["items"] = _strict(inner, root, within)
    return found


def _behind(reference: str, root: Json) -> Json:
    found = root
    for key in reference.removeprefix("#/").split("/"):
        found = found[key]
    return found


_SCALARS = frozenset('"+-.0123456789E' + "true" + "false" + "null" + "NaN" + "Infinity")


class SoFar:
    """What is whole in the beginning of a JSON text that grows.

    Each mark is looked at once. What is open lies beside what it belongs to, and is put into it when it is closed; so a
    value that was given is not touched by what comes later.
    """

    def __init__(self) -> None:
        self._open: list[Any] = []
        self._keys: list[Any] = []
        self._found: Any = ...
        self._scalar: list[str] = []
        self._is_quoted = self._is_escaped = self._is_wrong = False

    def add(self, text: str) -> Any:
        """Read on; give what is whole now, None where nothing is, or where this is no JSON."""
        try:
            for mark in "" if self._is_wrong else text:
                self._take(mark)
        except (ValueError, IndexError):
            self._is_wrong = True
        return None if self._is_wrong else self._whole()

    def _take(self, mark: str) -> None:
        if self._is_quoted:
            self._scalar.append(mark)
            self._is_quoted = self._is_escaped or mark != '"'
            self._is_escaped = mark == "\\" and not self._is_escaped
            if not self._is_quoted:
                self._end_scalar()
        elif mark in _SCALARS:
            self._scalar.append(mark)
            self._is_quoted = mark == '"'
        else:
            self._end_scalar()
            self._structure(mark)

    def _end_scalar(self) -> None:
        if self._scalar:
            if self._found is not ...:
                raise ValueError
            self._found = json.loads("".join(self._scalar))
            self._scalar = []

    def _structure(self, mark: str) -> None:
        if mark in "[{":
            self._open.append([] if mark == "[" else {})
            self._keys.append(None)
        elif mark == ":":
            self._keys[-1], self._found = self._found, ...
        elif mark in ",]}":
            _put(self._open[-1], self._keys[-1], self._found)
            self._keys[-1], self._found = None, ...
            if mark != ",":
                self._keys.pop()
                self._found = self._open.pop()
        elif not mark.isspace():
            raise ValueError

    def _whole(self) -> Any:
        found = self._found
        if self._scalar and not self._is_quoted:
            with suppress(ValueError):
                found = json.loads("".join(self._scalar))
        for container, key in zip(reversed(self._open), reversed(self._keys), strict=True):
            whole = container.copy()
            _put(whole, key, found)
            found = whole
        return None if found is ... else found


def _put(container: Any, key: Any, value: Any) -> None:
    if value is ...:
        return
    if is_list(container):
        container.append(value)
    elif isinstance(key, str):
        container[key] = value
