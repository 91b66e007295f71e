"""Hugging Face's own server: models behind it that know less, errors by their type, the shapes of answers."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors

from .table import ROUTED, TGI

_CLIENT = {"provider": "hf-inference", "api_key": ROUTED, "max_retries": 0}


_REFUSED = Answer.of(
    {"error": "The following `model_kwargs` are not used by the model: ['watermark', 'details'] (note: typos…)"}, 400
)


@pytest.fixture
def plain(open_client, server):
    """A client of a plain transformers server, which knows few options."""
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": "text-generation"}))
    with open_client({**_CLIENT, "model": "org/m"}) as client:
        yield client


def _sent(server):
    return [asked.json["parameters"] for asked in server.requests if asked.method == "POST"]


@pytest.mark.proves("TGN-23")
def test_options_that_a_server_refuses(plain, server):
    """It is asked again without them, with a warning; the second call knows, and asks once."""
    server.say(_REFUSED, TGI.good, TGI.good)
    for _ in range(2):
        with pytest.warns(UserWarning, match="watermark"):
            assert plain("text_generation", "Hello", watermark=True, max_new_tokens=5) == " wörld"
    assert _sent(server) == [{"watermark": True, "max_new_tokens": 5}, {"max_new_tokens": 5}, {"max_new_tokens": 5}]


@pytest.mark.proves("TGN-23")
@pytest.mark.filterwarnings("ignore:text_generation")
def test_what_one_model_refuses_another_gets(plain, server):
    """What is known is known of this model alone."""
    server.say(_REFUSED, TGI.good, TGI.good)
    plain("text_generation", "Hello", watermark=True)
    plain("text_generation", "Hello", watermark=True, model="org/another")
    assert _sent(server)[-1] == {"watermark": True}


@pytest.mark.proves("TGN-25")
def test_details_that_a_server_refuses(plain, server):
    """It warns, and gives the text."""
    server.say(_REFUSED, TGI.good)
    with pytest.warns(UserWarning, match="details"):
        assert plain("text_generation", "Hello", details=True) == " wörld"


@pytest.mark.proves("TGN-24")
def test_a_stream_that_a_server_refuses(plain, server):
    """It cannot stream, and the error says what to do."""
    server.say(_REFUSED)
    with pytest.raises(ValueError, match="stream=False"):
        plain("text_generation", "Hello", watermark=True, stream=True)


@pytest.mark.proves("TGN-23")
def test_a_server_that_refuses_again(plain, server):
    """It is asked again once, not for ever."""
    server.always("POST", _REFUSED)
    with pytest.warns(UserWarning, match="watermark"), pytest.raises(errors.BadRequestError):
        plain("text_generation", "Hello", watermark=True)
    assert len(_sent(server)) == 2


_TYPES = {
    "generation": errors.GenerationError,
    "incomplete_generation": errors.IncompleteGenerationError,
    "overloaded": errors.OverloadedError,
    "validation": errors.ValidationError,
    "of_tomorrow": errors.UnknownError,
}


@pytest.mark.proves("TGN-27")
@pytest.mark.parametrize("name", _TYPES)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_errors_by_type(name, streamed, plain, server):
    """`error_type` has a class for each, in a body and within a stream."""
    said = {"error": "it went wrong", "error_type": name}
    server.say(Answer.events(said, end="") if streamed else Answer.of(said, 422))
    with pytest.raises(errors.TextGenerationError, match="it went wrong") as caught:
        plain("text_generation", "Hello", stream=streamed)
    assert type(caught.value) is _TYPES[name]


@pytest.mark.proves("TGN-26")
@pytest.mark.parametrize("answer", [{"generated_text": "Hi"}, [{"generated_text": "Hi"}]], ids=["object", "list"])
def test_an_object_or_a_list(answer, plain, server):
    """Both are read."""
    server.say(Answer.of(answer))
    assert plain("text_generation", "Hello") == "Hi"


@pytest.mark.proves("NLP-01", "NLP-02")
@pytest.mark.parametrize("answer", [[0.5, 1.5], [[0.5, 1.5]], [[[0.5, 1.5]]], [[[[0.5, 1.5]]]]], ids=str)
def test_vectors_keep_their_depth(answer, plain, server):
    """A model answers with one to four levels of lists."""
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": "feature-extraction"}))
    server.say(Answer.of(answer))
    result = plain("feature_extraction", "Hello")
    assert (str(result.dtype), result.tolist()) == ("float32", answer)


@pytest.mark.proves("BIN-10", "AUD-06")
def test_a_sound_with_options_goes_as_base64(plain, server):
    """Options travel in JSON, so the sound does."""
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": "automatic-speech-recognition"}))
    server.say(Answer.of({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0, 1.5]}]}))
    out = plain("automatic_speech_recognition", b"fLaC\x00", extra_body={"return_timestamps": True})
    assert server.requests[-1].json == {"inputs": "ZkxhQwA=", "parameters": {"return_timestamps": True}}
    assert out.chunks[0].timestamp == [0, 1.5]
