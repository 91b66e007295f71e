"""The models of a server, by the words of the OpenAI client."""

from functools import partial
from urllib.parse import quote

from typing_extensions import Unpack

from ..calling import Caller
from ..errors import InputError
from ..flow import Purpose, Request, Send
from ..providers._base import ROUTER, Exchange
from ..routing import route
from ..routing.mapping import Memory
from ..routing.settings import Settings
from ..tasks._ask import CallOptions, split
from ..types.openai import OpenAIModel, OpenAIModels
from .lookup import headers_for, objects_of, place_of
from .root import openai_root


async def models(client: Caller, **options: Unpack[CallOptions]) -> OpenAIModels:
    """List the models of a server (`GET /models`); without a provider, those of the Hugging Face router.

    Returns:
        The models, each with its `id`.

    Raises:
        InputError: hf-inference has no such list: see `list_deployed_models`.
        ProviderApiError: The server refused.

    Source: https://platform.openai.com/docs/api-reference/models

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> "sandbox/text-generation" in [model.id for model in client.models.list()]
        True
    """
    _, call = split("models.list", options, CallOptions)
    return await client.follow(_models, call)


async def retrieve(client: Caller, id: str | None = None, **options: Unpack[CallOptions]) -> OpenAIModel:
    """Ask a server about one of its models (`GET /models/{id}`); without a provider, the Hugging Face router.

    Args:
        id: The model's id, as `list` has it; `model` is another word for it.

    Returns:
        The model, with what the server tells of it.

    Raises:
        InputError: No id is given, or hf-inference is asked, which has no such route.
        NotFoundError: The server has no such model.
        ProviderApiError: The server refused.

    Source: https://platform.openai.com/docs/api-reference/models

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.models.retrieve("sandbox/text-generation").owned_by
        'sandbox'
    """
    _, call = split("models.retrieve", options, CallOptions)
    wanted = id or call.get("model")
    if not isinstance(wanted, str) or not wanted:
        raise InputError("models.retrieve: name the model, such as retrieve('gpt-5')")
    return await client.follow(partial(_model, wanted), call)


async def _models(settings: Settings, memory: Memory) -> OpenAIModels:
    exchange = await _got("models.list", "/models", settings, memory)
    return exchange.read(lambda value: OpenAIModels(OpenAIModel.parse(item) for item in objects_of(value["data"])))


async def _model(wanted: str, settings: Settings, memory: Memory) -> OpenAIModel:
    # Ids of the Hub hold a slash, which the router takes as it is.
    path = f"/models/{quote(wanted, safe=_PLAIN)}"
    return (await _got("models.retrieve", path, settings, memory)).read(OpenAIModel.parse)


_PLAIN = "/!$&'()*+,;=:@"


async def _got(what: str, path: str, settings: Settings, memory: Memory) -> Exchange:
    if settings.url is None and settings.provider in (None, "auto", "sandbox"):
        hub = await route.hub(what, settings, memory)
        base = await place_of(ROUTER, settings)
        headers = headers_for(settings, hub.token, hub.user_agent)
        request, purpose = Request("GET", f"{base}/v1{path}", headers), Purpose(f"{what} ({base})")
    else:
        if settings.url is None and settings.provider == "hf-inference":
            raise InputError(f"{what}: hf-inference has no such list; see list_deployed_models()")
        way = openai_root(await route.plain(what, settings, memory, None, path))
        asked = way.request(path, None, None)
        request, purpose = Request("GET", asked.url, asked.headers), way.purpose
    return Exchange(request, await Send(request, purpose), purpose)
