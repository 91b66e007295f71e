"""T17 to T19, T21 to T25, T27, T28, T31, T34 and T38: what is sent is what the caller meant."""

from __future__ import annotations

import base64
import copy
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from contract.server import Answer, Server
from infermux import (
    BadRequestError,
    InferenceTimeoutError,
    InputError,
    InternalServerError,
    NotFoundError,
    UnprocessableEntityError,
)

from .jobs import FILES, MODEL, PNG, hub, play

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]
CHAT = Answer.of({"choices": []})
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "default": None}}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "an_a", "schema": SCHEMA, "strict": True}}
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(34)


def at(server: Server, provider: str, task: str) -> dict[str, Any]:
    """The settings of a client for a provider that does this, and a Hub that says so."""
    server.always("GET huggingface.co/", hub(**{provider.replace("-", "_"): ("their/model", task)}))
    return {"provider": provider, "api_key": "key-of-theirs", "model": MODEL}


def chatted(call: Call, server: Server, settings: dict[str, Any], **options: Any) -> Any:
    """The body that a chat sends."""
    server.say(CHAT)
    call(settings, "chat_completion", options.pop("messages", MESSAGES), **options)
    return server.requests[-1].json


def test_t17_the_model_of_a_call_counts(call: Call, server: Server) -> None:
    """A model named in the call wins over the client's, by its name, its provider's name for it, or a URL."""
    assert chatted(call, server, {"base_url": server.url}, model="org/this")["model"] == "org/this"
    assert chatted(call, server, {"model": "org/that", "api_key": "hf_1"}, model="org/this")["model"] == "org/this"
    settings = {**at(server, "groq", "conversational"), "model": "org/that"}
    chatted(call, server, settings, model="org/this")
    assert next(asked.path for asked in server.requests if asked.method == "GET").startswith("/api/models/org/this?")
    chatted(call, server, {"model": "org/that", "api_key": "hf_1"}, model=f"{server.url}/here/v1")
    assert server.requests[-1].path == "/here/v1/chat/completions"


@pytest.mark.parametrize("path", ["", "/v1", "/v1/chat/completions"])
def test_t18_a_schema_reaches_a_url_as_it_was_given(call: Call, server: Server, path: str) -> None:
    """Servers behind a URL get OpenAI's own form, and the model's own name."""
    body = chatted(call, server, {"base_url": server.url + path}, model="llama", response_format=FORMAT)
    assert (body["response_format"], body["model"]) == (FORMAT, "llama")


@pytest.mark.parametrize("why", ["missing field `value`", "unknown variant `json_schema`, expected `json` or `regex`"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_t18_a_schema_reaches_a_server_that_has_its_own_form(
    open_client: Call, server: Server, stream: bool, why: str
) -> None:
    """Text Generation Inference says what it misses; it is asked again in its form, and in that one from then on."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]}
    said = Answer.events(chunk) if stream else CHAT
    words = f"Failed to deserialize the JSON body into the target type: response_format: {why} at line 1 column 96"
    server.say(Answer(words.encode(), 422, {"content-type": "text/plain"}), said, said)
    own = {"type": "json_object", "value": SCHEMA}
    with open_client({"base_url": server.url}) as client:
        for _ in range(2):
            client("chat_completion", MESSAGES, response_format=FORMAT, stream=stream)
    assert [asked.json["response_format"] for asked in server.requests] == [FORMAT, own, own]


def test_t18_another_422_is_told(call: Call, server: Server) -> None:
    """What is refused for another reason is not asked again."""
    server.say(Answer(b"Failed to deserialize the JSON body: missing field `messages`", 422))
    with pytest.raises(UnprocessableEntityError):
        call({"base_url": server.url}, "chat_completion", MESSAGES, response_format=FORMAT)
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", ["fireworks-ai", "hf-inference", "together", "sambanova"])
def test_t18_a_schema_that_is_missing_is_told(call: Call, server: Server, provider: str) -> None:
    """Where it would be rewritten, its absence is an error of input, and no chat is sent."""
    settings = at(server, provider, "conversational")
    with pytest.raises(InputError, match="there is no schema"):
        call(
            settings, "chat_completion", MESSAGES, response_format={"type": "json_schema", "json_schema": {"name": "a"}}
        )
    assert "POST" not in [asked.method for asked in server.requests]


def kinds_of_bytes(data: bytes, folder: Path, name: str) -> list[Any]:
    """The same bytes, as callers have them."""
    (folder / name).write_bytes(data)
    in_memory = io.BytesIO(data)
    in_memory.name = name
    return [data, bytearray(data), memoryview(data), in_memory, folder / name, str(folder / name)]


def test_t19_any_kind_of_bytes_is_sent_with_its_type(call: Call, server: Server, tmp_path: Path) -> None:
    """Bytes and what is like them, files and paths reach hf-inference as they are, with a Content-Type."""
    server.always("GET huggingface.co/", Answer.of({}))
    server.always("POST ", Answer.of([{"label": "a", "score": 1.0}]))
    settings = {"provider": "hf-inference", "api_key": "hf_1", "model": MODEL}
    for audio in kinds_of_bytes(FLAC, tmp_path, "a.flac"):
        call(settings, "audio_classification", audio)
        assert server.requests[-1].body == FLAC
        assert server.requests[-1].headers["content-type"] in ("audio/flac", "audio/x-flac")
    call(settings, "image_classification", Image.open(io.BytesIO(PNG)))
    assert server.requests[-1].headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(server.requests[-1].body)).size == (4, 2)


def test_t19_fal_hears_every_kind_of_sound(call: Call, server: Server, tmp_path: Path) -> None:
    """Speech recognition at fal takes paths and files as well."""
    server.say(*[Answer.of({"text": "hello"})] * 6)
    settings = at(server, "fal-ai", "automatic-speech-recognition")
    for audio in kinds_of_bytes(b"ID3\x04" + bytes(9), tmp_path, "a.mp3"):
        assert call(settings, "automatic_speech_recognition", audio) == "hello"
        assert (
            server.requests[-1].json["audio_url"].partition(",")[2] == base64.b64encode(b"ID3\x04" + bytes(9)).decode()
        )


def test_t19_wavespeed_sees_every_kind_of_picture(call: Call, server: Server, tmp_path: Path) -> None:
    """So does image-to-image at WaveSpeed."""
    settings = play(server, "wavespeed")
    at(server, "wavespeed", "image-to-image")
    for image in [*kinds_of_bytes(PNG, tmp_path, "a.png"), Image.open(io.BytesIO(PNG))]:
        call(settings, "image_to_image", image, prompt="bluer", output_type="bytes")
        sent = next(asked for asked in reversed(server.requests) if asked.method == "POST").json["image"]
        assert sent.startswith("data:image/png;base64,iVBOR")


def test_t21_tables_and_pictures_are_sent_once_and_in_their_place(call: Call, server: Server) -> None:
    """No model among the parameters, one picture, and tables where the server looks for them."""
    server.always("GET huggingface.co/", Answer.of({}))
    settings = {"provider": "hf-inference", "api_key": "hf_1", "model": MODEL}
    table = {"Height": ["11.52", "12.48"]}
    server.always("POST ", Answer.of({"answer": "11.52", "coordinates": [[0, 0]], "cells": ["11.52"]}))
    call(settings, "table_question_answering", table, "How high?")
    assert server.requests[-1].json == {"inputs": {"query": "How high?", "table": table}}
    server.always("POST ", Answer.of([{"answer": "a cat", "score": 1.0}]))
    call({"base_url": server.url}, "visual_question_answering", PNG, "What is it?", top_k=1)
    picture = base64.b64encode(PNG).decode()
    inputs = {"question": "What is it?", "image": picture}
    assert server.requests[-1].json == {"inputs": inputs, "parameters": {"top_k": 1}}
    server.always("POST ", Answer.of([110, 120]))
    assert call(settings, "tabular_regression", table) == [110, 120]
    assert server.requests[-1].json == {"inputs": {"data": table}}
    server.always("POST ", Answer.of(["5", "6"]))
    assert call(settings, "tabular_classification", table) == ["5", "6"]
    assert server.requests[-1].json == {"inputs": {"data": table}}


COMPLETIONS = ["together", "novita", "deepinfra", "featherless-ai"]


@pytest.mark.parametrize("provider", COMPLETIONS)
def test_t22_the_options_of_text_generation_arrive(call: Call, server: Server, provider: str) -> None:
    """`max_new_tokens` is `max_tokens` at completions, the others keep their names, and nothing is sent unasked."""
    settings = at(server, provider, "text-generation")
    server.always("POST ", Answer.of({"choices": [{"text": " there"}]}))
    options = {"temperature": 0.5, "top_p": 0.9, "seed": 7, "stop": ["."]}
    call(settings, "text_generation", "Hello", max_new_tokens=5, **options)
    assert server.requests[-1].json == {"model": "their/model", "prompt": "Hello", "max_tokens": 5, **options}
    call(settings, "text_generation", "Hello")
    assert server.requests[-1].json == {"model": "their/model", "prompt": "Hello"}


@pytest.mark.parametrize("provider", COMPLETIONS)
def test_t22_an_option_without_an_equivalent_is_told(call: Call, server: Server, provider: str) -> None:
    """What completions do not have is refused instead of being lost."""
    with pytest.raises(InputError, match="watermark"):
        call(at(server, provider, "text-generation"), "text_generation", "Hello", watermark=True)


@pytest.mark.parametrize("provider", ["auto", "groq", "hf-inference", "url"])
def test_t23_nulls_that_mean_something_arrive(call: Call, server: Server, provider: str) -> None:
    """Only options of the call that are None are left out; nulls within messages and schemas travel."""
    turn = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    }
    odd = {"type": "object", "properties": {"a": {"const": None, "default": None}, "b": {"enum": [None, {"c": None}]}}}
    tools = [{"type": "function", "function": {"name": "f", "parameters": odd}}]
    settings = {"base_url": server.url} if provider == "url" else at(server, provider, "conversational")
    if provider in ("auto", "hf-inference"):
        settings["api_key"] = "hf_1"
    body = chatted(call, server, settings, messages=[*MESSAGES, turn], tools=tools, temperature=None, seed=None)
    assert (body["messages"], body["tools"]) == ([*MESSAGES, turn], tools)
    assert not {"temperature", "seed"} & body.keys()


@pytest.mark.parametrize("encoding", ["base64", "float"])
def test_t24_vectors_in_base64_are_vectors(call: Call, server: Server, encoding: str) -> None:
    """`encoding_format="base64"` gives the same numbers."""
    row = np.array([0.5, -2.0, 3.25], dtype="<f4")
    told = base64.b64encode(row.tobytes()).decode() if encoding == "base64" else row.tolist()
    server.say(Answer.of({"data": [{"index": 0, "embedding": told}]}))
    found = call(at(server, "together", "feature-extraction"), "feature_extraction", "a", encoding_format=encoding)
    assert server.requests[-1].json["encoding_format"] == encoding
    assert (found.dtype, found.tolist()) == (np.float32, [row.tolist()])


@pytest.mark.parametrize("method", ["automatic_speech_recognition", "image_classification"])
def test_t25_an_input_that_is_missing_is_not_sent(call: Call, server: Server, method: str) -> None:
    """The error page in the place of an input is no input: it is told, and no model is asked."""
    server.always("GET files.example/", Answer(b"<html>Not here</html>", 404, {"content-type": "text/html"}))
    with pytest.raises(NotFoundError, match=r"files\.example"):
        call({"base_url": server.url}, method, f"{FILES}/input")
    assert [asked.method for asked in server.requests] == ["GET"]


@pytest.mark.parametrize("provider", ["fal-ai", "novita", "replicate", "together", "wavespeed"])
def test_t27_what_should_not_be_seen_is_one_text(call: Call, server: Server, provider: str) -> None:
    """A list of things not to be shown is sent as the text that the providers want."""
    for given, sent in (("blur", "blur"), (["blur", "text"], "blur, text")):
        settings = play(server, provider)
        call(settings, "text_to_video", "a cat", negative_prompt=given)
        body = next(asked for asked in reversed(server.requests) if asked.method == "POST").json
        assert body.get("input", body)["negative_prompt"] == sent


def test_t28_nothing_of_the_callers_is_changed_by_a_chat(call: Call, server: Server) -> None:
    """Messages, tools and formats are as before, whatever a provider wants to read."""
    for provider in ("sambanova", "together", "hf-inference", "fireworks-ai", "nebius", "cohere"):
        given = {
            "messages": copy.deepcopy(MESSAGES),
            "response_format": copy.deepcopy(FORMAT),
            "extra_body": {"own": 1},
        }
        before = copy.deepcopy(given)
        chatted(call, server, at(server, provider, "conversational"), **given)
        assert given == before


@pytest.mark.parametrize("provider", ["fal-ai", "wavespeed", "together", "replicate"])
def test_t28_nothing_of_the_callers_is_changed_by_a_picture(call: Call, server: Server, provider: str) -> None:
    """Nor are the options of a picture, also where the provider has other names for them."""
    settings = play(server, provider)
    at(server, provider, "image-to-image")
    picture = {"url": f"{FILES}/{provider}"}
    answers = {"fal-ai": {"images": [picture]}, "together": {"data": [picture]}}
    if provider in answers:
        server.always("POST ", Answer.of(answers[provider]))
    given = {"target_size": {"width": 64, "height": 32}, "extra_body": {"own": {"a": 1}}}
    before = copy.deepcopy(given)
    for _ in range(2):
        call(settings, "image_to_image", PNG, prompt="bluer", output_type="url", **given)
        assert given == before


def test_t28_nothing_of_the_callers_is_changed_by_zai(call: Call, server: Server) -> None:
    """Sides become one size on the wire alone."""
    settings, sides = play(server, "zai-org"), {"width": 64, "height": 32}
    for _ in range(2):
        call(settings, "text_to_image", "a cat", output_type="url", extra_body=sides)
        assert server.requests[-1].json["size"] == "64x32"
        assert sides == {"width": 64, "height": 32}


def test_t31_a_model_that_loads_is_waited_for(call: Call, server: Server) -> None:
    """A 503 while loading is asked again, as the server says when."""
    server.always("GET huggingface.co/", Answer.of({}))
    loading = Answer.of({"error": "Model is loading", "estimated_time": 1.0}, 503)
    server.say(loading, Answer.of([{"label": "a", "score": 1.0}]))
    settings = {"provider": "hf-inference", "api_key": "hf_1", "model": MODEL}
    began = time.monotonic()
    assert call(settings, "text_classification", "Hello")[0].label == "a"
    assert time.monotonic() - began >= 1


def test_t31_the_time_that_loading_takes_is_told(call: Call, server: Server) -> None:
    """The server's own guess stands on the error, whether the time was over or nobody was to wait."""
    server.always("GET huggingface.co/", Answer.of({}))
    server.always("POST ", Answer.of({"error": "Model is loading", "estimated_time": 20.5}, 503))
    settings = {"provider": "hf-inference", "api_key": "hf_1", "model": MODEL}
    with pytest.raises(InferenceTimeoutError, match="Model is loading") as late:
        call(settings, "text_classification", "Hello", timeout=0.3)
    assert late.value.estimated_time == 20.5
    with pytest.raises(InternalServerError, match="Model is loading") as refused:
        call(settings, "text_classification", "Hello", retry_on_error=False)
    assert getattr(refused.value, "estimated_time", None) == 20.5


REFUSED = Answer.of({"error": "The following `model_kwargs` are not used by the model: ['watermark', 'top_k']"}, 400)


def test_t34_a_server_that_refuses_options_spoils_no_other(open_client: Call, server: Server) -> None:
    """Refused options are left out at that server, by one more request; elsewhere, and in other clients, they go on."""
    ok, options = Answer.of([{"generated_text": "Hi"}]), {"watermark": True, "top_k": 5, "max_new_tokens": 3}
    plain, tgi = f"{server.url}/plain", f"{server.url}/tgi"
    with open_client({"base_url": plain}) as client:
        server.say(REFUSED, ok, ok, ok)
        with pytest.warns(match="does not know top_k, watermark"):
            assert client("text_generation", "Hello", **options) == "Hi"
        assert [asked.json["parameters"] for asked in server.requests] == [options, {"max_new_tokens": 3}]
        with pytest.warns(match="does not know top_k, watermark"):
            client("text_generation", "Hello", **options)
        client("text_generation", "Hello", model=tgi, **options)
    assert [len(asked.json["parameters"]) for asked in server.requests[2:]] == [1, 3]
    with open_client({"base_url": plain}) as other:
        server.say(Answer.events({"token": {"text": "Hi"}, "generated_text": "Hi"}, end=""))
        assert other("text_generation", "Hello", stream=True, **options) == ["Hi"]
    assert server.requests[-1].json["parameters"] == options


def test_t34_a_server_that_refuses_for_ever_is_asked_twice(call: Call, server: Server) -> None:
    """The refusal is then the error."""
    server.always("POST ", REFUSED)
    with pytest.warns(match="does not know"), pytest.raises(BadRequestError, match="are not used by the model"):
        call({"base_url": server.url}, "text_generation", "Hello", watermark=True)
    assert len(server.requests) == 2


@pytest.mark.parametrize("given", [{"name": "an_a", "strict": True}, {"name": "an_a", "strict": False}])
def test_t38_together_gets_the_name_and_the_strictness(call: Call, server: Server, given: dict[str, Any]) -> None:
    """A schema arrives with the name and the strictness that the caller gave it."""
    form = {"type": "json_schema", "json_schema": {**given, "schema": SCHEMA}}
    body = chatted(call, server, at(server, "together", "conversational"), response_format=form)
    assert body["response_format"]["json_schema"] == {**given, "schema": SCHEMA}
