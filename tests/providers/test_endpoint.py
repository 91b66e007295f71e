"""Any URL: where each task goes below it, under which model's name, and with whose key."""

from __future__ import annotations

import pytest

from contract.server import Answer

from .table import CHAT, COMPLETION, EMBEDDINGS, FLAC, IMAGES, MESSAGES, OWN, PICTURE, TGI, TRANSCRIPT, VECTORS

_CHATS = [
    pytest.param("", "/v1/chat/completions", marks=pytest.mark.proves("URL-01")),
    pytest.param("/", "/v1/chat/completions", marks=pytest.mark.proves("URL-01")),
    pytest.param("/v1", "/v1/chat/completions", marks=pytest.mark.proves("URL-02")),
    pytest.param("/v1/", "/v1/chat/completions", marks=pytest.mark.proves("URL-02")),
    pytest.param("/v1/chat/completions", "/v1/chat/completions", marks=pytest.mark.proves("URL-03")),
    pytest.param("/v1/chat/completions?a=b", "/v1/chat/completions?a=b", marks=pytest.mark.proves("URL-03")),
    pytest.param("/any/path", "/any/path/v1/chat/completions", marks=pytest.mark.proves("URL-04")),
    pytest.param("/any/path?a=b", "/any/path/v1/chat/completions?a=b", marks=pytest.mark.proves("URL-04")),
    pytest.param("?a=b", "/v1/chat/completions?a=b", marks=pytest.mark.proves("URL-04")),
]


@pytest.mark.proves("CON-03", "CON-08", "CON-22")
@pytest.mark.parametrize("word", ["model", "base_url", "endpoint_url"])
@pytest.mark.parametrize(("given", "path"), _CHATS)
def test_a_chat(word, given, path, call, server):
    """The chat route is appended where it is not there, whatever word the URL is given by."""
    server.say(CHAT.good)
    call({word: server.url + given}, "chat_completion", MESSAGES)
    assert [asked.path for asked in server.requests] == [path]
    assert "authorization" not in server.requests[0].headers


@pytest.mark.proves("CON-04")
def test_a_url_in_the_call(call, server):
    """A URL in the call wins over the client's model."""
    server.say(CHAT.good)
    call({"model": "org/name"}, "chat_completion", MESSAGES, model=server.url)
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.proves("URL-05", "OAI-04")
def test_the_model_of_the_call_goes_into_the_body(call, server):
    """The URL is asked, and the model is named to it."""
    server.say(CHAT.good)
    call({"base_url": server.url, "api_key": OWN}, "chat.completions.create", model="org/name", messages=MESSAGES)
    assert server.requests[0].json["model"] == "org/name"
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.proves("URL-06")
def test_a_url_alone_names_a_dummy(call, server):
    """Servers want a model, and some take any."""
    server.say(CHAT.good)
    call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert server.requests[0].json["model"] == "dummy"


_TASKS = [
    pytest.param("text_generation", "Hello", "/any", "/any", TGI, {"inputs": "Hello"}, id="text-root"),
    pytest.param(
        "text_generation",
        "Hello",
        "/v1",
        "/v1/completions",
        COMPLETION,
        {"prompt": "Hello"},
        id="text-v1",
        marks=pytest.mark.proves("URL-07"),
    ),
    pytest.param(
        "text_generation",
        "Hello",
        "/v1/completions?a=b",
        "/v1/completions?a=b",
        COMPLETION,
        {"prompt": "Hello"},
        id="text-completions",
        marks=pytest.mark.proves("URL-07"),
    ),
    pytest.param("feature_extraction", ["a", "b"], "/any", "/any", VECTORS, {"inputs": ["a", "b"]}, id="vectors-root"),
    pytest.param(
        "feature_extraction", ["a", "b"], "/v1", "/v1/embeddings", EMBEDDINGS, {"input": ["a", "b"]}, id="vectors-v1"
    ),
    pytest.param("text_to_image", "A cat", "/any", "/any", PICTURE, {"inputs": "A cat"}, id="image-root"),
    pytest.param("text_to_image", "A cat", "/v1", "/v1/images/generations", IMAGES, {"prompt": "A cat"}, id="image-v1"),
    pytest.param("automatic_speech_recognition", FLAC, "/any", "/any", TRANSCRIPT, None, id="speech-root"),
    pytest.param(
        "automatic_speech_recognition", FLAC, "/v1", "/v1/audio/transcriptions", TRANSCRIPT, None, id="speech-v1"
    ),
]


@pytest.mark.parametrize(("method", "given", "url", "path", "form", "body"), _TASKS)
def test_other_tasks(method, given, url, path, form, body, call, server):
    """A URL is used as it is given, unless it is the root of an OpenAI API."""
    server.say(form.good)
    call({"base_url": server.url + url, "api_key": OWN}, method, given)
    (asked,) = server.requests
    assert asked.path == path
    assert asked.headers["authorization"] == f"Bearer {OWN}"
    if body is None:
        assert FLAC in asked.body
    else:
        assert asked.json.items() >= body.items()


@pytest.mark.proves("AUT-11", "AUT-12")
def test_a_token_that_lies_around_stays_here(call, server, monkeypatch):
    """A strange host never gets the machine's own token; one that was passed goes anywhere."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    server.say(CHAT.good, CHAT.good)
    call({"base_url": "https://strange.example/v1"}, "chat_completion", MESSAGES)
    call({"base_url": "https://strange.example/v1", "api_key": "hf_passed"}, "chat_completion", MESSAGES)
    assert [asked.headers.get("authorization") for asked in server.requests] == [None, "Bearer hf_passed"]


@pytest.mark.proves("AUT-02")
@pytest.mark.parametrize(
    "url",
    [
        "https://huggingface.co/api/some",
        "https://x.endpoints.huggingface.cloud",
        "https://org-space.hf.space",
        "https://router.huggingface.co/any",
    ],
)
def test_a_token_that_lies_around_goes_to_hugging_face(url, call, server, monkeypatch):
    """Hugging Face's own hosts get it."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    server.say(CHAT.good)
    call({"base_url": url}, "chat_completion", MESSAGES)
    assert server.requests[0].headers["authorization"] == "Bearer hf_of_this_machine"


@pytest.mark.parametrize(
    "url", ["http://huggingface.co/x", "https://huggingface.co.evil.example", "https://evilhuggingface.co"]
)
def test_what_only_looks_like_hugging_face_gets_nothing(url, call, server, monkeypatch):
    """Plain http, and hosts that end or begin alike, get no token."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    server.say(CHAT.good)
    call({"base_url": url}, "chat_completion", MESSAGES)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.proves("LOC-01", "LOC-02", "CHX-01")
def test_a_local_server_gets_a_schema_as_it_is(call, server):
    """What a URL speaks is not known, so nothing is rewritten."""
    server.say(CHAT.good)
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}}
    call({"base_url": server.url}, "chat_completion", MESSAGES, response_format=form)
    assert server.requests[0].json["response_format"] == form


@pytest.mark.proves("ERR-18")
def test_an_answer_that_is_no_stream(call, server):
    """JSON in the place of a stream is an error with its words."""
    from infermux.errors import ProviderApiError

    server.say(Answer.of({"error": "streams are off"}))
    with pytest.raises(ProviderApiError, match="streams are off"):
        call({"base_url": server.url}, "chat_completion", MESSAGES, stream=True)
