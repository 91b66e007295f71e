"""Records: results that are mappings and objects at once.

A record *is* the dict that the server sent, so nothing it said is lost; declared fields read as attributes, a missing
one as None. Nested records are made when the outer one is parsed.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from typing_extensions import Self, dataclass_transform, override

from ._json import Json, is_list, is_object

_Convert = Callable[[Any], Any]


class WrongShape(ValueError):
    """A value is not what its record declares; `path` tells where, from the inside out."""

    def __init__(self, wanted: str, found: Any) -> None:
        self.wanted, self.found, self.path = wanted, found, ""

    def at(self, step: str) -> WrongShape:
        """Note one more step of the way to the value."""
        self.path = step + ("." if self.path and self.path[0] != "[" else "") + self.path
        return self

    @override
    def __str__(self) -> str:
        return f"{self.path or 'the answer'} should be {self.wanted}, and is {self.found!r:.80}"


@dataclass_transform(kw_only_default=True)
class Record(dict[str, Any]):
    """The base of every result and typed input: `out["label"]` and `out.label` are one and the same."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[frozenset[str]] = frozenset()
    _respelt: ClassVar[bool] = True
    """Whether keys that only differ in their spelling from fields are put right; off where speed matters more."""
    _synonyms: ClassVar[Mapping[str, str]] = {}
    """Field → the other name that some servers use for it."""
    _converters: ClassVar[Mapping[str, _Convert]] = {}
    """Field → how to read it, where its type alone does not say."""
    _plan: ClassVar[tuple[tuple[str, _Convert], ...] | None] = None

    _headers: ClassVar[Mapping[str, str]] = {}

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = [name for name in inspect.get_annotations(cls) if not name.startswith("_")]
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))
        cls._known = frozenset(cls._fields)
        cls._plan = None
        for name in own:
            setattr(cls, name, property(itemgetter(name)))

    @classmethod
    def parse(cls, raw: Any) -> Self:
        """Make a record of a parsed JSON object; raises `WrongShape`."""
        # One streamed chunk is three records: this is the hottest place of the package.
        if not isinstance(raw, dict):
            raise WrongShape("an object", raw)
        given: Json = raw  # pyright: ignore[reportUnknownVariableType]
        if cls._respelt and not given.keys() <= cls._known:
            given = _normalised(given, cls._known)
        self: Self = cls(given)
        if cls._synonyms:
            for name, other in cls._synonyms.items():
                if given.get(name, ...) is None and given.get(other) is not None:
                    del self[name]
        plan = cls._plan
        for name, convert in cls._make_plan() if plan is None else plan:
            value = given.get(name)
            if value is not None:
                try:
                    self[name] = convert(value)
                except WrongShape as error:
                    raise error.at(name) from None
        return self

    @classmethod
    def _make_plan(cls) -> tuple[tuple[str, _Convert], ...]:
        hints = get_type_hints(cls)
        found = ((name, cls._converters.get(name) or _converter(hints[name])) for name in cls._fields)
        cls._plan = tuple((name, convert) for name, convert in found if convert is not None)
        return cls._plan

    @classmethod
    def parse_obj_as_instance(cls, data: bytes | str | dict[str, Any] | list[Any]) -> Self:
        """Make one record of JSON text, an object, or a list that holds one."""
        value: Any = _loaded(data)
        return cls.parse(value[0] if is_list(value) and value else value)

    @classmethod
    def parse_obj_as_list(cls, data: bytes | str | dict[str, Any] | list[Any]) -> list[Self]:
        """Make a list of records of JSON text or a list of objects."""
        value: Any = _loaded(data)
        return [cls.parse(item) for item in (value if is_list(value) else [value])]

    @classmethod
    def parse_obj(cls, data: bytes | str | dict[str, Any] | list[Any]) -> Self | list[Self]:
        """Make a record of an object, or a list of records of a list."""
        value: Any = _loaded(data)
        return cls.parse_obj_as_list(value) if is_list(value) else cls.parse(value)

    def answered(self, headers: Mapping[str, str]) -> Self:
        """Note the headers of the answer that this was read from; they are no part of the mapping."""
        object.__setattr__(self, "_headers", headers)
        return self

    @property
    def response_headers(self) -> Mapping[str, str]:
        """The headers of the answer, names in lower case; empty for a part of an answer."""
        return self._headers

    @property
    def served_by(self) -> str | None:
        """The provider that served a call through the Hugging Face router."""
        return self._headers.get("x-inference-provider")

    def to_dict(self) -> dict[str, Any]:
        """A deep copy in plain dicts and lists."""
        return {key: _plain(value) for key, value in self.items()}

    def model_dump(
        self, *, mode: str = "json", exclude_unset: bool = True, exclude_none: bool = False
    ) -> dict[str, Any]:
        """`to_dict` under the name that pydantic models have; all is JSON here, and nothing there but what was sent."""
        found = self.to_dict()
        return _without_nones(found) if exclude_none else found

    def model_dump_json(
        self, *, indent: int | None = None, exclude_unset: bool = True, exclude_none: bool = False
    ) -> str:
        """The record as JSON text."""
        import json

        return json.dumps(self.model_dump(exclude_none=exclude_none), indent=indent, ensure_ascii=False)

    def to_json(self, *, indent: int | None = 2) -> str:
        """The record as JSON text, laid out for people."""
        return self.model_dump_json(indent=indent)

    def __missing__(self, key: str) -> Any:
        if key in self._fields:
            return self.get(self._synonyms.get(key, ""))
        raise KeyError(key)

    if not TYPE_CHECKING:
        # Type checkers know the declared fields alone, so that a misspelt one is an error to them.
        def __getattr__(self, name: str) -> Any:
            try:
                return self[name]
            except KeyError:
                raise AttributeError(f"{type(self).__name__!r} has no field {name!r}; it has {[*self]}") from None

    @override
    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    @override
    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(name) from None

    @override
    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(key for key in self if key.isidentifier())]

    @override
    def __repr__(self) -> str:
        shown = {name: self[name] for name in self._fields} | self
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in shown.items())})"

    @override
    def copy(self) -> Self:
        """A shallow copy of the same type."""
        return type(self)(self).answered(self._headers)


def _normalised(raw: Json, known: frozenset[str]) -> Json:
    """The object with keys that only differ in their spelling from declared fields (`content-type`) put right."""
    spelt = {key: key.replace("-", "_").replace(" ", "_").lower() for key in raw.keys() - known}
    return {(spelt[key] if spelt.get(key) in known else key): value for key, value in raw.items()}


def _without_nones(value: Any) -> Any:
    if is_object(value):
        return {key: _without_nones(item) for key, item in value.items() if item is not None}
    return [_without_nones(item) for item in value] if is_list(value) else value


def _loaded(data: Any) -> Any:
    if not isinstance(data, (bytes, str)):
        return data
    import json

    return json.loads(data)


def _plain(value: Any) -> Any:
    if is_object(value):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if is_list(value) else value


def _converter(hint: Any) -> _Convert | None:
    """How a value of this declared type is read; None where it is kept as it is."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        found = [convert for convert in map(_converter, get_args(hint)) if convert is not None]
        return found[0] if len(found) == 1 else None
    if origin is list:
        return _each(_converter(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.parse
    return None


def _each(convert: _Convert | None) -> _Convert | None:
    if convert is None:
        return None

    def read(values: Any) -> list[Any]:
        if not isinstance(values, list):
            raise WrongShape("a list", values)
        given: list[Any] = values  # pyright: ignore[reportUnknownVariableType]
        try:
            # A chunk has one choice, as a rule; a comprehension would cost more than its item.
            return [convert(given[0])] if len(given) == 1 else [convert(value) for value in given]
        except WrongShape as error:
            raise error.at(f"[{_where(convert, given)}]") from None

    return read


def _where(convert: _Convert, values: list[Any]) -> int:
    for index, value in enumerate(values):
        try:
            convert(value)
        except WrongShape:
            return index
    return len(values)
