"""text_generation: its four modes, every option, what is refused here, and servers of other kinds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from saying import IDS, TEXT, TOKENS, error, events_of, mapping, sse, token_events, tokens

import infermux
from contract.server import Answer, Server
from infermux import (
    GenerationError,
    IncompleteAnswerError,
    IncompleteGenerationError,
    InputError,
    OverloadedError,
    ProviderOutputError,
    TextGenerationError,
    TextGenerationOutput,
    TextGenerationStreamOutput,
    UnknownError,
    ValidationError,
)

Call = Callable[..., Any]
PROMPT = "The huggingface_hub library is "

DETAILS = {
    "finish_reason": "length",
    "generated_tokens": 12,
    "seed": None,
    "prefill": [
        {"id": 487, "text": "The", "logprob": None},
        {"id": 53789, "text": " hugging", "logprob": -13.171875},
        {"id": 204, "text": " ", "logprob": -7.0390625},
    ],
    "tokens": [{"id": 1425, "text": "100", "logprob": -1.0175781, "special": False}],
    "best_of_sequences": None,
}


def plain(value: str = "x") -> Answer:
    """The answer of TGI's root."""
    return Answer.of([{"generated_text": value}])


def generate(call: Call, server: Server, *answers: Answer, **options: Any) -> Any:
    """Generate with these options."""
    server.say(*(answers or (plain(),)))
    return call({"base_url": server.url}, "text_generation", PROMPT, **options)


@pytest.mark.proves("TGN-01", "TGN-05", "TGN-26")
@pytest.mark.parametrize("shape", ["list", "object"])
def test_text(call: Call, server: Server, shape: str) -> None:
    """Plainly it gives the text, out of a list or an object."""
    said = {"generated_text": TEXT}
    out = generate(call, server, Answer.of([said] if shape == "list" else said), max_new_tokens=12)
    assert out == TEXT
    assert type(out) is str
    assert server.requests[0].json["inputs"] == PROMPT
    assert server.requests[0].json["parameters"] == {"max_new_tokens": 12}
    assert not server.requests[0].json.get("stream")


@pytest.mark.proves("TGN-02", "TGN-05")
def test_stream_of_texts(call: Call, server: Server) -> None:
    """Streamed it gives the texts of the tokens."""
    assert generate(call, server, token_events(), stream=True, max_new_tokens=12) == TOKENS
    assert server.requests[0].json["stream"] is True


@pytest.mark.proves("TGN-03", "TGN-05")
def test_details(call: Call, server: Server) -> None:
    """With details it gives all that the server told."""
    out = generate(call, server, Answer.of([{"generated_text": TEXT, "details": DETAILS}]), details=True)
    assert server.requests[0].json["parameters"] == {"details": True}
    assert isinstance(out, TextGenerationOutput)
    assert out.generated_text == TEXT
    assert out.details.finish_reason == infermux.FinishReason.Length == "length"
    assert (out.details.generated_tokens, out.details.seed) == (12, None)
    assert [token.id for token in out.details.prefill] == [487, 53789, 204]
    assert out.details.prefill[0].logprob is None
    assert (out.details.tokens[0].id, out.details.tokens[0].special) == (1425, False)
    assert out == {"generated_text": TEXT, "details": DETAILS}


@pytest.mark.proves("TGN-04", "TGN-05")
def test_stream_with_details(call: Call, server: Server) -> None:
    """Streamed with details, the last item holds the text and the reason for its end."""
    out = generate(call, server, token_events(), stream=True, details=True)
    assert all(isinstance(item, TextGenerationStreamOutput) for item in out)
    assert [item.token.id for item in out] == IDS
    assert [item.token.text for item in out] == TOKENS
    assert [item.generated_text for item in out] == [None] * 11 + [TEXT]
    assert [item.details is None for item in out] == [True] * 11 + [False]
    assert (out[-1].details.finish_reason, out[-1].details.generated_tokens) == ("length", 12)


@pytest.mark.proves("TGN-30")
def test_other_spelling(call: Call, server: Server) -> None:
    """`text_generation_stream` always gives the tokens with their details."""
    server.say(token_events())
    out = call({"base_url": server.url}, "text_generation_stream", PROMPT)
    assert [item.token.text for item in out] == TOKENS
    assert out[-1].generated_text == TEXT


def test_old_stream(call: Call, server: Server) -> None:
    """TGI before 2.1 put no blank after the colon, and ended without a mark."""
    data = events_of(*tokens()).replace(b"data: ", b"data:")
    assert generate(call, server, sse(data), stream=True) == TOKENS


def test_special_tokens(call: Call, server: Server) -> None:
    """Special tokens are items of a stream as well."""
    end = {
        "token": {"id": 2, "text": "</s>", "special": True, "logprob": 0.0},
        "generated_text": "100",
        "details": None,
    }
    assert generate(call, server, sse(events_of(tokens()[0], end)), stream=True) == ["100", "</s>"]


OPTIONS = {
    "max_new_tokens": 12,
    "do_sample": True,
    "best_of": 1,
    "repetition_penalty": 1.1,
    "return_full_text": True,
    "seed": 2**60,
    "stop": ["a", "b"],
    "temperature": 0.5,
    "top_k": 3,
    "top_p": 0.9,
    "typical_p": 0.9,
    "truncate": 5,
    "watermark": True,
    "adapter_id": "a/b",
    "frequency_penalty": 0.1,
    "top_n_tokens": 2,
    "grammar": {"type": "json", "value": {"type": "object"}},
}


@pytest.mark.proves(
    "TGN-06", "TGN-07", "TGN-09", "TGN-10", "TGN-11", "TGN-13", "TGN-14", "TGN-15", "TGN-16", "TGN-18", "TGN-20"
)
@pytest.mark.parametrize("option", OPTIONS)
def test_option(call: Call, server: Server, option: str) -> None:
    """Each option goes among the parameters, and nothing else does."""
    generate(call, server, **{option: OPTIONS[option]})
    assert server.requests[0].json["parameters"] == {option: OPTIONS[option]}


@pytest.mark.proves("TGN-19")
@pytest.mark.parametrize("type", ["json", "regex", "json_schema"])
def test_grammar(call: Call, server: Server, type: str) -> None:
    """Every kind of grammar goes as given, typed as well."""
    value = "[a-z]+" if type == "regex" else {"type": "object"}
    generate(call, server, grammar=infermux.TextGenerationInputGrammarType(type=type, value=value))  # type: ignore[arg-type]
    assert server.requests[0].json["parameters"] == {"grammar": {"type": type, "value": value}}


@pytest.mark.proves("TGN-20")
def test_nothing_of_ours(call: Call, server: Server) -> None:
    """What the caller did not give is not sent."""
    generate(call, server, temperature=None, do_sample=False)
    assert server.requests[0].json["parameters"] == {"do_sample": False}


def test_extra_body(call: Call, server: Server) -> None:
    """The server's own options stand among the parameters, and win."""
    generate(call, server, temperature=0.5, extra_body={"temperature": 1.0, "own": True})
    assert server.requests[0].json["parameters"] == {"temperature": 1.0, "own": True}


@pytest.mark.parametrize("own", [{"temperature": "auto"}, {"seed": [1, 2]}])
def test_extra_body_of_other_types(call: Call, server: Server, own: dict[str, Any]) -> None:
    """What the server's own options may be is the server's affair."""
    generate(call, server, extra_body=own)
    assert server.requests[0].json["parameters"] == own


@pytest.mark.proves("TGN-12")
def test_stop_sequences(call: Call, server: Server) -> None:
    """The older word for `stop` works, with a warning."""
    with pytest.warns(FutureWarning, match="stop"):
        generate(call, server, stop_sequences=["a"])
    assert server.requests[0].json["parameters"] == {"stop": ["a"]}


@pytest.mark.proves("TGN-08", "TGN-18")
def test_best_of(call: Call, server: Server) -> None:
    """Rival sequences and rival tokens are read."""
    sequence = {**DETAILS, "generated_text": "other"}
    token = DETAILS["tokens"][0]  # type: ignore[index]
    details = {**DETAILS, "best_of_sequences": [sequence], "top_tokens": [[token, token]]}
    said = Answer.of([{"generated_text": TEXT, "details": details}])
    out = generate(call, server, said, details=True, best_of=2, do_sample=True, top_n_tokens=2)
    assert server.requests[0].json["parameters"] == {
        "details": True,
        "best_of": 2,
        "do_sample": True,
        "top_n_tokens": 2,
    }
    assert out.details.best_of_sequences[0].generated_text == "other"
    assert out.details.best_of_sequences[0].tokens[0].id == 1425
    assert len(out.details.top_tokens[0]) == 2


@pytest.mark.proves("TGN-17")
def test_decoder_input_details(call: Call, server: Server) -> None:
    """The tokens of the prompt need details; without, the option is left out with a warning."""
    with pytest.warns(UserWarning, match="decoder_input_details"):
        generate(call, server, decoder_input_details=True)
    assert server.requests[0].json["parameters"] == {}
    said = Answer.of([{"generated_text": TEXT, "details": DETAILS}])
    out = generate(call, server, said, details=True, decoder_input_details=True)
    assert server.requests[1].json["parameters"] == {"details": True, "decoder_input_details": True}
    assert out.details.prefill[1].text == " hugging"


INVALID: list[dict[str, Any]] = [
    {"best_of": 0},
    {"best_of": -1},
    {"best_of": 2},
    {"best_of": 2, "seed": 1, "do_sample": True},
    {"best_of": 2, "stream": True, "do_sample": True},
    {"repetition_penalty": 0.0},
    {"repetition_penalty": -1.0},
    {"temperature": 0.0},
    {"temperature": -0.1},
    {"top_k": 0},
    {"truncate": 0},
    {"seed": -1},
    {"top_p": 0.0},
    {"top_p": 1.1},
    {"typical_p": 0.0},
    {"typical_p": 1.0},
]


@pytest.mark.proves("TGN-21")
@pytest.mark.parametrize("options", INVALID, ids=str)
def test_invalid(call: Call, server: Server, options: dict[str, Any]) -> None:
    """What a server would refuse is refused here, by the option's name, and nothing is sent."""
    with pytest.raises(ValidationError, match=next(iter(options))) as caught:
        generate(call, server, **options)
    assert server.requests == []
    assert isinstance(caught.value, (TextGenerationError, InputError))
    assert isinstance(caught.value, ValueError)
    assert caught.value.request is caught.value.response is None


@pytest.mark.proves("TGN-21")
def test_empty_prompt(call: Call, server: Server) -> None:
    """An empty prompt is refused."""
    with pytest.raises(ValidationError, match="prompt"):
        call({"base_url": server.url}, "text_generation", "")
    assert server.requests == []


@pytest.mark.proves("TGN-22")
def test_validation_without_pydantic(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks need no pydantic."""
    monkeypatch.setitem(sys.modules, "pydantic", None)
    with pytest.raises(ValidationError):
        generate(call, server, temperature=-1.0)


@pytest.mark.parametrize(
    "options", [{"top_p": 1.0}, {"seed": 0}, {"best_of": 2, "temperature": 0.5}, {"best_of": 1, "seed": 1}]
)
def test_valid(call: Call, server: Server, options: dict[str, Any]) -> None:
    """What is at the edge, and later servers take, is sent."""
    generate(call, server, **options)
    assert server.requests[0].json["parameters"] == options


@pytest.mark.parametrize("details", [True, False])
def test_details_are_sent_as_said(call: Call, server: Server, details: bool) -> None:
    """What is said of details goes out, yes or no; otherwise the server decides."""
    generate(call, server, details=details)
    assert server.requests[0].json["parameters"] == {"details": details}


@pytest.mark.parametrize("given", [{"api_key": "hf_1"}, {"api_key": "own"}])
def test_temperature_0_where_it_is_taken(call: Call, server: Server, given: dict[str, Any]) -> None:
    """Those who speak OpenAI's API take 0 for the likeliest text."""
    server.say(Answer.of({"choices": [{"text": TEXT, "finish_reason": "stop"}]}))
    call({"base_url": f"{server.url}/v1", **given}, "text_generation", PROMPT, temperature=0)
    assert server.requests[0].json["temperature"] == 0


def test_temperature_0_is_refused_before_a_look_up(call: Call, server: Server) -> None:
    """hf-inference runs Text Generation Inference, which refuses 0: the Hub is not asked either."""
    with pytest.raises(ValidationError, match="temperature"):
        call({"provider": "hf-inference", "model": "org/m"}, "text_generation", PROMPT, temperature=0)
    assert server.requests == []


def test_options_are_refused_before_a_look_up(call: Call, server: Server) -> None:
    """So is an option that a provider has not."""
    settings = {"provider": "together", "api_key": "own", "model": "org/m"}
    with pytest.raises(InputError, match="typical_p"):
        call(settings, "text_generation", PROMPT, typical_p=0.5)
    assert server.requests == []


NOT_TGI = error(400, "The following `model_kwargs` are not used by the model: ['watermark', 'seed'] (note: typos)")


class TestNotTGI:
    """A plain transformers server refuses options that it does not know."""

    @pytest.mark.proves("TGN-23")
    def test_again_without(self, open_client: Call, server: Server) -> None:
        """The call is made again without the refused options, with a warning; the next one leaves them out at once."""
        server.say(NOT_TGI, plain("a"), plain("b"))
        options = {"watermark": True, "seed": 1, "max_new_tokens": 3}
        with open_client({"base_url": server.url}) as client:
            with pytest.warns(UserWarning, match=r"seed.*watermark"):
                assert client("text_generation", PROMPT, **options) == "a"
            with pytest.warns(UserWarning, match=r"seed.*watermark"):
                assert client("text_generation", PROMPT, **options) == "b"
        assert [asked.json["parameters"] for asked in server.requests] == [
            options,
            {"max_new_tokens": 3},
            {"max_new_tokens": 3},
        ]

    @pytest.mark.proves("TGN-23")
    def test_other_servers_keep_theirs(self, open_client: Call, server: Server) -> None:
        """What one server refuses, another one still gets (T34)."""
        server.say(NOT_TGI, plain("a"), plain("b"))
        with open_client({"base_url": f"{server.url}/one"}) as client:
            with pytest.warns(UserWarning, match="seed"):
                client("text_generation", PROMPT, seed=1)
            client("text_generation", PROMPT, seed=1, model=f"{server.url}/two")
        assert server.requests[-1].json["parameters"] == {"seed": 1}

    def test_once(self, call: Call, server: Server) -> None:
        """A server that refuses again is not asked a third time."""
        server.always("POST ", NOT_TGI)
        with pytest.warns(UserWarning, match="seed"), pytest.raises(infermux.BadRequestError, match="model_kwargs"):
            call({"base_url": server.url}, "text_generation", PROMPT, seed=1, watermark=True)
        assert len(server.requests) == 2

    @pytest.mark.proves("TGN-24")
    def test_stream(self, call: Call, server: Server) -> None:
        """Such a server cannot stream; the error asks for stream=False."""
        with pytest.raises(ValueError, match="stream=False"):
            generate(call, server, NOT_TGI, stream=True, seed=1)
        assert len(server.requests) == 1

    @pytest.mark.proves("TGN-25")
    def test_details(self, call: Call, server: Server) -> None:
        """Such a server knows no details: a warning, and the plain text."""
        refusal = error(400, "The following `model_kwargs` are not used by the model: ['details']")
        with pytest.warns(UserWarning, match="details"):
            out = generate(call, server, refusal, plain("a"), details=True)
        assert out == "a"
        assert type(out) is str

    def test_other_400(self, call: Call, server: Server) -> None:
        """Any other 400 is raised, and asked once."""
        with pytest.raises(infermux.BadRequestError, match="too long"):
            generate(call, server, error(400, "too long"), seed=1)
        assert len(server.requests) == 1


@pytest.mark.proves("TGN-27")
@pytest.mark.parametrize("place", ["status", "stream"])
@pytest.mark.parametrize(
    ("error_type", "status", "cls"),
    [
        ("generation", 424, GenerationError),
        ("incomplete_generation", 500, IncompleteGenerationError),
        ("overloaded", 429, OverloadedError),
        ("validation", 422, ValidationError),
        ("something_new", 500, UnknownError),
    ],
)
def test_error_types(call: Call, server: Server, place: str, error_type: str, status: int, cls: type) -> None:
    """The server's `error_type` decides the class, as a status and within a stream."""
    said = {"error": "sorry", "error_type": error_type}
    answer = Answer.of(said, status) if place == "status" else sse(events_of(tokens()[0], said))
    server.say(answer)
    settings = {"base_url": server.url, "max_retries": 0}
    with pytest.raises(cls, match="sorry") as caught:
        call(settings, "text_generation", PROMPT, stream=place == "stream")
    assert isinstance(caught.value, TextGenerationError)
    assert caught.value.server_message == "sorry"
    if place == "stream":
        assert caught.value.partial_text == "100"


@pytest.mark.parametrize("count", [0, 1, 11])
def test_cut_stream(open_client: Call, server: Server, count: int) -> None:
    """A stream without its last token is no answer: S08."""
    server.say(sse(events_of(*tokens()[:count])))
    with open_client({"base_url": server.url}) as client:
        with pytest.raises(IncompleteAnswerError) as caught:
            client("text_generation", PROMPT, stream=True)
        assert client.items == TOKENS[:count]
    assert caught.value.partial_text == "".join(TOKENS[:count])


@pytest.mark.parametrize("said", [[], {}, [{}], {"generated_text": None}, [1], "x", [{"generated_text": 5}], None])
def test_no_text(call: Call, server: Server, said: Any) -> None:
    """An answer without a text is none."""
    with pytest.raises(ProviderOutputError):
        generate(call, server, Answer.of(said))


COMPLETION = {
    "choices": [{"index": 0, "text": "100%", "finish_reason": "length", "seed": 7}],
    "usage": {"completion_tokens": 2, "prompt_tokens": 5, "total_tokens": 7},
}


class TestCompletions:
    """Providers that speak OpenAI's completions."""

    @pytest.fixture(autouse=True)
    def _hub(self, server: Server) -> None:
        entry = {"providerId": "their-id", "task": "text-generation"}
        server.always("GET huggingface.co/api/models/", mapping(together=entry, novita=entry, featherless_ai=entry))

    @pytest.mark.proves("TGN-28")
    @pytest.mark.parametrize("provider", ["together", "novita", "featherless-ai"])
    def test_whole(self, call: Call, server: Server, provider: str) -> None:
        """They get their own words, and the answer is the same as TGI's (T22)."""
        settings = {"model": "org/m", "provider": provider, "api_key": "hf_1"}
        server.say(Answer.of(COMPLETION), Answer.of(COMPLETION))
        assert call(settings, "text_generation", PROMPT, max_new_tokens=2, temperature=0.5, stop=["x"]) == "100%"
        asked = server.requests[-1]
        assert asked.path.endswith("/completions")
        assert asked.json == {"model": "their-id", "prompt": PROMPT, "max_tokens": 2, "temperature": 0.5, "stop": ["x"]}
        out = call(settings, "text_generation", PROMPT, details=True)
        assert out.generated_text == "100%"
        assert (out.details.finish_reason, out.details.generated_tokens, out.details.seed) == ("length", 2, 7)

    @pytest.mark.proves("TGN-29")
    def test_streamed(self, call: Call, server: Server) -> None:
        """Their chunks become tokens."""
        chunks = [
            {"choices": [{"index": 0, "text": "100"}]},
            {"choices": [{"index": 0, "text": "%", "finish_reason": "length", "seed": 7}]},
            {"choices": [], "usage": {"completion_tokens": 2}},
        ]
        settings = {"model": "org/m", "provider": "together", "api_key": "hf_1"}
        server.say(Answer.events(*chunks), Answer.events(*chunks))
        assert call(settings, "text_generation", PROMPT, stream=True) == ["100", "%"]
        assert server.requests[-1].json["stream"] is True
        out = call(settings, "text_generation", PROMPT, stream=True, details=True)
        assert [item.token.text for item in out] == ["100", "%"]
        assert (out[-1].generated_text, out[-1].details.finish_reason, out[-1].details.seed) == ("100%", "length", 7)

    @pytest.mark.parametrize("end", ["data: [DONE]\n\n", ""])
    def test_cut(self, call: Call, server: Server, end: str) -> None:
        """A stream that has not told its end, and has no mark, is cut."""
        settings = {"model": "org/m", "provider": "together", "api_key": "hf_1"}
        server.say(Answer.events({"choices": [{"index": 0, "text": "100"}]}, end=end))
        if end:
            assert call(settings, "text_generation", PROMPT, stream=True) == ["100"]
        else:
            with pytest.raises(IncompleteAnswerError):
                call(settings, "text_generation", PROMPT, stream=True)

    @pytest.mark.parametrize("said", [{}, {"choices": []}, {"choices": [5]}, {"choices": [{}]}, []])
    def test_no_completion(self, call: Call, server: Server, said: Any) -> None:
        """An answer without a text is none."""
        server.say(Answer.of(said))
        with pytest.raises(ProviderOutputError):
            call({"base_url": f"{server.url}/v1"}, "text_generation", PROMPT)
