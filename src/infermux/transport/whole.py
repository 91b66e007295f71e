"""Whole answers, read piece by piece; and with that `send` for every transport that has `open`."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..flow import Cut, Limits, Request, Response
from .base import AsyncBody, Body


class Whole(ABC):
    """Gives `send` to a blocking transport."""

    @abstractmethod
    def open(self, request: Request, limits: Limits) -> Body:
        """Send a request and read the head of the answer."""

    def send(self, request: Request, limits: Limits, max_bytes: int | None = None) -> Response:
        """Send a request and read the whole answer."""
        body = self.open(request, limits)
        return Response(body.status, body.headers, read(body, limits.deadline, max_bytes), request.url)


class AsyncWhole(ABC):
    """Gives `send` to a transport for event loops."""

    @abstractmethod
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        """Send a request and read the head of the answer."""

    async def send(self, request: Request, limits: Limits, max_bytes: int | None = None) -> Response:
        """Send a request and read the whole answer."""
        body = await self.open(request, limits)
        return Response(body.status, body.headers, await read_async(body, limits.deadline, max_bytes), request.url)


def read(body: Body, deadline: float | None, max_bytes: int | None) -> bytes:
    """Read a body to its end, and close it.

    Raises:
        Cut: It is longer than allowed.
    """
    pieces = _Pieces(max_bytes)
    try:
        while piece := body.read(deadline):
            pieces.add(piece)
    finally:
        body.close()
    return pieces.join()


async def read_async(body: AsyncBody, deadline: float | None, max_bytes: int | None) -> bytes:
    """Read a body on the running event loop to its end, and close it; errors as in `read`."""
    pieces = _Pieces(max_bytes)
    try:
        while piece := await body.read(deadline):
            pieces.add(piece)
    finally:
        body.close()
    return pieces.join()


class _Pieces:
    """What was read of an answer that may not be longer than allowed."""

    def __init__(self, max_bytes: int | None) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._max_bytes is not None and self._size > self._max_bytes:
            raise Cut(f"the answer is longer than {self._max_bytes} bytes")
        self._pieces.append(piece)

    def join(self) -> bytes:
        return b"".join(self._pieces)
