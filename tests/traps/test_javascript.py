"""T30, T32 and T33: the faults that the JavaScript client has to itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import InferenceTimeoutError, InternalServerError

from .jobs import FILES, MODEL, PNG, hub, play

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]
TALK = {"model": "their/model", "messages": MESSAGES}


def at(server: Server, provider: str, task: str) -> dict[str, Any]:
    """The settings of a client for a provider that does this, and a Hub that says so."""
    server.always("GET huggingface.co/", hub(**{provider.replace("-", "_"): ("their/model", task)}))
    return {"provider": provider, "api_key": "key-of-theirs", "model": MODEL}


def test_t30_a_loading_model_is_not_stormed(call: Call, server: Server) -> None:
    """A server that answers 503 is asked again after a pause that grows, until the caller's time is over."""
    server.always("GET huggingface.co/", Answer.of({}))
    server.always("POST ", Answer.of({"error": "loading"}, 503))
    with pytest.raises(InferenceTimeoutError):
        call({"provider": "hf-inference", "api_key": "hf_1", "model": MODEL}, "fill_mask", "[MASK]", timeout=1.5)
    assert [asked.method for asked in server.requests].count("POST") == 2


def test_t30_a_server_without_capacity_is_not_stormed(call: Call, server: Server) -> None:
    """Who does not load models is asked three times in all, with pauses."""
    settings = at(server, "groq", "conversational")
    server.always("POST ", Answer.of({"error": "no capacity"}, 503))
    began = time.monotonic()
    with pytest.raises(InternalServerError, match="no capacity"):
        call(settings, "chat_completion", MESSAGES)
    assert time.monotonic() - began > 0.5
    assert [asked.method for asked in server.requests].count("POST") == 3


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("audio_classification", {"top_k": 2}),
        ("image_classification", {"top_k": 2}),
        ("object_detection", {"threshold": 0.5}),
        ("automatic_speech_recognition", {"return_timestamps": True}),
    ],
)
def test_t30_parameters_go_along_with_raw_data(
    call: Call, server: Server, method: str, options: dict[str, Any]
) -> None:
    """Options beside a picture or a sound are sent."""
    server.always("POST ", Answer.of({"text": "hello"} if "speech" in method else []))
    call({"base_url": server.url}, method, PNG, **options)
    assert server.requests[-1].json["parameters"] == options


def test_t30_black_forest_labs_gets_its_own_header(call: Call, server: Server) -> None:
    """A direct key goes in `x-key` as it is, and in no other header."""
    call(play(server, "black-forest-labs", "Ready"), "text_to_image", "a cat")
    submitted = next(asked for asked in server.requests if asked.method == "POST")
    assert submitted.headers["x-key"] == "key-of-theirs"
    assert "authorization" not in submitted.headers


@pytest.mark.parametrize("provider", ["novita", "scaleway", "together", "nebius"])
def test_t30_text_generation_is_said_as_completions(call: Call, server: Server, provider: str) -> None:
    """The prompt and the options stand at the root, and go to the route of completions."""
    server.say(Answer.of({"choices": [{"text": " there"}]}))
    settings = at(server, provider, "text-generation")
    assert call(settings, "text_generation", "Hello", max_new_tokens=5, temperature=0.5) == " there"
    asked = server.requests[-1]
    assert asked.path.endswith("/completions")
    assert "chat" not in asked.path
    assert asked.json == {"model": "their/model", "prompt": "Hello", "max_tokens": 5, "temperature": 0.5}


def test_t30_groq_gets_text_generation_as_a_chat(call: Call, server: Server) -> None:
    """It has no completions: the prompt is a message, and the answer its words."""
    server.say(Answer.of({"choices": [{"message": {"content": " there"}}]}))
    assert call(at(server, "groq", "text-generation"), "text_generation", "Hello", max_new_tokens=5) == " there"
    assert server.requests[-1].path == "/openai/v1/chat/completions"
    assert server.requests[-1].json == {**TALK, "max_tokens": 5}


@pytest.mark.parametrize(
    ("provider", "said", "size"),
    [
        ("fal-ai", {"images": [{"url": f"{FILES}/a"}]}, {"image_size": {"width": 64, "height": 32}}),
        ("nscale", {"data": [{"b64_json": "iVBORw0KGgo="}]}, {"size": "64x32"}),
    ],
)
def test_t30_sizes_are_said_in_the_words_of_the_provider(
    call: Call, server: Server, provider: str, said: Any, size: dict[str, Any]
) -> None:
    """Width and height become what the provider reads, and do not travel beside it."""
    server.say(Answer.of(said))
    server.always("GET files.example/", Answer(PNG))
    call(at(server, provider, "text-to-image"), "text_to_image", "a cat", width=64, height=32, output_type="bytes")
    body = next(asked for asked in server.requests if asked.method == "POST").json
    assert body.items() >= size.items()
    assert not {"width", "height"} & body.keys()


def test_t30_a_query_string_stays_behind_the_route_of_a_chat(call: Call, server: Server) -> None:
    """The route is put before the query of an endpoint's URL."""
    server.say(Answer.of({"choices": []}))
    call({"base_url": f"{server.url}/here?api-version=1"}, "chat_completion", MESSAGES)
    assert server.requests[-1].path == "/here/v1/chat/completions?api-version=1"


@pytest.mark.parametrize(
    ("model", "sent"), [("gpt-x", "gpt-x"), ("openai/gpt-x", "gpt-x"), ("ft:gpt-x:me", "ft:gpt-x:me")]
)
def test_t30_a_model_of_openai_needs_no_prefix(call: Call, server: Server, model: str, sent: str) -> None:
    """OpenAI's models are named as OpenAI names them; the prefix of the JavaScript client is understood."""
    server.say(Answer.of({"choices": []}))
    call({"provider": "openai", "api_key": "sk-1", "model": model}, "chat_completion", MESSAGES)
    assert server.requests[-1].json["model"] == sent


@pytest.mark.parametrize("more", [{}, {"usage": None, "created": None, "id": None, "model": None}], ids=str)
def test_t32_a_chat_needs_no_more_than_its_choices(call: Call, server: Server, more: dict[str, Any]) -> None:
    """A server that sends no usage, date, id or model has answered all the same."""
    server.say(Answer.of({"choices": [{"message": {"role": "assistant", "content": "Hi"}}], **more}))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert out.choices[0].message.content == "Hi"
    assert out.id is None


def test_t33_what_the_hub_said_is_not_kept_by_the_process(call: Call, server: Server) -> None:
    """A new client asks the Hub anew, for the provider's id of a model and for the recommended one."""
    server.always("POST ", Answer.of({"choices": []}))
    for name in ("old", "new"):
        server.always("GET huggingface.co/api/models/", hub(groq=(name, "conversational")))
        call({"provider": "groq", "api_key": "k", "model": MODEL}, "chat_completion", MESSAGES)
        assert server.requests[-1].json["model"] == name
    server.always("GET huggingface.co/api/models/", Answer.of({}))
    server.always("POST ", Answer.of([]))
    for name in ("old", "new"):
        server.always("GET huggingface.co/api/tasks", Answer.of({"fill-mask": {"widgetModels": [name]}}))
        call({"api_key": "hf_1"}, "fill_mask", "[MASK]")
        assert server.requests[-1].path == f"/hf-inference/models/{name}"


def test_t33_what_the_hub_said_is_not_kept_for_ever(
    open_client: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client asks once in ten minutes, and then again."""
    server.always("POST ", Answer.of({"choices": []}))
    clock, later = time.monotonic, 0.0
    monkeypatch.setattr(time, "monotonic", lambda: clock() + later)
    with open_client({"provider": "groq", "api_key": "k", "model": MODEL}) as client:
        for seconds, name, sent in ((0, "old", "old"), (500, "new", "old"), (601, "new", "new")):
            later = seconds
            server.always("GET huggingface.co/", hub(groq=(name, "conversational")))
            client("chat_completion", MESSAGES)
            assert server.requests[-1].json["model"] == sent
