"""What the Hub knows about a model: which providers serve it, under which id, for which task.

https://huggingface.co/docs/inference-providers/hub-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from ..errors import HubApiError, InputError, ProviderOutputError, RoutingError
from ..flow import Enter, Leave, Now, Purpose, Request, Send
from ..notices import warn
from ..providers._base import Provider
from ..types._json import Json, is_list, is_object
from ..types.routing import InferenceProviderMapping
from . import environment, stand_in

_KEPT_S = 600.0
_KEPT_MOST = 1000
_EQUAL_TASKS = frozenset({"feature-extraction", "sentence-similarity"})

OVERRIDES: dict[str, dict[str, str | InferenceProviderMapping]] = {}
"""Provider → Hub id → the provider's id, or a whole entry: used without asking the Hub, for development and tests."""


class Memory(Struct):
    """What a client has learnt: the Hub's answers, for ten minutes and never a failure, and the ways of servers."""

    found: dict[tuple[str, ...], tuple[float, Any]] = {}
    places: dict[Any, Any] = {}
    """Where one call waits for another."""
    servers: dict[str, Any] = {}
    """What dialects note of servers, for the next call."""

    def get(self, key: tuple[str, ...], now: float, stale: bool = False) -> Any:
        """What is known, or None; `stale` takes what has expired as well."""
        kept = self.found.get(key)
        return kept[1] if kept is not None and (stale or now - kept[0] < _KEPT_S) else None

    def put(self, key: tuple[str, ...], now: float, value: Any) -> None:
        """Keep an answer; the oldest one goes where there are too many. Other threads may do the same."""
        self.found.pop(key, None)
        while len(self.found) >= _KEPT_MOST:
            self.found.pop(next(iter(self.found.copy())), None)
        self.found[key] = (now, value)


class Hub(Struct, frozen=True):
    """How the Hub is asked: with whose token, and what it said before."""

    cache: Memory
    token: str | None
    user_agent: str

    async def entries(self, model: str) -> list[InferenceProviderMapping]:
        """The providers of a model, in the order of the account's settings.

        Raises:
            HubApiError: The Hub refused: no such model, or no access to it.
        """
        return entries_of(model, await self._get(f"/api/models/{quote(model)}?expand[]=inferenceProviderMapping"))

    async def pipeline(self, model: str) -> tuple[str | None, frozenset[str]]:
        """The task of a model and its tags."""
        value = await self._get(f"/api/models/{quote(model)}?expand[]=pipeline_tag&expand[]=tags")
        return value.get("pipeline_tag"), frozenset(value.get("tags") or ())

    async def recommended(self, task: str) -> str:
        """The model that the Hub recommends for a task.

        Raises:
            InputError: It recommends none.
        """
        tasks = await self._get("/api/tasks")
        told: Json = tasks.get("text-generation" if task == "conversational" else task) or {}
        models: list[Any] = told.get("widgetModels") or [model["id"] for model in told.get("models") or ()]
        if not models:
            raise InputError(f"the Hub recommends no model for {task}; name one by model=")
        return str(models[0])

    async def _get(self, path: str) -> Json:
        """What the Hub says at this path; calls that ask for the same at once share one answer."""
        base = await stand_in.led(environment.hub_url())
        key = (base, path, self.token or "")
        known: Json | None = self.cache.get(key, await Now())
        if known is not None:
            return known
        await Enter(self.cache.places, key, f"waiting for the Hub's answer ({base}{path.partition('?')[0]})")
        try:
            known = self.cache.get(key, await Now())
            return await self._fetch(base, path, key) if known is None else known
        finally:
            await Leave(self.cache.places, key)

    async def _fetch(self, base: str, path: str, key: tuple[str, ...]) -> Json:
        headers = {"user-agent": self.user_agent}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        purpose = Purpose(f"asking the Hub ({base}{path.partition('?')[0]})", hub=True)
        try:
            response = await Send(Request("GET", base + path, headers), purpose)
        except Exception as error:
            late: Json | None = self.cache.get(key, 0.0, stale=True)
            refused = isinstance(error, HubApiError) and (error.status_code or 500) < 500 and error.status_code != 429
            if late is None or refused:
                raise
            warn(f"the Hub cannot be asked ({type(error).__name__}); what it said earlier is used")
            return late
        try:
            value = msgspec.json.decode(response.body)
        except msgspec.DecodeError:
            value = None
        if not is_object(value):
            raise ProviderOutputError(f"{purpose.text}: the answer is no JSON object; is HF_ENDPOINT ({base}) a Hub?")
        self.cache.put(key, await Now(), value)
        return value


def entries_of(model: str, told: Json) -> list[InferenceProviderMapping]:
    """The providers of a model, in what the Hub tells of it.

    Raises:
        ProviderOutputError: It is no list of providers.
    """
    raw: Any = told.get("inferenceProviderMapping") or []
    if is_object(raw):
        raw = [{**entry, "provider": name} for name, entry in raw.items()]
    if not is_list(raw) or not all(map(is_object, raw)):
        raise ProviderOutputError(
            f"the Hub's answer about {model!r} is no list of providers: {raw!r:.80}; "
            f"is HF_ENDPOINT ({environment.hub_url()}) a Hub?"
        )
    return [_entry(model, item) for item in raw]


def _entry(model: str, raw: Mapping[str, Any]) -> InferenceProviderMapping:
    names = {"providerId": "provider_id", "hfModelId": "hf_model_id", "adapterWeightsPath": "adapter_weights_path"}
    return InferenceProviderMapping.parse({"hf_model_id": model} | {names.get(key, key): raw[key] for key in raw})


def override(provider: Provider, model: str) -> InferenceProviderMapping | None:
    """The entry that the local table holds."""
    told = OVERRIDES.get(provider.name, {}).get(model)
    if isinstance(told, str):
        return _entry(model, {"provider": provider.name, "providerId": told})
    return told


def serves(entry: InferenceProviderMapping, task: str) -> bool:
    """Whether an entry is for this task."""
    return entry.task == task or {entry.task, task} <= _EQUAL_TASKS


def pick(
    entries: list[InferenceProviderMapping], provider: Provider, model: str, task: str
) -> InferenceProviderMapping:
    """The entry of a provider.

    Raises:
        RoutingError: The provider does not serve the model, or not for this task; the message names who does.
    """
    found = [entry for entry in entries if entry.provider == provider.name]
    if not found:
        raise RoutingError(f"{provider.name} does not serve {model!r} for {task}; {_who_does(entries, task)}")
    entry = next((entry for entry in found if serves(entry, task)), None)
    if entry is None:
        tasks = ", ".join(sorted({str(entry.task) for entry in found}))
        raise RoutingError(f"{provider.name} serves {model!r} for {tasks}, not for {task}; {_who_does(entries, task)}")
    if entry.status == "staging":
        warn(f"{model} at {provider.name} is in staging: meant for trials, not for production")
    elif entry.status == "error":
        warn(f"the Hub's last check of {model} at {provider.name} failed; the call may fail as well")
    return entry


def _who_does(entries: list[InferenceProviderMapping], task: str) -> str:
    others = [str(entry.provider) for entry in entries if serves(entry, task)]
    if others:
        return f"it is served by {', '.join(others)}: name one by provider="
    return f"no provider serves it for that; {named(entries)}"


def named(entries: list[InferenceProviderMapping]) -> str:
    """Who serves a model for which task, as the Hub says."""
    return f"the Hub names {', '.join(f'{entry.provider} ({entry.task})' for entry in entries) or 'nobody'}"
