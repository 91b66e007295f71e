"""What both clients share: how they are made, and how a question becomes the flow that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace
from typing_extensions import Self, Unpack, override

from .compat.older import OlderOptions, checked
from .errors import InferenceError, InputError
from .flow import Flow
from .notices import warn
from .policy.cancel import heeding
from .policy.deadline import within
from .policy.elsewhere import led
from .policy.retry import retrying
from .routing import route
from .routing.mapping import Memory
from .routing.settings import Settings, baked, either, lower, warn_of_billing
from .tasks._ask import Ask, CallOptions
from .timeout import Timeout
from .wire import address, redact

R = TypeVar("R")

_POSITIONAL = ("token", "timeout", "headers", "cookies")
"""What release 0.18 of huggingface_hub took by position, after the model."""


class Caller:
    """A client without its transport."""

    _settings: Settings
    _home: Self | None = None
    """The client whose connections this one shares; None: its own."""
    _is_closed = False

    def __init__(
        self,
        model: str | None = None,
        *positional: Any,
        provider: str | None = None,
        token: str | bool | None = None,
        timeout: float | Timeout | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        proxies: Mapping[str, str] | str | None = None,
        trust_env: bool = False,
        bill_to: str | None = None,
        base_url: str | None = None,
        api_key: str | Callable[[], str] | None = None,
        endpoint_url: str | None = None,
        retry_on_error: bool = True,
        max_retries: int | None = None,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, Any] | None = None,
        http_client: Any | None = None,
        organization: str | None = None,
        project: str | None = None,
        url_transform: Callable[[str], str] | None = None,
        **older_options: Unpack[OlderOptions],
    ) -> None:
        """Make a client; nothing is sent before the first call.

        Args:
            model: Hub model id, or the URL of an endpoint or a local server.
            provider: Who answers: a provider's name, or "auto" (default).
            token: The key; `False` for none. Without one, a saved Hugging Face token is used, at Hugging Face only.
            timeout: Seconds, or a `Timeout`; None waits without end.
            headers: Sent with every request; they win over the client's own.
            cookies: Sent with every request.
            proxies: A URL, or scheme → URL.
            trust_env: Take proxies from the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).
            bill_to: The organisation that pays, on calls through the Hugging Face router.
            base_url: Another word for `model`, for URLs.
            api_key: Another word for `token`; may be a function that returns the key, asked at every call.
            endpoint_url: Another word for `base_url`.
            retry_on_error: `False`: no waiting and no second attempt.
            max_retries: How often a failed attempt is repeated (default 2).
            default_headers: Another word for `headers`.
            default_query: Parameters added to every query string.
            http_client: An httpx or httpx2 client of yours, or any transport, to move the bytes.
            organization: The OpenAI organisation.
            project: The OpenAI project.
            url_transform: Called with each address before it is used, look-ups at the Hub aside; returns the one to
                use, which gets the key as well.
            older_options: `use_cache`, `dont_load_model`, `use_gpu` and `wait_for_model` of older JavaScript
                releases, for hf-inference; `include_credentials` has no effect.

        Raises:
            InputError: Two words for one thing differ, or a URL and a provider are both given.
        """
        if positional:
            given = _by_position(type(self).__name__, positional)
            token = either("token", given.get("token"), "token (by name)", token)
            timeout = either("timeout", given.get("timeout"), "timeout (by name)", timeout)
            headers = either("headers", given.get("headers"), "headers (by name)", headers)
            cookies = either("cookies", given.get("cookies"), "cookies (by name)", cookies)
        if model is not None and (base_url or endpoint_url) is not None:
            raise InputError(
                "model= and base_url= exclude each other here; pass base_url= and name the model in the call"
            )
        if token is not None and api_key is not None:
            raise InputError("token= and api_key= are two words for one thing; give one of them")
        model, url = _parted(model, either("base_url", base_url, "endpoint_url", endpoint_url))
        own = lower(either("headers", headers, "default_headers", default_headers) or {})
        for name, value in (("openai-organization", organization), ("openai-project", project)):
            if value is not None:
                own.setdefault(name, value)
        given_older = checked(older_options)
        self._settings = Settings(
            model=model,
            url=url,
            provider=provider,
            token=either("token", token, "api_key", api_key),
            timeout=timeout,
            headers=own,
            cookies=baked(cookies or {}),
            query=dict(default_query or {}),
            bill_to=bill_to,
            retry_on_error=retry_on_error and given_older.get("wait_for_model") is not False,
            max_retries=2 if max_retries is None else max_retries,
            older=given_older,
            url_transform=url_transform,
        ).checked()
        warn_of_billing(self._settings)
        self.proxies = proxies
        self.trust_env = trust_env
        self._memory = Memory()
        self._http_client = http_client
        if http_client is not None or proxies is not None:
            self._begin()

    def _begin(self) -> Any:
        """Make the transport; what is wrong with it is told here."""
        raise NotImplementedError

    def _owner(self, flow: Flow[Any]) -> Self:
        """The client whose connections the flow is to use.

        Raises:
            InferenceError: It is closed; the flow is not begun.
        """
        owner = self._home or self
        if owner._is_closed:
            flow.close()
            raise InferenceError("this client is closed; make a new one")
        return owner

    def ask(self, ask: Ask[R], options: CallOptions) -> Flow[R]:
        """The flow that gets the answer to a question, under the client's settings and those of the call."""
        return self.follow(partial(_answer, ask), options, stream=getattr(ask, "stream", False))

    def follow(
        self, described: Callable[[Settings, Memory], Flow[R]], options: CallOptions, stream: bool = False
    ) -> Flow[R]:
        """A flow that is described by the settings it is made with, under limits of time, retries and `cancel`."""
        settings = self._settings.for_call(options)
        timeout = Timeout.of(settings.timeout, stream=stream)
        cancel = options.get("cancel")
        if cancel is not None and not callable(getattr(cancel, "is_set", None)):
            raise InputError(f"cancel must be an event with is_set(), not {type(cancel).__name__}")
        flow = described(settings, self._memory)
        if settings.url_transform is not None:
            flow = led(flow, settings.url_transform)
        flow = retrying(flow, settings.retry_on_error, settings.max_retries)
        return heeding(within(flow, timeout), cancel)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """A client with other settings that shares this one's connections.

        Args:
            options: What every call takes, such as `timeout`, `max_retries` or `api_key`.
        """
        twin = copy(self)
        twin._home = self._home or self
        twin._settings = self._settings.for_call(options)
        return twin

    def with_older_options(self, **options: Unpack[OlderOptions]) -> Self:
        """A client under options of older JavaScript releases that shares this one's connections.

        Args:
            options: `use_cache`, `dont_load_model`, `use_gpu` and `wait_for_model`, for hf-inference;
                `include_credentials` has no effect.
        """
        twin = self.with_options()
        told = checked(options)
        patient = twin._settings.retry_on_error and told.get("wait_for_model") is not False
        twin._settings = replace(twin._settings, older=told, retry_on_error=patient)
        return twin

    def endpoint(self, url: str) -> Self:
        """A client with the same settings and connections, bound to the URL of an endpoint."""
        return self.with_options(endpoint_url=url)

    @property
    def model(self) -> str | None:
        """The Hub id or the URL that this client was made with."""
        return self._settings.url or self._settings.model

    @property
    def token(self) -> Any:
        """The key that was passed."""
        return self._settings.token

    @property
    def provider(self) -> str | None:
        """Who answers."""
        return self._settings.provider

    @property
    def timeout(self) -> float | Timeout | None:
        """The limits of time."""
        return self._settings.timeout

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers sent with every request, besides the key."""
        return self._settings.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies sent with every request."""
        return self._settings.cookies

    @override
    def __repr__(self) -> str:
        model = self.model and redact.url(self.model)
        return f"<{type(self).__name__}(model={model!r}, timeout={self.timeout!r})>"


def _by_position(who: str, given: tuple[Any, ...]) -> dict[str, Any]:
    if len(given) > len(_POSITIONAL):
        raise InputError(f"{who} takes at most model, {', '.join(_POSITIONAL)} by position")
    warn(f"{who}: pass {', '.join(_POSITIONAL)} by name", FutureWarning)
    return dict(zip(_POSITIONAL, given, strict=False))


def _parted(model: str | None, url: str | None) -> tuple[str | None, str | None]:
    """The Hub id and the address, whichever of the two words each of them was given by."""
    if url is None or address.is_url(url):
        return (None, model) if address.is_url(model) else (model, url)
    # A Hub id may stand here as well, but this is an address whose beginning was forgotten.
    if "://" in url or re.search(r":\d+(/|$)", url):
        raise InputError(f"base_url must begin with http:// or https://, not {redact.url(url)!r}")
    return url, None


async def _answer(ask: Ask[R], settings: Settings, memory: Memory) -> R:
    way = await route.choose(ask, settings, memory)
    return await way.provider.says[type(ask)](ask, way)  # type: ignore[no-any-return]
