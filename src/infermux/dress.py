"""Dresses a bound task, so that `help()`, notebooks and documentation see its true signature and all its words.

The options of a task are one `TypedDict`; here each becomes a parameter of its own.
"""

from __future__ import annotations

import inspect
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
def _signature(task: Callable[..., Any]) -> Signature:
    plain = inspect.signature(task)
    parameters = [item for name, item in plain.parameters.items() if name not in ("client", "options")]
    (options,) = get_args(plain.parameters["options"].annotation)
    declared = options.__annotations__
    names = [name for name in declared if name not in CallOptions.__annotations__]
    parameters += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=declared[name])
        for name in (*names, *CallOptions.__annotations__)
    ]
    this = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    return Signature([this, *parameters], return_annotation=plain.return_annotation)


@cache
def _words(task: Callable[..., Any]) -> str:
    """The task's docstring, with what every call takes put behind its own arguments."""
    shared = inspect.cleandoc(CallOptions.__doc__ or "").partition("Args:\n")[2]
    before, mark, after = inspect.cleandoc(task.__doc__ or "").partition("\nReturns:\n")
    return f"{before}{shared}\n{mark}{after}"
