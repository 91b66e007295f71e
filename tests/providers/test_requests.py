"""What goes to a provider: one request for one ask, to the right place, with its key and its body."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from infermux import errors, providers
from infermux.types.chat import ChatCompletionOutput
from infermux.types.speech import AutomaticSpeechRecognitionOutput
from infermux.types.text import (
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TranslationOutput,
)
from infermux.types.vision import ImageToTextOutput

from .cases import CHATS, DOORS, IMAGES
from .table import (
    ASKED,
    FLAC,
    HUB_MODEL,
    MESSAGES,
    MODEL,
    OWN,
    PNG,
    ROUTED,
    WIRES,
    address,
    doors,
    hub,
)

_PROMISED = {
    "chat-completion": (
        ChatCompletionOutput,
        lambda out: (out.choices[0].message.content, out.choices[0].finish_reason, out.usage.total_tokens),
        (" wörld", "stop", 5),
    ),
    "text-generation": (str, str, " wörld"),
    "feature-extraction": (
        np.ndarray,
        lambda out: (str(out.dtype), out.tolist()),
        ("float32", [[0.5, -0.5], [1.5, 0.5]]),
    ),
    "text-to-image": (Image.Image, lambda out: out.size, (4, 2)),
    "automatic-speech-recognition": (AutomaticSpeechRecognitionOutput, lambda out: out.text, "hello world"),
    "audio-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
    "audio-to-audio": (list, lambda out: (out[0].blob, out[0].content_type), (FLAC, "audio/flac")),
    "tabular-classification": (list, list, ["5", "7"]),
    "tabular-regression": (list, list, [110, 120.5]),
    "text-to-audio": (bytes, bytes, FLAC),
    "text-to-speech": (bytes, bytes, FLAC),
    "fill-mask": (list, lambda out: (out[0].token_str, out[0].token), (" cat", 7)),
    "question-answering": (
        QuestionAnsweringOutputElement,
        lambda out: (out.answer, out.start, out.end),
        ("Clara", 6, 11),
    ),
    "sentence-similarity": (list, list, [0.75, 0.25]),
    "summarization": (SummarizationOutput, str, "A text"),
    "table-question-answering": (
        TableQuestionAnsweringOutputElement,
        lambda out: (out.answer, out.cells, out.coordinates, out.aggregator),
        ("11.52", ["11.52"], [[0, 0]], None),
    ),
    "text-classification": (list, lambda out: (out[0].label, out[0].score), ("POSITIVE", 0.75)),
    "token-classification": (list, lambda out: (out[0].word, out[0].entity_group), ("Clara", "PER")),
    "translation": (TranslationOutput, str, "Salut"),
    "zero-shot-classification": (
        list,
        lambda out: [(one.label, one.score) for one in out],
        [("good", 0.75), ("bad", 0.25)],
    ),
    "document-question-answering": (list, lambda out: (out[0].answer, out[0].start, out[0].end), ("us-001", 16, 16)),
    "image-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
    "image-segmentation": (list, lambda out: (out[0].label, out[0].mask.size), ("LABEL_1", (4, 2))),
    "image-to-image": (Image.Image, lambda out: out.size, (4, 2)),
    "image-to-text": (ImageToTextOutput, str, "a cat "),
    "object-detection": (list, lambda out: (out[0].label, out[0].box.xmin, out[0].box.ymax), ("person", 59, 510)),
    "visual-question-answering": (list, lambda out: (out[0].answer, out[0].score), ("laying down", 0.75)),
    "zero-shot-image-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
}
"""Task → the type of the answer, and what it must tell."""


@pytest.mark.parametrize("name", [name for name in providers.names() if name != "sandbox"])
def test_every_claim_is_in_the_table(name):
    """What a provider claims to do is what the table tests."""
    assert sorted(WIRES[name].tasks) == providers.find(name).tasks


@pytest.mark.proves("AUT-01", "AUT-07", "AUT-08", "ROU-06", "ROU-08")
@pytest.mark.parametrize(("provider", "task", "key"), DOORS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_request_and_its_answer(provider, task, key, ask, server, sent):
    """One ask is one request: to the right place, with its key and its body; and what comes back is as promised."""
    said = WIRES[provider].tasks[task]
    server.say(said.form.good)
    result = ask(provider, task, key)
    asked = sent()
    assert asked.line == f"POST {address(provider, key, said)}"
    assert asked.headers["authorization"] == f"Bearer {key}"
    if isinstance(said.body, dict):
        assert asked.headers["content-type"] == "application/json"
        assert asked.json == said.body
    elif said.body is not None:
        assert asked.headers["content-type"] == {FLAC: "audio/flac", PNG: "image/png"}[said.body]
        assert asked.body == said.body
    kind, told, value = _PROMISED[task]
    assert isinstance(result, kind)
    assert told(result) == value


@pytest.mark.proves("CHA-20")
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_the_model_stands_first(provider, said, ask, server, sent):
    """The router reads the model from the first bytes of the body."""
    server.say(said.form.good)
    ask(provider, "chat-completion", doors(provider)[0])
    assert sent().body.startswith(b'{"model":"%s"' % said.body["model"].encode())


@pytest.mark.proves("BIN-11")
@pytest.mark.parametrize(("provider", "said"), IMAGES)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_picture_is_asked_for_as_png_unless_the_caller_says_otherwise(provider, said, ask, server, sent):
    """`Accept: image/png` goes along, and the caller's own wins."""
    for given, wanted in ({}, "image/png"), ({"extra_headers": {"Accept": "image/webp"}}, "image/webp"):
        server.reset()
        server.say(said.form.good)
        ask(provider, "text-to-image", doors(provider)[0], **given)
        assert sent().headers["accept"] == wanted


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


def test_a_sound_is_sent_to_openai_as_a_form(ask, server, sent):
    """The file comes with a name that tells its format, and the model as a field."""
    server.say(WIRES["openai"].tasks["automatic-speech-recognition"].form.good)
    ask("openai", "automatic-speech-recognition", OWN, extra_body={"language": "de"})
    asked = sent()
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


def test_a_picture_at_hyperbolic_has_a_size(call, server, sent):
    """Without a size, a square of 512 is asked for, as the service wants one."""
    server.always("GET huggingface.co/api/models/org/name", hub("hyperbolic", "text-to-image"))
    server.say(WIRES["hyperbolic"].tasks["text-to-image"].form.good)
    call({"provider": "hyperbolic", "api_key": OWN, "model": HUB_MODEL}, "text_to_image", "A cat")
    assert sent().json == {"prompt": "A cat", "width": 512, "height": 512, "model_name": MODEL}


def test_store_is_not_sent_to_cerebras(ask, server, sent):
    """It answers 400 to `store`, which means nothing there."""
    server.say(WIRES["cerebras"].tasks["chat-completion"].form.good)
    with pytest.warns(UserWarning, match="store"):
        ask("cerebras", "chat-completion", ROUTED, store=True)
    assert "store" not in sent().json


@pytest.mark.proves("PRV-19")
def test_openai_takes_no_key_of_hugging_face_and_an_optional_prefix(call, server, sent):
    """An `hf_` key is refused before any request, no mapping is looked up, and `openai/` may stand before the id."""
    with pytest.raises(errors.InputError, match="Hugging Face key"):
        call({"provider": "openai", "api_key": ROUTED, "model": "gpt"}, "chat_completion", MESSAGES)
    assert server.requests == []
    server.say(WIRES["openai"].tasks["chat-completion"].form.good)
    call({"provider": "openai", "api_key": OWN, "model": "openai/openai/gpt"}, "chat_completion", MESSAGES)
    assert [asked.line for asked in server.requests] == ["POST api.openai.com/v1/chat/completions"]
    assert sent().json["model"] == "openai/gpt"


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
def test_a_key_is_found_where_its_own_tools_look(provider, call, server, monkeypatch, sent):
    """The provider's own variable holds a key for its own host, and only for it."""
    monkeypatch.setenv(WIRES[provider].key_env, OWN)
    server.always("GET huggingface.co/api/models/org/name", hub(provider, "chat-completion"))
    said = WIRES[provider].tasks["chat-completion"]
    server.say(said.form.good)
    call({"provider": provider, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert sent().line == f"POST {address(provider, OWN, said)}"
    assert sent().headers["authorization"] == f"Bearer {OWN}"
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


@pytest.mark.proves("BIL-01", "BIL-04")
@pytest.mark.parametrize("provider", [name for name in WIRES if name != "openai"])
def test_who_is_billed_is_told_to_the_router(provider, ask, server, sent):
    """`bill_to` travels on a routed call."""
    server.say(WIRES[provider].tasks["chat-completion"].form.good)
    ask(provider, "chat-completion", ROUTED, bill_to="my-org")
    assert sent().headers["x-hf-bill-to"] == "my-org"


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
