"""The form that an answer is to have, given as a class: what is asked of the server, and how its answer is read.

A class of pydantic brings its own ways; dataclasses, structs and typed dicts go through msgspec.
"""

from __future__ import annotations

import json
from collections.abc import Callable
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


def so_far(text: str) -> Any:
    """What is whole in the beginning of a JSON text; None where nothing is."""
    closers, is_quoted, is_escaped = "", False, False
    back = (0, "")
    for place, mark in enumerate(text):
        if is_quoted:
            is_quoted = is_escaped or mark != '"'
            is_escaped = mark == "\\" and not is_escaped
        elif mark == '"':
            is_quoted = True
        elif mark in "[{":
            closers = ("]" if mark == "[" else "}") + closers
            back = (place + 1, closers)
        elif mark in "]}":
            closers = closers[1:]
        elif mark == ",":
            back = (place, closers)
    for end, tail in ((len(text), closers), back):
        try:
            return json.loads(text[:end] + tail)
        except ValueError:
            continue
    return None
