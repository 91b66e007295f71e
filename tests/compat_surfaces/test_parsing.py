"""`client.chat.completions.parse` and `.stream` (SURFACE 6.1): answers read as classes, and the events of a stream."""

from __future__ import annotations

import asyncio
import inspect
import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import msgspec
import pydantic
import pytest
from typing_extensions import TypedDict, get_type_hints

from contract.server import Answer, Server
from infermux import (
    AsyncInferenceClient,
    IncompleteAnswerError,
    InferenceClient,
    InferenceError,
    InputError,
    ProviderApiError,
    ProviderOutputError,
)
from infermux.compat import parsing
from infermux.compat.forms import SoFar, strict
from infermux.tasks.chat_completion import TalkOptions

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Who?"}]


class Model(pydantic.BaseModel):
    name: str
    age: int | None = None


@dataclass
class Plain:
    name: str
    age: int | None = None


class Struct(msgspec.Struct):
    name: str
    age: int | None = None


class Typed(TypedDict):
    name: str
    age: int | None


@dataclass
class Tree:
    """A tree of words."""

    word: Literal["a", "b"]
    twigs: list[Tree] = field(default_factory=list["Tree"])


PROPERTIES = {"name": {"type": "string"}, "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}


def _said(content: str | None, finish_reason: str = "stop", **message: Any) -> Answer:
    said = {"role": "assistant", "content": content, **message}
    return Answer.of({"model": "m", "choices": [{"index": 0, "message": said, "finish_reason": finish_reason}]})


def _untitled(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _untitled(value) for name, value in schema.items() if name != "title"}
    return [_untitled(value) for value in schema] if isinstance(schema, list) else schema


@pytest.mark.proves("OAI-05")
@pytest.mark.parametrize("kind", [Model, Plain, Struct, Typed])
def test_parse(kind: Any, call: Call, server: Server) -> None:
    """A class of any kind becomes a strict schema, and the content an object of it."""
    server.say(_said('{"name": "Ada", "age": 36}'))
    out = call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, response_format=kind)
    assert out.choices[0].message.parsed == kind(name="Ada", age=36)
    assert type(out.choices[0].message.parsed) is (dict if kind is Typed else kind)
    wanted = server.requests[0].json["response_format"]
    schema = wanted["json_schema"].pop("schema")
    assert wanted == {"type": "json_schema", "json_schema": {"name": kind.__name__, "strict": True}}
    assert _untitled(schema["properties"]) == PROPERTIES
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert sorted(schema["required"]) == ["age", "name"]


def test_a_type_that_holds_itself(call: Call, server: Server) -> None:
    """Its schema refers to itself, and the answer is read all the way down."""
    server.say(_said('{"word": "a", "twigs": [{"word": "b", "twigs": []}]}'))
    out = call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, response_format=Tree)
    assert out.choices[0].message.parsed == Tree("a", [Tree("b")])
    schema = server.requests[0].json["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["twigs"]["items"] == {"$ref": "#/$defs/Tree"}
    assert schema["$defs"]["Tree"]["required"] == ["word", "twigs"]


def test_words_beside_a_reference() -> None:
    """Strict mode has none: the reference is written out, and stands alone where that would never end."""
    behind = {"allOf": [{"$ref": "#/$defs/Node"}], "description": "The one behind.", "default": None}
    node = {"type": "object", "properties": {"next": behind}}
    made = strict({"type": "object", "properties": {"first": behind}, "$defs": {"Node": node}})
    alone = {"properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"], "additionalProperties": False}
    assert made["properties"]["first"] == {"type": "object", "description": "The one behind.", **alone}
    assert behind["default"] is None


def test_a_refusal_is_not_read(call: Call, server: Server) -> None:
    """Who refuses gives no object, whatever else is said."""
    for content in (None, "I am sorry."):
        server.say(_said(content, refusal="No."))
        out = call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, response_format=Model)
        assert (out.choices[0].message.parsed, out.choices[0].message.refusal) == (None, "No.")


def test_the_answer_stays_what_it_was(call: Call, server: Server) -> None:
    """What was read is no part of the message, which can be sent back, kept as JSON, and pickled."""
    server.say(_said('{"name": "Ada"}'))
    out = call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, response_format=Model)
    message = out.choices[0].message
    assert json.loads(message.model_dump_json()) == {"role": "assistant", "content": '{"name": "Ada"}'}
    assert pickle.loads(pickle.dumps(out)).choices[0].message.parsed == Model(name="Ada")
    server.say(_said("{}"))
    call({"base_url": server.url}, "chat_completion", [*MESSAGES, message])
    assert server.requests[1].json["messages"][1] == {"role": "assistant", "content": '{"name": "Ada"}'}


CALL = {"id": "c", "type": "function", "function": {"name": "find", "arguments": '{"a": 1}'}}


@pytest.mark.parametrize(("is_strict", "read"), [(True, {"a": 1}), (False, None)])
def test_arguments_of_calls(is_strict: bool, read: Any, call: Call, server: Server) -> None:
    """Those of a strict tool are read."""
    server.say(_said(None, "tool_calls", tool_calls=[CALL]))
    tools = [{"type": "function", "function": {"name": "find", "strict": is_strict}}]
    out = call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, tools=tools)
    assert out.choices[0].message.tool_calls[0].function.parsed_arguments == read


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (_said('{"name": "A', "length"), IncompleteAnswerError, "limit of tokens.*max_tokens"),
        (_said('{"name": "A', "content_filter"), IncompleteAnswerError, "content filter"),
        (_said('{"name": 5}'), ProviderOutputError, "'m' is no Model"),
        (_said("Ada is 36."), ProviderOutputError, "'m' is no Model"),
    ],
)
def test_an_answer_that_does_not_fit(answer: Answer, error: Any, words: str, call: Call, server: Server) -> None:
    """It is told with its text, and as a `ValueError`, which the error of pydantic is as well."""
    server.say(answer)
    with pytest.raises(error, match=words) as caught:
        call({"base_url": server.url}, "chat.completions.parse", messages=MESSAGES, response_format=Model)
    assert type(caught.value) is error
    assert isinstance(caught.value, ValueError)
    assert caught.value.partial_text == json.loads(answer.body)["choices"][0]["message"]["content"]
    assert caught.value.completion.model == "m"


@dataclass
class Odd:
    anything: inspect.Signature


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"response_format": "json"}, "must be a class .* or a dict; this is str"),
        ({"response_format": Model(name="Ada")}, "must be a class"),
        ({"response_format": Odd}, "Odd cannot be told as a JSON schema"),
        ({"response_format": Model, "max_token": 5}, "did you mean 'max_tokens'"),
    ],
)
@pytest.mark.parametrize("method", ["parse", "stream"])
def test_bad(method: str, words: dict[str, Any], told: str, open_client: Call, server: Server) -> None:
    """What cannot be meant is told before anything is sent."""
    with open_client({"base_url": server.url}) as client:
        asked = partial(client, "chat.completions.parse", messages=MESSAGES)
        with pytest.raises(InputError, match=told):
            (asked if method == "parse" else partial(_followed, client))(**words)
    assert server.requests == []


def _followed(client: Any, **words: Any) -> tuple[list[Any], Any]:
    """The events of a stream, and its final answer."""
    opened = client.client.chat.completions.stream(messages=MESSAGES, **words)
    if client.kind == "sync":
        with opened as stream:
            return list(stream), stream.get_final_completion()

    async def run() -> tuple[list[Any], Any]:
        async with opened as stream:
            return [event async for event in stream], await stream.get_final_completion()

    found: tuple[list[Any], Any] = client.run(run())
    return found


def _chunk(finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


ADA = [_chunk(role="assistant", content='{"name":'), _chunk(content='"Ada","a'), _chunk("stop", content='ge":null}')]


@pytest.mark.proves("OAI-05")
def test_stream(open_client: Call, server: Server) -> None:
    """The content grows, what is whole in it is told early, and at the end it is read as the class."""
    server.say(Answer.events(*ADA))
    with open_client({"base_url": server.url}) as client:
        events, last = _followed(client, response_format=Model)
    assert [event.type for event in events if event.type != "chunk"] == [*["content.delta"] * 3, "content.done"]
    assert [event.chunk for event in events if event.type == "chunk"] == ADA
    grown = [(event.delta, event.parsed) for event in events if event.type == "content.delta"]
    whole = {"name": "Ada", "age": None}
    assert grown == [('{"name":', {}), ('"Ada","a', {"name": "Ada"}), ('ge":null}', whole)]
    assert events[-1].parsed == last.choices[0].message.parsed == Model(name="Ada")
    assert server.requests[0].json["stream"] is True


def test_a_role_with_every_chunk(open_client: Call, server: Server) -> None:
    """Some servers send it so; it is not a text that grows. Reasoning is one, and what is null takes nothing away."""
    told = [{"role": "assistant", "content": text, "reasoning": text} for text in "ab"]
    end = _chunk("stop", role="assistant", content=None, reasoning=None)
    server.say(Answer.events(*(_chunk(**delta) for delta in told), end))
    with open_client({"base_url": server.url}) as client:
        _, last = _followed(client)
    message = last.choices[0].message
    assert (message.role, message.content, message.reasoning) == ("assistant", "ab", "ab")


def test_calls_without_an_index(open_client: Call, server: Server) -> None:
    """Some servers send none; a call begins where there is an id, and all may come with the end."""
    pieces = [[CALL], [{"function": {"arguments": " "}}, {**CALL, "id": "d"}]]
    server.say(Answer.events(_chunk(tool_calls=pieces[0]), _chunk("tool_calls", tool_calls=pieces[1])))
    with open_client({"base_url": server.url}) as client:
        events, last = _followed(client)
    done = [(event.index, event.arguments) for event in events if event.type.endswith("arguments.done")]
    assert done == [(0, '{"a": 1} '), (1, '{"a": 1}')]
    assert [call.id for call in last.choices[0].message.tool_calls] == ["c", "d"]


def test_arguments_as_an_object(open_client: Call, server: Server) -> None:
    """Some servers send them so, whole; they are given as text, and read."""
    begun = {**CALL, "index": 0, "function": {"name": "find", "arguments": {"a": 1}}}
    server.say(Answer.events(_chunk(tool_calls=[begun]), _chunk("tool_calls")))
    tools = [{"type": "function", "function": {"name": "find", "strict": True}}]
    with open_client({"base_url": server.url}) as client:
        events, last = _followed(client, tools=tools)
    told = [event for event in events if event.type.startswith("tool_calls")]
    assert [(event.arguments, event.parsed_arguments) for event in told] == [('{"a": 1}', {"a": 1})] * 2
    assert told[0].arguments_delta == last.choices[0].message.tool_calls[0].function.arguments == '{"a": 1}'


def test_calls_without_arguments_or_of_no_function(open_client: Call, server: Server) -> None:
    """Arguments may begin as null; a custom tool has none, and no events of its own."""
    begun = {**CALL, "index": 0, "function": {"name": "find", "arguments": None}}
    custom = {"index": 1, "id": "d", "type": "custom", "custom": {"name": "sing", "input": "la"}}
    more = {"index": 0, "function": {"arguments": "{}"}}
    pieces = [_chunk(tool_calls=[begun]), _chunk(tool_calls=[more]), _chunk(tool_calls=[custom]), _chunk("tool_calls")]
    server.say(Answer.events(*pieces))
    with open_client({"base_url": server.url}) as client:
        events, last = _followed(client)
    told = [event.arguments for event in events if event.type.startswith("tool_calls")]
    assert told == ["", "{}", "{}"]
    assert last.choices[0].message.tool_calls[1]["custom"]["input"] == "la"


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_a_stream_that_is_cut(reason: str, open_client: Call, server: Server) -> None:
    """Where a class was given it is told at once, else when the whole answer is asked for."""
    answer = Answer.events(_chunk(role="assistant", content="Hel"), _chunk(reason))
    server.say(answer, answer)
    with open_client({"base_url": server.url}) as client:
        for words in ({}, {"response_format": Model}):
            with pytest.raises(IncompleteAnswerError, match=reason) as caught:
                _followed(client, **words)
            assert caught.value.partial_text == "Hel"


def test_a_stream_that_breaks_off(open_client: Call, server: Server) -> None:
    """It raises, and keeps the text."""
    server.say(Answer.events(ADA[0], end=""))
    with open_client({"base_url": server.url}) as client, pytest.raises(IncompleteAnswerError) as caught:
        _followed(client, response_format=Model)
    assert caught.value.partial_text == '{"name":'


def test_arguments_that_are_no_json(open_client: Call, server: Server) -> None:
    """Those of a strict tool are told."""
    wrong = {**CALL, "index": 0, "function": {"name": "find", "arguments": "a"}}
    server.say(Answer.events(_chunk(tool_calls=[wrong]), _chunk("tool_calls")))
    tools = [{"type": "function", "function": {"name": "find", "strict": True}}]
    with open_client({"base_url": server.url}) as client, pytest.raises(ProviderOutputError, match="no JSON") as caught:
        _followed(client, tools=tools)
    assert caught.value.partial_text == "a"


def test_a_refused_stream(open_client: Call, server: Server) -> None:
    """What the server refuses is told where the block begins."""
    server.say(Answer.of({"error": {"message": "Never."}}, 400))
    with open_client({"base_url": server.url}) as client, pytest.raises(ProviderApiError, match="Never"):
        _followed(client)


def _slow() -> Answer:
    first, *rest = (b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in ADA)
    return Answer(headers={"content-type": "text/event-stream"}, pieces=[first, 0.3, *rest, b"data: [DONE]\n\n"])


def test_leaving_early(server: Server) -> None:
    """A loop may be left and gone on with; behind the block the connection is free, and nothing more comes."""
    server.say(_slow(), _slow())
    with InferenceClient(base_url=server.url) as client:
        with client.chat.completions.stream(messages=MESSAGES) as stream:
            with pytest.raises(InferenceError, match="nothing of the answer"):
                _ = stream.current_completion_snapshot
            for _event in stream:
                break
            assert stream.current_completion_snapshot.choices[0].message.content == '{"name":'
            assert stream.until_done().get_final_completion().choices[0].finish_reason == "stop"
        with client.chat.completions.stream(messages=MESSAGES) as stream:
            next(stream)
        with pytest.raises(InferenceError, match="left before its end"):
            stream.until_done()


def test_leaving_early_async(server: Server) -> None:
    """The same, awaited; `close` frees the connection before the end of the block."""
    server.say(_slow(), _slow())

    async def run() -> None:
        async with AsyncInferenceClient(base_url=server.url) as client:
            async with client.chat.completions.stream(messages=MESSAGES) as stream:
                async for _event in stream:
                    break
                assert stream.current_completion_snapshot.choices[0].message.content == '{"name":'
                assert (await stream.get_final_completion()).choices[0].finish_reason == "stop"
            async with client.chat.completions.stream(messages=MESSAGES) as stream:
                await stream.__anext__()
                await stream.close()
                with pytest.raises(InferenceError, match="left before its end"):
                    await stream.until_done()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        (" ", None),
        ("Hello", None),
        ("12", 12),
        ('{"a', {}),
        ('{"a": "b', {}),
        ('{"a": "b\\"', {}),
        ('{"a": "b\\""', {"a": 'b"'}),
        ('{"a": [1, {"b": tr', {"a": [1, {}]}),
        ('{"a": "\\"},", "b": 1', {"a": '"},', "b": 1}),
        ('{"a": "},", "b": 1', {"a": "},", "b": 1}),
        ('{"a": {"b": 1}, "c', {"a": {"b": 1}}),
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1}\n', {"a": 1}),
        ('{"a": -1.5e', {}),
        ("[[1, true], [2", [[1, True], [2]]),
        ('{"a": 1 2}', None),
        ('{"a": x', None),
        ("1]", None),
    ],
)
def test_so_far(text: str, value: Any) -> None:
    """What is whole in the beginning of a JSON text, whether it comes at once or mark by mark."""
    assert SoFar().add(text) == value
    read = SoFar()
    *_, last = [None, *(read.add(mark) for mark in text)]
    assert last == value


def test_so_far_of_every_beginning() -> None:
    """What was given is not touched by what comes later, and strings are read as JSON has them."""
    text = '{"a": [{"b": "\\ud83d\\ude00"}, [null]], "c": {}}'
    read = SoFar()
    given = [read.add(mark) for mark in text]
    steps = [value for value, before in zip(given, [None, *given], strict=False) if value != before]
    first = {"b": "\N{GRINNING FACE}"}
    assert steps == [
        {},
        {"a": []},
        {"a": [{}]},
        {"a": [first]},
        {"a": [first, []]},
        {"a": [first, [None]]},
        {"a": [first, [None]], "c": {}},
    ]


@pytest.mark.parametrize("kind", [InferenceClient, AsyncInferenceClient])
@pytest.mark.parametrize("name", ["parse", "stream"])
def test_words(kind: Any, name: str) -> None:
    """Each shows its options and has words about them."""
    method = getattr(kind("org/m").chat.completions, name)
    shown = inspect.signature(method).parameters
    assert list(shown)[:2] == ["messages", "response_format"]
    assert get_type_hints(TalkOptions).keys() <= shown.keys()
    assert (method.__doc__ or "").startswith((getattr(parsing, name).__doc__ or "").splitlines()[0])
