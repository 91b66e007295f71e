"""What a client was told at its construction, and what one call says instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from ..errors import InputError
from ..notices import warn
from ..tasks._ask import CallOptions
from ..timeout import Timeout
from ..wire import address, redact


class Settings(Struct, frozen=True):
    """Who is asked, as whom, and with how much patience. `model` is a Hub id, `url` an address; each may be None."""

    model: str | None = None
    url: str | None = None
    provider: str | None = None
    token: str | bool | Callable[[], str] | None = None
    timeout: Timeout | float | None = None
    headers: Mapping[str, str] = {}
    cookies: Mapping[str, str] = {}
    query: Mapping[str, Any] = {}
    bill_to: str | None = None
    retry_on_error: bool = True
    max_retries: int = 2
    older: Mapping[str, bool] = {}
    url_transform: Callable[[str], str] | None = None

    @override
    def __repr__(self) -> str:
        # The default would show the key.
        url = None if self.url is None else redact.url(self.url)
        return f"Settings(model={self.model!r}, url={url!r}, provider={self.provider!r}, timeout={self.timeout!r})"

    @property
    def has_own_key(self) -> bool:
        """Whether a key was passed that is no Hugging Face key by its looks."""
        return isinstance(self.token, str) and not self.token.startswith("hf_")

    def checked(self) -> Settings:
        """These settings, if they can hold together.

        Raises:
            InputError: A URL and a provider exclude each other; a timeout or a count is out of range; a key stands
                where the model should.
        """
        model: Any = self.model
        if not isinstance(model, (str, NoneType)):
            raise InputError(f"model must be the id or the URL of a model, not {type(model).__name__}")
        if model is not None and _KEY.fullmatch(model):
            raise InputError("what is given as the model looks like a key of Hugging Face: pass it as token=")
        if self.url is not None and self.provider not in (None, "auto", "hf-inference"):
            raise InputError(
                f"a URL ({redact.url(self.url)!r}) and a provider ({self.provider!r}) exclude each other: "
                "the URL already says who answers; leave one of them out"
            )
        if self.url is not None and (trouble := address.trouble(self.url)):
            raise InputError(f"the URL {redact.url(self.url)!r} cannot be used: {trouble}")
        Timeout.of(self.timeout)
        count: Any = self.max_retries
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise InputError(f"max_retries must be a whole number, 0 or more, not {count!r}")
        if self.token == "":
            raise InputError("the key is an empty text; pass a key, or token=False for none")
        return self

    def for_call(self, call: CallOptions) -> Settings:
        """These settings, with what one call says instead."""
        if not call:
            return self
        told: dict[str, Any] = {}
        model, url = either("endpoint_url", call.get("endpoint_url"), "model", None), None
        named = call.get("model")
        if address.is_url(named):
            url = either("model", named, "endpoint_url", model)
        elif model is not None:
            url = model
        if url is not None:
            told |= {"url": url, "model": self.model}
        if named is not None and not address.is_url(named):
            told["model"] = named
        if (provider := call.get("provider")) is not None:
            told["provider"] = provider
        token = either("token", call.get("token"), "api_key", call.get("api_key"))
        if (token := either("token", token, "access_token", call.get("access_token"))) is not None:
            told["token"] = token
        given = either("headers", call.get("headers"), "extra_headers", call.get("extra_headers"))
        if given is not None:
            told["headers"] = {**self.headers, **lower(given)}
        if (query := call.get("extra_query")) is not None:
            told["query"] = {**self.query, **query}
        told |= {
            name: value
            for name, value in call.items()
            if name in ("timeout", "bill_to", "retry_on_error", "max_retries") and value is not None
        }
        settings = replace(self, **told).checked()
        if call.keys() & _MATTERS_TO_BILLING:
            warn_of_billing(settings)
        return settings


_MATTERS_TO_BILLING = frozenset({"bill_to", "token", "api_key", "access_token", "headers", "extra_headers"})

_KEY = re.compile(r"hf_[A-Za-z0-9]{30,}")


def either(name: str, value: Any, other_name: str, other: Any) -> Any:
    """The one of two spellings that was given.

    Raises:
        InputError: Both were, with different values.
    """
    if value is not None and other is not None and value != other:
        raise InputError(f"{name}= and {other_name}= are two words for one thing, and they differ; give one of them")
    return other if value is None else value


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_LINE_OF_A_COOKIE = re.compile(r"[\t\x20-\x3a\x3c-\x7e\x80-\xff]*")


def lower(headers: Any) -> dict[str, str]:
    """Headers with their names in lower case, as servers do not tell them apart.

    Raises:
        InputError: They are no mapping, or HTTP cannot carry one of them.
    """
    return {name.lower(): value for name, value in _sendable("header", headers, _LINE).items()}


def baked(cookies: Any) -> dict[str, str]:
    """Cookies as given.

    Raises:
        InputError: They are no mapping, or one of them would be more than one.
    """
    return _sendable("cookie", cookies, _LINE_OF_A_COOKIE)


def _sendable(kind: str, pairs: Any, line: re.Pattern[str]) -> dict[str, str]:
    if not isinstance(pairs, Mapping):
        raise InputError(f"{kind}s must be a mapping of names to values, not {type(pairs).__name__}")
    given: Mapping[Any, Any] = pairs  # pyright: ignore[reportUnknownVariableType]
    found = {str(name): str(value) for name, value in given.items() if value is not None}
    for name, value in found.items():
        if not _NAME.fullmatch(name) or not line.fullmatch(value):
            rule = "a name is one word, a value one line of Latin-1, that of a cookie without a semicolon"
            raise InputError(f"the {kind} {name!r} cannot be sent: {rule}")
    return found


def warn_of_billing(settings: Settings) -> None:
    """Tell a caller whose `bill_to` has no effect, or replaces a header."""
    if settings.bill_to is None:
        return
    if settings.has_own_key:
        warn("bill_to has no effect with a provider's own key, whose owner the provider bills: it is not sent")
    elif settings.headers.get("x-hf-bill-to", settings.bill_to) != settings.bill_to:
        warn(f"bill_to={settings.bill_to!r} replaces the header x-hf-bill-to: {settings.headers['x-hf-bill-to']!r}")
