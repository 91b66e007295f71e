"""The OpenAI spelling is chat_completion (SURFACE 6.1)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, PARIS, events, paris

from contract.server import Answer, Server
from infermux import AsyncInferenceClient, InferenceClient

Call = Callable[..., Any]


@pytest.mark.proves("OAI-01")
@pytest.mark.parametrize("stream", [False, True])
def test_the_same(open_client: Call, server: Server, stream: bool) -> None:
    """`client.chat.completions.create` makes the same request and gives the same result."""
    said: list[Answer] = [events(*CHUNKS) if stream else paris()] * 2
    server.say(*said)
    options = {"messages": MESSAGES, "model": "m", "temperature": 0.5, "stream": stream}
    with open_client({"base_url": server.url}) as client:
        one = client("chat.completions.create", **options)
        other = client("chat_completion", **options)
    assert one == other == (CHUNKS if stream else PARIS)
    assert type(one) is type(other)
    assert server.requests[0].body == server.requests[1].body
    assert server.requests[0].path == server.requests[1].path


@pytest.mark.proves("OAI-01")
@pytest.mark.parametrize("kind", [InferenceClient, AsyncInferenceClient])
def test_signature(kind: Any) -> None:
    """It shows the same parameters and words."""
    client = kind("org/m")
    create = client.chat.completions.create
    assert inspect.signature(create) == inspect.signature(client.chat_completion)
    assert create.__doc__ == client.chat_completion.__doc__


@pytest.mark.proves("OAI-02", "OAI-03", "OAI-04")
def test_drop_in(call: Call, server: Server) -> None:
    """The documents' example for a move from OpenAI, in both clients."""
    server.say(events(*CHUNKS))
    out = call(
        {"base_url": f"{server.url}/v1/", "api_key": "key"},
        "chat.completions.create",
        model="meta-llama/Meta-Llama-3-8B-Instruct",
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Count to 10"},
        ],
        stream=True,
        max_tokens=1024,
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in out) == "The capital is Paris."
    asked = server.requests[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer key"
    assert asked.json["model"] == "meta-llama/Meta-Llama-3-8B-Instruct"
    assert asked.json["max_tokens"] == 1024


@pytest.mark.proves("OAI-03")
def test_async_drop_in_routed(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client without arguments talks to the router with the saved token."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    server.say(paris())
    out = call({}, "chat.completions.create", model="org/m", messages=MESSAGES)
    assert out.choices[0].message.content == "The capital of France is Paris."
    assert server.requests[0].line == "POST router.huggingface.co/v1/chat/completions"


@pytest.mark.proves("OAI-07")
def test_per_call(call: Call, server: Server) -> None:
    """`extra_headers`, `extra_query`, `extra_body` and `timeout` are taken by `create` as well."""
    server.say(paris())
    call(
        {"base_url": server.url, "max_retries": 1},
        "chat.completions.create",
        messages=MESSAGES,
        extra_headers={"X-A": "1"},
        extra_query={"b": "2"},
        extra_body={"top_k": 3},
        timeout=5,
    )
    asked = server.requests[0]
    assert (asked.headers["x-a"], asked.path, asked.json["top_k"]) == ("1", "/v1/chat/completions?b=2", 3)


@pytest.mark.proves("OAI-07")
def test_with_options(open_client: Call, server: Server) -> None:
    """`with_options` gives a client whose namespaces have the other settings; the first keeps its own."""
    server.say(paris(), paris())
    with open_client({"base_url": server.url, "default_query": {"a": "1"}}) as client:
        other = client.client.with_options(extra_headers={"X-A": "1"}, model="m")
        client.run(other.chat.completions.create(messages=MESSAGES))
        client("chat.completions.create", messages=MESSAGES)
    one, two = server.requests
    assert (one.headers["x-a"], one.json["model"], one.path) == ("1", "m", "/v1/chat/completions?a=1")
    assert ("x-a" not in two.headers, two.path) == (True, one.path)
