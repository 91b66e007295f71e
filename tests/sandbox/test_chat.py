from __future__ import annotations

import base64
import enum
import json
from typing import Annotated, Any, Literal

import openai
import pydantic
import pytest

from infermux.sandbox import Sandbox

from .wire import CHAT, STREAM, ask, text_of

SAID = "What is the weather in San Francisco, CA for 3 days in fahrenheit?"
USER: Any = [{"role": "user", "content": SAID}]
ANSWER = f"This is the infermux sandbox, not a model. You wrote: {SAID}"
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather at a place",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "minimum": 1, "maximum": 7},
            },
            "required": ["location", "unit"],
        },
    },
}
MAIL: Any = {"type": "function", "function": {"name": "send_mail", "description": "Send an e-mail to someone"}}


def test_it_says_what_it_is(peer: openai.OpenAI) -> None:
    """The answer names the sandbox, repeats the question and counts tokens."""
    out = peer.chat.completions.create(model="org/any", messages=USER)
    choice = out.choices[0]
    assert (out.model, choice.finish_reason, choice.message.content) == ("org/any", "stop", ANSWER)
    assert out.usage
    assert (out.usage.prompt_tokens, out.usage.completion_tokens) == (13, 23)
    assert out.usage.total_tokens == 36


def test_stream_joins_to_the_plain_answer(peer: openai.OpenAI) -> None:
    """Word by word; role first, then the reason, then usage when asked for."""
    options: Any = {"include_usage": True}
    chunks = list(peer.chat.completions.create(model="m", messages=USER, stream=True, stream_options=options))
    assert (chunks[0].choices[0].delta.role, chunks[0].choices[0].delta.content) == ("assistant", "")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == ANSWER
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage
    assert chunks[-1].usage.total_tokens == 36
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_same_request_same_bytes(url: str) -> None:
    """Nothing in an answer depends on the time or on chance."""
    for body in (CHAT, STREAM):
        assert ask(url, "/v1/chat/completions", body).body == ask(url, "/v1/chat/completions", body).body


@pytest.mark.parametrize(
    ("options", "text", "finish"),
    [
        ({"max_tokens": 3}, "This is the", "length"),
        ({"max_completion_tokens": 2}, "This is", "length"),
        ({"stop": " sandbox"}, "This is the infermux", "stop"),
        ({"stop": ["never", ","]}, "This is the infermux sandbox", "stop"),
        ({"seed": 7, "temperature": 0.1, "some_new_option": 1}, ANSWER, "stop"),
    ],
)
def test_limits(url: str, options: dict[str, Any], text: str, finish: str) -> None:
    """Limits and stops end an answer and say so, streamed or not; what is unknown is ignored."""
    body = {"model": "m", "messages": USER, **options}
    choice = ask(url, "/v1/chat/completions", body).json["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == (text, finish)
    events = ask(url, "/v1/chat/completions", {**body, "stream": True}).events
    assert text_of(events) == text
    assert json.loads(events[-2])["choices"][0]["finish_reason"] == finish


def test_n_answers(peer: openai.OpenAI) -> None:
    """Several answers have their own index, streamed or not."""
    out = peer.chat.completions.create(model="m", messages=USER, n=3)
    assert [choice.index for choice in out.choices] == [0, 1, 2]
    ends = [
        choice.index
        for chunk in peer.chat.completions.create(model="m", messages=USER, n=2, stream=True)
        for choice in chunk.choices
        if choice.finish_reason
    ]
    assert ends == [0, 1]


def test_logprobs(peer: openai.OpenAI) -> None:
    """Every token is certain, and the tokens are the text."""
    out = peer.chat.completions.create(model="m", messages=USER, logprobs=True, top_logprobs=5)
    noted = out.choices[0].logprobs
    assert noted
    assert noted.content
    assert "".join(token.token for token in noted.content) == ANSWER
    assert {token.logprob for token in noted.content} == {0.0}
    assert noted.content[0].top_logprobs[0].token == noted.content[0].token
    first = next(
        chunk.choices[0].logprobs
        for chunk in peer.chat.completions.create(model="m", messages=USER, logprobs=True, stream=True)
        if chunk.choices[0].delta.content
    )
    assert first
    assert first.content
    assert first.content[0].token == "This"


@pytest.mark.parametrize(
    "choice", ["auto", "required", "get_weather", {"type": "function", "function": {"name": "get_weather"}}]
)
def test_tool_call_takes_its_values_from_the_question(peer: openai.OpenAI, choice: Any) -> None:
    """The tool that fits is called with the place, the number and the member that were named."""
    out = peer.chat.completions.create(model="m", messages=USER, tools=[MAIL, WEATHER], tool_choice=choice)
    assert out.choices[0].finish_reason == "tool_calls"
    assert out.choices[0].message.content is None
    [call] = out.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.id.startswith("call_")
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"location": "San Francisco, CA", "unit": "fahrenheit", "days": 3}


def test_streamed_tool_call_comes_in_fragments(peer: openai.OpenAI) -> None:
    """The openai client's own accumulator puts the fragments together."""
    with peer.chat.completions.stream(model="m", messages=USER, tools=[WEATHER]) as stream:
        out = stream.get_final_completion()
    [call] = out.choices[0].message.tool_calls or []
    assert json.loads(call.function.arguments)["location"] == "San Francisco, CA"
    assert out.choices[0].finish_reason == "tool_calls"
    body = {"model": "m", "messages": USER, "tools": [WEATHER], "stream": True}
    with Sandbox() as box:
        deltas = [
            json.loads(event)["choices"][0]["delta"] for event in ask(box.url, "/v1/chat/completions", body).events[:-1]
        ]
    pieces = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert len(pieces) > 3
    assert {piece["index"] for piece in pieces} == {0}
    assert ["id" in piece for piece in pieces] == [True] + [False] * (len(pieces) - 1)


def test_tool_result_is_quoted(peer: openai.OpenAI) -> None:
    """After the tool's message the answer is a text again, unless a tool is required."""
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    messages: Any = [
        *USER,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "18 degrees"},
    ]
    out = peer.chat.completions.create(model="m", messages=messages, tools=[WEATHER])
    assert out.choices[0].message.content == (
        "This is the infermux sandbox, not a model. get_weather answered: 18 degrees"
    )
    again = peer.chat.completions.create(model="m", messages=messages, tools=[WEATHER], tool_choice="required")
    assert again.choices[0].finish_reason == "tool_calls"


def test_tools_can_be_refused(peer: openai.OpenAI) -> None:
    """With `none` the answer is text; a name that is not among the tools is an error."""
    out = peer.chat.completions.create(model="m", messages=USER, tools=[WEATHER], tool_choice="none")
    assert out.choices[0].message.content == ANSWER
    other: Any = {"type": "function", "function": {"name": "other"}}
    with pytest.raises(openai.BadRequestError, match="'other'"):
        peer.chat.completions.create(model="m", messages=USER, tools=[WEATHER], tool_choice=other)


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
FILLED = {"city": "San Francisco, CA", "days": 3}


@pytest.mark.parametrize(
    "wanted",
    [
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA, "strict": True}}},
        {"response_format": {"type": "json_schema", "schema": SCHEMA}},
        {"response_format": {"type": "json_object", "schema": SCHEMA}},
        {"response_format": {"type": "json_object", "value": SCHEMA}},
        {"response_format": {"type": "json", "value": SCHEMA}},
        {"response_format": {"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}}},
        {"guided_json": SCHEMA},
    ],
)
def test_structured_answers_in_every_dialect(url: str, wanted: dict[str, Any]) -> None:
    """OpenAI, Together, TGI and vLLM name the schema differently; all are followed."""
    out = ask(url, "/v1/chat/completions", {"model": "m", "messages": USER, **wanted}).json
    assert json.loads(out["choices"][0]["message"]["content"]) == FILLED


class Kind(enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Stop(pydantic.BaseModel):
    place: str
    nights: Annotated[int, pydantic.Field(ge=1, le=30)]
    kind: Kind | None


class Trip(pydantic.BaseModel):
    title: str
    stops: Annotated[list[Stop], pydantic.Field(min_length=2)]
    by: Literal["train", "car"]
    price: float


def test_pydantic_models_are_parsed(peer: openai.OpenAI) -> None:
    """What the openai client sends for a pydantic model comes back as one."""
    said: Any = [{"role": "user", "content": "Plan 5 nights in Rome by car, a large room"}]
    trip = peer.chat.completions.parse(model="m", messages=said, response_format=Trip).choices[0].message.parsed
    assert trip
    assert trip.stops == [Stop(place="Rome", nights=5, kind=Kind.LARGE)] * 2
    assert trip.by == "car"


def test_json_object_and_regex(url: str) -> None:
    """Without a schema any object will do; a regular expression is matched."""
    body = {"model": "m", "messages": USER, "response_format": {"type": "json_object"}}
    out = ask(url, "/v1/chat/completions", body).json
    assert json.loads(out["choices"][0]["message"]["content"]) == {"answer": SAID}
    body["response_format"] = {"type": "regex", "value": r"\d{3}-[a-c]+"}
    out = ask(url, "/v1/chat/completions", body).json
    assert out["choices"][0]["message"]["content"] == "000-a"


def test_pictures_and_sounds_are_described(peer: openai.OpenAI) -> None:
    """What can be told from the bytes is told; an address is not opened."""
    drawn = peer.images.generate(model="m", prompt="x", extra_body={"width": 64, "height": 32})
    assert drawn.data
    said = base64.b64encode(peer.audio.speech.create(model="m", voice="v", input="Hi!").read()).decode()
    content: Any = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{drawn.data[0].b64_json}"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}},
        {"type": "input_audio", "input_audio": {"data": said, "format": "wav"}},
    ]
    out = peer.chat.completions.create(model="m", messages=[{"role": "user", "content": content}])
    text = out.choices[0].message.content or ""
    assert "You wrote: Look 2 images: PNG of 64x32 pixels, " in text
    assert "at https://example.com/x.png, which the sandbox did not open. Hi!" in text


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"model": "m"}, "messages"),
        ({"model": "m", "messages": []}, "messages"),
        ({"model": "m", "messages": [{"content": "x"}]}, "messages[0].role"),
        ({"model": "m", "messages": USER, "max_tokens": 0}, "max_tokens"),
        ({"model": "m", "messages": USER, "n": "two"}, "n"),
        ({"model": "m", "messages": USER, "n": 129}, "n"),
        ({"model": "m", "messages": USER, "tools": [{"type": "function"}]}, "tools[0].function.name"),
        (b"not json", None),
        (b"[1]", None),
    ],
)
def test_bad_requests_are_refused(url: str, body: Any, param: str | None) -> None:
    """The refusal has the four fields of OpenAI's and names what is wrong."""
    got = ask(url, "/v1/chat/completions", body)
    assert got.status == 400
    assert set(got.json["error"]) == {"message", "type", "param", "code"}
    assert got.json["error"]["param"] == param


def test_text_completions(peer: openai.OpenAI) -> None:
    """The older route continues a prompt, streamed or not, and stops at sixteen tokens unless told."""
    out = peer.completions.create(model="m", prompt=["Once upon", "a time"], max_tokens=4, echo=True)
    assert [choice.text for choice in out.choices] == ["Once upon This is the infermux", "a time This is the infermux"]
    assert {choice.finish_reason for choice in out.choices} == {"length"}
    chunks = list(peer.completions.create(model="m", prompt="Once", max_tokens=99, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == (
        " This is the infermux sandbox, not a model. The prompt was: Once"
    )
    assert chunks[-1].choices[0].finish_reason == "stop"
    with pytest.raises(openai.BadRequestError, match="'prompt'"):
        peer.post("/completions", body={"model": "m"}, cast_to=object)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/together/v1", "last"),
        ("/cohere/compatibility/v1", "last"),
        ("/novita/v3/openai", "all"),
        ("/groq/openai/v1", ""),
    ],
)
def test_usage_in_streams_is_where_each_provider_puts_it(url: str, path: str, shown: str) -> None:
    """Some tell the usage unasked, on the last chunk or on all."""
    events = ask(url, f"{path}/chat/completions", STREAM).events
    told = [bool(json.loads(event).get("usage")) for event in events[:-1]]
    assert (
        told == {"last": [False] * (len(told) - 1) + [True], "all": [True] * len(told), "": [False] * len(told)}[shown]
    )


@pytest.mark.parametrize(
    "base",
    [
        "groq/openai/v1",
        "fireworks-ai/inference/v1",
        "cerebras/v1",
        "cohere/compatibility/v1",
        "novita/v3/openai",
        "nscale/v1",
        "sambanova/v1",
        "hyperbolic/v1",
        "nebius/v1",
        "featherless-ai/v1",
        "openai/v1",
        "zai-org/api/paas/v4",
        "hf-inference/models/org/name/v1",
        "hf-inference/models/gpt2/v1",
    ],
)
def test_every_provider_route(url: str, base: str) -> None:
    """Behind each provider's own base URL the openai client gets its answer."""
    with openai.OpenAI(base_url=f"{url}/{base}", api_key="any", max_retries=0) as client:
        assert client.chat.completions.create(model="m", messages=USER).choices[0].message.content == ANSWER
