"""Hugging Face's own server: its answers have more shapes than one, and options change how a sound travels."""

from __future__ import annotations

import pytest

from contract.server import Answer

from .table import HUB_MODEL, ROUTED


@pytest.fixture
def ask(call, server):
    """Asks for a task, after the server was told what to say."""

    def one(answer, method, given, **options):
        server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": method.replace("_", "-")}))
        server.say(Answer.of(answer))
        settings = {"provider": "hf-inference", "api_key": ROUTED, "model": HUB_MODEL}
        return call(settings, method, given, **options)

    return one


@pytest.mark.proves("TGN-26")
@pytest.mark.parametrize("answer", [{"generated_text": "Hi"}, [{"generated_text": "Hi"}]], ids=["object", "list"])
def test_a_text_is_an_object_or_a_list(answer, ask):
    """Both are read."""
    assert ask(answer, "text_generation", "Hello") == "Hi"


@pytest.mark.proves("NLP-01")
@pytest.mark.parametrize("answer", [[0.5, 1.5], [[0.5, 1.5]], [[[0.5, 1.5]]], [[[[0.5, 1.5]]]]], ids=str)
def test_vectors_keep_their_depth(answer, ask):
    """A model answers with one to four levels of lists."""
    result = ask(answer, "feature_extraction", "Hello")
    assert (str(result.dtype), result.tolist()) == ("float32", answer)


@pytest.mark.proves("BIN-10", "AUD-05", "AUD-06")
def test_a_sound_with_options_goes_as_base64(ask, server):
    """Options travel in JSON, so the sound does."""
    answer = {"text": "hi", "chunks": [{"text": "hi", "timestamp": [0, 1.5]}]}
    out = ask(answer, "automatic_speech_recognition", b"fLaC\x00", extra_body={"return_timestamps": True})
    assert server.requests[-1].json == {"inputs": "ZkxhQwA=", "parameters": {"return_timestamps": True}}
    assert out.chunks[0].timestamp == [0, 1.5]
