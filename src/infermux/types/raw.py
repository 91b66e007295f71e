"""What a server answered to a request that the caller wrote."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from typing_extensions import Self, override


class Headers(dict[str, str]):
    """Headers, with their names in lower case; they can be asked for in any."""

    def __missing__(self, name: str) -> str:
        lower = name.lower()
        if lower not in self.keys():
            raise KeyError(name)
        return self[lower]

    @override
    def __contains__(self, name: object) -> bool:
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    @override
    def get(self, name: str, default: Any = None) -> Any:
        """The value of a header, or `default`."""
        return super().get(name.lower(), default)


class RawAnswer(bytes):
    """The bytes of an answer, which also know how they came."""

    status_code: int
    headers: Headers

    def __new__(cls, content: bytes = b"", status_code: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        """Note the status and the headers that came with these bytes."""
        self = super().__new__(cls, content)
        self.status_code = status_code
        self.headers = Headers(headers or {})
        return self

    @property
    def content(self) -> bytes:
        """The bytes alone."""
        return bytes(self)

    def read(self) -> bytes:
        """The bytes alone, as the openai client hands out a sound."""
        return self.content

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the bytes into a file."""
        with open(file, "wb") as opened:
            opened.write(self)

    @property
    def media_type(self) -> str:
        """What the server says that these bytes are."""
        kind: str = self.headers.get("content-type", "")
        return kind.partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The bytes as text."""
        _, _, charset = self.headers.get("content-type", "").lower().partition("charset=")
        try:
            return self.decode(charset.partition(";")[0].strip("\"' ") or "utf-8", "replace")
        except LookupError:
            return self.decode("utf-8", "replace")

    def json(self) -> Any:
        """The parsed JSON; raises `ValueError` where it is none."""
        import json

        return json.loads(self)
