"""Who answers: a URL, a named provider, or the one that is chosen automatically. This is the one decision."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from ..errors import InferenceConnectionError, InputError, RoutingError
from ..flow import Call, Purpose
from ..providers import endpoint, find
from ..providers._base import ROUTER, Provider, Route
from ..tasks._ask import Ask
from ..wire import address
from . import keys, mapping
from .keys import Key
from .mapping import Hub, Memory
from .settings import Settings, older_headers, user_agent


async def choose(ask: Ask[Any], settings: Settings, memory: Memory) -> Route:
    """Find the way for one call.

    Raises:
        InputError: The call cannot be made as it is written; nothing was sent to a provider.
        HubApiError: The Hub refused the look-up of the model.
    """
    if settings.url is not None:
        return await _to_url(ask.task, settings, memory, settings.url)
    name = settings.provider or "auto"
    if settings.model is None and name == "auto":
        if ask.hub_task == "conversational":
            raise InputError("chat_completion: no model is named; pass model=, to the client or to the call")
        name = "hf-inference"
    provider = find(name)
    _check_online(ask.task, name)
    if name == "auto":
        return await _automatic(ask, settings, memory, provider)
    return await _to_provider(ask, settings, memory, provider)


def _check_online(what: str, name: str) -> None:
    if keys.offline() and name != "sandbox":
        raise InferenceConnectionError(
            f'{what} at {name} was not sent: HF_HUB_OFFLINE is set; unset it, use a local URL, or provider="sandbox"'
        )


async def plain(what: str, settings: Settings, memory: Memory, task: str | None, path: str | None) -> Route:
    """The way for a request that the caller wrote: to a URL, to a model at hf-inference, or to a path of a provider.

    Raises:
        InputError: Neither a model nor a task is named, or a provider without a path.
    """
    if settings.url is not None:
        return await _to_url(what, settings, memory, settings.url)
    provider = find("hf-inference" if settings.provider in (None, "auto") else settings.provider)
    _check_online(what, provider.name)
    takes_any = provider.name in _PIPELINES
    if not takes_any and path is None:
        raise InputError(f"{what}: say by path= where to post at {provider.name}, below {provider.base_url}")
    if takes_any and settings.model is None and task is None:
        raise InputError(f"{what}: name a model or a task: model=, or task= for the model that the Hub recommends")
    key = await keys.choose(settings.token, provider)
    own = await Call(provider.base_url) if callable(provider.base_url) else provider.base_url
    routed = key is not None and key.is_hugging_face and provider.routed
    model = settings.model or ""
    if not takes_any:
        own = provider.routed_url(own) if routed else own
    elif settings.model is None and task is not None:
        model = f"sandbox/{task}" if provider.name == "sandbox" else await _hub(memory, key).recommended(task)
    base = own.replace("{model}", quote(model))
    return _route(what, settings, memory, provider, base, model, key, routed=routed or takes_any)


_PIPELINES = ("hf-inference", "sandbox")
"""Who takes any model at an address that names it."""


async def hub(what: str, settings: Settings, memory: Memory) -> Hub:
    """How the Hub is asked under these settings."""
    _check_online(what, "the Hub")
    key = await keys.explicit(settings.token) or (None if settings.token is False else await keys.ambient())
    return _hub(memory, key)


async def _to_url(what: str, settings: Settings, memory: Memory, url: str) -> Route:
    key = await keys.explicit(settings.token)
    if key is None and settings.token is not False and keys.may_have_ambient(url):
        key = await keys.ambient()
    return _route(
        what, settings, memory, endpoint(), url, settings.model or "dummy", key, routed=keys.may_have_ambient(url)
    )


_WHOSE_KEY = (
    "a provider's own key does not say whose it is: name the provider by provider=, "
    "or pass a Hugging Face token (hf_…) for the automatic choice"
)


async def _automatic(ask: Ask[Any], settings: Settings, memory: Memory, router: Provider) -> Route:
    model = _model(settings)
    if ask.hub_task == "conversational":
        key = await keys.choose(settings.token, router)
        if key is None or not key.is_hugging_face:
            raise RoutingError(_WHOSE_KEY)
        return _route(ask.task, settings, memory, router, f"{ROUTER}/v1", model, key, routed=True)
    key = await keys.explicit(settings.token) or (None if settings.token is False else await keys.ambient())
    if key is not None and not key.is_hugging_face:
        raise RoutingError(_WHOSE_KEY)
    entries = await _hub(memory, key).entries(model)
    entry = next(
        (entry for entry in entries if mapping.serves(entry, ask.hub_task) and _known(entry.provider, ask)), None
    )
    if entry is None:
        served = ", ".join(f"{entry.provider} ({entry.task})" for entry in entries) or "none"
        raise RoutingError(f"no provider is known for {ask.task} with {model!r}; the Hub names: {served}")
    return await _to_provider(ask, settings, memory, find(entry.provider))


def _known(name: str, ask: Ask[Any]) -> bool:
    try:
        return type(ask) in find(name).says
    except InputError:
        return False


async def _to_provider(ask: Ask[Any], settings: Settings, memory: Memory, provider: Provider) -> Route:
    if type(ask) not in provider.says:
        raise InputError(f"{provider.name} does not do {ask.task}; it does: {', '.join(provider.tasks)}")
    if settings.model is None and not provider.may_load and provider.name != "sandbox":
        raise InputError(f"{provider.name} needs a model: pass model=, with the model's id on the Hub")
    key = await keys.choose(settings.token, provider)
    own = await Call(provider.base_url) if callable(provider.base_url) else provider.base_url
    hub = _hub(memory, key)
    if settings.model is not None:
        model = settings.model.removeprefix(provider.model_prefix)
    else:
        model = f"sandbox/{ask.task}" if provider.name == "sandbox" else await hub.recommended(ask.hub_task)
    routed = key is not None and key.is_hugging_face and provider.routed
    if provider.mapped:
        entry = mapping.OVERRIDES.get(provider.name, {}).get(model)
        if entry is None:
            entry = mapping.pick(await hub.entries(model), provider, model, ask.hub_task)
        model = entry.provider_id
    elif provider.name == "hf-inference" and settings.model is not None:
        await _check_task(hub, model, ask.hub_task)
    base = provider.routed_url(own) if routed and provider.mapped else own.replace("{model}", quote(model))
    return _route(
        ask.task, settings, memory, provider, base, model, key, routed=routed or provider.name == "hf-inference"
    )


_TAGS = {
    "conversational": frozenset({"text-generation", "image-text-to-text", "text2text-generation", "any-to-any"}),
    "text-generation": frozenset({"text2text-generation", "image-text-to-text"}),
    "feature-extraction": frozenset({"sentence-similarity"}),
    "sentence-similarity": frozenset({"feature-extraction"}),
}
"""Task → what a model may be tagged with on the Hub besides the task itself."""


async def _check_task(hub: Hub, model: str, task: str) -> None:
    try:
        tag, tags = await hub.pipeline(model)
    except Exception:
        # The inference server knows best: where the Hub cannot say, the call goes on and its answer counts.
        return
    if tag is not None and task != tag and tag not in _TAGS.get(task, ()) and task not in tags:
        raise InputError(f"{model!r} is a model for {tag}, not for {task}; use the method for {tag}, or another model")


def _hub(memory: Memory, key: Key | None) -> Hub:
    token = key.value if key is not None and key.is_hugging_face else None
    return Hub(memory, token, user_agent())


def _query(settings: Settings) -> str:
    return urlencode({name: value for name, value in settings.query.items() if value is not None}, doseq=True)


def _model(settings: Settings) -> str:
    assert settings.model is not None
    return settings.model


def _route(
    what: str,
    settings: Settings,
    memory: Memory,
    provider: Provider,
    base: str,
    model: str,
    key: Key | None,
    routed: bool,
) -> Route:
    headers = {"user-agent": user_agent(), **provider.headers}
    if key is not None:
        if routed or key.is_hugging_face:
            headers["authorization"] = f"Bearer {key.value}"
        else:
            headers[provider.key_header] = provider.key_scheme + key.value
    if settings.cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in settings.cookies.items())
    headers |= older_headers(settings.older, provider.name)
    headers |= settings.headers
    # Only Hugging Face understands who is to be billed; with a provider's own key, that provider's owner pays.
    if settings.bill_to is not None and routed and (key is None or key.is_hugging_face):
        headers["x-hf-bill-to"] = settings.bill_to
    place = provider.title if settings.url is None else address.host(base)
    named = f" with {settings.model!r}" if settings.model else ""
    purpose = Purpose(f"{what}{named} at {place}", may_load=provider.may_load)
    return Route(provider, base, model, settings.model, headers, purpose, _query(settings), memory.servers)
