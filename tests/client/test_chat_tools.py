"""Tools and structured answers: sent as given, read as JSON text, rewritten only for those who need it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from saying import MESSAGES, mapping, paris

from contract.server import Answer, Server
from infermux import ChatCompletionInputFunctionDefinition, ChatCompletionInputTool, InputError

Call = Callable[..., Any]

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "default": None}},
            "required": ["city"],
        },
    },
}
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA, "strict": True}}


def body(call: Call, server: Server, **options: Any) -> Any:
    """What a chat with these options posts."""
    server.say(paris())
    call({"base_url": server.url}, "chat_completion", options.pop("messages", MESSAGES), **options)
    return server.requests[-1].json


@pytest.mark.proves("CHT-01")
def test_tools(call: Call, server: Server) -> None:
    """Tools go as given, typed ones as well."""
    sent = body(call, server, tools=[TOOL], tool_choice="auto")
    assert sent["tools"] == [TOOL]
    assert sent["tool_choice"] == "auto"
    typed = ChatCompletionInputTool(type="function", function=TOOL["function"])
    assert body(call, server, tools=[typed])["tools"] == [TOOL]


@pytest.mark.parametrize("typed", [False, True])
def test_older_spelling(call: Call, server: Server, typed: bool) -> None:
    """What releases 0.23 to 0.30 called `arguments` goes as `parameters`, which is told once; nothing given changes."""
    function = dict(TOOL["function"])
    function["arguments"] = function.pop("parameters")
    tool: Any = {"type": "function", "function": function}
    if typed:
        tool = ChatCompletionInputTool(type="function", function=ChatCompletionInputFunctionDefinition(**function))
    given = copy.deepcopy(tool)
    with pytest.warns(FutureWarning, match="arguments .* parameters") as told:
        assert body(call, server, tools=[tool, tool])["tools"] == [TOOL, TOOL]
    assert len(told) == 1
    assert tool == given


@pytest.mark.proves("CHT-02", "CHT-05")
@pytest.mark.parametrize("arguments", ['{"city": "Paris"}', {"city": "Paris"}])
@pytest.mark.parametrize("id", ["call_1", 0])
def test_tool_call(call: Call, server: Server, arguments: Any, id: Any) -> None:
    """A call of a tool has JSON text for arguments and a text for an id, also from old servers."""
    said = {"id": id, "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [said]}
    server.say(Answer.of({"choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}]}))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES, tools=[TOOL])
    found = out.choices[0].message.tool_calls[0]
    assert isinstance(found.function.arguments, str)
    assert json.loads(found.function.arguments) == {"city": "Paris"}
    assert (found.function.name, found.type, found.id) == ("get_weather", "function", str(id))


@pytest.mark.proves("CHT-03")
@pytest.mark.parametrize("choice", ["none", "required", {"type": "function", "function": {"name": "get_weather"}}])
def test_tool_choice(call: Call, server: Server, choice: Any) -> None:
    """Every form of the choice goes as given."""
    assert body(call, server, tools=[TOOL], tool_choice=choice)["tool_choice"] == choice


@pytest.mark.proves("CHT-04")
def test_tool_results(open_client: Call, server: Server) -> None:
    """The model's call and the tool's result go back to it."""
    said = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [said]}
    server.say(Answer.of({"choices": [{"index": 0, "message": message}]}), paris())
    with open_client({"base_url": server.url}) as client:
        out = client("chat_completion", MESSAGES, tools=[TOOL])
        result = {"role": "tool", "tool_call_id": "call_1", "name": "get_weather", "content": "sunny"}
        client("chat_completion", [*MESSAGES, out.choices[0].message, result], tools=[TOOL])
    assert server.requests[1].json["messages"] == [*MESSAGES, message, result]


@pytest.mark.proves("CHX-01", "CHX-02", "CHX-03", "CHX-04")
@pytest.mark.parametrize(
    "given",
    [
        FORMAT,
        {"type": "json_object"},
        {"type": "text"},
        {"type": "json", "value": SCHEMA},
        {"type": "regex", "value": "[a-z]+"},
        {"type": "json_schema", "json_schema": {"name": "x"}},
    ],
)
def test_response_format_at_a_url(call: Call, server: Server, given: dict[str, Any]) -> None:
    """A URL gets the caller's form untouched."""
    assert body(call, server, response_format=given)["response_format"] == given


REWRITTEN = {
    "cohere": {"response_format": {"type": "json_object", "schema": SCHEMA}},
    "fireworks-ai": {"response_format": {"type": "json_object", "schema": SCHEMA}},
    "together": {"response_format": {**FORMAT, "schema": SCHEMA}},
    "hf-inference": {"response_format": {"type": "json_object", "value": SCHEMA}},
    "nebius": {"guided_json": SCHEMA},
    "sambanova": {
        "response_format": {"type": "json_schema", "json_schema": {**FORMAT["json_schema"], "strict": False}}
    },  # type: ignore[dict-item]
    "groq": {"response_format": FORMAT},
    "auto": {"response_format": FORMAT},
}


@pytest.mark.proves("CHX-05")
@pytest.mark.parametrize("provider", REWRITTEN)
def test_response_format_at_a_provider(call: Call, server: Server, provider: str) -> None:
    """Those who say it otherwise get it so, on a copy of what the caller gave."""
    server.always("GET huggingface.co/api/models/", mapping(**{provider: "id"}))
    server.say(paris())
    given = copy.deepcopy(FORMAT)
    call(
        {"model": "org/m", "provider": provider, "api_key": "hf_1"}, "chat_completion", MESSAGES, response_format=given
    )
    sent = server.requests[-1].json
    assert {name: sent.get(name) for name in REWRITTEN[provider]} == REWRITTEN[provider]
    assert given == FORMAT


@pytest.mark.parametrize("provider", ["cohere", "together", "hf-inference"])
def test_no_schema(call: Call, server: Server, provider: str) -> None:
    """A schema that is not there is refused where it would have to be rewritten (T18)."""
    server.always("GET huggingface.co/api/models/", mapping(**{provider: "id"}))
    settings = {"model": "org/m", "provider": provider, "api_key": "hf_1"}
    with pytest.raises(InputError, match="schema"):
        call(
            settings, "chat_completion", MESSAGES, response_format={"type": "json_schema", "json_schema": {"name": "x"}}
        )
    assert all(asked.method == "GET" for asked in server.requests)
