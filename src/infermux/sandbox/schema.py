"""Values that a JSON schema accepts, taken from the caller's own words where they fit."""

from __future__ import annotations

import math
import re
from typing import Any

from . import pattern
from .exchange import Object, is_list, is_object

_DEEP = 6
_FORMATS = {
    "date": ("2025-01-31", r"\b\d{4}-\d\d-\d\d\b"),
    "date-time": ("2025-01-31T12:00:00Z", r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "time": ("12:00:00Z", r"\b\d\d:\d\d:\d\dZ"),
    "duration": ("P1D", r"\bP\d+D\b"),
    "email": ("sandbox@example.com", r"[\w.]+@\w+(?:\.\w+)+"),
    "uri": ("https://example.com/", r"https?://[^\s\"<>]+"),
    "url": ("https://example.com/", r"https?://[^\s\"<>]+"),
    "uuid": ("00000000-0000-4000-8000-000000000000", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    "ipv4": ("192.0.2.1", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    "ipv6": ("2001:db8::1", r"\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b"),
    "hostname": ("example.com", r"\b[a-z]+(?:\.[a-z]+)+\b"),
    "byte": ("c2FuZGJveA==", r"$."),
}
_PROPER = re.compile(r"(?<=[\w,:] )(?!I\b)[A-Z][\w-]*(?:,? (?!I\b)[A-Z][\w-]*)*")
_WHOLE = re.compile(
    r"query|question|prompt|text|message|content|input|summary|answer|description|reason", re.IGNORECASE
)


def fill(schema: object, words: str) -> Any:
    """Make a value that the schema accepts.

    Args:
        schema: a JSON schema; `$ref` may point inside it.
        words: what the user wrote: members, names and numbers are looked up there first.
    """
    return _Filler(schema, words).value(schema, "", 0)


class _Filler:
    def __init__(self, root: object, words: str) -> None:
        self.root = root
        self.words = words
        self.numbers = [float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)", words)]

    def value(self, schema: object, name: str, depth: int) -> Any:
        if not is_object(schema):
            return name or "sandbox"
        schema = self.resolved(schema, depth)
        if "const" in schema:
            return schema["const"]
        if is_list(members := schema.get("enum")):
            return self.member(members)
        kind = self.kind(schema)
        if kind == "object":
            return self.mapping(schema, depth)
        if kind == "array":
            return self.array(schema, name, depth)
        if kind in ("integer", "number"):
            return self.number(schema, is_whole=kind == "integer")
        if kind == "boolean":
            return bool(schema.get("default", True))
        return None if kind == "null" else self.text(schema, name)

    def resolved(self, schema: Object, depth: int) -> Object:
        """Follow references and choose among alternatives until plain keywords are left."""
        if isinstance(pointer := schema.get("$ref"), str):
            found: Any = self.root
            for step in pointer.lstrip("#").strip("/").split("/") if pointer != "#" else ():
                found = found[step.replace("~1", "/").replace("~0", "~")]
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self.resolved(_merged([found, rest]), depth)
        for word in ("anyOf", "oneOf", "allOf"):
            if is_list(parts := schema.get(word)) and parts:
                rest = {key: value for key, value in schema.items() if key != word}
                chosen = parts if word == "allOf" else [self.branch(parts, depth)]
                return self.resolved(_merged([*(self.resolved(part, depth) for part in chosen), rest]), depth)
        return schema

    def branch(self, parts: list[Any], depth: int) -> Object:
        """Choose an alternative: the first that is more than null, or deep down the first that ends."""
        real = [part for part in parts if is_object(part) and part.get("type") != "null"] or parts
        if depth < _DEEP:
            return real[0]
        ends = [part for part in parts if part.get("type") not in ("object", "array") and "$ref" not in part]
        return ends[0] if ends else real[0]

    def kind(self, schema: Object) -> str:
        kind = schema.get("type")
        if is_list(kind):
            return next((one for one in kind if one != "null"), "null")
        if isinstance(kind, str):
            return kind
        if "properties" in schema or "required" in schema or "additionalProperties" in schema:
            return "object"
        if "items" in schema or "prefixItems" in schema or "minItems" in schema:
            return "array"
        return "number" if schema.keys() & {"minimum", "maximum", "multipleOf", "exclusiveMinimum"} else "string"

    def member(self, members: list[Any]) -> Any:
        """Choose the member that the user mentions first, else the first."""
        low = self.words.lower()
        places = {i: low.find(str(member).lower()) for i, member in enumerate(members) if str(member)}
        named = [i for i, place in places.items() if place >= 0]
        return members[min(named, key=lambda i: (places[i], -len(str(members[i]))), default=0)]

    def mapping(self, schema: Object, depth: int) -> Object:
        properties = schema.get("properties")
        properties = properties if is_object(properties) else {}
        required: list[str] = schema.get("required") or []
        wanted = [name for name in properties if depth < _DEEP or name in required]
        wanted += [name for name in required if name not in properties]
        extra = schema.get("additionalProperties", {})
        filled = {name: self.value(properties.get(name, extra), name, depth + 1) for name in wanted}
        least = int(schema.get("minProperties", 0))
        for i in range(least - len(filled)):
            filled[f"key{i + 1}"] = self.value(extra, "", depth + 1)
        return filled

    def array(self, schema: Object, name: str, depth: int) -> list[Any]:
        first = schema.get("prefixItems")
        listed = [self.value(part, name, depth + 1) for part in first] if is_list(first) else []
        least, most = int(schema.get("minItems", 0)), schema.get("maxItems", math.inf)
        size = min(max(least, len(listed), 0 if depth >= _DEEP else 1), most)
        items: Any = schema.get("items", schema.get("contains", {}))
        if items is False:
            return listed
        while len(listed) < size:
            item = self.value(items, name, depth + 1)
            listed.append(self.other(items, item, listed) if schema.get("uniqueItems") else item)
        return listed

    def other(self, schema: object, item: Any, listed: list[Any]) -> Any:
        """Return the item, or one like it that is not yet in the list."""
        if item not in listed or not is_object(schema):
            return item
        schema = self.resolved(schema, 0)
        if is_list(members := schema.get("enum")):
            return next((member for member in members if member not in listed), item)
        if isinstance(item, str):
            return f"{item} {len(listed) + 1}"
        return item + len(listed) * schema.get("multipleOf", 1) if isinstance(item, int | float) else item

    def number(self, schema: Object, *, is_whole: bool) -> float:
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        under, over = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
        step = schema.get("multipleOf", 1 if is_whole else 0)

        def fits(number: float) -> bool:
            on_step = not step or math.isclose(number / step, round(number / step), abs_tol=1e-9)
            whole = not is_whole or float(number).is_integer()
            return low <= number <= high and under < number < over and on_step and whole

        edge = max(low, under)
        edge = edge if edge > -math.inf else min(high, over, 1)
        grid = [math.floor(edge / step) * step, math.ceil(edge / step) * step] if step else [edge]
        near = [place + turn * (step or 1) for turn in (0, 1, -1) for place in grid]
        middle = (max(low, under) + min(high, over)) / 2
        given = [schema["default"]] if isinstance(schema.get("default"), int | float) else []
        candidates = [*self.numbers, *given, 1, *near, middle]
        chosen = next((number for number in candidates if fits(number)), edge)
        return int(chosen) if is_whole or float(chosen).is_integer() else chosen

    def text(self, schema: Object, name: str) -> str:
        if isinstance(form := schema.get("format"), str) and form in _FORMATS:
            usual, shape = _FORMATS[form]
            found = re.search(shape, self.words)
            return found[0] if found else usual
        if isinstance(rule := schema.get("pattern"), str):
            return next((word for word in self.words.split() if re.search(rule, word)), "") or pattern.example(rule)
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        text = self.phrase(schema, name)[:most]
        return text + "." * (least - len(text))

    def phrase(self, schema: Object, name: str) -> str:
        """Choose a text: the whole of what was said, a name in it, or the default."""
        if isinstance(usual := schema.get("default"), str):
            return usual
        if self.words and _WHOLE.search(name):
            return self.words
        found = _PROPER.search(self.words)
        return found[0] if found else name or "sandbox"


def _merged(parts: list[Any]) -> Object:
    """Join schemas that all must hold."""
    whole: Object = {}
    for part in parts:
        for key, value in (part if is_object(part) else {}).items():
            if key == "properties" and key in whole:
                whole[key] = {**whole[key], **value}
            elif key == "required" and key in whole:
                whole[key] = list(dict.fromkeys([*whole[key], *value]))
            else:
                whole[key] = value
    return whole
