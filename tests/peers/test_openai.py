"""The openai client and ours, each as the other's drop-in: requests, results, chunks and errors.

We differ on purpose in three things, each asserted below: `accept: application/json` is not sent (OAI-D1: of a stream
it is not true), a 503 is waited for whatever `max_retries` says (OAI-D2, SURFACE 2.5), and a timeout is called
`InferenceTimeoutError` (OAI-D3, SURFACE 3).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import openai
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
    """The table above holds all that `create` of the installed openai takes."""
    known = inspect.signature(openai.resources.chat.Completions.create).parameters
    assert set(known) - {"self", "messages", "model", "stream"} == set(OPTIONS)


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
