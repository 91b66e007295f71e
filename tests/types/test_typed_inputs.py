"""Typed inputs may stand wherever a dict is taken: the server gets the same bytes (SURFACE 17)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import infermux
from contract.server import Answer, Server
from infermux import InputError

Call = Callable[..., Any]

SAID = Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}}]})
WROTE = Answer.of({"generated_text": "x"})
PNG = b"\x89PNG\r\n\x1a\n"
DREW = Answer(headers={"content-type": "image/png"}, body=PNG)
SHORT = Answer.of([{"summary_text": "x"}])
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "none": {"const": None}}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
TALK = [{"role": "user", "content": "Hi"}]
ANSWERED = [
    {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url"}]},
    {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "weather"}}]},
    {"role": "tool", "tool_call_id": "1", "content": "rain"},
]
ANSWERED[0]["content"][1]["image_url"] = {"url": "https://example.org/a.png"}  # type: ignore[index]

TYPED: dict[str, tuple[str, Any, dict[str, Any], Any, dict[str, Any], Answer]] = {
    "messages": (
        "chat_completion",
        [
            infermux.ChatCompletionInputMessage(
                role="user",
                content=[
                    infermux.ChatCompletionInputMessageChunk(type="text", text="What is this?"),
                    infermux.ChatCompletionInputMessageChunk(
                        type="image_url", image_url=infermux.ChatCompletionInputURL(url="https://example.org/a.png")
                    ),
                ],
            ),
            infermux.ChatCompletionInputMessage(
                role="assistant",
                tool_calls=[
                    infermux.ChatCompletionInputToolCall(
                        id="1",
                        type="function",
                        function=infermux.ChatCompletionInputFunctionDefinition(name="weather"),
                    )
                ],
            ),
            infermux.ChatCompletionInputMessage(role="tool", tool_call_id="1", content="rain"),
        ],
        {},
        ANSWERED,
        {},
        SAID,
    ),
    "tools": (
        "chat_completion",
        TALK,
        {
            "tools": [
                infermux.ChatCompletionInputTool(
                    type="function",
                    function=infermux.ChatCompletionInputFunctionDefinition(name="weather", parameters=SCHEMA),
                )
            ],
            "tool_choice": infermux.ChatCompletionInputToolChoiceClass(
                type="function", function=infermux.ChatCompletionInputFunctionName(name="weather")
            ),
        },
        TALK,
        {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
        SAID,
    ),
    "schema": (
        "chat_completion",
        TALK,
        {
            "response_format": infermux.ChatCompletionInputResponseFormatJSONSchema(
                type="json_schema",
                json_schema=infermux.ChatCompletionInputJSONSchema(name="place", schema=SCHEMA, strict=True),
            ),
            "stream_options": infermux.ChatCompletionInputStreamOptions(include_usage=True),
        },
        TALK,
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "place", "schema": SCHEMA, "strict": True},
            },
            "stream_options": {"include_usage": True},
        },
        SAID,
    ),
    "json object": (
        "chat_completion",
        TALK,
        {"response_format": infermux.ChatCompletionInputResponseFormatJSONObject(type="json_object")},
        TALK,
        {"response_format": {"type": "json_object"}},
        SAID,
    ),
    "grammar": (
        "text_generation",
        "Once",
        {"grammar": infermux.TextGenerationInputGrammarType(type="regex", value="[a-z]+")},
        "Once",
        {"grammar": {"type": "regex", "value": "[a-z]+"}},
        WROTE,
    ),
    "extra body": (
        "text_generation",
        "Once",
        {"extra_body": infermux.TextGenerationInputGenerateParameters(top_k=5, stop=["."])},
        "Once",
        {"top_k": 5, "stop": ["."]},
        WROTE,
    ),
    "parameters": (
        "text_generation",
        "Once",
        {**infermux.TextGenerationInputGenerateParameters(top_k=5, seed=1)},
        "Once",
        {"top_k": 5, "seed": 1},
        WROTE,
    ),
    "picture": (
        "image_to_image",
        PNG,
        {
            "prompt": "a cat",
            "target_size": infermux.ImageToImageTargetSize(width=64, height=32),
            "extra_body": infermux.ImageToImageParameters(guidance_scale=2.5),
            "output_type": "bytes",
        },
        PNG,
        {
            "prompt": "a cat",
            "target_size": {"width": 64, "height": 32},
            "guidance_scale": 2.5,
            "output_type": "bytes",
        },
        DREW,
    ),
    "parameters of older releases": (
        "summarization",
        "A text.",
        {"parameters": infermux.SummarizationParameters(truncation="only_first")},
        "A text.",
        {"truncation": "only_first"},
        SHORT,
    ),
    "generate_parameters": (
        "summarization",
        "A text.",
        {"generate_parameters": infermux.TextGenerationInputGenerateParameters(top_k=5)},
        "A text.",
        {"generate_parameters": {"top_k": 5}},
        SHORT,
    ),
}


@pytest.mark.filterwarnings("ignore:.*parameters=:FutureWarning")
@pytest.mark.parametrize("case", TYPED)
def test_typed_form(call: Call, server: Server, case: str) -> None:
    """The typed form is sent as the plain one is, without anything that was not given."""
    method, first, typed, plain_first, plain, answer = TYPED[case]
    server.say(answer, answer)
    call({"base_url": server.url}, method, first, **typed)
    call({"base_url": server.url}, method, plain_first, **plain)
    one, other = server.requests
    assert one.json == other.json


@pytest.mark.parametrize("provider", ["cohere", "fireworks-ai", "nebius", "sambanova", "together"])
def test_schema_in_other_forms(call: Call, server: Server, provider: str) -> None:
    """A typed schema is put into the form that the provider asks for, as a plain one is, and is not changed itself."""
    typed = infermux.ChatCompletionInputResponseFormatJSONSchema(
        type="json_schema", json_schema=infermux.ChatCompletionInputJSONSchema(name="place", schema=SCHEMA)
    )
    before = json.dumps(typed)
    entry = {"provider": provider, "providerId": "m", "status": "live", "task": "conversational"}
    server.always("GET huggingface.co/api/", Answer.of({"id": "org/m", "inferenceProviderMapping": [entry]}))
    server.say(SAID, SAID)
    settings = {"provider": provider, "api_key": "key-1", "model": "org/m"}
    call(settings, "chat_completion", TALK, response_format=typed)
    call(settings, "chat_completion", TALK, response_format=json.loads(before))
    one, other = (asked for asked in server.requests if asked.method == "POST")
    assert one.json == other.json
    assert json.dumps(typed) == before


@pytest.mark.parametrize("name", ["ImageToImageTargetSize", "ImageTextToImageTargetSize"])
def test_target_size(call: Call, server: Server, name: str) -> None:
    """The size of a picture may be typed."""
    server.say(DREW, DREW)
    for size in (getattr(infermux, name)(width=64, height=32), {"width": 64, "height": 32}):
        call({"base_url": server.url}, "text_to_image", "a cat", target_size=size, output_type="bytes")
    one, other = server.requests
    assert one.json == other.json == {"inputs": "a cat", "parameters": {"width": 64, "height": 32}}


def test_typed_nonsense(call: Call, server: Server) -> None:
    """A typed input in the wrong place is refused as a dict would be."""
    size: Any = infermux.ImageToImageTargetSize(width=1, height=1)
    with pytest.raises(InputError, match="stop"):
        call({"base_url": server.url}, "text_generation", "Once", stop=size)
    assert server.requests == []


def test_nothing_but_what_is_given() -> None:
    """A typed input holds what was given, in that order, and reads the rest as None."""
    made = infermux.ImageToImageParameters(prompt="a cat", guidance_scale=2.0)
    assert json.dumps(made) == '{"prompt": "a cat", "guidance_scale": 2.0}'
    assert (made.negative_prompt, made.target_size) == (None, None)
    assert infermux.TextToSpeechGenerationParameters(do_sample=True) == {"do_sample": True}


def test_parts() -> None:
    """Parsed, an input has its parts typed; made by hand, it keeps what it was given."""
    parsed = infermux.ImageToImageInput.parse({"inputs": "aGk=", "parameters": {"target_size": {"width": 1}}})
    assert type(parsed.parameters) is infermux.ImageToImageParameters
    assert type(parsed.parameters.target_size) is infermux.ImageToImageTargetSize
    speech = infermux.TextToSpeechInput.parse({"inputs": "a", "parameters": {"generation_parameters": {"top_k": 1}}})
    assert speech.parameters is not None
    assert speech["parameters"]["generation_parameters"] == infermux.TextToSpeechGenerationParameters(top_k=1)
    assert type(speech["parameters"].generation_parameters) is infermux.TextToSpeechGenerationParameters
