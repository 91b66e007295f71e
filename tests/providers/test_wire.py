"""Every provider and every task it claims, over real sockets: the request, and answers good, refused and broken."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from contract.server import Answer
from infermux import errors, providers
from infermux.types.chat import ChatCompletionOutput, ChatCompletionStreamOutput
from infermux.types.speech import AutomaticSpeechRecognitionOutput
from infermux.types.text_generation import TextGenerationOutput, TextGenerationStreamOutput

from .table import (
    AS_CHAT,
    ASKED,
    COMPLETION,
    FLAC,
    FORMAT,
    HUB_MODEL,
    MESSAGES,
    MODEL,
    OWN,
    PICTURE,
    PNG,
    ROUTED,
    SCHEMA,
    TGI,
    WIRES,
    WORDS,
    address,
    doors,
    hub,
    model,
)

_PROMISED = {
    "chat-completion": ChatCompletionOutput,
    "text-generation": str,
    "feature-extraction": np.ndarray,
    "text-to-image": Image.Image,
    "automatic-speech-recognition": AutomaticSpeechRecognitionOutput,
}


_BASE64 = base64.b64encode(PNG)


def _proves(*ids):
    return pytest.mark.proves(*(name for name in ids if name))


PAIRS = [
    pytest.param(name, task, id=f"{name}-{task}", marks=_proves(said.proves))
    for name, wire in WIRES.items()
    for task, said in wire.tasks.items()
]
DOORS = [
    pytest.param(
        name,
        task,
        key,
        id=f"{name}-{task}-{'routed' if key == ROUTED else 'direct'}",
        marks=_proves(wire.proves, said.proves),
    )
    for name, wire in WIRES.items()
    for task, said in wire.tasks.items()
    for key in doors(name)
]
CHATS = [
    pytest.param(name, id=name, marks=_proves(wire.tasks["chat-completion"].proves)) for name, wire in WIRES.items()
]
TEXTS = [
    pytest.param(name, wire.tasks["text-generation"], id=name, marks=_proves(wire.tasks["text-generation"].proves))
    for name, wire in WIRES.items()
    if "text-generation" in wire.tasks
]


@pytest.fixture
def ask(call, server):
    """Asks a provider for a task, as the table says, with other options where they are given."""

    def one(provider, task, key, **options):
        server.always("GET huggingface.co/api/models/org/name", hub(provider, task))
        asked = ASKED[task]
        settings = {
            "provider": provider,
            "model": model(provider),
            "api_key": key,
            "max_retries": 0,
        }
        return call(settings, asked.method, asked.given, **{**asked.options, **options})

    return one


def _sent(server):
    """The request that the provider got; the look-ups at the Hub are another matter."""
    (asked,) = [asked for asked in server.requests if asked.host != "huggingface.co"]
    return asked


@pytest.mark.parametrize("name", [name for name in providers.names() if name != "sandbox"])
def test_every_claim_is_in_the_table(name):
    """What a provider claims to do is what the table tests."""
    assert sorted(WIRES[name].tasks) == providers.find(name).tasks


@pytest.mark.proves("AUT-01", "AUT-07", "AUT-08", "ROU-06", "ROU-08")
@pytest.mark.parametrize(("provider", "task", "key"), DOORS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_request_and_its_answer(provider, task, key, ask, server):
    """One ask is one request: to the right place, with its key and its body; and what comes back is as promised."""
    said = WIRES[provider].tasks[task]
    server.say(said.form.good)
    result = ask(provider, task, key)
    asked = _sent(server)
    assert asked.line == f"POST {address(provider, key, said)}"
    assert asked.headers["authorization"] == f"Bearer {key}"
    if isinstance(said.body, dict):
        assert asked.headers["content-type"] == "application/json"
        assert asked.json == said.body
    elif said.body is not None:
        assert asked.headers["content-type"] == "audio/flac"
        assert asked.body == said.body
    assert isinstance(result, _PROMISED[task])
    _CHECKS[task](result)


def _check_chat(result):
    assert result.choices[0].message.content == " wörld"
    assert result.choices[0].finish_reason == "stop"
    assert result.usage.total_tokens == 5


def _check_vectors(result):
    assert result.dtype == np.float32
    assert result.tolist() == [[0.5, -0.5], [1.5, 0.5]]


_CHECKS = {
    "chat-completion": _check_chat,
    "text-generation": lambda result: _equal(result, " wörld"),
    "feature-extraction": _check_vectors,
    "text-to-image": lambda result: _equal(result.size, (4, 2)),
    "automatic-speech-recognition": lambda result: _equal(result.text, "hello world"),
}


def _equal(one, other):
    assert one == other


@pytest.mark.proves("CHA-20")
@pytest.mark.parametrize("provider", CHATS)
def test_the_model_stands_first(provider, ask, server):
    """The router reads the model from the first bytes of the body."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    ask(provider, "chat-completion", doors(provider)[0])
    first = WIRES[provider].tasks["chat-completion"].body["model"]
    assert _sent(server).body.startswith(f'{{"model":"{first}"'.encode())


@pytest.mark.proves("BIN-11")
@pytest.mark.parametrize("provider", [name for name in WIRES if "text-to-image" in WIRES[name].tasks])
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_picture_is_asked_for_as_png_unless_the_caller_says_otherwise(provider, ask, server):
    """`Accept: image/png` goes along, and the caller's own wins."""
    good = WIRES[provider].tasks["text-to-image"].form.good
    server.say(good)
    ask(provider, "text-to-image", doors(provider)[0])
    assert _sent(server).headers.get("accept") == "image/png"
    server.reset()
    server.say(good)
    ask(provider, "text-to-image", doors(provider)[0], extra_headers={"Accept": "image/webp"})
    assert _sent(server).headers["accept"] == "image/webp"


@pytest.mark.parametrize(
    ("provider", "task"),
    [
        pytest.param(name, task, id=name)
        for name, wire in WIRES.items()
        for task, said in wire.tasks.items()
        if said.left_out
    ],
)
def test_what_is_left_out_is_told(provider, task, ask, server):
    """An option that the provider does not take is left out with a warning that names it."""
    said = WIRES[provider].tasks[task]
    server.say(said.form.good)
    with pytest.warns(UserWarning, match=said.left_out):
        ask(provider, task, doors(provider)[0])


def test_a_sound_is_sent_to_openai_as_a_form(ask, server):
    """The file comes with a name that tells its format, and the model as a field."""
    server.say(WIRES["openai"].tasks["automatic-speech-recognition"].form.good)
    ask("openai", "automatic-speech-recognition", OWN, extra_body={"language": "de"})
    asked = _sent(server)
    kind, _, boundary = asked.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    parts = dict(
        part.strip(b"\r\n").split(b"\r\n\r\n", 1) for part in asked.body.split(b"--" + boundary.encode())[1:-1]
    )
    named = {
        head.decode().lower().partition('name="')[2].partition('"')[0]: (head.lower(), body)
        for head, body in parts.items()
    }
    assert named["file"][1] == FLAC.strip(b"\r\n")
    assert b'.flac"' in named["file"][0]
    assert b"audio/flac" in named["file"][0]
    assert named["model"][1] == MODEL.encode()
    assert named["language"][1] == b"de"


def test_a_picture_at_hyperbolic_has_a_size(call, server):
    """Without a size, a square of 512 is asked for, as the service wants one."""
    server.always("GET huggingface.co/api/models/org/name", hub("hyperbolic", "text-to-image"))
    server.say(WIRES["hyperbolic"].tasks["text-to-image"].form.good)
    call({"provider": "hyperbolic", "api_key": OWN, "model": HUB_MODEL}, "text_to_image", "A cat")
    assert _sent(server).json == {"prompt": "A cat", "width": 512, "height": 512, "model_name": MODEL}


def test_store_is_not_sent_to_cerebras(ask, server):
    """It answers 400 to `store`, which means nothing there."""
    server.say(WIRES["cerebras"].tasks["chat-completion"].form.good)
    with pytest.warns(UserWarning, match="store"):
        ask("cerebras", "chat-completion", ROUTED, store=True)
    assert "store" not in _sent(server).json


@pytest.mark.proves("PRV-19")
def test_openai_takes_no_key_of_hugging_face_and_an_optional_prefix(call, server):
    """An `hf_` key is refused before any request, no mapping is looked up, and `openai/` may stand before the id."""
    with pytest.raises(errors.InputError, match="Hugging Face key"):
        call({"provider": "openai", "api_key": ROUTED, "model": "gpt"}, "chat_completion", MESSAGES)
    assert server.requests == []
    server.say(WIRES["openai"].tasks["chat-completion"].form.good)
    call({"provider": "openai", "api_key": OWN, "model": "openai/openai/gpt"}, "chat_completion", MESSAGES)
    assert [asked.line for asked in server.requests] == ["POST api.openai.com/v1/chat/completions"]
    assert _sent(server).json["model"] == "openai/gpt"


@pytest.mark.proves("ROU-05", "ERR-06")
def test_the_router_takes_no_other_key(call, server):
    """A provider's own key does not say whose it is."""
    with pytest.raises(errors.RoutingError):
        call({"provider": "auto", "api_key": OWN, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("CON-07")
@pytest.mark.parametrize("provider", [name for name in WIRES if name not in ("auto", "hf-inference")])
def test_a_model_must_be_named(provider, call, server):
    """Without a model nothing is sent."""
    with pytest.raises(errors.InputError, match="model"):
        call({"provider": provider, "api_key": OWN}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.parametrize(
    ("provider", "task"),
    [
        pytest.param(name, task, id=f"{name}-{task}")
        for name in WIRES
        for task in ASKED
        if task not in WIRES[name].tasks and name != "auto"
    ],
)
def test_a_task_that_a_provider_does_not_do_is_refused(provider, task, ask, server):
    """Nothing is sent, and the error names what the provider does."""
    with pytest.raises(errors.InputError) as caught:
        ask(provider, task, OWN)
    assert [name for name in (provider, *WIRES[provider].tasks) if name not in str(caught.value)] == []
    assert server.requests == []


@pytest.mark.parametrize("provider", [name for name, wire in WIRES.items() if wire.key_env])
def test_a_key_is_found_where_its_own_tools_look(provider, call, server, monkeypatch):
    """The provider's own variable holds a key for its own host, and only for it."""
    monkeypatch.setenv(WIRES[provider].key_env, OWN)
    server.always("GET huggingface.co/api/models/org/name", hub(provider, "chat-completion"))
    said = WIRES[provider].tasks["chat-completion"]
    server.say(said.form.good)
    call({"provider": provider, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert _sent(server).line == f"POST {address(provider, OWN, said)}"
    assert _sent(server).headers["authorization"] == f"Bearer {OWN}"
    assert all("authorization" not in asked.headers for asked in server.requests if asked.host == "huggingface.co")


@pytest.mark.proves("AUT-09")
@pytest.mark.parametrize("provider", [name for name in WIRES if name != "hf-inference"])
def test_without_a_key_the_error_says_how_to_pass_one(provider, call, server):
    """No key anywhere: nothing is sent to the provider."""
    with pytest.raises(errors.InputError, match="api_key"):
        call({"provider": provider, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("PRV-08", "AUT-04")
def test_hf_inference_answers_without_a_key(call, server):
    """`token=False` sends no key, also where one lies around."""
    server.always("GET huggingface.co/api/models/org/name", hub("hf-inference", "chat-completion"))
    server.say(WIRES["hf-inference"].tasks["chat-completion"].form.good)
    call({"provider": "hf-inference", "model": HUB_MODEL, "token": False}, "chat_completion", MESSAGES)
    assert all("authorization" not in asked.headers for asked in server.requests)


REFUSALS = {401: errors.AuthenticationError, 429: errors.RateLimitError}


@pytest.mark.proves("ERR-03", "ERR-07", "ERR-09", "ERR-11", "ERR-16")
@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize(("provider", "task", "key"), DOORS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_refusal(provider, task, key, status, ask, server):
    """A refusal is an error of its class with the provider's words, its request and answer, and without the key."""
    body = json.loads(json.dumps(WIRES[provider].refusal).replace("{key}", key))
    server.say(Answer.of(body, status, x_request_id="req-7"))
    with pytest.raises(errors.ProviderApiError) as caught:
        ask(provider, task, key)
    error = caught.value
    assert type(error) is REFUSALS[status]
    assert WORDS.partition("{")[0] in str(error)
    assert (error.status_code, error.request_id) == (status, "req-7")
    assert error.request.method == "POST"
    assert address(provider, key, WIRES[provider].tasks[task]) in error.request.url
    shown = [
        str(error),
        repr(error),
        str(error.request),
        str(error.response),
        str(error.server_message),
        str(vars(error)),
    ]
    assert all(key not in text for text in shown)


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task"), PAIRS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_an_answer_of_the_wrong_shape(provider, task, ask, server):
    """An answer that is not what it should be names the place, and shows the answer."""
    form = WIRES[provider].tasks[task].form
    server.say(Answer.of(form.wrong))
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, doors(provider)[0])
    assert form.place in str(caught.value).partition("; status")[0]
    assert caught.value.response.status == 200
    assert caught.value.response.json() == form.wrong


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task"), PAIRS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_half_an_answer(provider, task, ask, server):
    """JSON, or a picture, that ends in the middle is no answer."""
    good = WIRES[provider].tasks[task].form.good
    server.say(replace(good, body=good.body[: len(good.body) // 2]))
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, doors(provider)[0])
    assert WIRES[provider].tasks[task].form is PICTURE or "JSON" in str(caught.value)


_IMAGES = [
    pytest.param(name, said, id=name, marks=_proves(said.proves))
    for name, wire in WIRES.items()
    for task, said in wire.tasks.items()
    if task == "text-to-image"
]


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "said"), _IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_what_is_no_picture(provider, said, ask, server):
    """Bytes that no picture begins with are not what was promised, however they come."""
    other = base64.b64encode(b"these bytes are no picture").decode()
    body = (
        b"these bytes are no picture" if said.form is PICTURE else said.form.good.body.replace(_BASE64, other.encode())
    )
    server.say(replace(said.form.good, body=body))
    with pytest.raises(errors.ProviderOutputError, match="picture"):
        ask(provider, "text-to-image", doors(provider)[0])


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("provider", "said"), _IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_other_forms_of_a_picture(provider, said, ask, server):
    """Bytes, a data URL or the provider's own JSON, where the caller wants them."""
    server.always("POST", said.form.good)
    key = doors(provider)[0]
    assert ask(provider, "text-to-image", key, output_type="bytes") == PNG
    assert ask(provider, "text-to-image", key, output_type="data_url") == f"data:image/png;base64,{_BASE64.decode()}"
    if said.form is not PICTURE:
        assert ask(provider, "text-to-image", key, output_type="json") == json.loads(said.form.good.body)


_GIVES_URLS = {"nebius", "openai", "together"}


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("provider", "said"), _IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_address_of_a_picture(provider, said, ask, server):
    """A URL comes from those who have one; from others it is refused before anything is sent."""
    server.say(Answer.of({"data": [{"url": "https://cdn.example/a.png"}]}))
    if provider in _GIVES_URLS:
        out = ask(provider, "text-to-image", doors(provider)[0], output_type="url")
        assert out == "https://cdn.example/a.png"
        assert _sent(server).json["response_format"] == "url"
    else:
        with pytest.raises(errors.InputError, match="URL"):
            ask(provider, "text-to-image", doors(provider)[0], output_type="url")
        assert [asked for asked in server.requests if asked.method == "POST"] == []


@pytest.mark.parametrize("provider", sorted(_GIVES_URLS))
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_picture_that_must_be_fetched(provider, ask, server):
    """An answer may hold an address instead of the picture: it is fetched, without any key."""
    server.say(Answer.of({"data": [{"url": "https://cdn.example/a.png?sig=1"}]}))
    server.always("GET cdn.example/a.png", Answer(PNG, headers={"content-type": "application/octet-stream"}))
    assert ask(provider, "text-to-image", doors(provider)[0]).size == (4, 2)
    fetched = server.requests[-1]
    assert fetched.path == "/a.png?sig=1"
    assert not {"authorization", "x-hf-bill-to", "cookie"} & fetched.headers.keys()


@pytest.mark.proves("CHX-01", "CHX-05", "CHA-19")
@pytest.mark.parametrize("provider", CHATS)
def test_a_json_schema_is_asked_for_in_the_words_of_the_provider(provider, ask, server):
    """The form is the provider's, on a copy: what the caller gave stays as it was, and no null inside is lost."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    given, before = copy.deepcopy(FORMAT), copy.deepcopy(MESSAGES)
    ask(provider, "chat-completion", doors(provider)[0], response_format=given)
    body = WIRES[provider].tasks["chat-completion"].body
    assert _sent(server).json == {**body, **WIRES[provider].schema}
    assert (given, MESSAGES) == (FORMAT, before)


@pytest.mark.proves("CHX-02", "CHX-03", "CHX-04")
@pytest.mark.parametrize(
    "given",
    [
        {"type": "json_object"},
        {"type": "text"},
        {"type": "json", "value": SCHEMA},
        {"type": "regex", "value": "a|b"},
    ],
    ids=["json_object", "text", "json", "regex"],
)
@pytest.mark.parametrize("provider", CHATS)
def test_other_forms_of_answers_pass_as_they_are(provider, given, ask, server):
    """Only the JSON schema has a form for each provider."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    ask(provider, "chat-completion", doors(provider)[0], response_format=given)
    assert _sent(server).json["response_format"] == given


@pytest.mark.proves("CHS-01", "CHS-02", "CHS-03", "CHS-04", "CHA-11")
@pytest.mark.parametrize("provider", CHATS)
def test_a_streamed_chat(provider, ask, server):
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
    body = WIRES[provider].tasks["chat-completion"].body
    assert _sent(server).json == {**body, "stream": True, "stream_options": {"include_usage": True}}
    assert all(isinstance(chunk, ChatCompletionStreamOutput) for chunk in out)
    assert [json.loads(json.dumps(chunk)) for chunk in out] == chunks
    assert "".join(chunk.choices[0].delta.content or "" for chunk in out[:-1]) == "Grüße 🌍"
    assert out[-1].usage.total_tokens == 3


@pytest.mark.proves("ERR-17")
@pytest.mark.parametrize("provider", CHATS)
def test_an_error_within_a_stream(provider, open_client, server):
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


@pytest.mark.proves("ERR-03")
@pytest.mark.parametrize("provider", CHATS)
def test_a_refusal_before_a_stream(provider, ask, server):
    """A stream that is refused raises at the call, with the words."""
    body = json.loads(json.dumps(WIRES[provider].refusal).replace("{key}", "?"))
    server.say(Answer(headers={"content-type": "application/json"}, status=429, pieces=[json.dumps(body).encode()]))
    with pytest.raises(errors.RateLimitError, match="no such key"):
        ask(provider, "chat-completion", doors(provider)[0], stream=True)


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
def test_a_streamed_text(provider, said, ask, server):
    """The text comes piece by piece, in whatever form the provider writes it."""
    server.say(_streamed(said.form))
    assert ask(provider, "text-generation", doors(provider)[0], stream=True) == _TOKENS
    assert _sent(server).json == {**said.body, "stream": True}


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
def test_a_text_with_details(provider, said, ask, server):
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
    body = _sent(server).json
    assert ("details" in body.get("parameters", {})) is (said.form is TGI)
    assert "details" not in body


@pytest.mark.proves("TGN-20")
@pytest.mark.parametrize(("provider", "said"), TEXTS)
def test_a_text_without_options(provider, said, call, server):
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
    assert _sent(server).json == {**body, **({"parameters": {}} if said.form is TGI else {})}


@pytest.mark.proves("BIL-01", "BIL-04")
@pytest.mark.parametrize("provider", [name for name in WIRES if name != "openai"])
def test_who_is_billed_is_told_to_the_router(provider, ask, server):
    """`bill_to` travels on a routed call."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    ask(provider, "chat-completion", ROUTED, bill_to="my-org")
    assert _sent(server).headers["x-hf-bill-to"] == "my-org"


@pytest.mark.proves("BIL-02")
@pytest.mark.parametrize("provider", [name for name in WIRES if name not in ("auto", "hf-inference")])
def test_who_is_billed_is_not_told_to_a_provider(provider, ask, server):
    """With a provider's own key, `bill_to` warns and is not sent."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    with pytest.warns(UserWarning, match="bill_to"):
        ask(provider, "chat-completion", OWN, bill_to="my-org")
    assert all("x-hf-bill-to" not in asked.headers for asked in server.requests)


@pytest.mark.proves("ROU-03")
@pytest.mark.parametrize("key", [ROUTED, OWN], ids=["routed", "direct"])
@pytest.mark.parametrize("provider", [name for name in WIRES if name not in ("auto", "hf-inference", "openai")])
def test_the_hub_is_asked_once_and_never_with_the_key_of_a_provider(provider, key, ask, server):
    """One look-up finds the provider's id of the model; it carries a Hugging Face key and no other."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    ask(provider, "chat-completion", key)
    (asked,) = [asked for asked in server.requests if asked.host == "huggingface.co"]
    assert asked.headers.get("authorization") == ("Bearer " + ROUTED if key == ROUTED else None)
