"""Which key, from where, and where it may go.

A key that the caller passed goes where the caller sends it. One that lay around on the machine (`ambient`) is a Hugging
Face token and goes to Hugging Face only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from typing_extensions import override

from ..errors import InputError
from ..flow import Call
from ..notices import warn
from ..providers._base import Provider
from ..wire import address
from . import environment

_HF_HOSTS = ("huggingface.co", "hf.co")
_HF_DOMAINS = (".huggingface.co", ".hf.space", ".endpoints.huggingface.cloud")


class Key(Struct, frozen=True):
    """A key and where it was found; `ambient` where the caller did not pass it."""

    value: str
    source: str
    ambient: bool = False

    @override
    def __repr__(self) -> str:
        return f"Key(source={self.source!r}, ambient={self.ambient})"

    @property
    def for_sandbox(self) -> Key:
        """What stands for it at the sandbox, where no real key goes: one of the same kind."""
        return _SANDBOX_ROUTED if self.is_hugging_face else _SANDBOX_OWN

    @property
    def is_hugging_face(self) -> bool:
        """Whether the router takes it: a plain test of its beginning, and all that lies around."""
        return self.value.startswith("hf_") or self.source in ("HF_TOKEN", *_OTHER_SOURCES)


_SANDBOX_ROUTED = Key("hf_offline-no-key", "INFERMUX_SANDBOX", ambient=True)
_SANDBOX_OWN = Key("offline-no-key", "INFERMUX_SANDBOX", ambient=True)
_OTHER_SOURCES = ("HUGGING_FACE_HUB_TOKEN", "token file", "notebook secret HF_TOKEN")


def may_have_ambient(url: str) -> bool:
    """Whether a key that lay around may go there: to Hugging Face by https, or to the address of `HF_ENDPOINT`."""
    if address.origin(url) == address.origin(environment.hub_url()):
        return True
    host = address.host(url)
    return url.lower().startswith("https://") and (host in _HF_HOSTS or host.endswith(_HF_DOMAINS))


async def explicit(token: str | bool | Callable[[], str] | None) -> Key | None:
    """The key that the caller passed; None where none was.

    Raises:
        InputError: It is no text, or `token=True` and no key is saved on this machine.
    """
    if token is True:
        warn("token=True is the default by now: leave it out", DeprecationWarning)
        saved = await ambient()
        if saved is None:
            raise InputError("token=True asks for the saved token, and none is saved: set HF_TOKEN, or pass api_key=")
        return Key(saved.value, saved.source)
    value: Any = token() if callable(token) else token
    if value is None or value is False:
        return None
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"the key must be a text that is not empty; this is {type(value).__name__}")
    return _checked(Key(value.strip(), "api_key="))


def _checked(key: Key) -> Key:
    if any(ord(char) < 33 or ord(char) > 126 for char in key.value):
        raise InputError(
            f"the key from {key.source} holds a blank or a character that no key has; was it copied whole?"
        )
    return key


async def ambient() -> Key | None:
    """The Hugging Face token of this machine: environment, file, notebook, in this order; a mere word for the
    sandbox."""
    if environment.sandbox() is not None:
        return _SANDBOX_ROUTED
    if environment.is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN"):
        return None
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        if value := os.environ.get(name, "").strip():
            return _checked(Key(value, name, ambient=True))
    if value := await Call(_saved):
        return _checked(Key(value, "token file", ambient=True))
    if value := _notebook_secret():
        return _checked(Key(value, "notebook secret HF_TOKEN", ambient=True))
    return None


def token_path() -> str:
    """Where the token file is, if there is one."""
    path = os.environ.get("HF_TOKEN_PATH")
    if not path:
        cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
        path = os.path.join(os.environ.get("HF_HOME", os.path.join(cache, "huggingface")), "token")
    return os.path.expanduser(os.path.expandvars(path))


def _saved() -> str:
    try:
        with open(token_path(), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _notebook_secret() -> str:
    if "google.colab" not in sys.modules:
        return ""
    try:
        return str(sys.modules["google.colab"].userdata.get("HF_TOKEN") or "").strip()
    except Exception:
        # A secret that is absent or not shared with the notebook is reported by exceptions of Colab's own.
        return ""


def _of_environment(name: str) -> str:
    """The value of a variable; of several joined by colons, their values joined likewise, if all are there."""
    values = [os.environ.get(part, "").strip() for part in name.split(":")]
    return ":".join(values) if all(values) else ""


def of_provider(provider: Provider) -> Key | None:
    """The key of a provider's own that its tools would find in the environment."""
    found = ((name, _of_environment(name)) for name in provider.key_env)
    return next((_checked(Key(value, name, ambient=True)) for name, value in found if value), None)


async def choose(token: str | bool | Callable[[], str] | None, provider: Provider) -> Key | None:
    """The key for a call to a provider: the caller's, else the machine's Hugging Face token where the provider can be
    reached by it, else the provider's own key from its own variable.

    Raises:
        InputError: The provider needs a key and there is none, or it takes no Hugging Face key and got one.
    """
    key = await explicit(token)
    if key is None and token is not False:
        key = (await ambient() if provider.takes_hf_key else None) or of_provider(provider)
        if key is None and not provider.key_optional and environment.sandbox() is not None:
            key = _SANDBOX_OWN
    if key is None:
        if provider.key_optional:
            return None
        raise InputError(no_key(provider))
    if key.is_hugging_face and not (provider.takes_hf_key or provider.local):
        raise InputError(
            f"{provider.title} cannot be reached with a Hugging Face key (hf_…): pass a key of its own by api_key="
            f"{_or_set(provider)}"
        )
    return key


def no_key(provider: Provider) -> str:
    """What to do where a provider needs a key and there is none."""
    own = f"a key of {provider.title} itself{_or_set(provider)}, or with " if provider.routed else ""
    if not provider.takes_hf_key:
        return f"{provider.title} needs a key of its own: pass api_key={_or_set(provider)}"
    return (
        f"{provider.title} needs a key: pass api_key= with {own}a Hugging Face token "
        "(https://huggingface.co/settings/tokens), "
        'set HF_TOKEN, or run `hf auth login`; to try without a key, use provider="sandbox"'
    )


def _or_set(provider: Provider) -> str:
    return f", or set {' or '.join(provider.key_env)}" if provider.key_env else ""
