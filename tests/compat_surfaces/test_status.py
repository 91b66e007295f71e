"""The state of models and endpoints, and lists of models (SURFACE 9)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.server import Answer, Asked, Server
from infermux import (
    AsyncInferenceClient,
    HubApiError,
    InferenceClient,
    InferenceConnectionError,
    InferenceTimeoutError,
    InputError,
    ModelStatus,
    ProviderOutputError,
)
from infermux.compat.lookup import ALL_FRAMEWORKS, MAIN_FRAMEWORKS

Call = Callable[..., Any]
STARCODER = {
    "id": "bigcode/starcoder",
    "inference": "warm",
    "library_name": "transformers",
    "tags": ["transformers", "text-generation", "text-generation-inference"],
    "inferenceProviderMapping": {},
}


class TestModelStatus:
    """`get_model_status`."""

    @pytest.mark.proves("STA-01", "ASY-04")
    def test_documented(self, call: Call, server: Server) -> None:
        """The documented example, from what the Hub says today."""
        server.say(Answer.of(STARCODER))
        status = call({"token": "hf_1"}, "get_model_status", "bigcode/starcoder")
        assert isinstance(status, ModelStatus)
        shown = "loaded=True, state='Loaded', compute_type='gpu', framework='text-generation-inference'"
        assert repr(status) == f"ModelStatus({shown})"
        (asked,) = server.requests
        assert (asked.method, asked.host) == ("GET", "huggingface.co")
        assert asked.path.startswith("/api/models/bigcode/starcoder?")
        assert "inference" in parse_qs(urlsplit(asked.path).query)["expand[]"]
        assert asked.headers["authorization"] == "Bearer hf_1"

    @pytest.mark.parametrize(
        ("said", "loaded", "framework"),
        [
            ({"library_name": "transformers"}, False, "transformers"),
            ({"inference": "cold", "tags": ["diffusers"]}, False, "diffusers"),
            ({"inferenceProviderMapping": {"hf-inference": {"status": "live"}}}, True, "unknown"),
            ({"inferenceProviderMapping": [{"provider": "hf-inference", "status": "live"}]}, True, "unknown"),
            ({"inferenceProviderMapping": [{"provider": "together", "status": "live"}]}, False, "unknown"),
        ],
    )
    def test_states(self, call: Call, server: Server, said: dict[str, Any], loaded: bool, framework: str) -> None:
        """A model is loaded where it is warm or hf-inference serves it; the framework is the library."""
        server.say(Answer.of({"id": "org/m", **said}))
        status = call({}, "get_model_status", "org/m")
        assert (status.loaded, status.state, status.framework) == (
            loaded,
            "Loaded" if loaded else "Loadable",
            framework,
        )

    @pytest.mark.proves("STA-02")
    def test_of_the_client(self, call: Call, server: Server) -> None:
        """Without an argument, the client's model is meant."""
        server.say(Answer.of(STARCODER))
        assert call({"model": "bigcode/starcoder"}, "get_model_status").loaded
        assert server.requests[0].path.startswith("/api/models/bigcode/starcoder?")

    @pytest.mark.proves("STA-02")
    def test_nobody(self, call: Call, server: Server) -> None:
        """No model at all is a ValueError."""
        with pytest.raises(ValueError, match="name a model"):
            call({}, "get_model_status")
        assert server.requests == []

    @pytest.mark.proves("STA-02")
    @pytest.mark.parametrize(("settings", "model"), [({}, "https://h"), ({"base_url": "https://h"}, None)])
    def test_url(self, call: Call, server: Server, settings: dict[str, str], model: str | None) -> None:
        """A URL is no model of the Hub."""
        with pytest.raises(NotImplementedError, match="health_check"):
            call(settings, "get_model_status", model)
        assert server.requests == []

    @pytest.mark.proves("STA-01")
    def test_error(self, call: Call, server: Server) -> None:
        """An error that the server tells is a ValueError."""
        server.say(Answer.of({"error": "Model org/m does not exist"}))
        with pytest.raises(ValueError, match="does not exist"):
            call({}, "get_model_status", "org/m")

    def test_refusal(self, call: Call, server: Server) -> None:
        """A refusal is one of the Hub."""
        server.say(Answer.of({"error": "Repository not found"}, 404))
        with pytest.raises(HubApiError, match="Repository not found"):
            call({}, "get_model_status", "org/m")

    def test_is_of_now(self, open_client: Call, server: Server) -> None:
        """A status is asked for each time."""
        server.say(Answer.of({**STARCODER, "inference": None}), Answer.of(STARCODER))
        with open_client() as client:
            assert [client("get_model_status", "org/m").loaded for _ in range(2)] == [False, True]

    def test_shape(self, call: Call, server: Server) -> None:
        """An answer of another shape is told with its evidence."""
        server.say(Answer.of([1]))
        with pytest.raises(ProviderOutputError, match="an object"):
            call({}, "get_model_status", "org/m")


def listed(asked: Asked) -> Answer:
    """A Hub that has some models of each framework, on two pages for one of them."""
    query = parse_qs(urlsplit(asked.path).query)
    (framework,) = query["filter"]
    if framework == "transformers" and "cursor" not in query:
        models = [("org/b", "text-classification"), ("Org/A", "text-classification"), ("org/none", None)]
        link = '</api/models?filter=transformers&cursor=2>; rel="next"'
        return Answer.of([{"id": name, "pipeline_tag": task} for name, task in models], link=link)
    tasks = {"transformers": "text-classification", "diffusers": "text-to-image"}
    task = tasks.get(framework, "sentence-similarity")
    return Answer.of([{"id": f"org/{framework}", "pipeline_tag": task}, {"id": "org/b", "pipeline_tag": task}])


class TestDeployed:
    """`list_deployed_models`."""

    @pytest.fixture(autouse=True)
    def _hub(self, server: Server) -> None:
        server.always("GET huggingface.co/api/models?", listed)

    def frameworks(self, server: Server) -> list[str]:
        """What was asked for, without the further pages."""
        queries = [parse_qs(urlsplit(asked.path).query) for asked in server.requests]
        return [query["filter"][0] for query in queries if "cursor" not in query]

    @pytest.mark.proves("STA-03", "ASY-04")
    def test_default(self, call: Call, server: Server) -> None:
        """The four main frameworks are asked; ids are sorted without regard to case, each once, to the last page."""
        models = call({}, "list_deployed_models")
        assert self.frameworks(server) == list(MAIN_FRAMEWORKS)
        assert models["text-classification"] == ["Org/A", "org/b", "org/transformers"]
        assert models["text-to-image"] == ["org/b", "org/diffusers"]
        assert models["feature-extraction"] == ["org/b", "org/sentence-transformers"]
        assert set(models["feature-extraction"]) <= set(models["sentence-similarity"])
        assert list(models) == sorted(models)
        first = server.requests[0]
        assert parse_qs(urlsplit(first.path).query)["inference_provider"] == ["hf-inference"]

    @pytest.mark.proves("STA-04")
    @pytest.mark.parametrize(
        ("given", "asked"),
        [("all", list(ALL_FRAMEWORKS)), ("diffusers", ["diffusers"]), (["timm", "diffusers"], ["timm", "diffusers"])],
    )
    def test_frameworks(self, call: Call, server: Server, given: Any, asked: list[str]) -> None:
        """One, several, or all of them."""
        call({}, "list_deployed_models", given)
        assert self.frameworks(server) == asked

    @pytest.mark.parametrize("given", [5, [5], {"a": 1}])
    def test_bad(self, call: Call, server: Server, given: Any) -> None:
        """Anything else is refused before anything is sent."""
        with pytest.raises(InputError):
            call({}, "list_deployed_models", given)
        assert server.requests == []

    def test_another_place(self, call: Call, server: Server) -> None:
        """A next page at another host is not fetched: the key is for the Hub."""
        server.always("GET huggingface.co/api/models?", Answer.of([], link='<https://evil.example/x>; rel="next"'))
        with pytest.raises(ProviderOutputError, match="another place"):
            call({"token": "hf_1"}, "list_deployed_models", "diffusers")
        assert {asked.host for asked in server.requests} == {"huggingface.co"}


class TestRecommended:
    """`get_recommended_model`."""

    TASKS = Answer.of({"translation": {"widgetModels": ["org/best"]}, "other": {"models": []}})

    @pytest.mark.proves("STA-05")
    def test_value(self, call: Call, server: Server) -> None:
        """The Hub's word."""
        server.say(self.TASKS)
        assert call({}, "get_recommended_model", "translation") == "org/best"

    @pytest.mark.proves("STA-05")
    @pytest.mark.parametrize("task", ["other", "unknown"])
    def test_none(self, call: Call, server: Server, task: str) -> None:
        """Where it recommends none, that is a ValueError."""
        server.say(self.TASKS)
        with pytest.raises(ValueError, match="recommends no model"):
            call({}, "get_recommended_model", task)

    @pytest.mark.proves("STA-05")
    def test_static(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """No client is needed."""
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        server.say(self.TASKS, self.TASKS)
        assert InferenceClient.get_recommended_model("translation") == "org/best"
        assert asyncio.run(AsyncInferenceClient.get_recommended_model("translation")) == "org/best"
        assert next(iter(inspect.signature(InferenceClient.get_recommended_model).parameters)) == "task"


class TestEndpoint:
    """`get_endpoint_info` and `health_check`."""

    @pytest.mark.proves("STA-06")
    @pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
    def test_info(self, call: Call, server: Server, ending: str) -> None:
        """What the server says of itself, asked at its root whichever of its routes is known."""
        server.say(Answer.of({"model_id": "org/m", "max_input_length": 1024}))
        info = call({"base_url": f"{server.url}/x{ending}", "api_key": "k"}, "get_endpoint_info")
        assert info == {"model_id": "org/m", "max_input_length": 1024}
        (asked,) = server.requests
        assert (asked.method, asked.path) == ("GET", "/x/info")
        assert asked.headers["authorization"] == "Bearer k"

    @pytest.mark.proves("STA-06")
    def test_info_of_call(self, call: Call, server: Server) -> None:
        """The URL can be named by the call."""
        server.say(Answer.of({"model_id": "org/m"}))
        assert call({"model": "org/m"}, "get_endpoint_info", model=server.url)["model_id"] == "org/m"

    @pytest.mark.proves("STA-06", "STA-07")
    @pytest.mark.parametrize("method", ["get_endpoint_info", "health_check"])
    @pytest.mark.parametrize(("settings", "model"), [({}, None), ({"model": "org/m"}, None), ({}, "org/m")])
    def test_no_url(self, call: Call, server: Server, method: str, settings: Any, model: str | None) -> None:
        """Both are for URLs."""
        with pytest.raises(ValueError, match="is for endpoints"):
            call(settings, method, model=model)
        assert server.requests == []

    @pytest.mark.proves("STA-07")
    @pytest.mark.parametrize("status", [200, 404, 500, 503])
    def test_health(self, call: Call, server: Server, status: int) -> None:
        """True for 200 alone, asked once: a server that loads is not ready."""
        server.say(Answer(b"", status))
        assert call({"base_url": server.url}, "health_check") is (status == 200)
        assert [asked.path for asked in server.requests] == ["/health"]

    @pytest.mark.proves("STA-07")
    def test_health_of_call(self, call: Call, server: Server) -> None:
        """The URL can be named by the call, by position."""
        server.say(Answer(b""))
        assert call({"provider": None}, "health_check", server.url)

    def test_nobody_there(self, call: Call) -> None:
        """A server that cannot be reached is not ready."""
        assert call({"http_client": None}, "health_check", "http://127.0.0.1:9/") is False

    def test_health_in_time(self, call: Call, server: Server) -> None:
        """A limit of time is one here as well."""
        server.say(Answer(pieces=[1.0, b"x"]))
        with pytest.raises(InferenceTimeoutError):
            call({"base_url": server.url, "timeout": 0.1}, "health_check")


class TestLists:
    """What providers and the router have."""

    @pytest.mark.proves("STA-08")
    def test_provider(self, call: Call, server: Server) -> None:
        """The Hub's list of a provider's models."""
        said = {
            "conversational": {"org/a": {"_id": "1", "providerId": "a-turbo", "status": "live"}},
            "text-to-image": {"org/b": {"_id": "2", "providerId": "b", "status": "staging"}},
        }
        server.say(Answer.of(said))
        models = call({}, "list_provider_models", "together")
        found = [(model.hf_model_id, model.provider_id, model.task, model.status) for model in models]
        assert found == [("org/a", "a-turbo", "conversational", "live"), ("org/b", "b", "text-to-image", "staging")]
        assert {model.provider for model in models} == {"together"}
        assert server.requests[0].line == "GET huggingface.co/api/partners/together/models"

    @pytest.mark.proves("STA-08")
    def test_provider_task(self, call: Call, server: Server) -> None:
        """The models for one task."""
        server.say(Answer.of({"a": {"org/a": {"providerId": "a"}}, "b": {"org/b": {"providerId": "b"}}}))
        assert [model.hf_model_id for model in call({}, "list_provider_models", "groq", "b")] == ["org/b"]

    def test_unknown_provider(self, call: Call, server: Server) -> None:
        """The Hub knows whom it knows."""
        server.say(Answer.of({"error": "Unknown provider"}, 404))
        with pytest.raises(HubApiError, match="Unknown provider"):
            call({}, "list_provider_models", "nobody")

    def test_shape(self, call: Call, server: Server) -> None:
        """An answer of another shape is told with its evidence."""
        server.say(Answer.of({"a": ["org/a"]}))
        with pytest.raises(ProviderOutputError):
            call({}, "list_provider_models", "groq")

    @pytest.mark.proves("STA-09")
    def test_router(self, call: Call, server: Server) -> None:
        """The router's catalogue, with providers and prices."""
        provider = {
            "provider": "together",
            "status": "live",
            "context_length": 131072,
            "pricing": {"input": 0.1, "output": 0.4},
            "supports_tools": True,
            "throughput": 80.5,
        }
        row = {"id": "org/a", "object": "model", "created": 1, "owned_by": "org", "providers": [provider]}
        server.say(Answer.of({"object": "list", "data": [row, {"id": "org/b"}]}))
        first, second = call({"api_key": "hf_1"}, "list_router_models")
        assert (first.id, first.owned_by) == ("org/a", "org")
        (served,) = first.providers
        assert (served.provider, served.pricing.input, served.pricing.output) == ("together", 0.1, 0.4)
        assert (served.context_length, served.supports_tools, served["throughput"]) == (131072, True, 80.5)
        assert second.providers == []
        (asked,) = server.requests
        assert asked.line == "GET router.huggingface.co/v1/models"
        assert asked.headers["authorization"] == "Bearer hf_1"

    def test_router_without_key(self, call: Call, server: Server) -> None:
        """A provider's own key is not for the router; the list is public."""
        server.say(Answer.of({"data": []}))
        assert call({"api_key": "gsk_1"}, "list_router_models") == []
        assert "authorization" not in server.requests[0].headers

    @pytest.mark.parametrize(
        ("method", "args"),
        [("get_model_status", ["org/m"]), ("list_deployed_models", []), ("list_provider_models", ["groq"])],
    )
    def test_offline(
        self, call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, method: str, args: list[str]
    ) -> None:
        """Offline the Hub is not asked."""
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        with pytest.raises(InferenceConnectionError, match="HF_HUB_OFFLINE"):
            call({}, method, *args)
        assert server.requests == []

    @pytest.mark.parametrize("method", ["get_model_status", "list_provider_models", "health_check"])
    def test_bad_option(self, call: Call, server: Server, method: str) -> None:
        """An unknown option is told before anything is sent."""
        with pytest.raises(InputError, match="has no option"):
            call({}, method, "org/m", timeot=5)
        assert server.requests == []
