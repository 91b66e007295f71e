"""Chats with a provider: the forms of a schema, and streams."""

from __future__ import annotations

import copy
import json

import pytest

from contract.server import Answer
from infermux import errors
from infermux.types.chat import ChatCompletionStreamOutput

from .cases import CHATS
from .table import (
    FORMAT,
    MESSAGES,
    MODEL,
    ROUTED,
    SCHEMA,
    WIRES,
    doors,
    hub,
    model,
)


@pytest.mark.proves("CHX-01", "CHX-05", "CHA-19")
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_a_json_schema_is_asked_for_in_the_words_of_the_provider(provider, said, ask, server, sent):
    """The form is the provider's, on a copy: what the caller gave stays as it was, and no null inside is lost."""
    server.say(said.form.good)
    given, before = copy.deepcopy(FORMAT), copy.deepcopy(MESSAGES)
    ask(provider, "chat-completion", doors(provider)[0], response_format=given)
    assert sent().json == {**said.body, **WIRES[provider].schema}
    assert (given, MESSAGES) == (FORMAT, before)


@pytest.mark.proves("CHX-05")
@pytest.mark.parametrize("given", [{}, {"strict": True}, {"strict": False}], ids=str)
def test_sambanova_is_never_strict(given, ask, server, sent):
    """It has no strict mode, so it is told so."""
    server.say(WIRES["sambanova"].tasks["chat-completion"].form.good)
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, **given}}
    ask("sambanova", "chat-completion", ROUTED, response_format=form)
    assert sent().json["response_format"]["json_schema"] == {"name": "n", "schema": SCHEMA, "strict": False}


def test_the_guidance_of_the_caller_wins_at_nebius(ask, server, sent):
    """What the caller says in the provider's own word is not replaced by what is made of `response_format`."""
    server.say(WIRES["nebius"].tasks["chat-completion"].form.good)
    ask("nebius", "chat-completion", ROUTED, response_format=FORMAT, extra_body={"guided_json": {"type": "array"}})
    assert sent().json["guided_json"] == {"type": "array"}


@pytest.mark.proves("CHX-02", "CHX-03", "CHX-04")
@pytest.mark.parametrize(
    "given",
    [
        {"type": "json_object"},
        {"type": "text"},
        {"type": "json", "value": SCHEMA},
        {"type": "regex", "value": "a|b"},
        {"type": "json_schema", "schema": SCHEMA},
        {"type": "json_schema", "value": {"name": "n", "schema": SCHEMA}},
    ],
    ids=["json_object", "text", "json", "regex", "flat", "value"],
)
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_other_forms_of_answers_pass_as_they_are(provider, said, given, ask, server, sent):
    """Only the JSON schema in the form of OpenAI has a form for each provider; others are the servers' own."""
    server.say(said.form.good)
    ask(provider, "chat-completion", doors(provider)[0], response_format=given)
    assert sent().json["response_format"] == given


@pytest.mark.proves("CHS-01", "CHS-02", "CHS-03", "CHS-04", "CHA-11")
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_a_streamed_chat(provider, said, ask, server, sent):
    """Chunks come one by one as they were sent, whatever else the provider puts into them, and the usage last."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODEL, **WIRES[provider].chunk}
    deltas = [{"role": "assistant", "content": None}, {"content": "Grü"}, {"content": "ße 🌍"}, {}]
    chunks = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": "stop" if delta == {} else None}]}
        for delta in deltas
    ]
    chunks.append({**head, "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}})
    server.say(Answer.events(*chunks))
    out = ask(provider, "chat-completion", doors(provider)[0], stream=True, stream_options={"include_usage": True})
    assert sent().json == {**said.body, "stream": True, "stream_options": {"include_usage": True}}
    assert all(isinstance(chunk, ChatCompletionStreamOutput) for chunk in out)
    assert [json.loads(json.dumps(chunk)) for chunk in out] == chunks
    assert "".join(chunk.choices[0].delta.content or "" for chunk in out[:-1]) == "Grüße 🌍"
    assert out[-1].usage.total_tokens == 3


@pytest.mark.proves("ERR-17")
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_an_error_within_a_stream(provider, said, open_client, server):
    """The refusal of the provider raises where it stands, with what had come before."""
    server.always("GET huggingface.co/api/models/org/name", hub(provider, "chat-completion"))
    chunk = {"choices": [{"index": 0, "delta": {"content": "Hel"}, "finish_reason": None}]}
    server.say(Answer.events(chunk, {"error": {"message": "the model fell over"}}))
    settings = {"provider": provider, "api_key": doors(provider)[0], "model": model(provider)}
    with open_client(settings) as client:
        with pytest.raises(errors.ProviderApiError, match="the model fell over") as caught:
            client("chat_completion", MESSAGES, stream=True)
        assert len(client.items) == 1
    assert caught.value.partial_text == "Hel"
