"""Who answers: each provider is a file of this folder, named after it, that holds one record `PROVIDER`.

Installed packages bring others, by entry points of the group `infermux.providers`; see docs/plugins.md.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import InferenceError, InputError
from ..tasks._ask import Ask
from ._base import Provider

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@cache
def names() -> list[str]:
    """The names of all providers, sorted."""
    return sorted({*_files(), *_plugins()})


@cache
def find(name: str) -> Provider:
    """The provider of this name; ours, where a package brings one of the same name.

    Raises:
        InputError: There is none; the message lists those there are.
        InferenceError: The package that brings it is broken.
    """
    if name in _files():
        return _load(name.replace("-", "_"))
    if name in _plugins():
        return _brought(_plugins()[name])
    import difflib

    near = difflib.get_close_matches(name.lower(), names(), n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"there is no provider {name!r}; {meant}choose one of: {', '.join(names())}")


def able(ask: type[Ask[Any]]) -> list[str]:
    """The names of those who do a task; a package that is broken is passed over."""
    found: list[str] = []
    for name in names():
        try:
            found += [name] if ask in find(name).says else []
        except InferenceError:
            continue
    return found


@cache
def endpoint() -> Provider:
    """What stands behind a URL, whoever runs it."""
    return _load("_endpoint")


def _files() -> list[str]:
    import pkgutil

    files = (module.name for module in pkgutil.iter_modules(__path__))
    return [name.replace("_", "-") for name in files if not name.startswith("_")]


@cache
def _plugins() -> dict[str, EntryPoint]:
    """The entry points by name; of two with one name, the one that Python finds first."""
    from importlib.metadata import entry_points

    return {point.name: point for point in reversed(tuple(entry_points(group=__name__)))}


def _load(module: str) -> Provider:
    provider: Provider = importlib.import_module(f".{module}", __name__).PROVIDER
    return provider


def _brought(point: EntryPoint) -> Provider:
    """The record behind an entry point, which names it, or the module that holds it as `PROVIDER`."""
    try:
        found = point.load()
        record = found.PROVIDER if isinstance(found, ModuleType) else found
    except Exception as error:
        raise _broken(point, f"cannot be loaded ({type(error).__name__}: {error})") from error
    if not isinstance(record, Provider):
        raise _broken(point, f"is no Provider but of type {type(record).__name__}")
    if record.name != point.name:
        raise _broken(point, f"holds the provider {record.name!r}")
    return record


def _broken(point: EntryPoint, trouble: str) -> InferenceError:
    assert point.dist is not None
    package = point.dist.name
    return InferenceError(
        f"the provider {point.name!r} comes from {package}, whose entry point {point.value!r} {trouble}; "
        f"mend {package}, or uninstall it"
    )
