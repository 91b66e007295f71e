"""Who answers: each provider is a file of this folder, named after it, that holds one record `PROVIDER`."""

from __future__ import annotations

import importlib
from functools import cache

from ..errors import InputError
from ._base import Provider


@cache
def names() -> list[str]:
    """The names of all providers, sorted."""
    import pkgutil

    files = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in files if not name.startswith("_"))


@cache
def find(name: str) -> Provider:
    """The provider of this name.

    Raises:
        InputError: There is none; the message lists those there are.
    """
    if name not in names():
        raise InputError(f"there is no provider {name!r}; choose one of: {', '.join(names())}")
    return _load(name.replace("-", "_"))


@cache
def endpoint() -> Provider:
    """What stands behind a URL, whoever runs it."""
    return _load("_endpoint")


def _load(module: str) -> Provider:
    provider: Provider = importlib.import_module(f".{module}", __name__).PROVIDER
    return provider
