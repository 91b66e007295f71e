"""Transports that answer from a script, for the tests of programs that use a client: no socket is opened.

    replay = ReplayTransport([Answer(b'[{"generated_text": "Hi."}]'), Dropped("lost")])
    client = InferenceClient(model="http://any", http_client=replay)

Each exchange takes the next one of the script, or what a function returns for the request; `requests` holds what was
asked. A failure is raised in the place of an answer, or in the middle of one where it stands between its pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from ..flow import Cut, Limits, Request
from .base import AsyncBody, Body
from .whole import AsyncWhole, Whole


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to replay; `body` in one piece, or in the pieces that a stream shall bring one by one."""

    body: bytes | Sequence[bytes | Exception] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Exchange = Answer | Exception


class _Script:
    """What will be answered, and what was asked."""

    def __init__(self, exchanges: Iterable[Exchange] | Callable[[Request], Exchange]) -> None:
        self.requests: list[Request] = []
        self._answer = exchanges if callable(exchanges) else _one_after_another(exchanges)

    def _play(self, request: Request) -> Answer:
        self.requests.append(request)
        exchange = self._answer(request)
        if isinstance(exchange, Exception):
            raise exchange
        return exchange


class ReplayTransport(_Script, Whole):
    """A transport for `InferenceClient` that answers from a script."""

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        """Take the next answer of the script."""
        return _Body(self._play(request))

    def close(self) -> None:
        """Do nothing: there is no connection."""


class AsyncReplayTransport(_Script, AsyncWhole):
    """A transport for `AsyncInferenceClient` that answers from a script."""

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        """Take the next answer of the script."""
        return _AsyncBody(self._play(request))

    async def close(self) -> None:
        """Do nothing: there is no connection."""


class _Pieces:
    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        self._left = iter([answer.body] if isinstance(answer.body, bytes) else answer.body)
        self._is_closed = False

    def _take(self) -> bytes:
        if self._is_closed:
            raise Cut("the answer was closed before its end")
        piece = next((piece for piece in self._left if piece), b"")
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        """Leave the answer."""
        self._is_closed = True


class _Body(_Pieces):
    def read(self, deadline: float | None = None) -> bytes:
        """The next piece of the answer."""
        return self._take()


class _AsyncBody(_Pieces):
    async def read(self, deadline: float | None = None) -> bytes:
        """The next piece of the answer."""
        return self._take()


def _one_after_another(exchanges: Iterable[Exchange]) -> Callable[[Request], Exchange]:
    left = iter(exchanges)

    def answer(request: Request) -> Exchange:
        try:
            return next(left)
        except StopIteration:
            raise LookupError(f"the script holds no answer for {request.method} {request.url}") from None

    return answer
