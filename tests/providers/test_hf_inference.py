"""Hugging Face's own server: the model it recommends, the check of the task, servers that know less, errors by type."""

from __future__ import annotations

import json

import pytest

from contract.server import Answer
from infermux import errors

from .table import CHAT, ROUTED, TGI, VECTORS

_CLIENT = {"provider": "hf-inference", "api_key": ROUTED, "max_retries": 0}
_AT = "POST router.huggingface.co/hf-inference/models/"


@pytest.mark.proves("CON-05", "ROU-02", "TGN-31")
@pytest.mark.parametrize("settings", [{"api_key": ROUTED}, _CLIENT], ids=["bare", "named"])
@pytest.mark.parametrize(
    "known", [{"widgetModels": ["org/best"], "models": [{"id": "org/other"}]}, {"models": [{"id": "org/best"}]}]
)
def test_without_a_model_the_recommended_one_is_asked(settings, known, open_client, server):
    """The Hub names it, and is asked once for two calls."""
    server.always("GET huggingface.co/api/tasks", Answer.of({"text-generation": known}))
    server.always("POST", TGI.good)
    with open_client(settings) as client:
        client("text_generation", "Hello")
        client("text_generation", "Hello")
    lines = [asked.line for asked in server.requests]
    assert lines == ["GET huggingface.co/api/tasks", f"{_AT}org/best", f"{_AT}org/best"]


@pytest.mark.proves("CON-06")
def test_a_task_without_a_recommended_model(call, server):
    """Nothing is asked where nothing is recommended."""
    server.always("GET huggingface.co/api/tasks", Answer.of({"text-generation": {"models": [], "widgetModels": []}}))
    with pytest.raises(errors.InputError, match="model="):
        call(_CLIENT, "text_generation", "Hello")
    assert len(server.requests) == 1


@pytest.mark.proves("ROU-20", "ROU-10")
@pytest.mark.parametrize(
    ("method", "tag", "tags", "fits"),
    [
        ("chat_completion", "text-generation", [], True),
        ("chat_completion", "image-text-to-text", [], True),
        ("chat_completion", "fill-mask", [], False),
        ("text_generation", "text2text-generation", [], True),
        ("text_generation", "text-to-image", [], False),
        ("feature_extraction", "sentence-similarity", ["feature-extraction"], True),
        ("feature_extraction", "fill-mask", ["feature-extraction"], True),
        ("feature_extraction", "fill-mask", [], False),
    ],
)
def test_the_task_of_a_model_is_checked(method, tag, tags, fits, call, server):
    """A model for another task is refused before it is asked, with the task that it is for."""
    server.always("GET huggingface.co/api/models/org/m", Answer.of({"pipeline_tag": tag, "tags": tags}))
    form = {"chat_completion": CHAT, "text_generation": TGI, "feature_extraction": VECTORS}[method]
    server.say(form.good)
    given = [{"role": "user", "content": "Hi"}] if method == "chat_completion" else "Hi"
    if fits:
        call({**_CLIENT, "model": "org/m"}, method, given)
        assert [asked.method for asked in server.requests] == ["GET", "POST"]
    else:
        with pytest.raises(errors.InputError, match=tag):
            call({**_CLIENT, "model": "org/m"}, method, given)
        assert [asked.method for asked in server.requests] == ["GET"]


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


@pytest.mark.proves("TMO-05")
def test_a_model_that_is_loading_is_waited_for(plain, server):
    """A 503 is not the end."""
    loading = {"error": "Model org/m is currently loading", "estimated_time": 0.1}
    server.say(Answer(json.dumps(loading).encode(), 503, {"content-type": "application/json", "retry-after": "0"}))
    server.say(TGI.good)
    assert plain("text_generation", "Hello") == " wörld"


@pytest.mark.proves("BIN-10", "AUD-06")
def test_a_sound_with_options_goes_as_base64(plain, server):
    """Options travel in JSON, so the sound does."""
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": "automatic-speech-recognition"}))
    server.say(Answer.of({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0, 1.5]}]}))
    out = plain("automatic_speech_recognition", b"fLaC\x00", extra_body={"return_timestamps": True})
    assert server.requests[-1].json == {"inputs": "ZkxhQwA=", "parameters": {"return_timestamps": True}}
    assert out.chunks[0].timestamp == [0, 1.5]
