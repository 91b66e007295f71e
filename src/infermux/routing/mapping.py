"""What the Hub knows about a model: which providers serve it, under which id, for which task.

https://huggingface.co/docs/inference-providers/hub-api
"""

from __future__ import annotations

from copy import copy
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from ..errors import (
    HubApiError,
    InferenceCancelledError,
    InferenceConnectionError,
    InferenceError,
    InputError,
    ProviderOutputError,
    RoutingError,
)
from ..flow import Enter, Expired, Glance, Leave, Limits, Now, Purpose, Request, Send
from ..notices import warn
from ..providers._base import Provider
from ..types._json import Json, is_list, is_object
from ..types.routing import InferenceProviderMapping
from . import environment, stand_in

_KEPT_S = 600.0
_KEPT_ON_S = 30.0
"""How long the Hub is left in peace, once it could not be asked and the call could do without its answer."""
_GLANCE_S = 3.0
"""How long the Hub may take where the call can do without its answer."""
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

    def note(self, key: tuple[str, ...], now: float, trouble: InferenceError) -> None:
        """Tell those who wait for an answer that there is none."""
        self.put(("no answer", *key), now, copy(trouble))

    def failed_since(self, key: tuple[str, ...], then: float) -> InferenceError | None:
        """Why what was asked for at this instant, or later, was not answered."""
        kept = self.found.get(("no answer", *key))
        return copy(kept[1]) if kept is not None and kept[0] > then else None


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
        """The task of a model and its tags; none where the Hub cannot be asked, as a call can do without them."""
        value = await self._get(f"/api/models/{quote(model)}?expand[]=pipeline_tag&expand[]=tags", {})
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

    async def _get(self, path: str, otherwise: Json | None = None) -> Json:
        """What the Hub says at this path, or `otherwise`; calls that ask for the same at once share one answer."""
        base = await stand_in.led(environment.hub_url())
        key = (base, path, self.token or "")
        asked = await Now()
        known: Json | None = self.cache.get(key, asked)
        if known is not None:
            return known
        await Enter(self.cache.places, key, f"waiting for the Hub's answer ({base}{path.partition('?')[0]})")
        try:
            known = self.cache.get(key, await Now())
            if known is not None:
                return known
            if (trouble := self.cache.failed_since(key, asked)) is not None:
                raise trouble
            return await self._fetch(base, path, key, otherwise)
        finally:
            await Leave(self.cache.places, key)

    async def _fetch(self, base: str, path: str, key: tuple[str, ...], otherwise: Json | None) -> Json:
        headers = {"user-agent": self.user_agent}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        request = Request("GET", base + path, headers)
        purpose = Purpose(f"asking the Hub ({base}{path.partition('?')[0]})", hub=True)
        late: Json | None = self.cache.get(key, 0.0, stale=True)
        spare = otherwise if late is None else late
        try:
            if spare is None:
                response = await Send(request, purpose)
            else:
                response = await Glance(request, purpose, Limits(deadline=await Now() + _GLANCE_S))
        except (InferenceError, Expired) as error:
            if spare is not None and _may_pass(error):
                if late:
                    trouble = f"no answer in {_GLANCE_S:g} s" if isinstance(error, Expired) else type(error).__name__
                    warn(f"the Hub cannot be asked ({trouble}); what it said earlier is used")
                self.cache.put(key, await Now() - _KEPT_S + _KEPT_ON_S, spare)
                return spare
            if isinstance(error, (HubApiError, InferenceConnectionError)):
                self.cache.note(key, await Now(), error)
            raise
        try:
            value = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, RecursionError):
            value = None
        if not is_object(value):
            raise ProviderOutputError(f"{purpose.text}: the answer is no JSON object; is HF_ENDPOINT ({base}) a Hub?")
        self.cache.put(key, await Now(), value)
        return value


def _may_pass(error: InferenceError | Expired) -> bool:
    """Whether the Hub may answer at another time: it has not refused, and the caller did not stop the call."""
    if isinstance(error, HubApiError):
        return (error.status_code or 500) >= 500 or error.status_code == 429
    return not isinstance(error, InferenceCancelledError)


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
    return [InferenceProviderMapping.parse({"hf_model_id": model, **item}) for item in raw]


def override(provider: Provider, model: str) -> InferenceProviderMapping | None:
    """The entry that the local table holds."""
    told = OVERRIDES.get(provider.name, {}).get(model)
    if isinstance(told, str):
        return InferenceProviderMapping.parse({"provider": provider.name, "hf_model_id": model, "provider_id": told})
    return told


_UNKNOWN = frozenset({401, 403, 404})
"""How the Hub answers about what is not there, or not to be seen."""


async def entry_for(hub: Hub, provider: Provider, model: str, task: str, has_own_key: bool) -> InferenceProviderMapping:
    """The entry of a provider: the local table's, else the Hub's.

    A provider that the Hub lists no more still answers its own keys, by the ids that it has itself.

    Raises:
        RoutingError: There is none for this task, or it tells no id.
        HubApiError: The Hub refused.
    """
    entry = override(provider, model)
    if entry is None:
        by_own_id = has_own_key and not provider.listed
        try:
            entries = await hub.entries(model)
        except HubApiError as error:
            if not by_own_id or error.status_code not in _UNKNOWN:
                raise
            entries = []
        if by_own_id and all(one.provider != provider.name for one in entries):
            return InferenceProviderMapping.parse(
                {"provider": provider.name, "hf_model_id": model, "provider_id": model, "task": task}
            )
        entry = pick(entries, provider, model, task)
    if not isinstance(entry.get("provider_id"), str) or not entry.provider_id:
        raise RoutingError(f"the entry of {model!r} at {provider.name} tells no id: put one into OVERRIDES")
    return entry


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
        own = "" if provider.listed else f"; {provider.title} takes its own keys only, by api_key=, with its own ids"
        raise RoutingError(f"{provider.name} does not serve {model!r} for {task}; {_who_does(entries, task)}{own}")
    entry = next((entry for entry in found if serves(entry, task)), None)
    if entry is None:
        tasks = ", ".join(sorted({str(entry.task) for entry in found}))
        raise RoutingError(f"{provider.name} serves {model!r} for {tasks}, not for {task}; {_who_does(entries, task)}")
    caution(entry, model)
    return entry


def weights(entry: InferenceProviderMapping) -> str | None:
    """The file of an adapter's weights, empty where it is not named; None: the model is no LoRA adapter."""
    if entry.adapter == "lora" or (entry.adapter is None and entry.adapter_weights_path):
        return entry.adapter_weights_path or ""
    return None


def caution(entry: InferenceProviderMapping, model: str) -> None:
    """Warn of an entry that is not known to work."""
    if entry.status == "staging":
        warn(f"{model} at {entry.provider} is in staging: meant for trials, not for production")
    elif entry.status == "error":
        warn(f"the Hub's last check of {model} at {entry.provider} failed; the call may fail as well")


def _who_does(entries: list[InferenceProviderMapping], task: str) -> str:
    others = [str(entry.provider) for entry in entries if serves(entry, task)]
    if others:
        return f"it is served by {', '.join(others)}: name one by provider="
    return f"no provider serves it for that; {named(entries)}"


def named(entries: list[InferenceProviderMapping]) -> str:
    """Who serves a model for which task, as the Hub says."""
    return f"the Hub names {', '.join(f'{entry.provider} ({entry.task})' for entry in entries) or 'nobody'}"
