"""HTTP/1.1 as pure functions: bytes of a request out of its parts, parts of an answer out of its bytes.

A framing is fed what arrives (`b""` at the end of the connection), gives back the body's bytes and knows when it ended.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, Protocol

from ..flow import Cut, Dropped, Request
from ._address import Place

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"HTTP/1\.([01]) ([1-9]\d\d)(?: |$)")
_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BREAK = re.compile(r"[\r\n\0]")
_LONGEST_HEAD = 1 << 18
_LONGEST_LINE = 1 << 14
_LONGEST_NUMBER = 18
_GZIP_OR_ZLIB = 47
_RAW_DEFLATE = -15
_GZIP_MARK = 0x1F
_ZLIB_MARK = 8


class Stale(Dropped):
    """A kept connection was lost before any byte of the answer: the server had closed it, and a new one may serve."""


def encode_head(request: Request, place: Place, target: str, extra: dict[str, str]) -> bytes:
    """Write the request line and the headers."""
    headers = prepare_headers(request) | extra
    lines = [f"{request.method} {target} HTTP/1.1"]
    if not any(name.lower() == "host" for name in headers):
        lines.append(f"Host: {place.authority}")
    if request.body is not None or request.method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(request.body or b'')}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def prepare_headers(request: Request) -> dict[str, str]:
    """Check the headers, and add the encodings that can be decoded; the length is ours to tell."""
    check_head(request.method, request.headers)
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
    if not any(name.lower() == "accept-encoding" for name in headers):
        headers["Accept-Encoding"] = "gzip, deflate"
    return headers


def check_head(method: str, headers: Mapping[str, str]) -> None:
    """Refuse words that would change the meaning of what follows them on the wire."""
    if not _TOKEN.fullmatch(method):
        raise ValueError(f"not an HTTP method: {method!r}")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"not the name of a header: {name!r}")
        if _BREAK.search(value):
            raise ValueError(f"the header {name!r} holds a line break")


class Head(NamedTuple):
    """The beginning of an answer."""

    status: int
    headers: dict[str, str]
    keeps_alive: bool


def split_head(data: bytes) -> tuple[Head, bytes] | None:
    """Read the head and return it with what follows it, or `None` while it is incomplete."""
    size = len(data)
    while end := _END_OF_HEAD.search(data):
        first, *lines = data[: end.start()].decode("latin-1").split("\n")
        status = _STATUS.match(first.rstrip("\r"))
        if status is None:
            raise Cut(f"this is not an HTTP/1.1 answer: {first[:60]!r}")
        data = data[end.end() :]
        if not status[2].startswith("1"):
            headers = _parse_headers(lines)
            wish = headers.get("connection", "").lower()
            keeps_alive = "close" not in wish if status[1] == "1" else "keep-alive" in wish
            return Head(int(status[2]), headers, keeps_alive), data
    if size > _LONGEST_HEAD:
        raise Cut("the head of the answer does not end")
    return None


def _parse_headers(lines: list[str]) -> dict[str, str]:
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and pairs:
            name, begun = pairs.pop()
            value = f"{begun} {line.strip()}"
        elif not colon or not name.strip():
            raise Cut(f"this is not a header: {line[:60]!r}")
        pairs.append((name.strip(), value.strip()))
    return join_headers(pairs)


def join_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Put names in lower case, and values of one name together."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


class Framing(Protocol):
    """Where a body ends."""

    ended: bool

    def feed(self, data: bytes) -> bytes:
        """Take what arrived and return the body's part of it."""
        ...


def frame(method: str, head: Head) -> Framing:
    """Choose the framing that the head of an answer announces."""
    if method == "HEAD" or head.status in {204, 304}:
        return _Counted(0)
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        return _Chunked()
    length = head.headers.get("content-length")
    if length is None:
        return _Endless()
    if not length.isdecimal() or len(length) > _LONGEST_NUMBER:
        raise Cut(f"the length of the answer is not a number: {length[:60]!r}")
    return _Counted(int(length))


class _Counted:
    """A body of an announced length."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.ended = length == 0

    def feed(self, data: bytes) -> bytes:
        if not data:
            raise Cut(f"the answer ended {self._left} bytes early")
        if len(data) > self._left:
            raise Cut("the answer is longer than announced")
        self._left -= len(data)
        self.ended = self._left == 0
        return data


class _Endless:
    """A body that ends with the connection."""

    ended = False

    def feed(self, data: bytes) -> bytes:
        self.ended = not data
        return data


class _Chunked:
    """A body in chunks, each led by a line with its size; after the last one come trailers and an empty line."""

    def __init__(self) -> None:
        self._rest = b""
        self._left = 0
        self._next_line: Literal["size", "separator", "trailer"] = "size"
        self.ended = False

    def feed(self, data: bytes) -> bytes:
        if not data:
            raise Cut("the answer ended before its last chunk")
        data = self._rest + data
        at = 0
        parts: list[bytes] = []
        while not self.ended:
            if self._left:
                part = data[at : at + self._left]
                if not part:
                    break
                parts.append(part)
                at += len(part)
                self._left -= len(part)
            elif (end := data.find(b"\n", at)) >= 0:
                self._read_line(data[at:end].removesuffix(b"\r"))
                at = end + 1
            else:
                break
        self._rest = data[at:]
        if len(self._rest) > _LONGEST_LINE or (self.ended and self._rest):
            raise Cut("the answer is not in proper chunks")
        return b"".join(parts)

    def _read_line(self, line: bytes) -> None:
        if self._next_line == "trailer":
            self.ended = not line
        elif self._next_line == "separator":
            if line:
                raise Cut("a chunk of the answer is longer than announced")
            self._next_line = "size"
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise Cut(f"this is not the size of a chunk: {line[:60]!r}")
            self._left = int(size[1], 16)
            self._next_line = "separator" if self._left else "trailer"


class Inflater:
    """Undoes gzip and deflate."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._has_begun = False

    def feed(self, data: bytes) -> bytes:
        """Decode the next piece."""
        parts: list[bytes] = []
        try:
            while data:
                if not self._has_begun or self._stream.eof:
                    # Some servers call raw deflate, without the header of zlib, "deflate".
                    is_raw = data[0] != _GZIP_MARK and data[0] & 15 != _ZLIB_MARK
                    self._stream = zlib.decompressobj(_RAW_DEFLATE if is_raw else _GZIP_OR_ZLIB)
                    self._has_begun = True
                parts.append(self._stream.decompress(data))
                data = self._stream.unused_data
        except zlib.error as error:
            raise Cut(f"the answer cannot be decompressed: {error}") from error
        return b"".join(parts)

    def finish(self) -> None:
        """Say that nothing follows."""
        if self._has_begun and not self._stream.eof:
            raise Cut("the compressed answer is incomplete")


def inflater(headers: Mapping[str, str]) -> Inflater | None:
    """Return what decodes the body, if it is compressed."""
    encoding = headers.get("content-encoding", "").lower()
    return Inflater() if encoding in {"gzip", "x-gzip", "deflate"} else None
