"""Who answers, over the wire: automatic choice, named providers, mappings, and who it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, error, events, mapping, paris

from contract.server import Answer, Server
from infermux import HubApiError, InferenceError, InputError, PaymentRequiredError, RoutingError
from infermux.plugins import OVERRIDES

Call = Callable[..., Any]
HUB = "GET huggingface.co/api/models/"
VECTORS = Answer.of({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})


def lines(server: Server) -> list[str]:
    """What was asked, without the queries."""
    return [asked.line.partition("?")[0] for asked in server.requests]


@pytest.mark.proves("ROU-01", "ROU-04")
def test_auto(call: Call, server: Server) -> None:
    """Without a provider a chat goes to the router, which chooses; nothing else is asked."""
    server.say(paris())
    call({"model": "org/m", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert lines(server) == ["POST router.huggingface.co/v1/chat/completions"]
    assert server.requests[0].json["model"] == "org/m"


@pytest.mark.proves("ROU-03")
def test_auto_of_other_tasks(call: Call, server: Server) -> None:
    """Other tasks go to the first provider of the mapping, which is asked for with the caller's token."""
    entry = {"task": "feature-extraction"}
    server.always(HUB, mapping(nebius={**entry, "providerId": "n"}, together={**entry, "providerId": "t"}))
    server.say(VECTORS)
    call({"model": "org/m", "api_key": "hf_1"}, "feature_extraction", "a text")
    assert lines(server) == [f"{HUB}org/m", "POST router.huggingface.co/nebius/v1/embeddings"]
    assert server.requests[0].headers["authorization"] == "Bearer hf_1"
    assert server.requests[1].json["model"] == "n"


@pytest.mark.proves("ROU-05", "ERR-06")
def test_auto_with_a_key_of_a_provider(call: Call, server: Server) -> None:
    """A provider's key does not say whose it is, so that nothing is sent."""
    with pytest.raises(RoutingError, match="provider=") as caught:
        call({"model": "org/m", "api_key": "sk-1"}, "chat_completion", MESSAGES)
    assert isinstance(caught.value, InputError)
    assert server.requests == []


@pytest.mark.proves("ROU-06", "ROU-08")
def test_provider_of_the_client(call: Call, server: Server) -> None:
    """The client's provider answers, under its own id for the model."""
    server.always(HUB, mapping(together="their/id"))
    server.say(paris())
    call({"model": "org/m", "provider": "together", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert lines(server)[1] == "POST router.huggingface.co/together/v1/chat/completions"
    assert server.requests[1].json["model"] == "their/id"


@pytest.mark.proves("ROU-07")
def test_provider_of_the_call(open_client: Call, server: Server) -> None:
    """A call names its provider, over the client's."""
    server.always(HUB, mapping(together="t", groq="g"))
    server.always("POST ", paris())
    with open_client({"model": "org/m", "api_key": "hf_1"}) as client:
        client("chat_completion", MESSAGES, provider="groq")
        client("chat_completion", MESSAGES, provider="together")
        client("chat_completion", MESSAGES)
    assert [line for line in lines(server) if line.startswith("POST")] == [
        "POST router.huggingface.co/groq/openai/v1/chat/completions",
        "POST router.huggingface.co/together/v1/chat/completions",
        "POST router.huggingface.co/v1/chat/completions",
    ]


@pytest.mark.proves("ROU-09")
def test_model_that_the_provider_does_not_serve(call: Call, server: Server) -> None:
    """A model that the provider does not serve is not asked for; who serves it is named."""
    server.always(HUB, mapping(together="t"))
    with pytest.raises(InputError, match=r"groq.*together"):
        call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert len(server.requests) == 1


@pytest.mark.proves("ROU-10")
def test_model_for_another_task(call: Call, server: Server) -> None:
    """A model that the provider serves for another task is not asked for; the task is named."""
    server.always(HUB, mapping(together={"providerId": "t", "task": "text-generation"}))
    with pytest.raises(InputError, match="text-generation"):
        call({"model": "org/m", "provider": "together", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert len(server.requests) == 1


@pytest.mark.proves("ROU-11")
@pytest.mark.parametrize("status", ["staging", "error"])
def test_status(call: Call, server: Server, status: str) -> None:
    """A model in staging, or that failed the Hub's last check, warns and is asked for."""
    server.always(HUB, mapping(groq={"providerId": "g", "status": status}))
    server.say(paris())
    with pytest.warns(UserWarning, match="groq"):
        out = call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert out.choices


@pytest.mark.proves("ROU-12")
@pytest.mark.parametrize("shape", ["list", "object"])
def test_shapes_of_the_mapping(call: Call, server: Server, shape: str) -> None:
    """The mapping is read as a list and as an object."""
    row = {"providerId": "g", "status": "live", "task": "conversational"}
    said = [{"provider": "groq", **row}] if shape == "list" else {"groq": row}
    server.always(HUB, Answer.of({"inferenceProviderMapping": said}))
    server.say(paris())
    call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests[1].json["model"] == "g"


@pytest.mark.proves("ROU-13", "ERR-04")
def test_cache(open_client: Call, server: Server) -> None:
    """A mapping is asked for once; a failure is asked for again."""
    server.always("POST ", paris())
    with open_client({"model": "org/m", "provider": "groq", "api_key": "hf_1"}) as client:
        server.always(HUB, error(404, "Repository not found"))
        with pytest.raises(HubApiError, match="Repository not found"):
            client("chat_completion", MESSAGES)
        server.always(HUB, mapping(groq="g"))
        for _ in range(3):
            client("chat_completion", MESSAGES)
    assert [line.startswith("GET") for line in lines(server)] == [True, True, False, False, False]


@pytest.mark.proves("ROU-14")
@pytest.mark.parametrize("name", ["model", "base_url", "endpoint_url"])
def test_url_and_provider(call: Call, server: Server, name: str) -> None:
    """A URL and a provider exclude each other, wherever they are said."""
    with pytest.raises(InputError):
        call({name: server.url, "provider": "together"}, "chat_completion", MESSAGES)
    with pytest.raises(InputError):
        call({name: server.url}, "chat_completion", MESSAGES, provider="together")
    with pytest.raises(InputError):
        call({"provider": "together", "api_key": "x"}, "chat_completion", MESSAGES, model=server.url)
    assert server.requests == []


@pytest.mark.proves("ROU-15")
def test_unknown_provider(call: Call, server: Server) -> None:
    """An unknown provider is refused with the names that there are."""
    with pytest.raises(InputError, match=r"gorq.*cerebras.*groq.*together"):
        call({"model": "org/m", "provider": "gorq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("ROU-16")
@pytest.mark.parametrize("suffix", [":together", ":fastest", ":cheapest", ":preferred"])
def test_suffix(call: Call, server: Server, suffix: str) -> None:
    """A wish behind the model's id reaches the router as it is."""
    server.say(paris())
    call({"api_key": "hf_1"}, "chat_completion", MESSAGES, model=f"org/m{suffix}")
    assert server.requests[0].json["model"] == f"org/m{suffix}"


@pytest.mark.proves("ROU-16")
@pytest.mark.parametrize(
    ("suffix", "who"),
    [(":together", "together"), (":fastest", "nebius"), (":cheapest", "nebius"), (":preferred", "nebius")],
)
def test_suffix_for_other_tasks(call: Call, server: Server, suffix: str, who: str) -> None:
    """For other tasks than chat a name is a provider's, and a wish means the first of the account's list."""
    row = {"task": "feature-extraction", "providerId": "id"}
    server.always(HUB, mapping(nebius=row, together=row))
    server.say(VECTORS)
    call({"api_key": "hf_1"}, "feature_extraction", "a text", model=f"org/m{suffix}")
    assert lines(server) == [f"{HUB}org/m", f"POST router.huggingface.co/{who}/v1/embeddings"]
    assert server.requests[1].json["model"] == "id"


@pytest.mark.parametrize("suffix", ["", ":together", ":fastest"])
def test_suffix_beside_a_provider(call: Call, server: Server, suffix: str) -> None:
    """A suffix that says the same is left out of the id."""
    server.always(HUB, mapping(together={"task": "feature-extraction", "providerId": "id"}))
    server.say(VECTORS)
    call({"api_key": "hf_1", "provider": "together"}, "feature_extraction", "a text", model=f"org/m{suffix}")
    assert lines(server) == [f"{HUB}org/m", "POST router.huggingface.co/together/v1/embeddings"]


def test_suffix_beside_hf_inference(call: Call, server: Server) -> None:
    """It is no part of the address either."""
    server.always(HUB, Answer.of({"pipeline_tag": "fill-mask"}))
    server.say(Answer.of([]))
    call({"api_key": "hf_1", "provider": "hf-inference"}, "fill_mask", "a [MASK]", model="org/m:hf-inference")
    assert lines(server) == [f"{HUB}org/m", "POST router.huggingface.co/hf-inference/models/org/m"]


def test_two_providers(call: Call, server: Server) -> None:
    """One in the id and another one beside it: neither is asked."""
    with pytest.raises(InputError, match=r"'nebius'.*'together'"):
        call({"api_key": "hf_1", "provider": "together"}, "feature_extraction", "a text", model="org/m:nebius")
    assert server.requests == []


@pytest.mark.proves("ROU-17")
def test_who_served(call: Call, server: Server) -> None:
    """The provider that served a routed call is on the result, with the headers of the answer."""
    server.say(paris(x_inference_provider="groq", x_request_id="r-1"))
    out = call({"model": "org/m", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert out.served_by == "groq"
    assert out.response_headers["x-request-id"] == "r-1"
    server.say(paris())
    assert call({"model": "org/m", "api_key": "hf_1"}, "chat_completion", MESSAGES).served_by is None


@pytest.mark.proves("ROU-17")
def test_who_served_a_stream(open_client: Call, server: Server) -> None:
    """It is on a stream before the first chunk."""
    answer = events(*CHUNKS)
    server.say(Answer(headers={**answer.headers, "x-inference-provider": "novita"}, pieces=answer.pieces))
    with open_client({"model": "org/m", "api_key": "hf_1"}) as client:
        stream = client.run(client.client.chat_completion(MESSAGES, stream=True))
        assert stream.served_by == "novita"
        assert len(client.drain(stream)) == len(CHUNKS)


@pytest.mark.proves("ROU-17")
@pytest.mark.parametrize(
    ("method", "given", "said", "options"),
    [
        ("text_generation", "Once", [{"generated_text": "x"}], {"details": True}),
        ("automatic_speech_recognition", b"fLaC", {"text": "x"}, {}),
    ],
)
def test_who_served_other_tasks(
    call: Call, server: Server, method: str, given: Any, said: Any, options: dict[str, Any]
) -> None:
    """Every record that a call returns tells it."""
    server.say(Answer.of(said, x_inference_provider="groq"))
    out = call({"base_url": server.url}, method, given, **options)
    assert out.served_by == "groq"
    assert out.response_headers["content-type"] == "application/json"


@pytest.fixture
def override() -> Iterator[None]:
    """A local id for one model."""
    OVERRIDES["groq"] = {"org/m": "local/id"}
    yield
    OVERRIDES.clear()


@pytest.mark.proves("ROU-18")
@pytest.mark.usefixtures("override")
def test_override(call: Call, server: Server) -> None:
    """A local entry is used without asking the Hub."""
    server.say(paris())
    call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert len(server.requests) == 1
    assert server.requests[0].json["model"] == "local/id"


@pytest.mark.proves("ROU-19")
def test_weights(call: Call, server: Server) -> None:
    """The LoRA weights that the Hub names for a model are told to the provider, which fetches them there."""
    row = {"providerId": "their/flux-lora", "task": "text-to-image", "adapter": "lora", "type": "tag-filter"}
    server.always(HUB, mapping(**{"fal-ai": {**row, "adapterWeightsPath": "a style.safetensors"}}))
    server.say(error(402, "enough"))
    with pytest.raises(PaymentRequiredError):
        call({"provider": "fal-ai", "api_key": "fal_1"}, "text_to_image", "a cat", model="org/m")
    (told,) = server.requests[-1].json["loras"]
    assert told["path"] == "https://huggingface.co/org/m/resolve/main/a%20style.safetensors"


@pytest.mark.proves("ROU-19")
@pytest.mark.parametrize("provider", [None, "together"])
def test_weights_of_a_model_with_a_suffix(call: Call, server: Server, provider: str | None) -> None:
    """The weights stand in the model's repository, of whose name a suffix is no part."""
    row = {
        "providerId": "their/lora",
        "task": "text-to-image",
        "adapter": "lora",
        "adapterWeightsPath": "w.safetensors",
    }
    server.always(HUB, mapping(together=row))
    server.say(error(402, "enough"))
    with pytest.raises(PaymentRequiredError):
        call({"provider": provider, "api_key": "hf_1"}, "text_to_image", "a cat", model="org/m:together")
    (told,) = server.requests[-1].json["image_loras"]
    assert told["path"] == "https://huggingface.co/org/m/resolve/main/w.safetensors"


@pytest.mark.proves("ROU-20")
def test_task_of_the_model(call: Call, server: Server) -> None:
    """HF Inference is not asked to chat with a model that draws."""
    server.always(HUB, Answer.of({"pipeline_tag": "text-to-image", "tags": ["diffusers"]}))
    with pytest.raises(InputError, match="text-to-image"):
        call({"model": "org/m", "provider": "hf-inference"}, "chat_completion", MESSAGES)
    assert lines(server) == [f"{HUB}org/m"]


@pytest.mark.proves("ROU-21")
def test_hub_elsewhere(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_ENDPOINT says where the Hub is."""
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    server.always("GET hub.example/api/models/org/m", mapping(groq="g"))
    server.say(paris())
    assert call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES).choices
    assert server.requests[0].host == "hub.example"


@pytest.mark.proves("ROU-22")
@pytest.mark.parametrize("provider", [None, "groq", "hf-inference"])
def test_offline(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, provider: str | None) -> None:
    """HF_HUB_OFFLINE forbids every call."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InferenceError, match="HF_HUB_OFFLINE"):
        call({"model": "org/m", "provider": provider, "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("CHA-22")
def test_no_model(call: Call, server: Server) -> None:
    """A chat without a model is refused."""
    with pytest.raises(InputError, match="model"):
        call({"api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_fork_while_the_hub_is_asked(server: Server) -> None:
    """A child does not wait for a look-up that a thread of its parent had begun and nobody is left to end: F15."""
    server.always("GET ", Answer(pieces=[1.0, mapping(groq="llama").body]))
    server.always("POST ", Answer.of({"choices": []}))
    program = f"""
import os, threading, time, warnings
from infermux import InferenceClient
warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of any fork beside a thread
client = InferenceClient("org/m", provider="groq", api_key="gsk_1", url_transform=lambda url: {server.url!r})
def ask():
    return client.chat_completion({MESSAGES}, timeout=10).choices
other = threading.Thread(target=ask)
other.start()
time.sleep(0.3)
child = os.fork()
if child == 0:
    os._exit(0 if ask() == [] else 1)
other.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    environment = {**os.environ, "HF_ENDPOINT": server.url}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("0\n", "")
