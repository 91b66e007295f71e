"""Chat types: synonyms, calls of tools in every form that servers send, and typed inputs."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

import infermux
from infermux.types import chat
from infermux.types.chat import ChatCompletionOutput, ChatCompletionStreamOutput

SECTION_17 = {
    "ChatCompletionOutput": "choices created id model object system_fingerprint usage service_tier",
    "ChatCompletionOutputComplete": "finish_reason index message logprobs",
    "ChatCompletionOutputMessage": "role content name reasoning reasoning_content refusal tool_call_id tool_calls"
    " annotations audio function_call",
    "ChatCompletionOutputToolCall": "function id type",
    "ChatCompletionOutputFunctionDefinition": "name arguments description",
    "ChatCompletionOutputLogprobs": "content",
    "ChatCompletionOutputLogprob": "token logprob bytes top_logprobs",
    "ChatCompletionOutputTopLogprob": "token logprob bytes",
    "ChatCompletionOutputUsage": "completion_tokens prompt_tokens total_tokens completion_tokens_details"
    " prompt_tokens_details",
    "ChatCompletionStreamOutput": "choices created id model object system_fingerprint usage",
    "ChatCompletionStreamOutputChoice": "delta index finish_reason logprobs",
    "ChatCompletionStreamOutputDelta": "role content reasoning tool_call_id tool_calls",
    "ChatCompletionStreamOutputDeltaToolCall": "index id type function",
    "ChatCompletionStreamOutputFunction": "name arguments",
    "ChatCompletionInputMessage": "role content name tool_calls tool_call_id",
    "ChatCompletionInputMessageChunk": "type image_url text",
    "ChatCompletionInputURL": "url",
    "ChatCompletionInputTool": "type function",
    "ChatCompletionInputFunctionDefinition": "name parameters description arguments",
    "ChatCompletionInputToolCall": "function id type",
    "ChatCompletionInputToolChoiceClass": "function",
    "ChatCompletionInputFunctionName": "name",
    "ChatCompletionInputStreamOptions": "include_usage",
    "ChatCompletionInputJSONSchema": "name description schema strict",
    "ChatCompletionInputResponseFormatText": "type",
    "ChatCompletionInputResponseFormatJSONSchema": "type json_schema",
    "ChatCompletionInputResponseFormatJSONObject": "type",
}


@pytest.mark.parametrize("name", SECTION_17)
def test_fields(name: str) -> None:
    """Each type has the fields of the contract, reads all of them as None when empty, and is public."""
    empty = getattr(infermux, name).parse({})
    for field in SECTION_17[name].split():
        assert getattr(empty, field) is None


def test_tool_choice() -> None:
    """The words for `tool_choice` are the three that servers know."""
    assert set(get_args(chat.ChatCompletionInputToolChoiceEnum)) == {"auto", "none", "required"}


def message(**fields: Any) -> Any:
    """The message of an answer."""
    return ChatCompletionOutput.parse({"choices": [{"message": {"role": "assistant", **fields}}]}).choices[0].message


def delta(**fields: Any) -> Any:
    """The delta of a chunk."""
    return ChatCompletionStreamOutput.parse({"choices": [{"delta": fields}]}).choices[0].delta


@pytest.mark.proves("CHA-21")
@pytest.mark.parametrize("make", [message, delta])
@pytest.mark.parametrize("sent", ["reasoning", "reasoning_content"])
def test_reasoning(make: Any, sent: str) -> None:
    """Thoughts read under both names, whichever the server sent; the mapping holds the one that it sent."""
    out = make(**{sent: "so"})
    assert out.reasoning == out.reasoning_content == out["reasoning"] == out["reasoning_content"] == "so"
    assert json.loads(json.dumps(out))[sent] == "so"
    assert len({"reasoning", "reasoning_content"} & {*out}) == 1


@pytest.mark.parametrize("make", [message, delta])
def test_no_reasoning(make: Any) -> None:
    """Without thoughts both are None."""
    assert make().reasoning is make().reasoning_content is None


@pytest.mark.parametrize("make", [message, delta])
def test_reasoning_that_is_null_under_one_name(make: Any) -> None:
    """Where a server sends both names and one is null, the other counts for both."""
    assert make(reasoning=None, reasoning_content="so").reasoning == "so"
    assert make(reasoning="so", reasoning_content=None).reasoning_content == "so"


@pytest.mark.proves("CHT-05")
def test_tool_calls_of_old_servers() -> None:
    """TGI before 2: arguments as an object and a number for an id become JSON text and a text."""
    call = {"id": 0, "type": "function", "function": {"name": "f", "description": None, "arguments": {"city": "Paris"}}}
    out = message(tool_calls=[call])
    assert out.content is None
    found = out.tool_calls[0]
    assert found.id == "0"
    assert isinstance(found.function.arguments, str)
    assert json.loads(found.function.arguments) == {"city": "Paris"}
    assert found.function.name == "f"


@pytest.mark.parametrize(("sent", "text"), [(None, "{}"), ({}, "{}"), ("", ""), ('{"a": 1}', '{"a": 1}')])
def test_arguments(sent: Any, text: str) -> None:
    """Arguments are JSON text always; a text stays as it came."""
    assert message(tool_calls=[{"function": {"name": "f", "arguments": sent}}]).tool_calls[0].function.arguments == text


def test_arguments_beyond_ascii() -> None:
    """Arguments that came as an object lose nothing."""
    found = message(tool_calls=[{"function": {"name": "f", "arguments": {"city": "Köln"}}}])
    assert json.loads(found.tool_calls[0].function.arguments) == {"city": "Köln"}


def test_tool_call_of_an_old_stream() -> None:
    """A single call in a chunk, as TGI once sent it, is a list of one."""
    call = {"index": 0, "id": "", "type": "function", "function": {"name": None, "arguments": "{"}}
    assert [piece.function.arguments for piece in delta(tool_calls=call).tool_calls] == ["{"]
    assert [piece.index for piece in delta(tool_calls=[call]).tool_calls] == [0]


def test_tool_call_of_an_old_stream_in_objects() -> None:
    """Numbers for ids and objects for arguments become texts in a chunk too."""
    call = {"index": 0, "id": 0, "type": "function", "function": {"name": "f", "arguments": {"city": "Paris"}}}
    (piece,) = delta(tool_calls=[call]).tool_calls
    assert piece.id == "0"
    assert json.loads(piece.function.arguments) == {"city": "Paris"}


@pytest.mark.parametrize("make", [message, delta])
def test_tool_call_without_an_id(make: Any) -> None:
    """No id stays none: it is not the text "None", which the next call would send back."""
    assert make(tool_calls=[{"id": None, "function": {"name": "f", "arguments": "{}"}}]).tool_calls[0].id is None
    assert make(tool_calls=[{"function": {"name": "f", "arguments": "{}"}}]).tool_calls[0].id is None


def test_delta_that_is_null() -> None:
    """A chunk without a delta is read: F06."""
    out = ChatCompletionStreamOutput.parse({"choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]})
    assert out.choices[0].delta is None
    assert out.choices[0].finish_reason == "stop"


def test_answer_goes_back_as_a_message() -> None:
    """An answer put back among the messages is JSON as it came."""
    out = message(content="Hi", reasoning_content="so")
    assert json.loads(json.dumps([out])) == [{"role": "assistant", "content": "Hi", "reasoning_content": "so"}]


def test_typed_input() -> None:
    """Typed messages are JSON without anything that was not given."""
    made = infermux.ChatCompletionInputMessage(
        role="user",
        content=[
            infermux.ChatCompletionInputMessageChunk(type="text", text="What is this?"),
            infermux.ChatCompletionInputMessageChunk(
                type="image_url", image_url=infermux.ChatCompletionInputURL(url="http://h/a.png")
            ),
        ],
    )
    assert json.loads(json.dumps(made)) == {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "http://h/a.png"}},
        ],
    }
