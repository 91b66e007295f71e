from __future__ import annotations

import huggingface_hub
import huggingface_hub.errors
import pytest

from infermux.sandbox import Sandbox
from infermux.sandbox.hub import TASKS

from .wire import ask


@pytest.fixture(scope="module")
def api(url: str) -> huggingface_hub.HfApi:
    """The Hub client, with the sandbox as its Hub."""
    return huggingface_hub.HfApi(endpoint=url, token="hf_sandbox")


def test_whole_model(api: huggingface_hub.HfApi) -> None:
    """Unasked, a model is described without its providers."""
    info = api.model_info("org/any")
    assert (info.id, info.pipeline_tag, info.inference_provider_mapping) == ("org/any", "text-generation", None)


def test_mapping_follows_the_task(api: huggingface_hub.HfApi) -> None:
    """Everyone who does the task serves the model."""
    mapping = api.model_info("org/any", expand=["inferenceProviderMapping"]).inference_provider_mapping or []
    assert {"together", "groq", "hf-inference"} <= {entry.provider for entry in mapping}
    assert {(entry.status, entry.provider_id) for entry in mapping} == {("live", "org/any")}
    # The name gives nothing away, so it may be meant for anything; a chat comes first.
    assert {entry.task for entry in mapping} == set(TASKS)
    assert next(entry.task for entry in mapping if entry.provider == "together") == "conversational"
    pictures = api.model_info("black-forest-labs/FLUX.1-dev", expand=["inferenceProviderMapping"])
    names = {entry.provider for entry in pictures.inference_provider_mapping or []}
    assert {"fal-ai", "nscale"} <= names
    assert "groq" not in names


@pytest.mark.parametrize(
    ("task", "providers"),
    [
        ("text-to-audio", {"fal-ai", "hf-inference"}),
        ("audio-to-audio", {"fal-ai", "hf-inference"}),
        ("image-text-to-video", {"fal-ai", "wavespeed", "hf-inference"}),
        ("image-to-text", {"zai-org", "hf-inference"}),
        ("text-to-video", {"deepinfra", "fal-ai", "novita", "replicate", "together", "wavespeed", "hf-inference"}),
    ],
)
def test_who_does_what(url: str, task: str, providers: set[str]) -> None:
    """Tasks that few do are mapped to those few."""
    found = ask(url, f"/api/models/sandbox/{task}?expand=inferenceProviderMapping").json["inferenceProviderMapping"]
    assert set(found) == providers


def test_told_adapters() -> None:
    """What a mapping says of weights is passed on, whatever its shape."""
    weights = {"adapter": "lora", "adapterWeightsPath": "w.safetensors"}
    listed = [{"provider": "fal-ai", "providerId": "x/y", "status": "live", "task": "text-to-image", **weights}]
    with Sandbox(mappings={"a/b": {"fal-ai": weights}, "a/c": listed}) as box:
        named, plain = (
            ask(box.url, f"/api/models/{model}?expand=inferenceProviderMapping").json["inferenceProviderMapping"]
            for model in ("a/b", "a/c")
        )
    assert weights.items() <= named["fal-ai"].items()
    assert plain == listed


def test_both_spellings_of_expand(url: str) -> None:
    """Python writes `expand=`, JavaScript `expand[]=`; only what was named comes back."""
    for query in ("expand=pipeline_tag", "expand[]=pipeline_tag", "expand%5B%5D=pipeline_tag"):
        found = ask(url, f"/api/models/facebook/bart-base?{query}").json
        assert (set(found), found["pipeline_tag"]) == ({"_id", "id", "pipeline_tag"}, "feature-extraction")


def test_told_mappings() -> None:
    """What a sandbox was told replaces the rule; what it was not told is filled in."""
    with Sandbox(mappings={"org/m": {"groq": {"providerId": "m-fast", "status": "staging"}}}) as box:
        found = ask(box.url, "/api/models/org/m?expand=inferenceProviderMapping").json
        assert found["inferenceProviderMapping"] == {
            "groq": {"status": "staging", "providerId": "m-fast", "task": "conversational"}
        }
    listed = [{"provider": "groq", "providerId": "m-fast", "status": "live", "task": "text-generation"}]
    with Sandbox(mappings={"org/m": listed}) as box:
        assert (
            ask(box.url, "/api/models/org/m?expand=inferenceProviderMapping").json["inferenceProviderMapping"] == listed
        )


def test_renamed_models_redirect(url: str, api: huggingface_hub.HfApi) -> None:
    """The redirect is relative and keeps the query."""
    got = ask(url, "/api/models/bert-base-uncased?expand=pipeline_tag")
    assert (got.status, got.headers["location"]) == (
        307,
        "/api/models/google-bert/bert-base-uncased?expand=pipeline_tag",
    )
    assert api.model_info("bert-base-uncased").id == "google-bert/bert-base-uncased"


def test_missing_models(url: str, api: huggingface_hub.HfApi) -> None:
    """The Hub's own error code says that there is no such repository."""
    assert ask(url, "/api/models/org/does-not-exist").headers["x-error-code"] == "RepoNotFound"
    with pytest.raises(huggingface_hub.errors.RepositoryNotFoundError):
        api.model_info("org/does-not-exist")


def test_recommended_models(url: str) -> None:
    """Each task has a model of the sandbox, which is described as being for that task."""
    found = ask(url, "/api/tasks").json
    assert tuple(found) == TASKS
    assert found["summarization"]["widgetModels"] == ["sandbox/summarization"]
    assert ask(url, "/api/models/sandbox/summarization").json["pipeline_tag"] == "summarization"


def test_whoami(api: huggingface_hub.HfApi) -> None:
    """Everyone is the same user."""
    assert api.whoami()["name"] == "sandbox"


def test_models_are_listed_by_page(api: huggingface_hub.HfApi, url: str) -> None:
    """The Hub client follows the links to the end; filters hold on every page."""
    found = list(api.list_models(inference_provider="hf-inference", pipeline_tag="zero-shot-classification"))
    names = [model.id for model in found]
    assert names == sorted(names, key=str.lower)
    assert {"facebook/bart-large-mnli", "sandbox/zero-shot-classification"} <= set(names)
    assert {model.pipeline_tag for model in found} == {"zero-shot-classification"}
    path = "/api/models?inference_provider=hf-inference&limit=7"
    pages = [ask(url, path)]
    while link := pages[-1].headers.get("link"):
        address, _, relation = link.partition("; ")
        assert relation == 'rel="next"'
        pages.append(ask(url, address.strip("<>").removeprefix(url)))
    paged = [model["id"] for page in pages for model in page.json]
    assert paged == [model["id"] for model in ask(url, "/api/models?inference_provider=hf-inference").json]
    assert len(paged) > 20
    assert len(set(paged)) == len(paged)


def test_lists_are_filtered(url: str) -> None:
    """By provider, library, words of the name and author."""

    def names(query: str) -> set[str]:
        return {model["id"] for model in ask(url, f"/api/models?{query}").json}

    assert "facebook/detr-resnet-50" not in names("inference_provider=groq")
    assert "meta-llama/Llama-3.1-8B-Instruct" in names("inference_provider=groq")
    assert "black-forest-labs/FLUX.1-dev" in names("filter=diffusers")
    assert names("search=tapas") == {"google/tapas-base-finetuned-wtq"}
    assert all(name.startswith("facebook/") for name in names("author=facebook"))
    (model,) = ask(url, "/api/models?search=tapas&expand=pipeline_tag").json
    assert model["pipeline_tag"] == "table-question-answering"


def test_models_of_a_provider(url: str) -> None:
    """By task, with the provider's own names; an unknown provider is 404."""
    found = ask(url, "/api/partners/groq/models?status=live").json
    assert set(found) == {"conversational", "text-generation"}
    details = found["conversational"]["meta-llama/Llama-3.1-8B-Instruct"]
    assert (details["providerId"], details["status"]) == ("meta-llama/Llama-3.1-8B-Instruct", "live")
    assert set(TASKS) == set(ask(url, "/api/partners/hf-inference/models").json)
    assert ask(url, "/api/partners/groq/models?status=staging").json == {}
    assert ask(url, "/api/partners/nobody/models").status == 404
    with Sandbox(mappings={"org/m": {"groq": {"providerId": "m-fast"}}}) as box:
        told = ask(box.url, "/api/partners/groq/models").json["conversational"]["org/m"]
        assert told["providerId"] == "m-fast"
