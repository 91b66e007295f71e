"""The state of models and of endpoints."""

from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from typing_extensions import Unpack

from ..calling import Caller
from ..errors import HTTPStatusError, InferenceConnectionError, InputError
from ..flow import Request
from ..providers._base import Route
from ..routing import route
from ..routing.mapping import Memory, entries_of
from ..routing.settings import Settings
from ..tasks._ask import CallOptions, expect, split
from ..types._json import Json
from ..types.catalogue import ModelStatus
from ..wire import address
from .lookup import ALL_FRAMEWORKS, LookupOptions, object_of, pages

_NEED_A_GPU = frozenset({"diffusers", "text-generation-inference"})


async def get_model_status(client: Caller, model: str | None = None, **options: Unpack[LookupOptions]) -> ModelStatus:
    """Tell whether hf-inference has a model at hand, as the Hub says; models of other providers are always at hand.

    Args:
        model: The model's id on the Hub; that of the client where none is given.

    Returns:
        `loaded`, `state` (`Loaded` or `Loadable`), `framework`, and `compute_type` as the framework implies it.

    Raises:
        InputError: No model is named; nothing was sent. Also where the Hub answers with an error.
        NotImplementedError: A URL is no model of the Hub: `health_check` tells about endpoints.
        HubApiError: The Hub refused.

    Source: https://huggingface.co/docs/inference-providers/hub-api

    Example:
        >>> from infermux import InferenceClient
        >>> InferenceClient(provider="sandbox").get_model_status("bigcode/starcoder").state
        'Loaded'
    """
    _, call = split("get_model_status", options, LookupOptions)
    name = model if model is not None else client.model
    if name is None:
        raise InputError("get_model_status: name a model: model=, with its id on the Hub")
    expect("get_model_status", "model", name, str, "a str")
    if address.is_url(name):
        raise NotImplementedError("get_model_status is for models of the Hub; for a URL there is health_check()")
    return await client.follow(partial(_model_status, name), call)


async def _model_status(model: str, settings: Settings, memory: Memory) -> ModelStatus:
    fields = [("expand[]", name) for name in ("inference", "inferenceProviderMapping", "library_name", "tags")]
    (page,) = await pages(
        "get_model_status", f"/api/models/{quote(model)}?{urlencode(fields)}", settings, memory, most=1
    )
    told: Json = page.read(object_of)
    if told.get("error"):
        raise InputError(f"get_model_status: the Hub says of {model!r}: {told['error']}")
    entries = entries_of(model, told)
    is_live = any(entry.provider == "hf-inference" and entry.status == "live" for entry in entries)
    loaded = told.get("inference") == "warm" or is_live
    tags: list[Any] = told.get("tags") or []
    library: str = told.get("library_name") or next((name for name in ALL_FRAMEWORKS if name in tags), "unknown")
    framework = "text-generation-inference" if "text-generation-inference" in tags else library
    return ModelStatus(
        loaded=loaded,
        state="Loaded" if loaded else "Loadable",
        compute_type="gpu" if framework in _NEED_A_GPU else "cpu",
        framework=framework,
    )


async def get_endpoint_info(client: Caller, **options: Unpack[CallOptions]) -> dict[str, Any]:
    """Ask an endpoint what it serves (`GET /info`).

    Returns:
        What the server says of itself: TGI and TEI tell `model_id`, `max_input_length` and more.

    Raises:
        InputError: No URL is named; nothing was sent.
        ProviderApiError: The server refused.

    Source: https://huggingface.co/docs/text-generation-inference/reference/api_reference

    Example:
        >>> from infermux import InferenceClient, sandbox
        >>> InferenceClient(sandbox.start()).get_endpoint_info()["model_id"]
        'sandbox/text-generation'
    """
    _, call = split("get_endpoint_info", options, CallOptions)
    _check_url("get_endpoint_info", call.get("model"))
    return await client.follow(_info, call)


async def _info(settings: Settings, memory: Memory) -> dict[str, Any]:
    way = await _endpoint("get_endpoint_info", settings, memory)
    exchange = await way.send(_probe(way, "/info"))
    return exchange.read(object_of)


async def health_check(client: Caller, model: str | None = None, **options: Unpack[LookupOptions]) -> bool:
    """Tell whether an endpoint is ready (`GET /health`); asked once, without waiting for it.

    Args:
        model: The endpoint's URL; that of the client where none is given.

    Returns:
        True where it answers 200; False where it answers otherwise or cannot be reached.

    Raises:
        InputError: No URL is named; nothing was sent.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/text-generation-inference/reference/api_reference

    Example:
        >>> from infermux import InferenceClient, sandbox
        >>> InferenceClient(sandbox.start()).health_check()
        True
    """
    _, call = split("health_check", options, LookupOptions)
    call["retry_on_error"] = False
    _check_url("health_check", model)
    if model is not None:
        call["model"] = model
    return await client.follow(_health, call)


async def _health(settings: Settings, memory: Memory) -> bool:
    way = await _endpoint("health_check", settings, memory)
    try:
        return (await way.send(_probe(way, "/health"))).response.status == 200
    except (HTTPStatusError, InferenceConnectionError):
        return False


def _check_url(what: str, model: Any) -> None:
    if model is not None and not address.is_url(model):
        raise InputError(f"{what} is for endpoints: name a URL, not {model!r}")


async def _endpoint(what: str, settings: Settings, memory: Memory) -> Route:
    if settings.url is None:
        raise InputError(f"{what} is for endpoints: name the URL of one, to the client or to the call")
    return await route.plain(what, settings, memory, None, None)


def _probe(way: Route, path: str) -> Request:
    """A question to the server itself, whichever of its routes the caller's URL names."""
    base, mark, query = way.base.partition("?")
    root = base.rstrip("/").removesuffix("/chat/completions").removesuffix("/v1")
    return Request("GET", address.with_query(root + path + mark + query, way.query), way.headers)
