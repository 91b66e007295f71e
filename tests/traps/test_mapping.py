"""T6: what the Hub says of a model is asked for by the right account, and not kept for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Asked, Server
from infermux import HubApiError

from .jobs import MODEL, hub

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]


@pytest.fixture(autouse=True)
def _answers(server: Server) -> None:
    """Everyone chats and draws."""
    server.always("POST ", Answer.of({"choices": [], "data": [{"b64_json": "iVBORw0KGgo="}]}))


def asked_of_the_hub(server: Server) -> list[str | None]:
    """The tokens by which the Hub was asked."""
    return [asked.headers.get("authorization") for asked in server.requests if asked.host == "huggingface.co"]


def test_t06_the_callers_own_token_asks_for_a_private_model(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up carries the token of the call, not the one that lies around; a provider's key stays away."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")
    server.always("GET huggingface.co/api/models/", hub(groq=("llama", "conversational")))
    call({"model": MODEL, "provider": "groq", "api_key": "hf_mine"}, "chat_completion", MESSAGES)
    call({"model": MODEL, "provider": "groq", "api_key": "gsk_mine"}, "chat_completion", MESSAGES)
    assert asked_of_the_hub(server) == ["Bearer hf_mine", None]


def test_t06_the_recommended_model_is_asked_for_by_the_caller(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So do the look-ups of a recommended model and of a model's task."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")
    server.always("GET huggingface.co/api/tasks", Answer.of({"fill-mask": {"widgetModels": [MODEL]}}))
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": "fill-mask"}))
    server.always("POST ", Answer.of([]))
    call({"api_key": "hf_mine"}, "fill_mask", "a [MASK]")
    call({"api_key": "hf_mine", "provider": "hf-inference"}, "fill_mask", "a [MASK]", model=MODEL)
    assert asked_of_the_hub(server) == ["Bearer hf_mine"] * 2


def test_t06_two_users_do_not_share_an_order(open_client: Call, server: Server) -> None:
    """On one client, each token has the order of providers of its own account."""
    orders = {"Bearer hf_ann": ("nscale", "together"), "Bearer hf_bob": ("together", "nscale")}

    def order(asked: Asked) -> Answer:
        return hub(**{name: (name, "text-to-image") for name in orders[asked.headers["authorization"]]})

    server.always("GET huggingface.co/api/models/", order)
    with open_client({"model": MODEL}) as client:
        for user in ("hf_ann", "hf_bob", "hf_ann"):
            client("text_to_image", "a cat", api_key=user, output_type="bytes")
    told = [asked.json["model"] for asked in server.requests if asked.method == "POST"]
    assert told == ["nscale", "together", "nscale"]


def test_t06_a_failed_look_up_is_not_kept(open_client: Call, server: Server) -> None:
    """A model that was unknown a moment ago is asked for again."""
    settings = {"model": MODEL, "provider": "groq", "api_key": "hf_mine"}
    with open_client(settings) as client:
        server.always("GET huggingface.co/api/models/", Answer.of({"error": "Repository not found"}, 404))
        with pytest.raises(HubApiError, match="Repository not found"):
            client("chat_completion", MESSAGES)
        server.always("GET huggingface.co/api/models/", hub(groq=("llama", "conversational")))
        client("chat_completion", MESSAGES)
    assert server.requests[-1].json["model"] == "llama"
