"""What the commands that ask a model share: their options, a client, and what is piped in."""

from __future__ import annotations

import sys
from typing import Annotated, TypeAlias

import typer

from .. import InferenceClient, Timeout, providers
from ..drive import drive
from ..errors import InputError
from ..routing import environment, keys
from ..transport import transport_for
from ..wire import address
from .telling import OFFLINE

Model: TypeAlias = Annotated[
    str | None, typer.Option("--model", "-m", help="The model's id on the Hub, such as openai/gpt-oss-20b.")
]
Provider: TypeAlias = Annotated[
    str | None, typer.Option(help="Who answers, such as groq; sandbox needs no key and no network.")
]
BaseURL: TypeAlias = Annotated[
    str | None, typer.Option("--base-url", help="The URL of an endpoint or of a local server.")
]
ApiKey: TypeAlias = Annotated[
    str | None,
    typer.Option(help="The key. The list of processes shows it to others on this machine: prefer HF_TOKEN."),
]

_CONNECT_S = 10


def client_for(
    provider: str | None, base_url: str | None, api_key: str | None, *, needs_key: bool = True
) -> InferenceClient:
    """A client as the options say.

    Raises:
        InputError: A key is needed and there is none.
    """
    if base_url is not None and not address.is_url(base_url):
        raise typer.BadParameter(f"{base_url!r} must begin with http:// or https://", param_hint="--base-url")
    if needs_key and base_url is None and api_key is None:
        _require_key(provider or "auto")
    return InferenceClient(
        provider=provider,
        base_url=base_url,
        api_key=api_key,
        timeout=Timeout(connect=_CONNECT_S),
        # No proxy can reach what runs inside this process.
        trust_env=provider != "sandbox" and environment.sandbox() is None,
    )


def _require_key(name: str) -> None:
    provider = providers.find(name)
    if environment.sandbox() is not None or provider.key_optional or keys.of_provider(provider):
        return
    if provider.takes_hf_key and saved_token():
        return
    ways = ['log in with "hf auth login" or set HF_TOKEN'] if provider.takes_hf_key else []
    if name == "auto":
        ways += [f"use {variable} by --provider {other}" for variable, other in provider_keys().items()]
    elif provider.key_env:
        ways += [f"set {' or '.join(provider.key_env)}"]
    raise InputError(f"no key was found: {', or '.join(ways)}; {OFFLINE}")


def saved_token() -> keys.Key | None:
    """The Hugging Face token of this machine."""
    return drive(keys.ambient(), transport_for(None, None, False))


def provider_keys() -> dict[str, str]:
    """The variables that hold a provider's own key, with the provider's name."""
    found = ((keys.of_provider(providers.find(name)), name) for name in providers.names())
    return {key.source: name for key, name in found if key is not None}


def piped() -> str | None:
    """What is piped in; None at a terminal."""
    return None if sys.stdin.isatty() else sys.stdin.read().strip()
