"""Tasks as functions: their types, their signatures, and the arguments of the JavaScript client turned into ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from inspect import Parameter, Signature
from typing import Any, ParamSpec, Protocol, TypeVar, cast, get_args, overload

from typing_extensions import Unpack

from ..dress import dressed
from ..errors import InputError
from ..tasks._ask import CallOptions, expect
from ..types._json import is_list
from .older import OlderOptions

P = ParamSpec("P")
T = TypeVar("T", covariant=True)


class FunctionOptions(CallOptions, OlderOptions, total=False):
    """What a function takes besides the words of its task."""


class Function(Protocol[P, T]):
    """A task as a function, by our words or by those of the JavaScript client."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T: ...
    @overload
    def __call__(
        self, *, inputs: Any, parameters: Mapping[str, Any] | None = None, **options: Unpack[FunctionOptions]
    ) -> T: ...
    @overload
    def __call__(
        self, *, data: Any, parameters: Mapping[str, Any] | None = None, **options: Unpack[FunctionOptions]
    ) -> T: ...


_OTHER_NAMES = {"source_sentence": "sentence", "sentences": "other_sentences", "data": "table"}
"""What the JavaScript client calls some parts of `inputs` → our word."""

_WORDS = """\
    inputs: Another word for `{first}`{more}.
    data: Another word for `{first}`.
    parameters: Options of the task in one mapping; those given by name win.
    older_options: `use_cache`, `dont_load_model`, `use_gpu` and `wait_for_model` of older JavaScript releases, for
        hf-inference; `include_credentials` has no effect.
"""


def function_of(function: Any, task: Callable[..., Any], method: Callable[..., Any] | None = None) -> Any:
    """Give a function the name, the words and the signature of its task, and the other words besides.

    With a `method` it streams always, and says so in the words of that one.
    """
    dressed(function, task, "")
    plain, _ = _words_of(task)
    signature: Signature = function.__signature__
    left_out = ("self", *_OTHERS, *(("stream", "details") if method else ()))
    own = [item for item in signature.parameters.values() if item.name not in left_out]
    others = [Parameter(other, Parameter.KEYWORD_ONLY, default=None, annotation=Any) for other in _OTHERS]
    older = Parameter("older_options", Parameter.VAR_KEYWORD, annotation=Unpack[OlderOptions])
    function.__signature__ = signature.replace(parameters=[*own, *others, older])
    first, *rest = plain
    before, mark, after = function.__doc__.partition("\nReturns:\n")
    words = _WORDS.format(first=first, more=f", or a mapping of it and of `{'`, `'.join(rest)}`" if rest else "")
    function.__doc__ = method.__doc__ if method else f"{before}{words}{mark}{after}"
    function.__name__ = function.__qualname__ = (method or task).__name__
    return function


_OTHERS = ("inputs", "data", "parameters")


def read(
    task: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[dict[str, Any], OlderOptions]:
    """The arguments of a function, by the task's words; and the options of older JavaScript releases among them.

    Raises:
        InputError: One thing is given twice, or `parameters` is no mapping.
    """
    plain, declared = _words_of(task)
    given = dict(options)
    older = {name: given.pop(name) for name in OlderOptions.__annotations__ if name in given and name not in declared}
    named = dict(zip(plain, args, strict=False))
    if len(args) > len(plain):
        raise TypeError(f"{task.__name__} takes {len(plain)} positional arguments, and {len(args)} were given")
    inputs, data = given.pop("inputs", None), given.pop("data", None)
    for told in (named, _parts(plain, inputs), {} if data is None else {next(iter(plain)): data}):
        for name, value in told.items():
            if name in given:
                raise InputError(f"{task.__name__}: {name} is given twice; give it once")
            given[name] = value
    parameters: Any = given.pop("parameters", None)
    expect(task.__name__, "parameters", parameters, (Mapping, type(None)), "a mapping of options")
    spelt: dict[str, Any] = {name: value for name, value in dict(parameters or {}).items() if value is not None}
    extra: dict[str, Any] = {}
    for name, value in spelt.items():
        if name in plain or (name in declared and name not in CallOptions.__annotations__):
            given.setdefault(name, value)
        else:
            extra[name] = value
    if extra:
        given["extra_body"] = {**extra, **(given.get("extra_body") or {})}
    return given, cast(OlderOptions, older)


def _parts(plain: Mapping[str, Any], inputs: Any) -> dict[str, Any]:
    """What `inputs` holds: all that the task is about by name, or its first word alone."""
    if inputs is None:
        return {}
    if isinstance(inputs, Mapping):
        named: Mapping[str, Any] = inputs  # pyright: ignore[reportUnknownVariableType]
        found = {_OTHER_NAMES.get(name, name): value for name, value in named.items()}
        # A column of a table may have any name; a table within is a mapping.
        if found.keys() <= plain.keys() and isinstance(found.get("table", {}), Mapping):
            return found
    first = next(iter(plain))
    is_one = is_list(inputs) and len(inputs) == 1 and plain[first] is str
    return {first: inputs[0] if is_one else inputs}


@cache
def _words_of(task: Callable[..., Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """The words that a task takes by position, with their types, and the names of its options."""
    parameters = inspect.signature(task).parameters
    (declared,) = get_args(parameters["options"].annotation)
    plain = {
        name: item.annotation
        for name, item in parameters.items()
        if item.kind is Parameter.POSITIONAL_OR_KEYWORD and name != "client"
    }
    keywords = [name for name, item in parameters.items() if item.kind is Parameter.KEYWORD_ONLY]
    return plain, frozenset({*declared.__annotations__, *keywords})
