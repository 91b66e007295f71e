"""Records that act as their text, as earlier releases returned plain strings for some tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from ._record import Record


class TextRecord(Record):
    """`str()`, formatting, `==` with a str, `+` and the methods of str act on the text; `[]`, `in`, `len` and iteration
    stay those of a mapping.
    """

    __slots__ = ()
    _text_field: ClassVar[str]

    @override
    def __str__(self) -> str:
        return str(self[self._text_field])

    @override
    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @override
    def __eq__(self, other: object) -> bool:
        return str(self) == other if isinstance(other, str) else super().__eq__(other)

    @override
    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: str) -> str:
        return str(self) + other

    def __radd__(self, other: str) -> str:
        return other + str(self)

    if TYPE_CHECKING:

        def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes: ...
        def endswith(self, suffix: str | tuple[str, ...]) -> bool: ...
        def lower(self) -> str: ...
        def replace(self, old: str, new: str, count: int = -1) -> str: ...
        def split(self, sep: str | None = None, maxsplit: int = -1) -> list[str]: ...
        def splitlines(self, keepends: bool = False) -> list[str]: ...
        def startswith(self, prefix: str | tuple[str, ...]) -> bool: ...
        def strip(self, chars: str | None = None) -> str: ...
        def title(self) -> str: ...
        def upper(self) -> str: ...
    else:
        # All methods of str; above stand those that type checkers are told of.
        def __getattr__(self, name: str) -> Any:
            if hasattr(str, name) and not name.startswith("__"):
                return getattr(str(self), name)
            return super().__getattr__(name)
