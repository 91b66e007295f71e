"""The types are those of the tasks' official schemas, field by field (SURFACE 17); every departure has its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import infermux
from checklist import SHARED
from infermux.types._record import Record

_TASKS = SHARED / "specs" / "tasks"
if not _TASKS.is_dir():
    pytest.skip("the schemas are not on this machine", allow_module_level=True)

Schema = dict[str, Any]
_FILES = {path: json.loads(path.read_text("utf-8")) for path in sorted(_TASKS.rglob("*.json"))}
_BY_ID: dict[str, Schema] = {schema["$id"]: schema for schema in _FILES.values()}
_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean", bytes: "binary", Any: "any", dict: "object"}

_OTHER_NAMES = {
    "ChatCompletionInputJsonSchemaConfig": "ChatCompletionInputJSONSchema",
    "ChatCompletionInputUrl": "ChatCompletionInputURL",
    "ChatCompletionInputToolChoice": "ChatCompletionInputToolChoiceClass",
    "ChatCompletionInputMessageBody": "ChatCompletionInputMessage",
    "ChatCompletionOutputTextMessage": "ChatCompletionOutputMessage",
    "ChatCompletionOutputToolCallMessage": "ChatCompletionOutputMessage",
    "ChatCompletionStreamOutputTextMessage": "ChatCompletionStreamOutputDelta",
    "ChatCompletionStreamOutputToolCallDelta": "ChatCompletionStreamOutputDelta",
    "TextGenerationInputJsonSchemaConfig": "ChatCompletionInputJSONSchema",
}
"""Title in a schema → our type, where huggingface_hub has another name for it, or one for several."""

_ANY_OF = "a union in the schema, of which this is one case; ours takes each"
_AS_SENT = "real servers leave it out, or send null"
_MADE = "the client makes a picture or bytes of it"
_DEPARTURES = {
    "ChatCompletionInput.logit_bias": "a mapping as well, as the OpenAI API has it",
    "ChatCompletionInputMessageChunk.image_url": _ANY_OF,
    "ChatCompletionInputMessageChunk.text": _ANY_OF,
    "ChatCompletionInputMessageChunk.type": _ANY_OF,
    "ChatCompletionInputMessage.content": _ANY_OF,
    "ChatCompletionInputMessage.tool_calls": _ANY_OF,
    "ChatCompletionOutputMessage.content": _AS_SENT,
    "ChatCompletionOutputMessage.tool_calls": _ANY_OF,
    "ChatCompletionStreamOutputDelta.content": _AS_SENT,
    "ChatCompletionStreamOutputDelta.role": _AS_SENT,
    "ChatCompletionStreamOutputDelta.tool_calls": _ANY_OF,
    "ChatCompletionStreamOutputDeltaToolCall.id": "on the first piece of a call alone",
    "ChatCompletionStreamOutputDeltaToolCall.type": "on the first piece of a call alone",
    "ChatCompletionInputJSONSchema.schema": "the form of TGI requires it, and names nothing",
    "ChatCompletionInputJSONSchema.name": "the form of TGI requires it, and names nothing",
    "FillMaskOutputElement.token_str": "the schema writes tokenStr; servers send token_str",
    "ImageSegmentationOutputElement.mask": _MADE,
    "ImageToTextOutput.generated_text": "the schema writes generatedText; servers send generated_text",
    "TextGenerationInputGrammarType.type": _ANY_OF,
    "TextGenerationInputGrammarType.value": _ANY_OF,
    "TextGenerationOutputDetails.finish_reason": "servers have further words, such as stop",
    "TextGenerationOutputBestOfSequence.finish_reason": "servers have further words, such as stop",
    "TextGenerationStreamOutputStreamDetails.finish_reason": "servers have further words, such as stop",
    "TextGenerationOutputPrefillToken.logprob": "the first token has none",
    "TextToAudioOutput.sampling_rate": _AS_SENT,
}
"""Field → why its type is not the schema's."""


def _found(schema: Schema, home: Schema) -> tuple[Schema, Schema]:
    """What a schema is, and the file in which it stands."""
    while reference := schema.get("$ref"):
        file, _, path = reference.partition("#")
        schema = home = _BY_ID[file] if file else home
        for name in filter(None, path.split("/")):
            schema = schema[name]
    return schema, home


def _kinds(schema: Schema, home: Schema) -> set[Any]:
    """The kinds of JSON that a schema lets through; of closed sets, the words."""
    schema, home = _found(schema, home)
    cases = [case for name in ("oneOf", "anyOf", "allOf") for case in schema.get(name, ())]
    if cases:
        return set().union(*(_kinds(case, home) for case in cases))
    if words := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return {"boolean" if isinstance(word, bool) else repr(word) for word in words}
    kinds = schema.get("type", "any")
    return {
        ("list", frozenset(_kinds(schema["items"], home))) if kind == "array" else kind
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    }


def _declared(hint: Any) -> set[Any]:
    """The same of a type of ours."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return set().union(*map(_declared, inner))
    if origin is Literal:
        return set(map(repr, inner))
    if origin is list:
        return {("list", frozenset(_declared(inner[0])))}
    if hint is NoneType:
        return {"null"}
    if isinstance(hint, type) and issubclass(hint, Record):
        return {"object"}
    return {_KINDS[origin or hint]}


def _objects(schema: Schema, home: Schema, name: str) -> Iterator[tuple[str, Schema, Schema]]:
    """Every object of a schema with its name."""
    schema, home = _found(schema, home)
    name = schema.get("title", name)
    if schema.get("properties"):
        yield name, schema, home
    for part, inner in schema.get("properties", {}).items():
        yield from _objects(inner, home, name.removesuffix("Parameters") + "".join(map(str.title, part.split("_"))))
    for case in (schema.get(kind, []) for kind in ("oneOf", "anyOf", "allOf")):
        for inner in case:
            yield from _objects(inner, home, name)
    if "items" in schema:
        yield from _objects(schema["items"], home, name + "Element")


def _type_of(name: str, task: str) -> Any:
    """Our type for an object; what several tasks share stands before its name with the task's."""
    names = (_OTHER_NAMES.get(name, name), task + name)
    return next((getattr(infermux, each) for each in names if each in infermux.__all__), None)


def _differing(kind: type[Record], schema: Schema, home: Schema) -> Iterator[str]:
    hints = get_type_hints(kind)
    for field, inner in schema["properties"].items():
        wanted = _kinds(inner, home) | (set() if field in schema.get("required", ()) else {"null"})
        if hints[field] is Any and "any" in wanted:
            continue
        if _declared(hints[field]) != wanted:
            yield f"{kind.__name__}.{field}"


@pytest.mark.proves("TYP-12")
def test_every_field_of_every_schema() -> None:
    """Each object has a type, with each field of the schema's type, that may be None where it is not required."""
    departures, missing = set(), set()
    for path, file in _FILES.items():
        if path.parent.name in ("tasks", "placeholder"):
            continue
        task = "".join(map(str.title, path.parent.name.split("-")))
        for name, schema, home in _objects(file, file, file["title"]):
            kind = _type_of(name, task)
            if kind is None:
                missing.add((task, name))
            else:
                departures |= set(_differing(kind, schema, home))
    assert missing == set()
    assert departures == _DEPARTURES.keys()
