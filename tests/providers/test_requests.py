"""What goes to a provider: one request for one ask, to the right place, with its key and its body."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors, providers, tasks

from .cases import DOORS, IMAGES, PAIRS
from .jobs import CLAIMED
from .promised import PROMISED
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


def _names_the_model(provider, task):
    body = WIRES[provider].tasks[task].body
    return isinstance(body, dict) and bool(body.keys() & {"model", "model_name"})


@pytest.mark.parametrize("name", [name for name in providers.names() if name != "sandbox"])
def test_every_claim_is_in_the_table(name):
    """What a provider claims to do is what the tables test."""
    assert CLAIMED[name] == providers.find(name).tasks


def test_every_task_is_asked():
    """What is asked of each provider is all there is, but for three tasks that only endpoints of one's own do."""
    rare = {"depth-estimation", "video-classification", "zero-shot-object-detection"}
    assert {name.replace("_", "-") for name in tasks.__all__} == ASKED.keys() | rare


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
    kind, told, value = PROMISED[task]
    assert isinstance(result, kind)
    assert told(result) == value


@pytest.mark.proves("CHA-20")
@pytest.mark.parametrize(("provider", "task"), [pair for pair in PAIRS if _names_the_model(*pair.values)])
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_model_stands_first(provider, task, ask, server, sent):
    """The router reads the model from the first bytes of the body, which may hold a picture; no option replaces it."""
    said = WIRES[provider].tasks[task]
    server.say(said.form.good)
    ask(
        provider, task, doors(provider)[0], extra_body={"model": "another", **ASKED[task].options.get("extra_body", {})}
    )
    name = next(iter(said.body.keys() & {"model", "model_name"}))
    assert sent().body.startswith(f'{{"{name}":"{said.body[name]}"'.encode())
    assert sent().json[name] == said.body[name]


@pytest.mark.parametrize(
    ("provider", "task"),
    [
        ("together", "text-to-video"),
        ("together", "image-to-video"),
        ("together", "image-to-image"),
        ("zai-org", "text-to-image"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_the_model_stands_first_beside_a_picture_and_in_a_job(provider, task, ask, server, sent):
    """There as well."""
    server.say(Answer.of({"error": {"message": "no"}}, 402))
    with pytest.raises(errors.PaymentRequiredError):
        ask(provider, task, ROUTED)
    assert sent().body.startswith(f'{{"model":"{MODEL}"'.encode())


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


_IGNORED_BY_SCALEWAY = {
    "audio": {"voice": "alloy", "format": "wav"},
    "metadata": {"a": "b"},
    "modalities": ["text"],
    "prediction": {"type": "content", "content": "a"},
    "prompt_cache_key": "k",
    "safety_identifier": "s",
    "service_tier": "auto",
    "store": True,
    "user": "u",
}


def test_what_scaleway_ignores_is_told(ask, server, sent):
    """Chat options that it would silently ignore are left out, by name."""
    said = WIRES["scaleway"].tasks["chat-completion"]
    server.say(said.form.good)
    with pytest.warns(UserWarning, match=", ".join(_IGNORED_BY_SCALEWAY)):
        ask("scaleway", "chat-completion", OWN, **_IGNORED_BY_SCALEWAY)
    assert sent().json == said.body


@pytest.mark.parametrize(
    ("provider", "options"),
    [
        ("nscale", {"cfg_scale": 3}),
        ("deepinfra", {"quality": "hd", "style": "vivid"}),
    ],
)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_providers_own_words_of_elsewhere_are_left_out(provider, options, ask, server, sent):
    """What a service for pictures would ignore is left out also where it comes as one of the provider's own options."""
    said = WIRES[provider].tasks["text-to-image"]
    server.say(said.form.good)
    with pytest.warns(UserWarning, match=next(iter(options))):
        ask(provider, "text-to-image", OWN, extra_body=options)
    assert sent().json == said.body


@pytest.mark.parametrize("task", ["text-generation", "feature-extraction", "text-to-speech"])
def test_the_model_of_the_call_wins(task, ask, server, sent):
    """The provider's id of the model is not replaced by one among the further options."""
    said = WIRES["deepinfra"].tasks[task]
    server.say(said.form.good)
    ask("deepinfra", task, OWN, extra_body={"model": "another", "voice": "af_alloy"})
    assert sent().json == {"voice": "af_alloy", **said.body}


@pytest.mark.proves("PRV-23")
@pytest.mark.parametrize("task", ["chat-completion", "image-to-text"])
def test_zai_is_asked_for_english(task, ask, server, sent):
    """Its errors come in the language that is asked for; no one is named as the channel."""
    server.say(WIRES["zai-org"].tasks[task].form.good)
    ask("zai-org", task, OWN)
    assert sent().headers["accept-language"] == "en-US,en"
    assert "x-source-channel" not in sent().headers


@pytest.mark.proves("PXB-44")
def test_a_picture_that_zai_reads(call, server, sent):
    """An address goes as it is, with its own options and no others, and all that comes back is kept."""
    server.always("GET huggingface.co/api/models/org/name", hub("zai-org", "image-to-text"))
    server.say(WIRES["zai-org"].tasks["image-to-text"].form.good)
    settings = {"provider": "zai-org", "api_key": OWN, "model": HUB_MODEL}
    with pytest.warns(UserWarning, match="max_new_tokens"):
        out = call(
            settings,
            "image_to_text",
            "https://example.com/page.pdf",
            max_new_tokens=9,
            extra_body={"start_page_id": 2, "model": "another"},
        )
    assert sent().json == {"model": MODEL, "file": "https://example.com/page.pdf", "start_page_id": 2}
    assert (out.generated_text, out["id"]) == ("a cat ", "1")


@pytest.mark.proves("PXB-44")
def test_bytes_of_no_known_kind_are_a_png_to_zai(call, server, sent):
    """A data URL must name a type."""
    server.always("GET huggingface.co/api/models/org/name", hub("zai-org", "image-to-text"))
    server.say(WIRES["zai-org"].tasks["image-to-text"].form.good)
    call({"provider": "zai-org", "api_key": OWN, "model": HUB_MODEL}, "image_to_text", b"\x00\x01")
    assert sent().json["file"] == "data:image/png;base64,AAE="


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


_REFUSALS = {
    "black-forest-labs": "PXU-01",
    "cerebras": "PXU-02",
    "cohere": "PXU-03",
    "fal-ai": "PXU-04",
    "featherless-ai": "PXU-05",
    "fireworks-ai": "PXU-06",
    "groq": "PXU-07",
    "hf-inference": "PXU-08",
    "hyperbolic": "PXU-09",
    "nebius": "PXU-10",
    "novita": "PXU-11",
    "replicate": "PXU-12",
    "sambanova": "PXU-13",
    "together": "PXU-14",
}
"""Provider → the id of what it does not do."""


@pytest.mark.parametrize(
    ("provider", "task"),
    [
        pytest.param(
            name,
            task,
            id=f"{name}-{task}",
            marks=[pytest.mark.proves(_REFUSALS[name])] if name in _REFUSALS else [],
        )
        for name, claimed in CLAIMED.items()
        for task in ASKED
        if task not in claimed and name != "auto"
    ],
)
def test_a_task_that_a_provider_does_not_do_is_refused(provider, task, ask, server):
    """Nothing is sent, and the error names what the provider does."""
    with pytest.raises(errors.InputError) as caught:
        ask(provider, task, OWN)
    assert [name for name in (provider, *CLAIMED[provider]) if name not in str(caught.value)] == []
    assert server.requests == []


@pytest.mark.parametrize(
    ("provider", "variable"), [(name, variable) for name, wire in WIRES.items() for variable in wire.key_env.split()]
)
def test_a_key_is_found_where_its_own_tools_look(provider, variable, call, server, monkeypatch, sent):
    """The provider's own variable holds a key for its own host, and only for it."""
    monkeypatch.setenv(variable, OWN)
    server.always("GET huggingface.co/api/models/org/name", hub(provider, "chat-completion"))
    said = WIRES[provider].tasks["chat-completion"]
    server.say(said.form.good)
    call({"provider": provider, "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert sent().line == f"POST {address(provider, OWN, said)}"
    assert sent().headers["authorization"] == f"Bearer {OWN}"
    assert all("authorization" not in asked.headers for asked in server.requests if asked.host == "huggingface.co")


@pytest.mark.proves("AUT-09")
@pytest.mark.parametrize("provider", [name for name in WIRES if name not in ("hf-inference", "ovhcloud")])
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


@pytest.mark.proves("PRV-13")
def test_ovhcloud_answers_without_a_key(call, server, sent):
    """A few calls a minute are free: they go to its own host, and carry no key."""
    server.always("GET huggingface.co/api/models/org/name", hub("ovhcloud", "chat-completion"))
    server.say(WIRES["ovhcloud"].tasks["chat-completion"].form.good)
    call({"provider": "ovhcloud", "model": HUB_MODEL}, "chat_completion", MESSAGES)
    assert sent().line == "POST oai.endpoints.kepler.ai.cloud.ovh.net/v1/chat/completions"
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
