"""Dresses a bound task, so that `help()`, notebooks and documentation see its true signature and all its words.

The options of a task are one `TypedDict`; here each becomes a parameter of its own.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_args

from .tasks._ask import CallOptions

M = TypeVar("M", bound=Callable[..., Any])


def dressed(method: M, task: Callable[..., Any], owner: str) -> M:
    """Give a method the name, the words and the signature of its task."""
    method.__name__ = task.__name__
    method.__qualname__ = f"{owner}.{task.__name__}"
    method.__module__ = "infermux"
    method.__doc__ = _words(task)
    method.__signature__ = _signature(task)  # type: ignore[attr-defined]
    return method


@cache
def _plain(task: Callable[..., Any]) -> tuple[Signature, dict[str, Any]]:
    """The task's own signature, and its options with their types."""
    signature = inspect.signature(task)
    (options,) = get_args(signature.parameters["options"].annotation)
    return signature, options.__annotations__


_SHARED = {
    name: Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint)
    for name, hint in CallOptions.__annotations__.items()
}
_SELF = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)


def function_like(function: Any, task: Callable[..., Any], name: str) -> Any:
    """Give a function that needs no client the words and the signature of a task, under another name."""
    dressed(function, task, "")
    function.__name__ = function.__qualname__ = name
    signature: Signature = function.__signature__
    function.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])
    return function


@cache
def _signature(task: Callable[..., Any]) -> Signature:
    plain, declared = _plain(task)
    own = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in declared.items()
        if name not in _SHARED
    ]
    first = [item for name, item in plain.parameters.items() if name not in ("client", "options")]
    shared = [item for name, item in _SHARED.items() if name in declared]
    return Signature([_SELF, *first, *own, *shared], return_annotation=plain.return_annotation)


# Python 3.13 takes the indentation out of docstrings by itself.
_INDENT = "" if sys.version_info >= (3, 13) else "    "


@cache
def _words(task: Callable[..., Any]) -> str:
    """The task's docstring, with what every call takes put behind its own arguments."""
    declared = _plain(task)[1]
    shared = "".join(words for name, words in _shared_words().items() if name in declared)
    before, mark, after = (task.__doc__ or "").partition(f"\n{_INDENT}Returns:\n")
    if f"\n{_INDENT}Args:\n" not in before:
        before += f"\n{_INDENT}Args:\n"
    return f"{before}{shared}{mark}{after}"


@cache
def _shared_words() -> dict[str, str]:
    """The lines about each of the options that every call takes."""
    _, _, words = (CallOptions.__doc__ or "").partition("Args:\n")
    found = re.split(rf"^{_INDENT}    (?=\w+:)", words.rstrip() + "\n", flags=re.MULTILINE)[1:]
    return {each.partition(":")[0]: f"{_INDENT}    {each}" for each in found}
