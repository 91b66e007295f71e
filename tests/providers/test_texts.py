"""Texts of a provider, in one form whatever it speaks: whole or streamed, with details or without."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors
from infermux.types.text_generation import TextGenerationOutput, TextGenerationStreamOutput

from .cases import TEXTS
from .table import (
    AS_CHAT,
    COMPLETION,
    TGI,
    doors,
    hub,
    model,
)

_TOKENS = ["Grü", "ße ", "🌍"]


def _streamed(form):
    """A streamed text in the form that the provider writes."""
    if form is TGI:
        tokens = [
            {
                "index": at,
                "token": {"id": at, "text": text, "logprob": -0.5, "special": False},
                "generated_text": None,
                "details": None,
            }
            for at, text in enumerate(_TOKENS, 1)
        ]
        tokens[-1] |= {
            "generated_text": "Grüße 🌍",
            "details": {"finish_reason": "length", "generated_tokens": 3, "seed": 7},
        }
        return Answer.events(*tokens, end="")
    choices = [{"text": text} if form is COMPLETION else {"delta": {"content": text}} for text in _TOKENS]
    choices.append({"text": "", "seed": 7} if form is COMPLETION else {"delta": {}, "seed": 7})
    return Answer.events(
        *(
            {"choices": [{"index": 0, "finish_reason": "length" if "seed" in choice else None, **choice}]}
            for choice in choices
        )
    )


@pytest.mark.proves("TGN-02", "TGN-29")
@pytest.mark.parametrize(("provider", "said"), TEXTS)
def test_a_streamed_text(provider, said, ask, server, sent):
    """The text comes piece by piece, in whatever form the provider writes it."""
    server.say(_streamed(said.form))
    assert ask(provider, "text-generation", doors(provider)[0], stream=True) == _TOKENS
    assert sent().json == {**said.body, "stream": True}


@pytest.mark.proves("TGN-04", "TGN-29")
@pytest.mark.parametrize(("provider", "said"), TEXTS)
def test_a_streamed_text_with_details(provider, said, ask, server):
    """The tokens have one form everywhere, and the last one tells the whole."""
    server.say(_streamed(said.form))
    out = ask(provider, "text-generation", doors(provider)[0], stream=True, details=True)
    assert all(isinstance(token, TextGenerationStreamOutput) for token in out)
    assert "".join(token.token.text for token in out) == "Grüße 🌍"
    assert all(token.generated_text is None for token in out[:-1])
    assert out[-1].generated_text == "Grüße 🌍"
    assert (out[-1].details.finish_reason, out[-1].details.seed) == ("length", 7)


@pytest.mark.proves("TGN-03", "TGN-28")
@pytest.mark.parametrize(("provider", "said"), TEXTS)
def test_a_text_with_details(provider, said, ask, server, sent):
    """`details` gives an object with the reason for the end, also where the server has another form for it."""
    choice = {"index": 0, "finish_reason": "length", "seed": 2**60}
    details = {"finish_reason": "length", "generated_tokens": 2, "seed": 2**60, "prefill": [], "tokens": []}
    answer = {
        id(TGI): [{"generated_text": " wörld", "details": details}],
        id(COMPLETION): {"choices": [{**choice, "text": " wörld"}], "usage": {"completion_tokens": 2}},
        id(AS_CHAT): {"choices": [{**choice, "message": {"content": " wörld"}}], "usage": {"completion_tokens": 2}},
    }[id(said.form)]
    server.say(Answer.of(answer))
    out = ask(provider, "text-generation", doors(provider)[0], details=True)
    assert isinstance(out, TextGenerationOutput)
    assert out.generated_text == " wörld"
    assert (out.details.finish_reason, out.details.seed, out.details.generated_tokens) == ("length", 2**60, 2)
    body = sent().json
    assert ("details" in body.get("parameters", {})) is (said.form is TGI)
    assert "details" not in body


@pytest.mark.proves("TGN-20")
@pytest.mark.parametrize(("provider", "said"), TEXTS)
def test_a_text_without_options(provider, said, call, server, sent):
    """Nothing is sent that the caller did not ask for."""
    server.always("GET huggingface.co/api/models/org/name", hub(provider, "text-generation"))
    server.say(said.form.good)
    settings = {
        "provider": provider,
        "model": model(provider),
        "api_key": doors(provider)[0],
    }
    assert call(settings, "text_generation", "Hello") == " wörld"
    body = {key: value for key, value in said.body.items() if key not in ("max_tokens", "stop")}
    assert sent().json == {**body, **({"parameters": {}} if said.form is TGI else {})}


_COMPLETIONS = [case for case in TEXTS if case.values[1].form is not TGI]
_PLAIN = [case for case in TEXTS if case.values[1].form is COMPLETION]
_AS_CHAT = [case for case in TEXTS if case.values[1].form is AS_CHAT]


@pytest.mark.proves("TGN-28")
@pytest.mark.parametrize(("provider", "said"), _COMPLETIONS)
@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"do_sample": False}, {"temperature": 0}),
        ({"do_sample": True}, {}),
        *(({name: False}, {}) for name in ("return_full_text", "watermark", "decoder_input_details")),
        ({"seed": 7, "temperature": 0.5, "top_p": 0.9}, {"seed": 7, "temperature": 0.5, "top_p": 0.9}),
        ({"top_k": 3, "frequency_penalty": 0.5}, {"top_k": 3, "frequency_penalty": 0.5}),
    ],
    ids=str,
)
def test_options_in_the_words_of_completions(provider, said, given, wanted, ask, server, sent):
    """What has another name there is renamed, and what the server does by itself is not said."""
    server.say(said.form.good)
    ask(provider, "text-generation", doors(provider)[0], **given)
    assert sent().json == {**said.body, **wanted}


@pytest.mark.proves("TGN-28")
@pytest.mark.parametrize(("provider", "said"), _PLAIN)
def test_a_text_with_its_prompt(provider, said, ask, server, sent):
    """The server is asked to repeat it."""
    server.say(said.form.good)
    ask(provider, "text-generation", doors(provider)[0], return_full_text=True)
    assert sent().json == {**said.body, "echo": True}


@pytest.mark.parametrize(("provider", "said"), _AS_CHAT)
def test_a_chat_with_its_prompt(provider, said, ask, asked):
    """A chat cannot repeat it; nothing is sent."""
    with pytest.raises(errors.InputError, match="return_full_text"):
        ask(provider, "text-generation", doors(provider)[0], return_full_text=True)
    assert asked() == []


@pytest.mark.parametrize(("provider", "said"), _COMPLETIONS)
@pytest.mark.parametrize(
    "given",
    [
        *({"adapter_id": "a"}, {"top_n_tokens": 2}, {"truncate": 10}, {"typical_p": 0.9}, {"watermark": True}),
        *({"grammar": {"type": "regex", "value": "a"}}, {"decoder_input_details": True, "details": True}),
    ],
    ids=str,
)
def test_options_that_completions_have_not(provider, said, given, ask, server):
    """They are refused by name before anything is sent, as the server would ignore them."""
    with pytest.raises(errors.InputError, match=next(iter(given))):
        ask(provider, "text-generation", doors(provider)[0], **given)
    assert [asked for asked in server.requests if asked.method == "POST"] == []


@pytest.mark.parametrize(("provider", "said"), [case for case in TEXTS if case.values[1].form is COMPLETION])
def test_the_prompt_comes_back_where_a_server_can(provider, said, ask, server, sent):
    """`return_full_text` is called `echo` there."""
    server.say(said.form.good)
    ask(provider, "text-generation", doors(provider)[0], return_full_text=True)
    assert sent().json == {**said.body, "echo": True}


@pytest.mark.parametrize("options", [{"return_full_text": True}, {"best_of": 2, "temperature": 0.5}], ids=str)
@pytest.mark.parametrize(("provider", "said"), [case for case in TEXTS if case.values[1].form is AS_CHAT])
def test_what_a_chat_has_not_is_refused(provider, said, options, ask, asked):
    """Where a prompt goes as a chat, what a chat has no word for raises before anything is sent to it."""
    with pytest.raises(errors.InputError, match=next(iter(options))):
        ask(provider, "text-generation", doors(provider)[0], **options)
    assert asked() == []
