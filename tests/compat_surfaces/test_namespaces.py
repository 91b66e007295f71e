"""The routes of the OpenAI API besides chat (SURFACE 6.1)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import get_type_hints

from contract.server import Answer, Server
from infermux import (
    AsyncInferenceClient,
    IncompleteAnswerError,
    InferenceClient,
    InputError,
    NotFoundError,
    ProviderOutputError,
)
from infermux.compat import models, namespaces
from infermux.tasks._ask import CallOptions

Call = Callable[..., Any]
ROWS = {"data": [{"index": 1, "embedding": [0.25]}, {"index": 0, "embedding": [0.5]}], "usage": {"total_tokens": 2}}
TEXT = {"id": "c", "choices": [{"index": 0, "text": " upon", "finish_reason": "length"}]}
DRAWN = {"created": 1, "data": [{"b64_json": "aGk="}]}
LISTED = {"object": "list", "data": [{"id": "m-1", "created": 1, "owned_by": "us"}, {"id": "m-2"}]}

CASES: list[tuple[str, dict[str, Any], str, dict[str, Any], Any, Callable[[Any], Any], Any]] = [
    # method, words, path, body without the model, what is answered, what is read of it, what it is
    (
        "embeddings.create",
        {"input": ["a", "b"], "dimensions": 1},
        "/embeddings",
        {"input": ["a", "b"], "dimensions": 1},
        ROWS,
        lambda out: ([row.embedding for row in out.data], out.usage),
        ([[0.5], [0.25]], {"total_tokens": 2}),
    ),
    (
        "completions.create",
        {"prompt": "Once", "max_tokens": 1, "extra_body": {"top_k": 2}},
        "/completions",
        {"prompt": "Once", "max_tokens": 1, "top_k": 2},
        TEXT,
        lambda out: (out.choices[0].text, out.choices[0].finish_reason),
        (" upon", "length"),
    ),
    (
        "images.generate",
        {"prompt": "a cat", "n": 1, "size": "64x64"},
        "/images/generations",
        {"prompt": "a cat", "n": 1, "size": "64x64"},
        DRAWN,
        lambda out: (out.data[0].b64_json, out.data[0].url),
        ("aGk=", None),
    ),
]


@pytest.mark.proves("OAI-06")
@pytest.mark.parametrize("base", ["", "/v1", "/v1/"])
@pytest.mark.parametrize(
    ("method", "words", "path", "body", "answer", "read", "value"), CASES, ids=[case[0] for case in CASES]
)
def test_json(
    call: Call,
    server: Server,
    base: str,
    method: str,
    words: dict[str, Any],
    path: str,
    body: dict[str, Any],
    answer: Any,
    read: Callable[[Any], Any],
    value: Any,
) -> None:
    """Each has its path below the root of the API, the body of the OpenAI client, and its answer."""
    server.say(Answer.of(answer))
    out = call({"base_url": server.url + base, "api_key": "k"}, method, model="m", **words)
    assert read(out) == value
    (asked,) = server.requests
    assert asked.line.endswith(f"/v1{path}")
    assert asked.method == "POST"
    assert asked.json == {"model": "m", **body}
    assert asked.headers["authorization"] == "Bearer k"


@pytest.mark.proves("OAI-06")
def test_speech(call: Call, server: Server, tmp_path: Path) -> None:
    """A sound comes as bytes, which can be written to a file."""
    server.say(Answer(b"ID3", headers={"content-type": "audio/mpeg"}))
    out = call({"base_url": server.url}, "audio.speech.create", input="Hello", voice="alloy", model="tts")
    assert (out, out.content, out.read(), out.headers["Content-Type"]) == (b"ID3", b"ID3", b"ID3", "audio/mpeg")
    out.write_to_file(tmp_path / "speech.mp3")
    assert (tmp_path / "speech.mp3").read_bytes() == b"ID3"
    assert server.requests[0].path == "/v1/audio/speech"
    assert server.requests[0].json == {"model": "tts", "input": "Hello", "voice": "alloy"}


@pytest.mark.proves("OAI-06")
def test_transcription(call: Call, server: Server) -> None:
    """A sound goes as a form."""
    server.say(Answer.of({"text": "hello"}))
    out = call({"base_url": server.url}, "audio.transcriptions.create", file=b"fLaC", model="asr", language="en")
    assert out.text == "hello"
    (asked,) = server.requests
    assert asked.path == "/v1/audio/transcriptions"
    assert asked.headers["content-type"].startswith("multipart/form-data")
    for part in (b"fLaC", b'name="language"\r\n\r\nen', b'name="model"\r\n\r\nasr'):
        assert part in asked.body


@pytest.mark.parametrize(
    ("file", "kind"),
    [(("talk.flac", b"x"), b"audio/flac"), (("talk.flac", b"x", "audio/ogg"), b"audio/ogg")],
)
def test_transcription_of_a_named_file(call: Call, server: Server, file: Any, kind: bytes) -> None:
    """The name and the type that are given go along."""
    server.say(Answer.of({"text": "hello"}))
    call({"base_url": server.url}, "audio.transcriptions.create", file=file, model="asr")
    body = server.requests[0].body
    assert b'filename="talk.flac"' in body
    assert b"content-type: " + kind in body.lower()


@pytest.mark.parametrize("form", ["text", "srt", "vtt"])
def test_transcription_as_text(call: Call, server: Server, form: str) -> None:
    """A transcript that is no JSON is the text."""
    server.say(Answer("1\n00:00 hellö\n".encode(), headers={"content-type": "text/plain"}))
    settings = {"base_url": server.url}
    out = call(settings, "audio.transcriptions.create", file=b"fLaC", model="asr", response_format=form)
    assert out.text == "1\n00:00 hellö\n"


@pytest.mark.proves("OAI-06")
@pytest.mark.parametrize("base", ["", "/v1", "/v1/chat/completions"])
def test_models(call: Call, server: Server, base: str) -> None:
    """The models of a server, as a list and as its `data`."""
    server.say(Answer.of(LISTED))
    out = call({"base_url": server.url + base}, "models.list")
    assert [model.id for model in out] == [model.id for model in out.data] == ["m-1", "m-2"]
    assert (server.requests[0].method, server.requests[0].path) == ("GET", "/v1/models")


@pytest.mark.proves("OAI-06")
@pytest.mark.parametrize("words", [("org/m 1",), {"model": "org/m 1"}])
@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"api_key": "hf_1"}, "GET router.huggingface.co/v1/models/org/m%201"),
        ({"provider": "openai", "api_key": "sk_1"}, "GET api.openai.com/v1/models/org/m%201"),
        ({"base_url": "https://h.example/v1/", "api_key": "k"}, "GET h.example/v1/models/org/m%201"),
    ],
)
def test_one_model(call: Call, server: Server, settings: dict[str, str], line: str, words: Any) -> None:
    """A model by its id, at whoever is asked."""
    server.say(Answer.of({"id": "org/m 1", "owned_by": "us"}))
    args, kwargs = (words, {}) if isinstance(words, tuple) else ((), words)
    assert call(settings, "models.retrieve", *args, **kwargs).owned_by == "us"
    assert server.requests[0].line == line


def test_no_such_model(call: Call, server: Server) -> None:
    """What the server says of a model that it has not; and without an id nothing is asked."""
    server.say(Answer.of({"error": {"message": "There is no m."}}, 404))
    with pytest.raises(NotFoundError, match="There is no m"):
        call({"base_url": server.url}, "models.retrieve", "m")
    with pytest.raises(InputError, match="name the model"):
        call({"base_url": server.url}, "models.retrieve")
    assert len(server.requests) == 1


PIECES: list[dict[str, Any]] = [
    {"id": "c", "choices": [{"index": 0, "text": " upon", "finish_reason": None}]},
    {"id": "c", "choices": [{"index": 0, "text": " a time", "finish_reason": "stop"}]},
    {"id": "c", "choices": [], "usage": {"total_tokens": 3}},
]


@pytest.mark.proves("OAI-06")
def test_streamed_completion(call: Call, server: Server) -> None:
    """The pieces of a text as they come, that with the usage alone too."""
    server.say(Answer.events(*PIECES))
    out = call({"base_url": server.url}, "completions.create", prompt="Once", model="m", stream=True)
    assert out == PIECES
    assert "".join(choice.text for piece in out for choice in piece.choices) == " upon a time"
    assert server.requests[0].path == "/v1/completions"
    assert server.requests[0].json == {"model": "m", "prompt": "Once", "stream": True}


def test_streamed_completion_without_an_end_mark(call: Call, server: Server) -> None:
    """It is whole where it has said why it ended."""
    server.say(Answer.events(*PIECES[:2], end=""))
    assert call({"base_url": server.url}, "completions.create", prompt="Once", stream=True) == PIECES[:2]


def test_streamed_completion_that_breaks_off(call: Call, server: Server) -> None:
    """A stream without its end raises, and keeps the text."""
    server.say(Answer.events(PIECES[0], end=""))
    with pytest.raises(IncompleteAnswerError) as caught:
        call({"base_url": server.url}, "completions.create", prompt="Once", stream=True)
    assert caught.value.partial_text == " upon"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"api_key": "hf_1"}, "GET router.huggingface.co/v1/models"),
        ({"provider": "groq", "api_key": "gsk_1"}, "GET api.groq.com/openai/v1/models"),
        ({"provider": "openai", "api_key": "sk_1"}, "GET api.openai.com/v1/models"),
    ],
)
def test_models_of(call: Call, server: Server, settings: dict[str, str], line: str) -> None:
    """A provider's list, or the router's."""
    server.say(Answer.of(LISTED))
    assert len(call(settings, "models.list")) == 2
    assert server.requests[0].line == line
    assert server.requests[0].headers["authorization"] == f"Bearer {settings['api_key']}"


def test_models_of_nobody(call: Call, server: Server) -> None:
    """hf-inference has another list."""
    for method, words in (("list", ()), ("retrieve", ("m",))):
        with pytest.raises(InputError, match="list_deployed_models"):
            call({"provider": "hf-inference"}, f"models.{method}", *words)
    assert server.requests == []


def test_model_ids(call: Call, server: Server) -> None:
    """A model of the Hub is asked for by the id that the provider has for it."""
    entry = {"provider": "together", "providerId": "own/id", "status": "live", "task": "feature-extraction"}
    server.always("GET huggingface.co/", Answer.of({"id": "org/m", "inferenceProviderMapping": [entry]}))
    server.say(Answer.of(ROWS))
    call({"provider": "together", "api_key": "t_1"}, "embeddings.create", input=["a", "b"], model="org/m")
    assert server.requests[-1].line == "POST api.together.xyz/v1/embeddings"
    assert server.requests[-1].json["model"] == "own/id"


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("embeddings.create", {"input": 5}),
        ("embeddings.create", {"input": "a", "dimension": 5}),
        ("completions.create", {"prompt": ["a"]}),
        ("completions.create", {"prompt": "a", "stream": "yes"}),
        ("images.generate", {"prompt": "a", "n": "two"}),
        ("audio.speech.create", {"input": b"a"}),
        ("audio.transcriptions.create", {"file": b"fLaC", "response_format": 5}),
    ],
)
def test_bad(call: Call, server: Server, method: str, words: dict[str, Any]) -> None:
    """What cannot be meant is told before anything is sent."""
    with pytest.raises(InputError):
        call({"base_url": server.url}, method, **words)
    assert server.requests == []


def test_shape(call: Call, server: Server) -> None:
    """An answer of another shape is told with its evidence."""
    server.say(Answer.of({"data": {"a": 1}}))
    with pytest.raises(ProviderOutputError, match="data should be a list"):
        call({"base_url": server.url}, "embeddings.create", input="a")


@pytest.mark.parametrize("kind", [InferenceClient, AsyncInferenceClient])
@pytest.mark.parametrize(
    ("place", "name", "task", "options"),
    [
        ("embeddings", "create", namespaces.embeddings, namespaces.EmbeddingsOptions),
        ("completions", "create", namespaces.completions, namespaces.CompletionsOptions),
        ("images", "generate", namespaces.images, namespaces.ImagesOptions),
        ("models", "list", models.models, CallOptions),
        ("models", "retrieve", models.retrieve, CallOptions),
    ],
)
def test_words(kind: Any, place: str, name: str, task: Any, options: Any) -> None:
    """Each shows its options and has words about them."""
    method = getattr(getattr(kind("org/m"), place), name)
    assert method.__name__ == name
    assert get_type_hints(options).keys() <= inspect.signature(method).parameters.keys()
    assert (method.__doc__ or "").startswith((task.__doc__ or "").splitlines()[0])
