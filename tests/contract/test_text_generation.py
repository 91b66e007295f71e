"""Text generation by the examples of the reference: every option, every form of the answer."""

from __future__ import annotations

import pytest

from infermux.errors import InputError, ValidationError
from infermux.tasks._ask import CallOptions
from infermux.tasks.text_generation import TextGenerationOptions

from .server import Answer

PROMPT, SENTENCE = "The huggingface_hub library is ", "100% open source and built to be easy to use."
_TOKENS = [
    *((1425, "100", -1.0175781), (16, "%", -0.0463562), (1314, " open", -1.3359375), (3178, " source", -0.28100586)),
    *((273, " and", -0.5961914), (3426, " built", -1.9423828), (271, " to", -1.4121094), (314, " be", -1.5224609)),
    *((1833, " easy", -2.1132812), (271, " to", -0.08520508), (745, " use", -0.39453125), (25, ".", -0.5703125)),
]
TOKENS = [{"id": name, "text": text, "logprob": logprob, "special": False} for name, text, logprob in _TOKENS]
PREFILL = [
    {"id": 487, "text": "The", "logprob": None},
    {"id": 53789, "text": " hugging", "logprob": -13.171875},
    {"id": 204, "text": " ", "logprob": -7.0390625},
]
DETAILS = {"finish_reason": "length", "generated_tokens": 12, "seed": None}


OPTIONS = {
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
"""Id → the options that it is about."""


@pytest.fixture
def ask(call, server):
    """Asks the server for a text, after it was told what to say."""

    def one(answer, **options):
        server.say(answer if isinstance(answer, Answer) else Answer.of(answer))
        return call({"base_url": server.url}, "text_generation", PROMPT, **options)

    return one


@pytest.mark.proves("TGN-01", "TGN-05")
def test_a_text(ask):
    """The first case of the reference."""
    answer = [{"generated_text": SENTENCE}]
    assert ask(answer, max_new_tokens=12) == SENTENCE


def _streamed():
    events = [
        {"index": at, "token": token, "generated_text": None, "details": None} for at, token in enumerate(TOKENS, 1)
    ]
    events[-1] |= {"generated_text": SENTENCE, "details": DETAILS}
    return Answer.events(*events, end="")


@pytest.mark.proves("TGN-02", "TGN-05")
def test_a_streamed_text(ask):
    """The second case: twelve texts."""
    out = ask(_streamed(), stream=True)
    assert out == [text for _, text, _ in _TOKENS]
    assert "".join(out) == SENTENCE


@pytest.mark.proves("TGN-03", "TGN-05", "TGN-17")
def test_the_details_of_a_text(ask):
    """The third case: tokens before and after, and why it ended."""
    answer = [{"generated_text": SENTENCE, "details": {**DETAILS, "prefill": PREFILL, "tokens": TOKENS}}]
    out = ask(answer, details=True, decoder_input_details=True)
    details = out.details
    assert (out.generated_text, details.finish_reason, details.generated_tokens) == (SENTENCE, "length", 12)
    assert [(token.id, token.text, token.logprob, token.special) for token in details.tokens] == [
        (*token, False) for token in _TOKENS
    ]
    assert [(token.id, token.logprob) for token in details.prefill] == [
        (487, None),
        (53789, -13.171875),
        (204, -7.0390625),
    ]
    assert (details.seed, details.best_of_sequences) == (None, None)


@pytest.mark.proves("TGN-04", "TGN-05")
def test_the_details_of_a_streamed_text(ask):
    """The fourth case: the last token tells the whole."""
    out = ask(_streamed(), stream=True, details=True)
    assert [(item.token.id, item.generated_text, item.details) for item in out[:-1]] == [
        (name, None, None) for name, _, _ in _TOKENS[:-1]
    ]
    last = out[-1]
    assert (last.generated_text, last.details.finish_reason, last.details.generated_tokens) == (SENTENCE, "length", 12)


@pytest.mark.proves("TGN-08", "TGN-18")
def test_the_rivals_of_a_text(ask):
    """`best_of_sequences` and `top_tokens` are read."""
    details = {**DETAILS, "prefill": [], "tokens": TOKENS[:1], "top_tokens": [TOKENS[1:3]]}
    best = {**details, "generated_text": "another"}
    answer = [{"generated_text": "100", "details": {**details, "best_of_sequences": [best]}}]
    read = ask(answer, details=True, best_of=2, do_sample=True, top_n_tokens=2).details
    assert (read.best_of_sequences[0].generated_text, read.best_of_sequences[0].tokens[0].id) == ("another", 1425)
    assert [token.id for token in read.top_tokens[0]] == [16, 1314]


@pytest.mark.parametrize(
    "options", [pytest.param(options, id=name, marks=pytest.mark.proves(name)) for name, options in OPTIONS.items()]
)
def test_an_option(options, ask, server):
    """The parameters hold the option as it was given, and nothing else."""
    ask({"generated_text": SENTENCE}, **options)
    assert server.requests[0].json == {"inputs": PROMPT, "parameters": options, "stream": False}


def test_no_option_is_forgotten():
    """Each option that the task declares is in the table above, or has a test of its own."""
    tested = {name for options in OPTIONS.values() for name in options}
    elsewhere = {"extra_body", "stop_sequences", "decoder_input_details"}
    assert TextGenerationOptions.__annotations__.keys() - CallOptions.__annotations__.keys() - elsewhere == tested


@pytest.mark.proves("TGN-12")
def test_stop_sequences_is_stop(ask, server):
    """The older word works, and warns."""
    with pytest.warns(FutureWarning, match="stop"):
        ask({"generated_text": SENTENCE}, stop_sequences=["."])
    assert server.requests[0].json["parameters"] == {"stop": ["."]}


@pytest.mark.proves("TGN-17")
def test_decoder_input_details_need_details(ask, server):
    """Alone they are left out, with a warning; with `details` they are sent."""
    with pytest.warns(UserWarning, match="decoder_input_details"):
        ask({"generated_text": SENTENCE}, decoder_input_details=True)
    ask({"generated_text": SENTENCE}, decoder_input_details=True, details=True)
    sent = [asked.json["parameters"] for asked in server.requests]
    assert sent == [{}, {"decoder_input_details": True, "details": True}]


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
def test_options_out_of_range(options, ask, server):
    """What the server would refuse is refused before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        ask({"generated_text": SENTENCE}, **options)
    assert isinstance(caught.value, InputError)
    assert (caught.value.request, caught.value.response) == (None, None)
    assert server.requests == []
