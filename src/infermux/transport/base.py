"""What a transport must do: open an exchange, hand out its body piece by piece, close.

Failures are told by the classes of `flow` (`Unreachable`, `Dropped`, `Cut`, `Expired`); no exception of a library
leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..flow import Limits, Request, Response


class Body(Protocol):
    """An answer whose body is still on its way, for blocking callers."""

    status: int
    headers: Mapping[str, str]

    def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end. `deadline` is an instant of `time.monotonic`."""
        ...

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        ...


class AsyncBody(Protocol):
    """An answer whose body is still on its way, for a running event loop. `close` does not wait."""

    status: int
    headers: Mapping[str, str]

    async def read(self, deadline: float | None = None) -> bytes:
        """The next piece, decoded; `b""` at the end. `deadline` is an instant of `time.monotonic`."""
        ...

    def close(self) -> None:
        """Free the connection at once; harmless when done before."""
        ...


class Transport(Protocol):
    """Moves bytes for blocking callers; usable from many threads."""

    def send(self, request: Request, limits: Limits, max_bytes: int | None = None) -> Response:
        """Send a request and read the whole answer."""
        ...

    def open(self, request: Request, limits: Limits) -> Body:
        """Send a request and read the head of the answer."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class AsyncTransport(Protocol):
    """Moves bytes on an event loop; usable from one loop after another."""

    async def send(self, request: Request, limits: Limits, max_bytes: int | None = None) -> Response:
        """Send a request and read the whole answer."""
        ...

    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        """Send a request and read the head of the answer."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
