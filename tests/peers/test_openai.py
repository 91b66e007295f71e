"""The openai client and ours, each as the other's drop-in: requests, results, chunks and errors.

We differ on purpose in a few things, each asserted below: `accept: application/json` is not sent (OAI-D1: of a stream
it is not true), a 503 is waited for whatever `max_retries` says (OAI-D2, SURFACE 2.5), a timeout is called
`InferenceTimeoutError` (OAI-D3, SURFACE 3), `parse` does not say that it does not stream (OAI-D4), and an answer that
is cut off is an `IncompleteAnswerError` whatever cut it (OAI-D5).
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import openai
import pydantic
import pytest

import infermux
from contract.server import Answer, Server
from infermux.sandbox import Sandbox

from .cases import JSON_SCHEMA, MESSAGES, WEATHER
from .comparing import ABSENT, differences, plain
from .leading import Asked, taken

_FUNCTION = WEATHER["function"]
OPTIONS: dict[str, Any] = {
    "audio": {"format": "wav", "voice": "alloy"},
    "frequency_penalty": 0.5,
    "function_call": "auto",
    "functions": [_FUNCTION],
    "logit_bias": {"50256": -100},
    "logprobs": True,
    "max_completion_tokens": 4,
    "max_tokens": 4,
    "metadata": {"a": "b"},
    "modalities": ["text"],
    "moderation": {"model": "omni-moderation-latest"},
    "n": 2,
    "parallel_tool_calls": False,
    "prediction": {"type": "content", "content": "This is"},
    "presence_penalty": -0.5,
    "prompt_cache_key": "k",
    "prompt_cache_options": {"mode": "implicit"},
    "prompt_cache_retention": "24h",
    "reasoning_effort": "low",
    "response_format": JSON_SCHEMA,
    "safety_identifier": "s",
    "seed": 7,
    "service_tier": "auto",
    "stop": "a stop",
    "store": True,
    "stream_options": {"include_usage": True},
    "temperature": 0.0,
    "tool_choice": {"type": "function", "function": {"name": "get_weather"}},
    "tools": [WEATHER],
    "top_logprobs": 1,
    "top_p": 0.9,
    "user": "u",
    "verbosity": "low",
    "web_search_options": {"search_context_size": "low"},
    "extra_headers": {"X-Mine": "1"},
    "extra_query": {"q": "a b"},
    "extra_body": {"mine": {"one": 1}},
    "timeout": 30.0,
}
_NEEDS = {"top_logprobs": ("logprobs",), "tool_choice": ("tools",), "stream_options": ("stream",)}
_SETTINGS = {
    "plain": {},
    "organization and project": {"organization": "org", "project": "proj"},
    "default headers and query": {"default_headers": {"X-Mine": "2"}, "default_query": {"v": "1"}},
}


def _sync(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    client = make(**settings)
    try:
        made = client.chat.completions.create(model="gpt", messages=MESSAGES, **options)
        return list(made) if options.get("stream") else made
    finally:
        client.close()


def _async(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    async def run() -> Any:
        client = make(**settings)
        try:
            made = await client.chat.completions.create(model="gpt", messages=MESSAGES, **options)
            return [chunk async for chunk in made] if options.get("stream") else made
        finally:
            await client.close()

    return asyncio.run(run())


def _openai(**settings: Any) -> openai.OpenAI:
    # To load certificates takes longer than a call.
    return openai.OpenAI(http_client=openai.DefaultHttpxClient(verify=False), **settings)


def _async_openai(**settings: Any) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(http_client=openai.DefaultAsyncHttpxClient(verify=False), **settings)


CLIENTS = {
    "sync": (_sync, _openai, infermux.InferenceClient),
    "async": (_async, _async_openai, infermux.AsyncInferenceClient),
}


def _dumped(answer: Any) -> Any:
    return plain([item.model_dump() for item in answer] if isinstance(answer, list) else answer.model_dump())


def _both(
    box: Sandbox, mode: str, options: dict[str, Any], settings: dict[str, Any]
) -> Iterator[tuple[Any, Asked, dict[str, str]]]:
    run, *makers = CLIENTS[mode]
    for make in makers:
        answer = run(make, {"base_url": f"{box.url}/v1", "api_key": "sk-x", "max_retries": 0, **settings}, options)
        about = {name: value for name, value in box.requests[-1].headers.items() if name.startswith("openai-")}
        (asked,) = taken(box)
        yield _dumped(answer), asked, about


def _compared(box: Sandbox, mode: str, options: dict[str, Any], settings: dict[str, Any] | None = None) -> None:
    (theirs, their_request, their_names), (ours, our_request, our_names) = _both(box, mode, options, settings or {})
    # OAI-D1
    assert their_request.headers.pop("accept") == "application/json"
    assert "accept" not in our_request.headers
    assert differences(vars(their_request), vars(our_request)) == {}
    assert their_names == our_names
    assert differences(theirs, ours) == {}


@pytest.mark.proves("OAI-01", "OAI-02", "OAI-03", "OAI-04", "CHA-05", "CHA-06", "CHA-07", "CHA-09", "CHA-10")
@pytest.mark.proves("CHA-08", "CHA-14", "CHA-15", "CHA-16")
@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("name", OPTIONS)
def test_every_option(name: str, mode: str, box: Sandbox) -> None:
    """Each option of `create` arrives as it does from openai, and the answer reads the same."""
    options = {other: OPTIONS.get(other, True) for other in (*_NEEDS.get(name, ()), name)}
    _compared(box, mode, options)


def test_no_option_is_forgotten() -> None:
    """The table above holds all that `create` of the installed openai takes; `parse` and `stream` take as much here."""
    theirs = openai.resources.chat.Completions
    known = inspect.signature(theirs.create).parameters
    assert set(known) - {"self", "messages", "model", "stream"} == set(OPTIONS)
    ours = infermux.InferenceClient().chat.completions
    assert (
        inspect.signature(theirs.parse).parameters.keys() - {"self"} <= inspect.signature(ours.parse).parameters.keys()
    )
    taken = inspect.signature(theirs.stream).parameters.keys() - {"self"}
    assert taken <= inspect.signature(ours.stream).parameters.keys()


@pytest.mark.proves("OAI-01", "OAI-02", "OAI-03", "CHA-11")
@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stream_options": {"include_usage": True}},
        {"tools": [WEATHER]},
        {"response_format": JSON_SCHEMA},
        {"logprobs": True, "top_logprobs": 1, "n": 2},
    ],
    ids=lambda options: "+".join(options) or "plain",
)
def test_streams(options: dict[str, Any], mode: str, box: Sandbox) -> None:
    """Chunk by chunk the same."""
    _compared(box, mode, {"stream": True, **options})


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("settings", _SETTINGS.values(), ids=_SETTINGS)
def test_settings_of_the_client(settings: dict[str, Any], mode: str, box: Sandbox) -> None:
    """What openai's constructor takes means the same here."""
    _compared(box, mode, {}, settings)


_ERRORS = (openai.OpenAIError, infermux.InferenceError)
_STATUSES = (400, 401, 403, 404, 409, 422, 429, 500)


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("status", _STATUSES)
def test_errors_have_the_same_names(status: int, stream: bool, mode: str, server: Server) -> None:
    """A refusal raises the class of the same name, with the same status, body and request id."""
    refusal = {"error": {"message": "No, never.", "type": "refused", "param": None, "code": "no"}}
    server.always("POST", Answer.of(refusal, status, x_request_id="req-1"))
    run, *makers = CLIENTS[mode]
    raised: list[Any] = []
    for make in makers:
        settings = {"base_url": f"{server.url}/v1", "api_key": "sk-x", "max_retries": 0}
        with pytest.raises(Exception, match="No, never") as caught:
            run(make, settings, {"stream": stream})
        raised.append(caught.value)
    theirs, ours = raised
    assert type(theirs).__name__ == type(ours).__name__
    assert (theirs.status_code, theirs.request_id) == (ours.status_code, ours.request_id) == (status, "req-1")
    assert theirs.body == ours.response.json()["error"]
    assert len(server.requests) == 2


@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"api_key": "sk-right"}, "AuthenticationError"),
        ({"fault": "S02"}, "RateLimitError"),
        ({"fault": "S04"}, "InternalServerError"),
        ({"fault": "S12"}, "BadRequestError"),
    ],
    ids=str,
)
def test_errors_of_the_sandbox(told: dict[str, str], name: str, mode: str) -> None:
    """The sandbox's own refusals and faults, by name."""
    run, *makers = CLIENTS[mode]
    with Sandbox(**told) as spoilt:
        for make in makers:
            settings: dict[str, Any] = {"base_url": f"{spoilt.url}/v1", "api_key": "sk-x", "max_retries": 0}
            if make in (infermux.InferenceClient, infermux.AsyncInferenceClient):
                # OAI-D2
                settings["retry_on_error"] = False
            with pytest.raises(_ERRORS) as caught:
                run(make, settings, {})
            assert type(caught.value).__name__ == name


@pytest.mark.parametrize("mode", CLIENTS)
def test_a_failed_attempt_is_repeated_by_both(mode: str) -> None:
    """After one 500 both ask again, and the answer is the same."""
    run, *makers = CLIENTS[mode]
    told: list[Any] = []
    for make in makers:
        with Sandbox("S03") as spoilt:
            told.append(_dumped(run(make, {"base_url": f"{spoilt.url}/v1", "api_key": "sk-x"}, {})))
            assert len(spoilt.requests) == 2
    assert differences(*told) == {}


@pytest.mark.parametrize("mode", CLIENTS)
def test_a_model_that_loads_is_waited_for_here(mode: str) -> None:
    """OAI-D2: told to try once, openai gives up on a 503, and we wait."""
    run, theirs, ours = CLIENTS[mode]
    with Sandbox("S15:0.2") as spoilt:
        settings: dict[str, Any] = {"base_url": f"{spoilt.url}/v1", "api_key": "sk-x", "max_retries": 0}
        with pytest.raises(openai.InternalServerError):
            run(theirs, settings, {})
        assert run(ours, settings, {}).choices[0].message.content


@pytest.mark.parametrize("mode", CLIENTS)
def test_a_slow_server_times_both_out(mode: str) -> None:
    """A slow answer is a timeout by name here and there, and a `TimeoutError` besides here."""
    run, *makers = CLIENTS[mode]
    names: list[str] = []
    with Sandbox("S06:1") as spoilt:
        for make in makers:
            settings = {"base_url": f"{spoilt.url}/v1", "api_key": "sk-x", "max_retries": 0, "timeout": 0.1}
            with pytest.raises(_ERRORS) as caught:
                run(make, settings, {})
            names.append(type(caught.value).__name__)
    # OAI-D3
    assert names == ["APITimeoutError", "InferenceTimeoutError"]
    assert isinstance(caught.value, TimeoutError)


def test_absent_means_absent() -> None:
    """`differences` tells a null from nothing."""
    assert differences({"a": None}, {}) == {"a": (None, ABSENT)}


class Person(pydantic.BaseModel):
    """A human being."""

    name: Literal["Ada", "Bob"] = "Ada"
    age: Annotated[int, pydantic.Field(ge=0)]
    kind: Literal["tall"] | None = None


class City(pydantic.BaseModel):
    """A town."""

    name: str
    people: int | None = None
    mayor: Person = pydantic.Field(description="Who leads it.")
    twins: list[City] = []


@pydantic.dataclasses.dataclass
class Point:
    """A place on a plane."""

    x: int
    y: int


_STRICT = {"type": "function", "function": {**_FUNCTION, "strict": True}}
_ADA = '{"name":"Ada","age":36,"kind":null}'


def _chunk(delta: dict[str, Any], finish_reason: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": finish_reason, **more}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}


_HEAD = {"id": "c", "created": 1, "model": "m", "system_fingerprint": "f"}
_USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def _word(token: str) -> dict[str, Any]:
    return {"token": token, "logprob": -0.5, "bytes": None, "top_logprobs": []}


def _called(index: int, arguments: str, **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": index, **more, "function": {"arguments": arguments}}]}


def _call_begun(index: int, name: str) -> dict[str, Any]:
    call = {"index": index, "id": f"call-{index}", "type": "function", "function": {"name": name, "arguments": ""}}
    return {"tool_calls": [call]}


WRITTEN: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "text": (
        {},
        [
            _chunk({"role": "assistant", "content": ""}),
            _chunk({"content": "Hel"}),
            _chunk({"content": "lo"}),
            _chunk({}, "stop"),
            {**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE},
        ],
    ),
    "object": (
        {"response_format": Person},
        [
            _chunk({"role": "assistant", "content": ""}),
            *(_chunk({"content": _ADA[start : start + 3]}) for start in range(0, len(_ADA), 3)),
            _chunk({}, "stop"),
        ],
    ),
    "refusal": (
        {"response_format": Person},
        [
            _chunk({"role": "assistant", "refusal": ""}),
            _chunk({"refusal": "I can"}),
            _chunk({"refusal": "not."}),
            _chunk({}, "stop"),
        ],
    ),
    "calls": (
        {"tools": [_STRICT]},
        [
            _chunk({"role": "assistant", "content": "Let me see."}),
            _chunk(_call_begun(0, "get_weather")),
            _chunk(_called(0, '{"location":"Pa')),
            _chunk(_called(0, 'ris","days":1')),
            _chunk(_called(0, "}")),
            _chunk(_call_begun(1, "other")),
            _chunk(_called(1, "{}")),
            _chunk({}, "tool_calls"),
        ],
    ),
    "logprobs": (
        {"logprobs": True},
        [
            _chunk({"role": "assistant", "content": "Hel"}, logprobs={"content": [_word("Hel")], "refusal": None}),
            _chunk({"content": "lo"}, logprobs={"content": [_word("lo")], "refusal": None}),
            _chunk({"refusal": "No"}, logprobs={"content": None, "refusal": [_word("No")]}),
            _chunk({}, "stop"),
        ],
    ),
    "two": (
        {"n": 2},
        [
            _chunk({"role": "assistant", "content": "a"}),
            _chunk({"role": "assistant", "content": "b"}, index=1),
            _chunk({"content": "A"}),
            _chunk({}, "stop"),
            _chunk({"content": "B"}, "stop", index=1),
        ],
    ),
}


def _shown(value: Any) -> Any:
    """A value at this moment; what is read stands beside the mapping in ours, and in it in theirs."""
    if isinstance(value, pydantic.BaseModel):
        value = value.model_dump(warnings=False)
    if isinstance(value, dict):
        is_event = "role" not in value and "type" in value
        beside = () if is_event else ("parsed", "parsed_arguments")
        return {name: _shown(item) for name, item in value.items() if name not in beside and item is not None}
    return [_shown(item) for item in value] if isinstance(value, list) else value


def _read(completion: Any) -> list[Any]:
    """What the messages and the calls of an answer say."""
    found: list[Any] = []
    for choice in completion.choices:
        found.append(choice.message.parsed)
        found += [call.function.parsed_arguments for call in choice.message.tool_calls or []]
    return found


def _followed(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    client = make(**settings)
    try:
        with client.chat.completions.stream(model="gpt", messages=MESSAGES, **options) as stream:
            events = [_shown(event) for event in stream]
            last = stream.get_final_completion()
        return events, _shown(last), _read(last)
    finally:
        client.close()


def _followed_async(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    async def run() -> Any:
        client = make(**settings)
        try:
            async with client.chat.completions.stream(model="gpt", messages=MESSAGES, **options) as stream:
                events = [_shown(event) async for event in stream]
                last = await stream.get_final_completion()
            return events, _shown(last), _read(last)
        finally:
            await client.close()

    return asyncio.run(run())


FOLLOWED = {"sync": _followed, "async": _followed_async}


@pytest.mark.proves("OAI-05")
@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize(("options", "chunks"), WRITTEN.values(), ids=WRITTEN)
def test_events_of_a_stream(options: dict[str, Any], chunks: list[Any], mode: str, server: Server) -> None:
    """Event by event the same, with the same final answer; the requests are equal."""
    server.say(Answer.events(*chunks), Answer.events(*chunks))
    settings = {"base_url": f"{server.url}/v1", "api_key": "sk-x"}
    theirs, ours = (FOLLOWED[mode](make, settings, options) for make in CLIENTS[mode][1:])
    assert len(theirs[0]) > len(chunks)
    assert differences(theirs[0], ours[0]) == {}
    assert differences(theirs[1], ours[1]) == {}
    assert theirs[2] == ours[2]
    their_request, our_request = server.requests
    assert differences(their_request.json, our_request.json) == {}


def _parsed(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    with make(**settings) as client:
        return client.chat.completions.parse(model="gpt", messages=MESSAGES, **options)


def _parsed_async(make: Callable[..., Any], settings: dict[str, Any], options: dict[str, Any]) -> Any:
    async def run() -> Any:
        async with make(**settings) as client:
            return await client.chat.completions.parse(model="gpt", messages=MESSAGES, **options)

    return asyncio.run(run())


PARSED = {"sync": _parsed, "async": _parsed_async}


def _answer(message: dict[str, Any], finish_reason: str = "stop") -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}
    return Answer.of({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE})


_TOWN = {"name": "Rome", "mayor": {"age": 5}, "twins": []}
READ: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "model": ({"response_format": City}, {"content": json.dumps(_TOWN)}),
    "dataclass": ({"response_format": Point}, {"content": '{"x": 1, "y": 2}'}),
    "dict": ({"response_format": JSON_SCHEMA}, {"content": "{}"}),
    "nothing": ({}, {"content": "Hello"}),
    "refusal": ({"response_format": Person}, {"content": None, "refusal": "No."}),
    "call": (
        {"tools": [_STRICT], "response_format": Person},
        {
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"days": 1}'}}
            ],
        },
    ),
}


@pytest.mark.proves("OAI-05")
@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize(("options", "message"), READ.values(), ids=READ)
def test_parse(options: dict[str, Any], message: dict[str, Any], mode: str, server: Server) -> None:
    """The same schema is asked for, and the answer is read as the same object."""
    server.say(_answer(message), _answer(message))
    settings = {"base_url": f"{server.url}/v1", "api_key": "sk-x"}
    theirs, ours = (PARSED[mode](make, settings, options) for make in CLIENTS[mode][1:])
    assert differences(_shown(theirs), _shown(ours)) == {}
    assert _read(theirs) == _read(ours)
    their_request, our_request = (request.json for request in server.requests)
    # OAI-D4
    assert their_request.pop("stream") is False
    assert differences(their_request, our_request) == {}


@pytest.mark.parametrize("reason", ["length", "content_filter"])
@pytest.mark.parametrize("mode", CLIENTS)
def test_an_answer_that_is_cut_is_refused(mode: str, reason: str, server: Server) -> None:
    """OAI-D5: both raise, and keep the answer as `completion`; here the class is one for every cut answer."""
    settings = {"base_url": f"{server.url}/v1", "api_key": "sk-x"}
    kept = []
    for make, kind in zip(CLIENTS[mode][1:], ("FinishReasonError", "IncompleteAnswerError"), strict=True):
        server.say(_answer({"content": '{"x":'}, reason))
        with pytest.raises(_ERRORS) as caught:
            PARSED[mode](make, settings, {"response_format": Person})
        assert type(caught.value).__name__.endswith(kind)
        kept.append(_shown(caught.value.completion))
    assert differences(*kept) == {}


@pytest.mark.proves("OAI-06")
@pytest.mark.parametrize("mode", CLIENTS)
def test_streamed_completions_and_one_model(mode: str, box: Sandbox) -> None:
    """`completions.create(stream=True)` piece by piece, and `models.retrieve`: the same requests and answers."""

    def sync(client: Any) -> Any:
        pieces = list(client.completions.create(model="gpt", prompt="Once", stream=True, max_tokens=3))
        return pieces, client.models.retrieve("ft:gpt-4o:acme")

    async def awaited(client: Any) -> Any:
        stream = await client.completions.create(model="gpt", prompt="Once", stream=True, max_tokens=3)
        return [piece async for piece in stream], await client.models.retrieve("ft:gpt-4o:acme")

    told = []
    for make in CLIENTS[mode][1:]:
        box.requests.clear()
        client = make(base_url=f"{box.url}/v1", api_key="sk-x")
        if mode == "sync":
            with client:
                answer = sync(client)
        else:

            async def run(client: Any = client) -> Any:
                async with client:
                    return await awaited(client)

            answer = asyncio.run(run())
        asked = [(request.method, request.path, request.body and json.loads(request.body)) for request in box.requests]
        told.append({"asked": asked, "pieces": _dumped(answer[0]), "model": _dumped(answer[1])})
    theirs, ours = told
    assert len(theirs["pieces"]) > 3
    assert differences(theirs, ours) == {}
