"""Any URL and every task but chat: used as it is given, unless it is the root, or a route, of an OpenAI API."""

from __future__ import annotations

import pytest

from .table import COMPLETION, EMBEDDINGS, FLAC, IMAGES, OWN, PICTURE, TGI, TRANSCRIPT, VECTORS

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
def test_where_a_task_goes(method, given, url, path, form, body, call, server):
    """The path, the key, and the words of the body tell which API is meant."""
    server.say(form.good)
    call({"base_url": server.url + url, "api_key": OWN}, method, given)
    (asked,) = server.requests
    assert asked.path == path
    assert asked.headers["authorization"] == f"Bearer {OWN}"
    if body is None:
        assert FLAC in asked.body
    else:
        assert asked.json.items() >= body.items()
