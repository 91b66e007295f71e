"""The automatic choice: the router's for a chat, the first of the Hub's list for any other task."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors

from .table import CHAT, EMBEDDINGS, HUB_MODEL, MESSAGES, OWN, ROUTED

_ENTRIES = {
    "nobody-knows": {"status": "live", "providerId": "n", "task": "feature-extraction"},
    "groq": {"status": "live", "providerId": "g", "task": "conversational"},
    "sambanova": {"status": "live", "providerId": "s", "task": "feature-extraction"},
    "nebius": {"status": "live", "providerId": "b", "task": "feature-extraction"},
}
_LISTED = [{**entry, "provider": name} for name, entry in _ENTRIES.items()]


@pytest.mark.proves("ROU-01", "ROU-04", "ROU-16")
@pytest.mark.parametrize("provider", [{}, {"provider": "auto"}], ids=["unset", "auto"])
@pytest.mark.parametrize("suffix", ["", ":groq", ":fastest", ":cheapest", ":preferred"])
def test_a_chat_goes_to_the_router(provider, suffix, call, server):
    """One request, with the id and whatever stands behind it; nothing is looked up."""
    server.say(CHAT.good)
    call({**provider, "api_key": ROUTED, "model": HUB_MODEL + suffix}, "chat_completion", MESSAGES)
    assert [asked.line for asked in server.requests] == ["POST router.huggingface.co/v1/chat/completions"]
    assert server.requests[0].json["model"] == HUB_MODEL + suffix


@pytest.mark.proves("ROU-03", "ROU-12")
@pytest.mark.parametrize("mapping", [_ENTRIES, _LISTED], ids=["object", "list"])
def test_another_task_goes_to_the_first_that_can(mapping, call, server):
    """The order is the account's, so the look-up carries the key; who cannot do it, or is not known, is passed over."""
    server.say(Answer.of({"inferenceProviderMapping": mapping}), EMBEDDINGS.good)
    call({"api_key": ROUTED, "model": HUB_MODEL}, "feature_extraction", ["a", "b"])
    looked, asked = server.requests
    assert looked.line.startswith(f"GET huggingface.co/api/models/{HUB_MODEL}?expand")
    assert looked.headers["authorization"] == f"Bearer {ROUTED}"
    assert asked.line == "POST router.huggingface.co/sambanova/v1/embeddings"
    assert asked.json["model"] == "s"


@pytest.mark.proves("ROU-07")
def test_a_provider_in_the_call(call, server):
    """The call may name the provider."""
    server.say(Answer.of({"inferenceProviderMapping": _ENTRIES}), CHAT.good)
    call({"api_key": ROUTED, "model": HUB_MODEL}, "chat_completion", MESSAGES, provider="groq")
    assert server.requests[-1].line == "POST router.huggingface.co/groq/openai/v1/chat/completions"


@pytest.mark.parametrize(
    ("provider", "method", "told"),
    [
        pytest.param("cohere", "feature_extraction", "sambanova", marks=pytest.mark.proves("ROU-09")),
        pytest.param("groq", "text_generation", "conversational", marks=pytest.mark.proves("ROU-10")),
    ],
)
def test_a_provider_that_does_not_serve_the_model(provider, method, told, call, server):
    """The error says who does, or for what; nothing is asked."""
    server.say(Answer.of({"inferenceProviderMapping": _ENTRIES}))
    with pytest.raises(errors.InputError, match=told):
        call({"provider": provider, "api_key": ROUTED, "model": HUB_MODEL}, method, "a")
    assert len(server.requests) == 1


@pytest.mark.proves("ROU-11")
@pytest.mark.parametrize(("status", "told"), [("staging", "staging"), ("error", "failed")])
def test_an_entry_that_is_not_live(status, told, call, server):
    """It warns, and the call is made."""
    entry = {"groq": {"status": status, "providerId": "g", "task": "conversational"}}
    server.say(Answer.of({"inferenceProviderMapping": entry}), CHAT.good)
    with pytest.warns(UserWarning, match=told):
        call({"provider": "groq", "api_key": ROUTED, "model": HUB_MODEL}, "chat_completion", MESSAGES)


@pytest.mark.proves("ROU-13", "ERR-04")
def test_the_hub_is_asked_once_and_failures_are_forgotten(open_client, server):
    """A refusal of the Hub is its own error; what it told is kept for the next call."""
    server.say(Answer.of({"error": "no such repo"}, 404))
    server.say(Answer.of({"inferenceProviderMapping": _ENTRIES}), CHAT.good, CHAT.good)
    with open_client({"provider": "groq", "api_key": ROUTED, "model": HUB_MODEL, "max_retries": 0}) as client:
        with pytest.raises(errors.HubApiError, match="no such repo"):
            client("chat_completion", MESSAGES)
        client("chat_completion", MESSAGES)
        client("chat_completion", MESSAGES)
    assert [asked.method for asked in server.requests] == ["GET", "GET", "POST", "POST"]


@pytest.mark.proves("ROU-14")
def test_a_url_and_a_provider_exclude_each_other(call, server):
    """A URL says who answers."""
    with pytest.raises(errors.InputError, match="exclude"):
        call({"base_url": server.url, "provider": "together", "api_key": OWN}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("ROU-15")
def test_an_unknown_provider(call, server):
    """The error lists those there are."""
    with pytest.raises(errors.InputError, match=r"cerebras.*together"):
        call({"provider": "nobody", "api_key": OWN, "model": "m"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("ROU-17")
def test_who_answered_is_told(open_client, server):
    """The router tells by a header which provider it took."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}]}
    events = Answer.events(chunk)
    server.say(Answer(CHAT.good.body, headers={**CHAT.good.headers, "x-inference-provider": "groq"}))
    server.say(Answer(headers={**events.headers, "x-inference-provider": "groq"}, pieces=events.pieces))
    with open_client({"api_key": ROUTED, "model": HUB_MODEL}) as client:
        assert client("chat_completion", MESSAGES).served_by == "groq"
        stream = client.run(client.client.chat_completion(MESSAGES, stream=True))
        assert stream.served_by == "groq"
        client.drain(stream)


@pytest.mark.proves("ROU-21")
def test_another_hub(call, server, monkeypatch):
    """`HF_ENDPOINT` moves the look-ups."""
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
    server.say(Answer.of({"inferenceProviderMapping": _ENTRIES}), CHAT.good)
    call({"provider": "groq", "api_key": ROUTED, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert server.requests[0].host == "hub.example"


@pytest.mark.proves("ROU-22")
@pytest.mark.parametrize("provider", ["auto", "groq", "hf-inference"])
def test_offline(provider, call, server, monkeypatch):
    """`HF_HUB_OFFLINE` forbids all calls but local ones."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(errors.InferenceError, match="HF_HUB_OFFLINE"):
        call({"provider": provider, "api_key": ROUTED, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("BIL-03")
def test_who_is_billed_wins_over_a_header(call, server):
    """`bill_to` replaces the header that says something else, and warns."""
    server.say(CHAT.good)
    settings = {"api_key": ROUTED, "model": HUB_MODEL, "headers": {"X-HF-Bill-To": "a"}, "bill_to": "b"}
    with pytest.warns(UserWarning, match="bill_to"):
        call(settings, "chat_completion", MESSAGES)
    assert server.requests[0].headers["x-hf-bill-to"] == "b"


@pytest.mark.proves("CHA-22")
def test_a_chat_needs_a_model(call, server):
    """No model and no URL: nothing to ask."""
    with pytest.raises(errors.InputError, match="model"):
        call({"api_key": ROUTED}, "chat_completion", MESSAGES)
    assert server.requests == []
