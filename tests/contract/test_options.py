"""Every option of the two large tasks reaches the wire by its name and with its value, and nothing else does."""

from __future__ import annotations

import pytest

from infermux.tasks._ask import CallOptions
from infermux.tasks.chat_completion import ChatCompletionOptions
from infermux.tasks.text_generation import TextGenerationOptions

from .server import Answer

MESSAGES = [{"role": "user", "content": "Hi"}]
_TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "default": None}}}

CHAT = {
    "CHA-01": {"max_tokens": 5},
    "CHA-05": {"temperature": 0.5},
    "CHA-06": {"frequency_penalty": -0.5, "presence_penalty": 0.5},
    "CHA-07": {"logit_bias": {"50256": -100}},
    "CHA-08": {"logprobs": True, "top_logprobs": 2},
    "CHA-09": {"n": 2},
    "CHA-10": {"seed": 7, "stop": ["."], "top_p": 0.9},
    "CHA-11": {"stream_options": {"include_usage": True}},
    "CHA-12": {"tool_prompt": "Tools:"},
    "CHA-14": {
        "max_completion_tokens": 9,
        "reasoning_effort": "low",
        "parallel_tool_calls": False,
        "user": "u",
        "metadata": {"a": "b"},
        "store": False,
        "service_tier": "flex",
        "function_call": "auto",
        "functions": [{"name": "f"}],
    },
    "CHA-15": {
        "modalities": ["text"],
        "audio": {"voice": "a", "format": "wav"},
        "verbosity": "low",
        "prediction": {"type": "content", "content": "x"},
        "web_search_options": {},
        "safety_identifier": "s",
        "moderation": {"model": "m"},
        "prompt_cache_key": "k",
        "prompt_cache_options": {"ttl": 1},
        "prompt_cache_retention": "24h",
    },
    "CHT-01": {"tools": [_TOOL], "tool_choice": "auto"},
    "CHT-03": {"tool_choice": {"type": "function", "function": {"name": "f"}}},
    "CHX-02": {"response_format": {"type": "json_object"}},
}
"""Id → the options that it is about."""

TEXT = {
    "TGN-06": {"max_new_tokens": 5},
    "TGN-07": {"do_sample": True},
    "TGN-08": {"best_of": 2, "do_sample": True},
    "TGN-09": {"repetition_penalty": 1.5},
    "TGN-10": {"return_full_text": True},
    "TGN-11": {"seed": 7},
    "TGN-13": {"stop": ["."]},
    "TGN-14": {"temperature": 0.5, "top_k": 3, "top_p": 0.9, "typical_p": 0.9},
    "TGN-15": {"truncate": 10},
    "TGN-16": {"watermark": True},
    "TGN-18": {"adapter_id": "a", "frequency_penalty": 0.5, "top_n_tokens": 2},
    "TGN-19": {"grammar": {"type": "json_schema", "value": {"type": "object"}}},
}

_SAID = Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]})
_WRITTEN = Answer.of({"generated_text": "Hello"})


def _cases(table):
    return [pytest.param(options, id=name, marks=pytest.mark.proves(name)) for name, options in table.items()]


@pytest.mark.parametrize("options", _cases(CHAT))
def test_an_option_of_a_chat(options, call, server):
    """The body holds the option as it was given, and besides it only model and messages."""
    server.say(_SAID)
    call({"base_url": server.url}, "chat_completion", MESSAGES, **options)
    assert server.requests[0].json == {"model": "dummy", "messages": MESSAGES, **options}


@pytest.mark.parametrize("options", _cases(TEXT))
def test_an_option_of_a_text(options, call, server):
    """The parameters hold the option as it was given, and nothing else."""
    server.say(_WRITTEN)
    call({"base_url": server.url}, "text_generation", "Hi", **options)
    assert server.requests[0].json == {"inputs": "Hi", "parameters": options, "stream": False}


@pytest.mark.parametrize(
    ("declared", "table", "elsewhere"),
    [
        (ChatCompletionOptions, CHAT, {"extra_body"}),
        (TextGenerationOptions, TEXT, {"extra_body", "stop_sequences", "decoder_input_details"}),
    ],
    ids=["chat", "text"],
)
def test_no_option_is_forgotten(declared, table, elsewhere):
    """Each option that a task declares is in a table above, or has a test of its own."""
    tested = {name for options in table.values() for name in options}
    assert declared.__annotations__.keys() - CallOptions.__annotations__.keys() - elsewhere == tested


@pytest.mark.proves("CHA-10", "CHA-07")
@pytest.mark.parametrize("options", [{"stop": "."}, {"logit_bias": [0.5, -0.5]}], ids=["stop", "logit_bias"])
def test_other_spellings_of_an_option(options, call, server):
    """A text for `stop` and a list for `logit_bias` are sent as they are."""
    server.say(_SAID)
    call({"base_url": server.url}, "chat_completion", MESSAGES, **options)
    assert server.requests[0].json == {"model": "dummy", "messages": MESSAGES, **options}


@pytest.mark.proves("TGN-12")
def test_stop_sequences_is_stop(call, server):
    """The older word works, and warns."""
    server.say(_WRITTEN)
    with pytest.warns(FutureWarning, match="stop"):
        call({"base_url": server.url}, "text_generation", "Hi", stop_sequences=["."])
    assert server.requests[0].json["parameters"] == {"stop": ["."]}


@pytest.mark.proves("TGN-17")
def test_decoder_input_details_need_details(call, server):
    """Alone they are left out, with a warning; with `details` they are sent."""
    server.say(_WRITTEN, _WRITTEN)
    with pytest.warns(UserWarning, match="decoder_input_details"):
        call({"base_url": server.url}, "text_generation", "Hi", decoder_input_details=True)
    call({"base_url": server.url}, "text_generation", "Hi", decoder_input_details=True, details=True)
    sent = [asked.json["parameters"] for asked in server.requests]
    assert sent == [{}, {"decoder_input_details": True, "details": True}]


@pytest.mark.proves("CHA-13")
def test_extra_body_wins_but_for_the_model(call, server):
    """What the caller adds goes to the top of the body and wins over the named options."""
    server.say(_SAID)
    more = {"temperature": 1.5, "min_p": 0.1, "model": "another"}
    call({"base_url": server.url}, "chat_completion", MESSAGES, model="m", temperature=0.5, extra_body=more)
    assert server.requests[0].json == {"model": "m", "messages": MESSAGES, "temperature": 1.5, "min_p": 0.1}


@pytest.mark.proves("CHA-16")
def test_headers_and_query_of_one_call(call, server):
    """`extra_headers` and `extra_query` travel with this call."""
    server.say(_SAID)
    more = {"extra_headers": {"X-One": "1"}, "extra_query": {"version": "2"}, "timeout": 30}
    call({"base_url": f"{server.url}/v1"}, "chat_completion", MESSAGES, **more)
    assert server.requests[0].headers["x-one"] == "1"
    assert server.requests[0].path == "/v1/chat/completions?version=2"


@pytest.mark.proves("TGN-21")
@pytest.mark.parametrize(
    "options",
    [
        {"best_of": 0},
        {"best_of": 2, "seed": 7, "do_sample": True},
        {"best_of": 2},
        {"best_of": 2, "do_sample": True, "stream": True},
        {"repetition_penalty": 0.0},
        {"temperature": 0.0},
        {"top_k": 0},
        {"truncate": 0},
        {"seed": -1},
        {"top_p": 0.0},
        {"top_p": 1.5},
        {"typical_p": 1.0},
    ],
    ids=str,
)
def test_options_out_of_range(options, call, server):
    """What the server would refuse is refused before anything is sent."""
    from infermux.errors import InputError, ValidationError

    with pytest.raises(ValidationError) as caught:
        call({"base_url": server.url}, "text_generation", "Hi", **options)
    assert isinstance(caught.value, InputError)
    assert (caught.value.request, caught.value.response) == (None, None)
    assert server.requests == []
