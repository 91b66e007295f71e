"""`infermux models`: which models can be asked for a task, and who serves them."""

from __future__ import annotations

import math
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from .. import InferenceClient, RouterModel
from ..compat.lookup import objects_of, pages
from ..routing.mapping import Memory, entries_of, serves
from ..routing.settings import Settings
from . import reading, showing
from .asking import ApiKey, client_for
from .providers import provider_named

_CHAT = "chat-completion"
_PAGE = 1000


def models(
    task: Annotated[str, typer.Option(metavar="TASK", help="The task, such as text-to-image.")] = _CHAT,
    provider: Annotated[
        str | None, typer.Option(help="Only what this provider serves; sandbox needs no network.")
    ] = None,
    search: Annotated[str, typer.Option(metavar="WORDS", help="Words of the model's id.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many models at most.")] = 20,
    api_key: ApiKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="All that is told of each.")] = False,
) -> None:
    """List the models of a task that some provider serves; for chat, with prices and what they support."""
    wanted = reading.spelt(reading.task_named(task, "--task"))
    at_sandbox = provider == "sandbox"
    server = None if provider is None or at_sandbox else provider_named(provider, "--provider")
    with client_for("sandbox" if at_sandbox else None, None, api_key, needs_key=False) as client:
        found: list[Any] = []
        if wanted == _CHAT:
            found += _chatting(client, server, search)[:limit]
            rows = [row for model in found for row in _offers(model)]
        else:
            found += client.perform(client.follow(partial(_served, wanted, server, search, limit), {}))
            rows = [_row(model, server) for model in found]
    typer.echo(showing.as_json(found) if as_json else showing.as_words(rows))


def _chatting(client: InferenceClient, server: str | None, search: str) -> list[RouterModel]:
    """The router's models, each with those who serve it; without a provider that is asked for, all of them."""
    found: list[RouterModel] = []
    for model in client.list_router_models():
        model["providers"] = [one for one in model.providers if server in (None, one.provider)]
        if model.providers and all(word in model.id.lower() for word in search.lower().split()):
            found.append(model)
    return found


def _offers(model: RouterModel) -> list[dict[str, Any]]:
    return [
        {
            "model": model.id,
            "provider": one.provider,
            "context": one.context_length,
            "$/M in": one.pricing and one.pricing.input,
            "$/M out": one.pricing and one.pricing.output,
            "tools": _yes_or_no(one.supports_tools),
            "json schema": _yes_or_no(one.supports_structured_output),
        }
        for one in model.providers
    ]


def _yes_or_no(told: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[told]


async def _served(
    task: str, server: str | None, search: str, limit: int, settings: Settings, memory: Memory
) -> list[dict[str, Any]]:
    """The models of the Hub with this task, those first that are loaded most, with those who serve them for it."""
    query = {
        "inference_provider": server or "all",
        "pipeline_tag": task,
        "search": search,
        "sort": "downloads",
        "expand[]": "inferenceProviderMapping",
        "limit": min(max(limit, 100), _PAGE),
    }
    path = f"/api/models?{urlencode({name: value for name, value in query.items() if value})}"
    found: list[dict[str, Any]] = []
    for page in await pages("infermux models", path, settings, memory, math.ceil(limit / _PAGE)):
        for model in page.read(objects_of):
            name = str(model["id"])
            entries = [one for one in entries_of(name, model) if serves(one, task) and server in (None, one.provider)]
            if entries:
                found.append({"id": name, "task": task, "providers": entries})
    return found[:limit]


def _row(model: dict[str, Any], server: str | None) -> dict[str, str]:
    if server is None:
        return {"model": model["id"], "providers": ", ".join(one.provider for one in model["providers"])}
    (entry, *_) = model["providers"]
    return {"model": model["id"], "id at the provider": entry.provider_id, "status": entry.status}
