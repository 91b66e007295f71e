"""The one decision: a URL, a named provider or the automatic choice; with a model or without; offline."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import CHAT, MESSAGES, VECTOR, chat, embed, entry, hub
from playing import Said, World, answer

from infermux import tasks
from infermux.calling import Caller
from infermux.errors import InferenceError, InputError, RoutingError
from infermux.flow import Request
from infermux.providers._base import Route
from infermux.routing import route
from infermux.routing.mapping import Memory
from infermux.routing.settings import Settings
from infermux.tasks.feature_extraction import FeatureExtractionAsk
from infermux.timeout import Timeout

TASKS = {
    "text-generation": {"widgetModels": ["org/writer"], "models": [{"id": "org/other"}]},
    "feature-extraction": {"models": [{"id": "org/embedder"}]},
    "text-to-image": {"widgetModels": [], "models": []},
}


class Places:
    """A Hub with a mapping, tasks and tags, and providers that chat and embed."""

    def __init__(self, *entries: dict[str, Any], tag: str | None = None, tags: tuple[str, ...] = ()) -> None:
        self.entries = entries
        self.model = {"pipeline_tag": tag, "tags": list(tags)}

    def __call__(self, request: Request) -> Said:
        if request.url.endswith("/api/tasks"):
            return answer(TASKS)
        if "/api/models/" in request.url:
            return hub(*self.entries) if "inferenceProviderMapping" in request.url else answer(self.model)
        if request.url.endswith("/feature-extraction"):
            return answer([[1.0]])
        if b'"inputs"' in (request.body or b""):
            return answer([{"generated_text": "text"}])
        return answer(VECTOR if "/embeddings" in request.url else CHAT)


def asked(world: World) -> tuple[str, Any]:
    """The address and body of the last request."""
    return world.requests[-1].url, json.loads(world.requests[-1].body or b"null")


class TestURL:
    """A URL says who answers."""

    @pytest.mark.parametrize(
        "settings", [{"model": "http://h"}, {"base_url": "http://h"}, {"endpoint_url": "http://h"}]
    )
    def test_spellings(self, settings: dict[str, str]) -> None:
        """`model`, `base_url` and `endpoint_url` are one, and nothing is looked up."""
        world = World(Places())
        chat(world, Caller(**settings))
        assert world.lines == ["POST http://h/v1/chat/completions"]

    def test_per_call(self) -> None:
        """A URL in the call wins over the client's model."""
        world = World(Places())
        chat(world, Caller(model="org/m"), model="http://h")
        assert asked(world) == ("http://h/v1/chat/completions", {"model": "org/m", "messages": MESSAGES})

    @pytest.mark.parametrize("provider", ["groq", "together", "openai", "sandbox"])
    def test_url_and_provider(self, provider: str) -> None:
        """A URL and a provider exclude each other, at construction and at the call."""
        with pytest.raises(InputError, match="exclude each other"):
            Caller(base_url="http://h", provider=provider)
        world = World()
        for client, options in [
            (Caller(base_url="http://h"), {"provider": provider}),
            (Caller(model="org/m", provider=provider), {"model": "http://h"}),
            (Caller(provider=provider), {"endpoint_url": "http://h"}),
        ]:
            with pytest.raises(InputError, match="exclude each other"):
                chat(world, client, **options)
        assert world.requests == []

    @pytest.mark.parametrize("provider", [None, "auto", "hf-inference"])
    def test_url_and_no_real_provider(self, provider: str | None) -> None:
        """`auto` and `hf-inference` go together with a URL."""
        world = World(Places())
        chat(world, Caller(base_url="http://h", provider=provider))
        assert world.lines == ["POST http://h/v1/chat/completions"]

    @pytest.mark.parametrize(
        ("client", "options", "model"),
        [
            ({}, {}, "dummy"),
            ({}, {"model": "m"}, "m"),
            ({"token": "sk-1"}, {"model": "org/m:fast"}, "org/m:fast"),
        ],
    )
    def test_model_of_a_url(self, client: dict[str, Any], options: dict[str, Any], model: str) -> None:
        """The model's name goes in the body: the call's, else a dummy."""
        world = World(Places())
        chat(world, Caller(base_url="http://h", **client), **options)
        assert asked(world)[1]["model"] == model

    @pytest.mark.parametrize("url", ["http://", "http://[::1", "http://h:port", "https://h:99999", "http://a b/"])
    def test_broken_url(self, url: str) -> None:
        """A URL that names no place is bad input."""
        with pytest.raises(InputError):
            chat(World(Places()), Caller(base_url=url, max_retries=0))


class TestProvider:
    """A named provider."""

    def test_unknown(self) -> None:
        """An unknown provider is refused at first use at the latest, with the names that there are."""
        world = World()
        with pytest.raises(InputError, match=r"'gork'.*groq.*together"):
            chat(world, Caller(model="m", provider="gork", api_key="x"))
        assert world.requests == []

    @pytest.mark.parametrize("name", ["Groq", "fireworks_ai", "_openai", "-openai", "__init__", "auto.x", "../x"])
    def test_almost_a_name(self, name: str) -> None:
        """Only the exact names are names."""
        with pytest.raises(InputError):
            chat(World(), Caller(model="m", provider=name, api_key="x"))

    def test_task_it_does_not_do(self) -> None:
        """A task that the provider does not do is refused, with those it does and with who does this one."""
        world = World()
        with pytest.raises(InputError, match=r"groq.*feature-extraction.*chat.*by .*nebius.*together.*provider="):
            embed(world, Caller(model="m", provider="groq", api_key="hf_1"))
        assert world.requests == []

    @pytest.mark.parametrize("provider", ["groq", "together", "openai"])
    def test_no_model(self, provider: str) -> None:
        """A provider needs a model, and is not asked without one."""
        world = World()
        with pytest.raises(InputError, match="model="):
            chat(world, Caller(provider=provider, api_key="sk-1"))
        assert world.requests == []

    def test_hub_id_becomes_theirs(self) -> None:
        """The Hub's id is said in the provider's words."""
        world = World(Places(entry("together", "their/id")))
        chat(world, Caller(model="org/m", provider="together", api_key="key"))
        assert asked(world)[1]["model"] == "their/id"

    @pytest.mark.parametrize("model", ["gpt-5", "openai/gpt-5"])
    def test_openai(self, model: str) -> None:
        """OpenAI's ids need no look-up, and may carry its name."""
        world = World(Places())
        chat(world, Caller(model=model, provider="openai", api_key="sk-1"))
        assert world.lines == ["POST https://api.openai.com/v1/chat/completions"]
        assert asked(world)[1]["model"] == "gpt-5"


class TestAuto:
    """The automatic choice."""

    @pytest.mark.parametrize("provider", [None, "auto"])
    def test_chat(self, provider: str | None) -> None:
        """The router chooses who chats; the Hub is not asked."""
        world = World(Places())
        chat(world, Caller(model="org/m", provider=provider, api_key="hf_1"))
        assert world.lines == ["POST https://router.huggingface.co/v1/chat/completions"]
        assert asked(world)[1]["model"] == "org/m"

    @pytest.mark.parametrize("suffix", [":together", ":fastest", ":cheapest", ":preferred"])
    def test_suffix(self, suffix: str) -> None:
        """A wish behind the model's id reaches the router as it is."""
        world = World(Places())
        chat(world, Caller(model=f"org/m{suffix}", api_key="hf_1"))
        assert asked(world)[1]["model"] == f"org/m{suffix}"

    def test_other_tasks(self) -> None:
        """Other tasks take the first provider of the mapping, in the account's order."""
        entries = (entry("nebius", "n", "feature-extraction"), entry("together", "t", "feature-extraction"))
        world = World(Places(*entries))
        embed(world, Caller(model="org/m", api_key="hf_1"))
        assert world.lines[-1] == "POST https://router.huggingface.co/nebius/v1/embeddings"
        world = World(Places(*reversed(entries)))
        embed(world, Caller(model="org/m", api_key="hf_1"))
        assert world.lines[-1] == "POST https://router.huggingface.co/together/v1/embeddings"

    def test_unknown_providers_are_passed_over(self) -> None:
        """A provider that we do not know, or that serves another task, is not chosen."""
        entries = [
            entry("brand-new", "b", "feature-extraction"),
            entry("groq"),
            entry("together", "t", "feature-extraction"),
        ]
        world = World(Places(*entries))
        embed(world, Caller(model="org/m", api_key="hf_1"))
        assert world.lines[-1].startswith("POST https://router.huggingface.co/together/")

    def test_suffix_of_nobody(self) -> None:
        """A name behind the model's id that is no provider's is refused, before the Hub is asked."""
        world = World()
        with pytest.raises(InputError, match=r"'fastets'.*together"):
            embed(world, Caller(model="org/m:fastets", api_key="hf_1"))
        assert world.requests == []

    def test_suffix_with_a_key_of_that_provider(self) -> None:
        """As the provider is named, its own key may be given."""
        world = World(Places(entry("together", "t", "feature-extraction")))
        embed(world, Caller(model="org/m:together", api_key="own"))
        assert world.lines[-1] == "POST https://api.together.xyz/v1/embeddings"

    def test_nobody(self) -> None:
        """Where nobody does the task, those who serve the model are named."""
        world = World(Places(entry("groq")))
        with pytest.raises(RoutingError, match=r"groq \(conversational\)"):
            embed(world, Caller(model="org/m", api_key="hf_1"))

    def test_no_model_to_chat_with(self) -> None:
        """A chat without a model has nobody to talk to."""
        world = World()
        with pytest.raises(InputError, match="model="):
            chat(world, Caller(api_key="hf_1"))
        assert world.requests == []


LORA = {"adapter": "lora", "adapterWeightsPath": "style/w.safetensors"}


class TestWeights:
    """The LoRA weights of a model, and whether a limit of time is set: what a dialect is told by the route."""

    @staticmethod
    def way(more: dict[str, Any], **settings: Any) -> Route:
        """The way to a model that the Hub knows to need something."""
        world = World(Places({**entry("together", task="feature-extraction"), **more}))
        asked = Settings(model="org/m", token="hf_1", **{"provider": "together", **settings})
        return world.run(route.choose(FeatureExtractionAsk({}, "text"), asked, Memory()))

    @pytest.mark.proves("ROU-19")
    @pytest.mark.parametrize("kind", [{}, {"type": "single-model"}, {"type": "tag-filter"}])
    @pytest.mark.parametrize("provider", ["together", None])
    def test_told(self, kind: dict[str, str], provider: str | None) -> None:
        """They are a file of the model's repository, at huggingface.co."""
        way = self.way({**LORA, **kind}, provider=provider)
        assert way.adapter == "style/w.safetensors"
        assert way.adapter_url == "https://huggingface.co/org/m/resolve/main/style/w.safetensors"

    @pytest.mark.proves("ROU-19")
    def test_from_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A Hub of one's own does not change where the provider finds them."""
        monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
        assert str(self.way(LORA).adapter_url).startswith("https://huggingface.co/org/m/")

    def test_by_the_file_alone(self) -> None:
        """A file of weights is one, also where its kind is not named."""
        assert self.way({**LORA, "adapter": None}).adapter == "style/w.safetensors"

    def test_no_file(self) -> None:
        """An adapter is one, also where the Hub does not know its file."""
        way = self.way({"adapter": "lora"})
        assert way.adapter == ""
        assert way.adapter_url is None

    @pytest.mark.parametrize("more", [{}, {**LORA, "adapter": "other"}])
    def test_none(self, more: dict[str, str]) -> None:
        """Most models need none."""
        way = self.way(more)
        assert way.adapter is None
        assert way.adapter_url is None

    @pytest.mark.parametrize(
        ("timeout", "timed"),
        [(None, False), (30, True), (Timeout(total=30), True), (Timeout(connect=5, attempt=9), False)],
    )
    def test_time(self, timeout: Any, timed: bool) -> None:
        """A limit for the whole call is known to who waits for a job."""
        assert self.way({}, timeout=timeout).is_timed is timed


class TestRecommended:
    """Without a model, HF Inference answers with the model that the Hub recommends."""

    @pytest.mark.parametrize("provider", [None, "auto", "hf-inference"])
    def test_first_widget_model(self, provider: str | None) -> None:
        """The first of `widgetModels` is taken."""
        world = World(Places(tag="text-generation"))
        world.run(tasks.text_generation(Caller(provider=provider), "Once"))
        assert world.requests[-1].url.startswith("https://router.huggingface.co/hf-inference/models/org/writer")

    def test_models(self) -> None:
        """Without widgets the first of `models` is taken."""
        world = World(Places(tag="feature-extraction"))
        embed(world, Caller())
        assert "/models/org/embedder/" in world.requests[-1].url

    def test_once(self) -> None:
        """The list is fetched once for two calls."""
        world = World(Places(tag="feature-extraction"))
        client = Caller()
        embed(world, client)
        embed(world, client)
        assert sum(url.endswith("/api/tasks") for url in world.lines) == 1

    def test_none(self) -> None:
        """A task without a recommended model is refused."""
        world = World(Places())
        with pytest.raises(InputError, match="text-to-image"):
            world.run(tasks.text_to_image(Caller(), "a cat"))
        assert world.lines == ["GET https://huggingface.co/api/tasks"]


class TestTaskOfTheModel:
    """HF Inference refuses a model that is made for something else."""

    @pytest.mark.parametrize(
        ("tag", "tags"),
        [
            ("text-generation", ()),
            ("image-text-to-text", ()),
            ("text-generation", ("conversational",)),
            (None, ()),
            ("any-to-any", ()),
        ],
    )
    def test_may_chat(self, tag: str | None, tags: tuple[str, ...]) -> None:
        """Models that write text may chat, with and without the tag."""
        world = World(Places(tag=tag, tags=tags))
        chat(world, Caller(model="org/m", provider="hf-inference"))
        assert world.lines[-1] == "POST https://router.huggingface.co/hf-inference/models/org/m/v1/chat/completions"

    def test_may_not(self) -> None:
        """A model for another task is refused, and both tasks are named."""
        world = World(Places(tag="text-to-image"))
        with pytest.raises(InputError, match=r"org/m.*text-to-image"):
            chat(world, Caller(model="org/m", provider="hf-inference"))
        assert len(world.requests) == 1

    @pytest.mark.parametrize("tag", ["feature-extraction", "sentence-similarity"])
    def test_vectors(self, tag: str) -> None:
        """feature-extraction and sentence-similarity count as one."""
        world = World(Places(tag=tag))
        embed(world, Caller(model="org/m", provider="hf-inference"))
        assert world.lines[-1].endswith("/hf-inference/models/org/m/pipeline/feature-extraction")

    def test_hub_that_does_not_know(self) -> None:
        """Where the Hub cannot say, the inference server decides."""
        world = World(lambda request: answer({"error": "?"}, 500) if "/api/" in request.url else answer(CHAT))
        assert chat(world, Caller(model="org/m", provider="hf-inference", max_retries=0)).choices


class TestEnvironment:
    """Settings of the machine."""

    def test_hub_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """HF_ENDPOINT moves the Hub."""
        monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
        world = World(Places(entry("groq")))
        chat(world, Caller(model="org/m", provider="groq", api_key="hf_1"))
        assert world.requests[0].url.startswith("https://hub.example/api/models/org/m?")

    @pytest.mark.parametrize(
        "settings", [{"model": "m"}, {"model": "m", "provider": "groq"}, {"provider": "hf-inference"}]
    )
    @pytest.mark.parametrize("value", ["1", "TRUE", "on", "yes"])
    def test_offline(self, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], value: str) -> None:
        """HF_HUB_OFFLINE forbids every call to the internet, and says so."""
        monkeypatch.setenv("HF_HUB_OFFLINE", value)
        world = World()
        with pytest.raises(InferenceError, match="HF_HUB_OFFLINE"):
            world.run(tasks.text_generation(Caller(**settings, api_key="hf_1"), "Once"))
        assert world.requests == []

    def test_offline_and_local(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A local server may be asked offline."""
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        world = World(Places())
        assert chat(world, Caller(base_url="http://localhost:8080")).choices

    @pytest.mark.parametrize(("name", "word"), [("HF_HUB_DISABLE_TELEMETRY", "1"), ("DO_NOT_TRACK", "on")])
    def test_user_agent(self, monkeypatch: pytest.MonkeyPatch, name: str, word: str) -> None:
        """The user agent names the package, and nothing of the machine where that is not wanted."""
        world = World(Places())
        chat(world, Caller(base_url="http://h"))
        long = world.requests[0].headers["user-agent"]
        assert long.startswith("infermux/")
        assert "python/" in long
        monkeypatch.setenv(name, word)
        chat(world, Caller(base_url="http://h"))
        short = world.requests[1].headers["user-agent"]
        assert short == long.partition(";")[0]
