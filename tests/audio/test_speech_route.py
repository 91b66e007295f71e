"""Speech at OpenAI-like servers: `/audio/speech`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import InputError, ProviderOutputError

Call = Callable[..., Any]
MP3 = b"ID3\x04" + bytes(50)
SPOKEN = Answer(MP3, headers={"content-type": "audio/mpeg"})


@pytest.mark.proves("AUD-07", "AUD-09")
@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1?a=b", "/v1/audio/speech", "/any/audio/speech"])
def test_at_a_url(call: Call, server: Server, path: str) -> None:
    """At the root of an OpenAI API, and at the route itself, the words are the `input`, and bytes come back."""
    server.say(SPOKEN)
    settings = {"base_url": f"{server.url}{path}", "api_key": "key"}
    out = call(settings, "text_to_speech", "Hello", model="kokoro", extra_body={"voice": "alloy", "speed": 1.5})
    assert out == MP3
    (asked,) = server.requests
    root, mark, query = path.partition("?")
    assert asked.path == root.rstrip("/").removesuffix("/audio/speech") + "/audio/speech" + mark + query
    assert asked.json == {"model": "kokoro", "input": "Hello", "voice": "alloy", "speed": 1.5}


def test_without_a_model(call: Call, server: Server) -> None:
    """A local server that has one voice needs no model to be named."""
    server.say(SPOKEN)
    assert call({"base_url": f"{server.url}/v1"}, "text_to_speech", "Hello") == MP3
    assert server.requests[0].json["input"] == "Hello"


@pytest.mark.parametrize(
    "said",
    [
        Answer.of({"error": {"message": "no such voice"}}),
        Answer.of({"audio": "AAAA"}),
        Answer(b"data: {}\n\n", headers={"content-type": "text/event-stream"}),
        Answer(headers={"content-type": "audio/mpeg"}),
    ],
    ids=["error", "json", "stream", "empty"],
)
def test_json_is_an_error(call: Call, server: Server, said: Answer) -> None:
    """JSON is no speech, also with status 200; the error shows it."""
    server.say(said)
    with pytest.raises(ProviderOutputError, match="was expected") as caught:
        call({"base_url": f"{server.url}/v1"}, "text_to_speech", "Hello")
    assert caught.value.response is not None
    assert caught.value.response.status == 200


def test_raw_samples(call: Call, server: Server) -> None:
    """Samples without a head are known by what is announced."""
    server.say(Answer(bytes(100), headers={"content-type": "audio/pcm"}))
    settings = {"base_url": f"{server.url}/v1"}
    assert call(settings, "text_to_speech", "Hello", extra_body={"response_format": "pcm"}) == bytes(100)


@pytest.mark.parametrize("key", ["hf_1", "key"], ids=["routed", "direct"])
def test_together_needs_a_voice(call: Call, server: Server, key: str) -> None:
    """Without a voice nothing is sent to Together; the error tells how to name one."""
    entry = {"status": "live", "providerId": "their/model", "task": "text-to-speech"}
    server.always("GET huggingface.co/api/models/", Answer.of({"inferenceProviderMapping": {"together": entry}}))
    settings = {"provider": "together", "api_key": key, "model": "org/model"}
    with pytest.raises(InputError, match=r"extra_body=.*voice"):
        call(settings, "text_to_speech", "Hello")
    assert [asked.line for asked in server.requests if asked.method == "POST"] == []
    server.say(SPOKEN)
    assert call(settings, "text_to_speech", "Hello", extra_body={"voice": "af_alloy"}) == MP3
    assert server.requests[-1].json == {"model": "their/model", "input": "Hello", "voice": "af_alloy"}


def test_openai(call: Call, server: Server) -> None:
    """OpenAI is asked by its own key, under its own id of the model."""
    server.say(SPOKEN)
    settings = {"provider": "openai", "api_key": "sk-1", "model": "openai/tts-1"}
    assert call(settings, "text_to_speech", "Hello", extra_body={"voice": "alloy"}) == MP3
    (asked,) = server.requests
    assert asked.line == "POST api.openai.com/v1/audio/speech"
    assert asked.json == {"model": "tts-1", "input": "Hello", "voice": "alloy"}
