"""Lists of models: what hf-inference serves, what a provider serves, what the router knows, what the Hub recommends."""

from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from typing_extensions import Unpack

from ..calling import Caller
from ..flow import Purpose, Request, Send
from ..providers._base import ROUTER, Exchange
from ..routing import route
from ..routing.mapping import Memory
from ..routing.settings import Settings
from ..tasks._ask import expect, split
from ..types._json import Json
from ..types.catalogue import RouterModel
from ..types.routing import InferenceProviderMapping
from .lookup import (
    ALL_FRAMEWORKS,
    MAIN_FRAMEWORKS,
    LookupOptions,
    headers_for,
    object_of,
    objects_of,
    pages,
    place_of,
)


async def list_deployed_models(
    client: Caller, frameworks: str | list[str] | None = None, **options: Unpack[LookupOptions]
) -> dict[str, list[str]]:
    """List the models that hf-inference serves, by task.

    Args:
        frameworks: One framework or several, such as "transformers"; "all" for every one, by default the four main
            ones. Each takes a look-up of its own.

    Returns:
        Task → ids of models, sorted.

    Raises:
        InputError: `frameworks` is of the wrong type; nothing was sent.
        HubApiError: The Hub refused.

    Source: https://huggingface.co/docs/inference-providers/hub-api

    Example:
        >>> from infermux import InferenceClient
        >>> models = InferenceClient(provider="sandbox").list_deployed_models("transformers")
        >>> "sandbox/text-classification" in models["text-classification"]
        True
    """
    _, call = split("list_deployed_models", options, LookupOptions)
    expect("list_deployed_models", "frameworks", frameworks, (str, list, type(None)), "a str or a list of str")
    if frameworks is None or frameworks == "all":
        chosen = list(ALL_FRAMEWORKS if frameworks else MAIN_FRAMEWORKS)
    else:
        chosen = [frameworks] if isinstance(frameworks, str) else frameworks
    for name in chosen:
        expect("list_deployed_models", "each framework", name, str, "a str")
    return await client.follow(partial(_deployed, chosen), call)


async def _deployed(frameworks: list[str], settings: Settings, memory: Memory) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for framework in frameworks:
        query = urlencode(
            {"inference_provider": "hf-inference", "filter": framework, "expand[]": "pipeline_tag", "limit": 1000}
        )
        for page in await pages("list_deployed_models", f"/api/models?{query}", settings, memory):
            for model in page.read(objects_of):
                task: str | None = model.get("pipeline_tag")
                # One sentence-transformers model does both.
                tasks = _OF_SENTENCES if framework == "sentence-transformers" else (task,)
                for name in filter(None, tasks):
                    found.setdefault(name, set()).add(str(model["id"]))
    return {task: sorted(found[task], key=str.lower) for task in sorted(found)}


_OF_SENTENCES = ("feature-extraction", "sentence-similarity")


async def get_recommended_model(client: Caller, task: str, **options: Unpack[LookupOptions]) -> str:
    """Tell which model the Hub recommends for a task; it can be asked without a client as well.

    Args:
        task: The task's name, such as "translation".

    Returns:
        The model's id on the Hub.

    Raises:
        InputError: The Hub recommends none.
        HubApiError: The Hub refused.

    Source: https://huggingface.co/tasks

    Example:
        >>> from infermux import InferenceClient
        >>> InferenceClient(provider="sandbox").get_recommended_model("translation")
        'sandbox/translation'
    """
    _, call = split("get_recommended_model", options, LookupOptions)
    expect("get_recommended_model", "task", task, str, "the name of a task")
    return await client.follow(partial(_recommended, task), call)


async def _recommended(task: str, settings: Settings, memory: Memory) -> str:
    if settings.provider == "sandbox":
        return f"sandbox/{task}"
    return await (await route.hub("get_recommended_model", settings, memory)).recommended(task)


async def list_provider_models(
    client: Caller, provider: str, task: str | None = None, **options: Unpack[LookupOptions]
) -> list[InferenceProviderMapping]:
    """List the models of a provider, as the Hub knows them.

    Args:
        provider: The provider's name, such as "together".
        task: Only the models for this task.

    Returns:
        One entry for each model: `hf_model_id`, `provider_id`, `task`, `status`.

    Raises:
        InputError: `provider` is no text; nothing was sent.
        HubApiError: The Hub refused, or does not know the provider.

    Source: https://huggingface.co/docs/inference-providers/register-as-a-provider

    Example:
        >>> from infermux import InferenceClient
        >>> models = InferenceClient(provider="sandbox").list_provider_models("groq")
        >>> models[0].hf_model_id
        'sandbox/conversational'
    """
    _, call = split("list_provider_models", options, LookupOptions)
    expect("list_provider_models", "provider", provider, str, "the name of a provider")
    expect("list_provider_models", "task", task, (str, type(None)), "the name of a task")
    return await client.follow(partial(_provider_models, provider, task), call)


async def _provider_models(
    provider: str, task: str | None, settings: Settings, memory: Memory
) -> list[InferenceProviderMapping]:
    found: list[InferenceProviderMapping] = []
    for page in await pages("list_provider_models", f"/api/partners/{quote(provider)}/models", settings, memory):
        for name, models in page.read(object_of).items():
            found += page.understood(models, partial(_entries, provider, name))
    return [entry for entry in found if task is None or entry.task == task]


def _entries(provider: str, task: str, models: Any) -> list[InferenceProviderMapping]:
    return [
        InferenceProviderMapping.parse(
            {**entry, "provider": provider, "task": task, "hf_model_id": model, "provider_id": entry.get("providerId")}
        )
        for model, entry in object_of(models).items()
    ]


async def list_router_models(client: Caller, **options: Unpack[LookupOptions]) -> list[RouterModel]:
    """List the chat models of the Hugging Face router, with providers and prices.

    Returns:
        One entry for each model: `id`, and `providers` with `provider`, `status`, `context_length`, `pricing` in
        dollars for a million tokens, and what they support.

    Raises:
        ProviderApiError: The router refused.

    Source: https://huggingface.co/docs/inference-providers

    Example:
        >>> from infermux import InferenceClient
        >>> models = InferenceClient(provider="sandbox").list_router_models()
        >>> models[0].providers[0].provider
        'sandbox'
    """
    _, call = split("list_router_models", options, LookupOptions)
    return await client.follow(_router_models, call)


async def _router_models(settings: Settings, memory: Memory) -> list[RouterModel]:
    what = "list_router_models"
    hub = await route.hub(what, settings, memory)
    base = await place_of(ROUTER, settings)
    request = Request("GET", f"{base}/v1/models", headers_for(settings, hub.token, hub.user_agent))
    purpose = Purpose(f"{what} ({base})")
    exchange = Exchange(request, await Send(request, purpose), purpose)
    return exchange.read(lambda value: [_router_model(item) for item in objects_of(value["data"])])


def _router_model(raw: Json) -> RouterModel:
    return RouterModel.parse({**raw, "providers": raw.get("providers") or []})
