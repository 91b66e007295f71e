"""URLs: what is appended for a chat, which model is named, and servers of every kind behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, events, paris

from contract.server import Answer, Server

Call = Callable[..., Any]


def chat_path(call: Call, server: Server, path: str, **options: Any) -> str:
    """The path that a chat at this URL takes."""
    server.say(paris())
    call({"base_url": server.url + path}, "chat_completion", MESSAGES, **options)
    return server.requests[-1].path


@pytest.mark.proves("URL-01")
@pytest.mark.parametrize("path", ["", "/", "//"])
def test_bare_host(call: Call, server: Server, path: str) -> None:
    """A bare host gets the whole route."""
    assert chat_path(call, server, path) == "/v1/chat/completions"


@pytest.mark.proves("URL-02")
@pytest.mark.parametrize("path", ["/v1", "/v1/"])
def test_v1(call: Call, server: Server, path: str) -> None:
    """A root of the API gets the rest."""
    assert chat_path(call, server, path) == "/v1/chat/completions"
    assert chat_path(call, server, f"/openai{path}") == "/openai/v1/chat/completions"


@pytest.mark.proves("URL-03")
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/chat/completions", "/any/chat/completions"])
def test_full_path(call: Call, server: Server, path: str) -> None:
    """A full route is used as it is."""
    assert chat_path(call, server, path) == path
    assert chat_path(call, server, f"{path}?a=b") == f"{path}?a=b"


@pytest.mark.proves("URL-04")
@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/some/path", "/some/path/v1/chat/completions"),
        ("/some/path?a=b&c=d", "/some/path/v1/chat/completions?a=b&c=d"),
        ("?a=b", "/v1/chat/completions?a=b"),
        ("/v1?a=b", "/v1/chat/completions?a=b"),
        ("/v1/?a=/v1", "/v1/chat/completions?a=/v1"),
        ("/v1beta", "/v1beta/v1/chat/completions"),
    ],
)
def test_other_path(call: Call, server: Server, path: str, whole: str) -> None:
    """Any other path gets the whole route, and the query stays behind it."""
    assert chat_path(call, server, path) == whole


@pytest.mark.proves("URL-05", "OAI-04")
@pytest.mark.parametrize("method", ["chat_completion", "chat.completions.create"])
def test_model_at_a_url(call: Call, server: Server, method: str) -> None:
    """The URL is the target, and the model's name goes in the body."""
    server.say(paris())
    call({"base_url": server.url}, method, messages=MESSAGES, model="org/m")
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].json["model"] == "org/m"


@pytest.mark.proves("URL-06")
def test_no_model_at_a_url(call: Call, server: Server) -> None:
    """Where only a URL is known, the body still names a model."""
    server.say(paris())
    call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert isinstance(server.requests[-1].json["model"], str)
    assert server.requests[-1].json["model"]


@pytest.mark.proves("URL-07", "TGN-28")
@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/completions"])
def test_text_generation_at_v1(call: Call, server: Server, path: str) -> None:
    """At the root of an OpenAI API, text generation speaks its completions."""
    said = {
        "choices": [{"text": " upon a time", "finish_reason": "length", "index": 0, "seed": 7}],
        "usage": {"completion_tokens": 3},
    }
    server.say(Answer.of(said), Answer.of(said))
    assert (
        call({"base_url": server.url + path}, "text_generation", "Once", max_new_tokens=3, model="m") == " upon a time"
    )
    asked = server.requests[0]
    assert asked.path == "/v1/completions"
    assert asked.json == {"model": "m", "prompt": "Once", "max_tokens": 3}
    out = call({"base_url": server.url + path}, "text_generation", "Once", details=True)
    assert out.generated_text == " upon a time"
    assert (out.details.finish_reason, out.details.generated_tokens, out.details.seed) == ("length", 3, 7)


@pytest.mark.proves("LOC-01", "LOC-02")
@pytest.mark.parametrize("stream", [False, True])
def test_local_server(call: Call, server: Server, stream: bool) -> None:
    """A local server is asked without a key, with no word of Hugging Face."""
    server.say(events(*CHUNKS) if stream else paris())
    out = call({"base_url": f"{server.url}/v1", "http_client": None}, "chat_completion", MESSAGES, stream=stream)
    asked = server.requests[0]
    assert asked.path == "/v1/chat/completions"
    assert "authorization" not in asked.headers
    assert not any("hf" in name for name in asked.headers)
    if stream:
        assert "".join(piece.choices[0].delta.content or "" for piece in out) == "The capital is Paris."
    else:
        assert out.choices[0].message.content == "The capital of France is Paris."


@pytest.mark.proves("LOC-03", "CHS-01")
def test_third_party(call: Call, server: Server) -> None:
    """Any OpenAI-compatible host is asked with its own key, streamed."""
    server.say(events(*CHUNKS))
    settings = {"endpoint_url": "https://api.mistral.ai", "api_key": "mistral-key"}
    out = call(settings, "chat_completion", MESSAGES, model="mistral-tiny", stream=True)
    asked = server.requests[0]
    assert asked.line == "POST api.mistral.ai/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer mistral-key"
    assert asked.json == {"model": "mistral-tiny", "messages": MESSAGES, "stream": True}
    assert "".join(piece.choices[0].delta.content or "" for piece in out) == "The capital is Paris."
