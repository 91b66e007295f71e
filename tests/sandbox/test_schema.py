from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infermux.sandbox import pattern
from infermux.sandbox.schema import fill

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

SAID = "Book 2 rooms in Paris from 2026-04-01 for ann@example.org, blue please"
NAMES = st.sampled_from(["city", "count", "note", "when", "a b", "x"])


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": draw(st.sampled_from(["integer", "number"]))}
    low = draw(st.none() | st.integers(-50, 50))
    if low is not None:
        schema[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        schema["maximum"] = (low or 0) + draw(st.integers(7, 60))
    if draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from([1, 2, 5]))
    return schema


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    form = draw(st.none() | st.sampled_from(["date", "date-time", "email", "uri", "uuid", "ipv4", "time"]))
    if form:
        return {**schema, "format": form}
    low = draw(st.integers(0, 30))
    return {**schema, "minLength": low, "maxLength": low + draw(st.integers(0, 30))}


def lists(items: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda item, low, more: {"type": "array", "items": item, "minItems": low, "maxItems": low + more},
        items,
        st.integers(0, 4),
        st.integers(0, 3),
    )


def objects(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def build(properties: dict[str, Any], required: set[str], strict: bool) -> dict[str, Any]:
        names = sorted(required & properties.keys() if strict else required)
        return {"type": "object", "properties": properties, "required": names, "additionalProperties": not strict}

    return st.builds(build, st.dictionaries(NAMES, values, max_size=4), st.sets(NAMES), st.booleans())


PLAIN = (
    numbers()
    | texts()
    | st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": [1, None]}, {"type": ["null", "string"]}, {}])
    | st.lists(st.integers() | st.text() | st.booleans() | st.none(), min_size=1).map(lambda members: {"enum": members})
)
SCHEMAS = st.recursive(
    PLAIN,
    lambda inner: (
        lists(inner)
        | objects(inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"type": "array", "prefixItems": parts})
        | st.lists(objects(inner), min_size=1, max_size=1).map(lambda parts: {"allOf": parts})
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SCHEMAS, st.sampled_from(["", SAID]))
def test_filled_values_are_valid(schema: dict[str, Any], said: str) -> None:
    """Whatever the schema, a validator accepts the value."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(fill(schema, said))


def test_references_and_recursion() -> None:
    """References are followed, and a schema that contains itself comes to an end."""
    tree = {
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                    "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
                },
                "required": ["name", "children", "next"],
                "additionalProperties": False,
            }
        },
        "$ref": "#/$defs/Node",
    }
    jsonschema.validate(fill(tree, SAID), tree)


def test_discriminated_alternatives() -> None:
    """One of several is chosen, not a mixture."""
    schema = {
        "oneOf": [
            {"type": "object", "properties": {"kind": {"const": "a"}, "n": {"type": "integer"}}, "required": ["kind"]},
            {"type": "object", "properties": {"kind": {"const": "b"}}, "required": ["kind"]},
        ]
    }
    jsonschema.validate(fill(schema, SAID), schema)


def test_unique_items() -> None:
    """Items that must differ do."""
    schema = {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True}
    jsonschema.validate(fill(schema, SAID), schema)
    words = {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True}
    jsonschema.validate(fill(words, SAID), words)


def test_values_come_from_what_was_said() -> None:
    """Names, numbers, dates, addresses and members are found in the text."""
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "rooms": {"type": "integer"},
            "start": {"type": "string", "format": "date"},
            "mail": {"type": "string", "format": "email"},
            "colour": {"enum": ["red", "blue"]},
            "request": {"type": "string", "description": "a note"},
            "query": {"type": "string"},
        },
    }
    assert fill(schema, SAID) == {
        "city": "Paris",
        "rooms": 2,
        "start": "2026-04-01",
        "mail": "ann@example.org",
        "colour": "blue",
        "request": "Paris",
        "query": SAID,
    }


@pytest.mark.parametrize(
    "rule",
    [
        r"^\d{4}-\d{2}$",
        r"(cat|dog)s?",
        r"[A-Z]{2,4}[^a]",
        r"a*b+c?",
        r"\w+@\w+\.com",
        r"(?:x|y){2}",
        r"(?P<n>[\d.]+)%",
        r"^[+-]?\d{1,3}(,\d{3})*$",
        r"\{\}",
        r".{3,}",
    ],
)
def test_patterns(rule: str) -> None:
    """The text made for a pattern matches all of it."""
    assert re.fullmatch(rule, pattern.example(rule))
    jsonschema.validate(fill({"type": "string", "pattern": rule}, ""), {"pattern": rule})
