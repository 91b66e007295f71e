"""What can be written for huggingface_hub can be written for us: parameters, fields, typed inputs."""

from __future__ import annotations

import dataclasses
import inspect
from types import ModuleType
from typing import Any

import huggingface_hub
import pytest

import infermux
from infermux.sandbox import Sandbox

from .cases import WEATHER
from .leading import taken

METHODS = (
    "__init__",
    *(name for name, _ in inspect.getmembers(huggingface_hub.InferenceClient, inspect.isfunction) if name[0] != "_"),
)


@pytest.mark.parametrize("client", ["InferenceClient", "AsyncInferenceClient"])
@pytest.mark.parametrize("method", METHODS)
def test_every_parameter_is_known(method: str, client: str) -> None:
    """Each method takes all that the installed huggingface_hub takes, by position where that does."""
    theirs, ours = (
        inspect.signature(getattr(getattr(library, client), method)).parameters
        for library in (huggingface_hub, infermux)
    )
    named = {name for name, parameter in theirs.items() if parameter.kind is not inspect.Parameter.VAR_KEYWORD}
    assert named - ours.keys() == set()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    order = [name for name, parameter in theirs.items() if parameter.kind in positional]
    assert [name for name, parameter in ours.items() if parameter.kind in positional][: len(order)] == order


# The mapping is the Hub's; a job is there one of the Hub's machines, and here one in a provider's queue.
_OTHERS = ("InferenceProviderMapping", "JobStatus")
RECORDS = [
    name
    for name in infermux.__all__
    if dataclasses.is_dataclass(getattr(huggingface_hub, name, None)) and name not in _OTHERS
]


def test_there_are_records_in_common() -> None:
    """The list below is not empty by mistake."""
    assert {"ChatCompletionOutput", "TextGenerationOutput", "AutomaticSpeechRecognitionOutput"} <= set(RECORDS)


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_is_declared(name: str) -> None:
    """Each record of both libraries has, here, every field that it has there."""
    fields = {field.name for field in dataclasses.fields(getattr(huggingface_hub, name))}
    assert fields - set(dir(getattr(infermux, name))) == set()


def _typed(library: ModuleType) -> dict[str, Any]:
    function = library.ChatCompletionInputFunctionDefinition(**WEATHER["function"])
    message = library.ChatCompletionInputMessage(
        role="user",
        content=[
            library.ChatCompletionInputMessageChunk(type="text", text="Hi"),
            library.ChatCompletionInputMessageChunk(
                type="image_url", image_url=library.ChatCompletionInputURL(url="http://localhost/a.png")
            ),
        ],
    )
    return {
        "messages": [{"role": "system", "content": "Be short."}, message],
        "tools": [library.ChatCompletionInputTool(type="function", function=function)],
        "stream_options": library.ChatCompletionInputStreamOptions(include_usage=True),
        "stream": True,
    }


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.proves("CHA-18")
@pytest.mark.parametrize("types", [huggingface_hub, infermux], ids=["their types", "our types"])
def test_typed_inputs(types: ModuleType, box: Sandbox) -> None:
    """Typed inputs, mixed with dicts, are sent as huggingface_hub sends them; theirs may be passed to us."""
    with huggingface_hub.InferenceClient(model=box.url) as client:
        list(client.chat_completion(**_typed(huggingface_hub)))
    (theirs,) = taken(box)
    with infermux.InferenceClient(model=box.url) as client:
        list(client.chat_completion(**_typed(types)))
    (ours,) = taken(box)
    assert ours.url == theirs.url
    assert _without_none(ours.body) == _without_none(theirs.body)


def test_an_answer_is_a_message(box: Sandbox) -> None:
    """A message of an answer of theirs can be sent back through us, and the reverse."""
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    bodies: list[Any] = []
    for asks, answers in ((huggingface_hub, infermux), (infermux, huggingface_hub)):
        with asks.InferenceClient(model=box.url) as first, answers.InferenceClient(model=box.url) as second:
            message = first.chat_completion(messages, tools=[WEATHER]).choices[0].message
            result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "Rain."}
            out = second.chat_completion([*messages, message, result], tools=[WEATHER])
        assert "get_weather answered: Rain." in out.choices[0].message.content
        bodies.append(_without_none(taken(box)[1].body["messages"]))
    assert bodies[0] == bodies[1]
