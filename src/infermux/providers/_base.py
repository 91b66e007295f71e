"""What a provider is (`Provider`, a record), and where one call goes (`Route`).

A dialect is a flow `(ask, route) -> answer`: it says an ask in the provider's words and reads the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from ..errors import InputError, ProviderOutputError
from ..flow import Glance, Limits, Open, OpenedBody, Purpose, Request, Response, Send
from ..tasks._ask import Ask
from ..types._record import Record, WrongShape
from ..wire import address, redact

T = TypeVar("T")

Dialect = Callable[[Any, "Route"], Coroutine[Any, Any, Any]]
"""How one ask is said to one provider. A contract test holds each to the type that its ask promises."""

ROUTER = "https://router.huggingface.co"


class Provider(Struct, frozen=True, kw_only=True):
    """Everything about a provider that is not a protocol.

    Args:
        name: As callers write it.
        title: As the provider writes it.
        base_url: Its own address, path of the API included; `{model}` stands for the model's id where the path holds
            it. A function where the address is known only when first used.
        docs: Where its API is described.
        says: Ask → dialect: what it can do, and how.
        key_env: Variables in which its own tools look for a key; `A:B` for a key of two halves, joined by a colon.
        key_header: The header that carries a key of its own.
        key_scheme: What stands before the key in that header.
        routed: Whether a Hugging Face key reaches it through the router.
        mapped: Whether the Hub knows its model ids by the Hub's own ids.
        listed: Whether the Hub still names it for models. Where it does not, a key of its own still reaches it, and
            an id that the Hub does not know of is sent as it is.
        key_optional: Whether it answers without a key.
        may_load: Whether it answers 503 while it loads the model, so that waiting helps.
        per_model: Whether its address is that of one model, any of the Hub's: it then serves calls that name none, and
            has the routes of OpenAI's API at `/v1` below that address.
        local: Whether it runs on this machine: no network is needed, and nothing stands in for it.
        headers: Sent with every request.
        older_headers: An option of older JavaScript releases and its value → the header that stands for it.
        drops: Chat options it refuses, which mean nothing there.
        schema_form: How it wants a JSON schema in `response_format`; a name in `_schema.FORMS`.
        model_prefix: A prefix that callers may put before its model ids.
    """

    name: str
    title: str
    base_url: str | Callable[[], str]
    docs: str
    says: Mapping[type[Ask[Any]], Dialect]
    key_env: tuple[str, ...] = ()
    key_header: str = "authorization"
    key_scheme: str = "Bearer "
    routed: bool = True
    mapped: bool = True
    listed: bool = True
    key_optional: bool = False
    may_load: bool = False
    per_model: bool = False
    local: bool = False
    headers: Mapping[str, str] = {}
    older_headers: Mapping[tuple[str, bool], tuple[str, str]] = {}
    drops: frozenset[str] = frozenset()
    schema_form: str = "openai"
    model_prefix: str = ""

    def routed_url(self, own: str) -> str:
        """Its address behind the Hugging Face router: the path of the API stays the same."""
        return f"{ROUTER}/{self.name}{urlsplit(own).path.rstrip('/')}"

    @property
    def takes_hf_key(self) -> bool:
        """Whether a Hugging Face key is good for it: it is reached through the router, or is the router."""
        return self.routed or (isinstance(self.base_url, str) and self.base_url.startswith(f"{ROUTER}/"))

    @property
    def tasks(self) -> list[str]:
        """The tasks it can do."""
        return sorted(ask.task for ask in self.says)


class Exchange(Struct, frozen=True):
    """A request that was answered, so that what is wrong with the answer can be told with its evidence."""

    request: Request
    response: Response
    purpose: Purpose

    def json(self) -> Any:
        """The parsed body.

        Raises:
            ProviderOutputError: It is not JSON.
        """
        try:
            return _decode(self.response.body)
        except msgspec.DecodeError as error:
            raise self.unreadable(f"the answer is not JSON ({error})") from None
        except RecursionError:
            raise self.unreadable("the answer is nested too deeply") from None

    def read(self, parse: Callable[[Any], T]) -> T:
        """The body, as `parse` understands it.

        Raises:
            ProviderOutputError: It is not JSON, or of the wrong shape; the message names the path.
        """
        found = self.understood(self.json(), parse)
        if isinstance(found, Record):
            found.answered(self.response.headers)
        return found

    def understood(self, value: Any, parse: Callable[[Any], T]) -> T:
        """A part of the body, as `parse` understands it; errors as in `read`."""
        try:
            return parse(value)
        except ProviderOutputError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            trouble = self.unreadable(_shape(error))
        # Raised out here, without what led to it: that may quote the answer, and the answer may quote the key.
        raise trouble

    def unreadable(self, words: str) -> ProviderOutputError:
        """The error for an answer that is not what it should be."""
        status, headers, body = self.response.status, self.response.headers, self.response.body
        response = redact.received(self.request, status, headers, body)
        begins = response.text[:120]
        words = redact.text(words, redact.secrets_of(self.request))
        return ProviderOutputError(
            f"{self.purpose.text}: {words}; status {status}, {headers.get('content-type', 'no content type')}, "
            f"{f'begins {begins!r}' if begins else 'empty body'}; try another model or provider, or report it",
            request=redact.sent(self.request),
            response=response,
        )


def _shape(error: Exception) -> str:
    """What is wrong with the shape of an answer; only a `ValueError` is a sentence of its own."""
    if isinstance(error, WrongShape):
        return str(error)
    if isinstance(error, KeyError):
        return f"the answer has no {error}"
    return f"the answer has another shape ({error if isinstance(error, ValueError) else repr(error)})"


_decode = msgspec.json.Decoder().decode


class Route(Struct, frozen=True):
    """Where one call goes and as whom; `memory` is what the client learnt of servers, from one call to the next.

    `base` is the address that paths are appended to, through the router or direct; `model` the provider's id of the
    model and `hf_model` the caller's (None: only a URL is known). Headers hold the key. `adapter` is the file of LoRA
    weights within the Hub's repository `hf_model`, where the model is one that needs them (empty: the Hub does not say
    which); `is_timed` tells that the caller set a limit of time for the whole call.
    """

    provider: Provider
    base: str
    model: str
    hf_model: str | None
    headers: Mapping[str, str]
    purpose: Purpose
    query: str = ""
    memory: dict[str, Any] = {}
    adapter: str | None = None
    is_timed: bool = False

    @override
    def __repr__(self) -> str:
        # Headers hold keys.
        return f"<Route {self.purpose.text}>"

    @property
    def user_agent(self) -> str:
        """For downloads, which carry nothing else."""
        return self.headers.get("user-agent", "infermux")

    @property
    def model_path(self) -> str:
        """The provider's id of the model, as a part of a path."""
        return quote(self.model)

    @property
    def adapter_url(self) -> str | None:
        """Where the provider finds the LoRA weights: always at huggingface.co, as it knows of no other Hub."""
        if not self.adapter:
            return None
        return f"https://huggingface.co/{self.hf_model}/resolve/main/{quote(self.adapter)}"

    def request(self, path: str, body: bytes | None, content_type: str | None, accept: str | None = None) -> Request:
        """A POST to `path` below the base (the base itself where it is empty)."""
        headers = dict(self.headers)
        if content_type is not None:
            headers.setdefault("content-type", content_type)
        if accept is not None:
            headers.setdefault("accept", accept)
        url = address.with_path(self.base, path) if path else self.base
        return Request("POST", address.with_query(url, self.query), headers, body)

    def with_model(self, words: Mapping[str, Any], name: str = "model") -> dict[str, Any]:
        """A body that begins with the model, as the router reads it from the first bytes; no word replaces it."""
        return {name: self.model} | {**words, name: self.model}

    def json_request(self, path: str, body: Any, accept: str | None = None) -> Request:
        """A POST of JSON.

        Raises:
            InputError: The body holds something that JSON has no form for.
        """
        return self.request(path, encode(body), "application/json", accept)

    def at_root(self) -> Route:
        """The same way without the path of the provider's API: its host, or its name at the router."""
        path = "" if callable(self.provider.base_url) else urlsplit(self.provider.base_url).path.rstrip("/")
        return replace(self, base=self.base.removesuffix(path))

    def follow(self, url: str, method: str = "GET") -> Request:
        """A request about an earlier one, to a path below the root, or to the path of an address that was answered.

        A provider behind the router names its own host in its answers; what is asked next goes through the same door as
        what was asked first.
        """
        headers = {name: value for name, value in self.headers.items() if name not in ("content-type", "accept")}
        return Request(method, address.with_query(self.at_root().base + address.path(url), self.query), headers)

    async def post(self, path: str, body: Any, accept: str | None = None) -> Exchange:
        """Post JSON and get the whole answer."""
        return await self.send(self.json_request(path, body, accept))

    async def send(self, request: Request) -> Exchange:
        """Send a request and get the whole answer."""
        return Exchange(request, await Send(request, self.purpose), self.purpose)

    async def glance(self, request: Request, limits: Limits) -> Exchange:
        """Send a request once, under limits of its own."""
        return Exchange(request, await Glance(request, self.purpose, limits), self.purpose)

    async def open(self, request: Request) -> OpenedBody:
        """Send a request and get the answer with its body unread."""
        return await Open(request, self.purpose)


def encode(body: Any) -> bytes:
    """JSON bytes.

    Raises:
        InputError: Something in it has no form in JSON; nothing was sent.
    """
    try:
        encoded = msgspec.json.encode(body)
        # A number that is none would be sent as null.
        if b"null" in encoded:
            import json

            json.dumps(body, allow_nan=False, default=repr)
    except (TypeError, ValueError) as error:
        raise InputError(f"this cannot be sent as JSON: {error}; use numbers, texts, lists and dicts") from None
    return encoded
