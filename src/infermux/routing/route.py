"""Who answers: a URL, a named provider, or the one that is chosen automatically. This is the one decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from ..errors import InferenceConnectionError, InputError, RoutingError
from ..flow import Call, Purpose
from ..notices import warn
from ..providers import able, endpoint, find
from ..providers._base import ROUTER, Dialect, Provider, Route
from ..providers._options import Options
from ..tasks._ask import Ask
from ..timeout import Timeout
from ..wire import address
from . import environment, keys, mapping, stand_in
from .keys import Key
from .mapping import Hub, Memory
from .settings import Settings


async def choose(
    ask: Ask[Any], settings: Settings, memory: Memory, fits: Callable[[Dialect], bool] = lambda dialect: True
) -> Route:
    """Find the way for one call; where the provider is chosen automatically, its dialect must fit.

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
    _check_online(ask.task, name, provider.local)
    if name == "auto":
        return await _automatic(ask, settings, memory, provider, fits)
    return await _to_provider(ask, settings, memory, provider)


def _check_online(what: str, name: str, is_local: bool = False) -> None:
    if environment.offline() and not is_local and environment.sandbox() is None:
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
    _check_online(what, provider.name, provider.local)
    if not provider.per_model and path is None:
        raise InputError(f"{what}: say by path= where to post at {provider.name}, below {provider.base_url}")
    if provider.per_model and settings.model is None and task is None:
        raise InputError(f"{what}: name a model or a task: model=, or task= for the model that the Hub recommends")
    key = await keys.choose(settings.token, provider)
    model = settings.model or ""
    if provider.per_model and settings.model is None and task is not None:
        model = await _unnamed(provider, _hub(memory, key), task)
    return await _at(what, settings, memory, provider, model, key)


async def resumed(what: str, model: str, settings: Settings, memory: Memory) -> Route:
    """The way to a model whose id at the provider is known already, as that of a job which was submitted."""
    provider = find(settings.provider or "auto")
    _check_online(what, provider.name, provider.local)
    return await _at(what, settings, memory, provider, model, await keys.choose(settings.token, provider))


async def hub(what: str, settings: Settings, memory: Memory) -> Hub:
    """How the Hub is asked under these settings."""
    _check_online(what, "the Hub")
    key = await keys.explicit(settings.token) or (None if settings.token is False else await keys.ambient())
    return _hub(memory, key)


async def _to_url(what: str, settings: Settings, memory: Memory, url: str) -> Route:
    key = await keys.explicit(settings.token)
    if key is None and settings.token is not False:
        key = await keys.ambient() if keys.may_have_ambient(url) else None
        if key is None and (login := address.login(url)) is not None:
            settings = replace(settings, headers={"authorization": login, **settings.headers})
    return await _route(
        what, settings, memory, endpoint(), url, settings.model or "dummy", key, routed=keys.may_have_ambient(url)
    )


_WHOSE_KEY = (
    "a provider's own key does not say whose it is: name the provider by provider=, "
    "or pass a Hugging Face token (hf_…) for the automatic choice"
)

_WISHES = ("fastest", "cheapest", "preferred")
"""What may stand behind a model's id for the router to choose by; for other tasks than chat the Hub's order is all."""


async def _automatic(
    ask: Ask[Any], settings: Settings, memory: Memory, router: Provider, fits: Callable[[Dialect], bool]
) -> Route:
    model = _model(settings)
    if ask.hub_task == "conversational":
        key = await keys.choose(settings.token, router)
        if key is None or not key.is_hugging_face:
            raise RoutingError(_WHOSE_KEY)
        return await _at(ask.task, settings, memory, router, model, key)
    model, _, wish = model.partition(":")
    settings = replace(settings, model=model)
    if wish and wish not in _WISHES:
        return await _to_provider(ask, settings, memory, find(wish))
    key = await keys.explicit(settings.token) or (None if settings.token is False else await keys.ambient())
    if key is not None and not key.is_hugging_face:
        raise RoutingError(_WHOSE_KEY)
    if callable(settings.token) and key is not None:
        # It is asked once for each call.
        settings = replace(settings, token=key.value)
    entries = await _hub(memory, key).entries(model)
    able_to = [one for one in entries if mapping.serves(one, ask.hub_task) and _can(str(one.provider), ask)]
    fitting = (one for one in able_to if fits(find(one.provider).says[type(ask)]))
    chosen = next(fitting, None) or next(iter(able_to), None)
    if chosen is None:
        raise RoutingError(
            f"no provider that is known here serves {model!r} for {ask.task}; {mapping.named(entries)}; "
            "choose another model, or name who answers by provider="
        )
    provider = find(chosen.provider)
    if not provider.mapped:
        mapping.caution(chosen, model)
    return await _to_provider(ask, settings, memory, provider)


def _can(name: str, ask: Ask[Any]) -> bool:
    try:
        return type(ask) in find(name).says
    except InputError:
        return False


async def _to_provider(ask: Ask[Any], settings: Settings, memory: Memory, provider: Provider) -> Route:
    if type(ask) not in provider.says:
        raise InputError(
            f"{provider.name} does not do {ask.task}, but {', '.join(provider.tasks)}; "
            f"{ask.task} is done by {', '.join(able(type(ask)))}: name one by provider="
        )
    dialect: object = provider.says[type(ask)]
    if isinstance(dialect, Options):
        dialect.check(ask, provider)
    if settings.model is None and not provider.per_model:
        where = "on the Hub; `infermux models` lists them" if provider.mapped else f"at {provider.title}"
        raise InputError(f"{provider.name} needs a model: pass model=, with the model's id {where}")
    key = await keys.choose(settings.token, provider)
    hub = _hub(memory, key)
    if settings.model is None:
        model = await _unnamed(provider, hub, ask.hub_task)
        return await _at(ask.task, settings, memory, provider, model, key)
    model = settings.model.removeprefix(provider.model_prefix)
    if provider.mapped or (provider.per_model and not provider.local):
        model = _without_wish(model, provider)
        settings = replace(settings, model=model)
    adapter: str | None = None
    if provider.mapped:
        has_own_key = key is not None and not key.is_hugging_face
        entry = await mapping.entry_for(hub, provider, model, ask.hub_task, has_own_key)
        model = entry.provider_id
        adapter = mapping.weights(entry)
    elif provider.per_model and not provider.local:
        await _check_task(hub, model, ask.hub_task)
    return await _at(ask.task, settings, memory, provider, model, key, adapter)


async def _unnamed(provider: Provider, hub: Hub, task: str) -> str:
    """The model where the caller names none; what runs on this machine has one of its own for each task."""
    return f"{provider.name}/{task}" if provider.local else await hub.recommended(task)


def _without_wish(model: str, provider: Provider) -> str:
    model, _, wish = model.partition(":")
    if wish not in ("", provider.name, *_WISHES):
        raise InputError(f"the model's id names {wish!r}, and provider= names {provider.name!r}: leave one of them out")
    return model


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
    if key is None or not key.is_hugging_face:
        return Hub(memory, None, environment.user_agent())
    return Hub(memory, key.value if environment.sandbox() is None else key.for_sandbox.value, environment.user_agent())


def _model(settings: Settings) -> str:
    assert settings.model is not None
    return settings.model


async def _at(
    what: str,
    settings: Settings,
    memory: Memory,
    provider: Provider,
    model: str,
    key: Key | None,
    adapter: str | None = None,
) -> Route:
    """The way to a provider: by the router with a key of Hugging Face, else directly."""
    own = await Call(provider.base_url) if callable(provider.base_url) else provider.base_url
    base = own.replace("{model}", quote(model))
    routed = key is not None and key.is_hugging_face and provider.routed
    behind_router = base.startswith(f"{ROUTER}/")
    # The sandbox knows providers by their addresses behind the router.
    if not behind_router and (routed or (environment.sandbox() is not None and not provider.local)):
        base = provider.routed_url(base)
    return await _route(what, settings, memory, provider, base, model, key, routed or behind_router, adapter)


async def _route(
    what: str,
    settings: Settings,
    memory: Memory,
    provider: Provider,
    base: str,
    model: str,
    key: Key | None,
    routed: bool,
    adapter: str | None = None,
) -> Route:
    place = provider.title if settings.url is None else address.host(base)
    is_sandbox = provider.local
    if stand_in.answers_for(base):
        base, settings, key = await stand_in.led(base), stand_in.without_secrets(settings), key and key.for_sandbox
        place, is_sandbox = place if is_sandbox else f"{place} (the sandbox)", True
    headers = {"user-agent": environment.user_agent(), **provider.headers}
    if is_sandbox:
        # A real provider knows what its model is for; the sandbox is told.
        headers["x-sandbox-task"] = what
    if key is not None:
        if routed or key.is_hugging_face:
            headers["authorization"] = f"Bearer {key.value}"
        else:
            headers[provider.key_header] = provider.key_scheme + key.value
    if settings.cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in settings.cookies.items())
    headers |= _older_headers(settings.older, provider)
    headers |= settings.headers
    # Only Hugging Face understands who is to be billed; with a provider's own key, that provider's owner pays.
    if settings.bill_to is not None:
        if routed and (key is None or key.is_hugging_face):
            headers["x-hf-bill-to"] = settings.bill_to
        elif not settings.has_own_key:
            warn(f"bill_to has no effect at {place}: Hugging Face alone bills an organisation; it is not sent")
    named = f" with {settings.model!r}" if settings.model else ""
    purpose = Purpose(f"{what}{named} at {place}", may_load=provider.may_load)
    query = urlencode({name: value for name, value in settings.query.items() if value is not None}, doseq=True)
    is_timed = Timeout.of(settings.timeout).total is not None
    return Route(provider, base, model, settings.model, headers, purpose, query, memory.servers, adapter, is_timed)


def _older_headers(options: Mapping[str, bool], provider: Provider) -> dict[str, str]:
    """The headers that stand for options of older JavaScript releases; who knows none is not sent any."""
    if options and not provider.older_headers:
        warn(f"{', '.join(options)} mean something to hf-inference alone, not to {provider.name}: not sent")
    return dict(header for told, header in provider.older_headers.items() if told in options.items())
