"""The vocabulary of I/O: a flow awaits steps, and a driver performs them.

No event loop is involved: in a flow, `await` means "hand this step to whoever runs me". A flow is an `async def` that
awaits steps and other flows, and nothing else. `drive.py` holds the two drivers; policies are flows that run other
flows and answer, change or repeat their steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Coroutine, Generator, Generic, Mapping, Protocol, TypeVar

from typing_extensions import Self

A = TypeVar("A")
T = TypeVar("T")

Flow = Coroutine["Step[Any]", Any, T]
"""What an `async def` of steps returns when it is called."""


class Step(Generic[A]):
    """One act that a flow asks for; `A` is the type of the answer."""

    __slots__ = ()

    def __await__(self) -> Generator[Self, A, A]:
        return (yield self)


@dataclass(slots=True)
class Request:
    """What goes over the wire.

    `public_only` is set for addresses that a server gave us: the transport refuses them, by `Unreachable`, when they
    resolve to a loopback, link-local, private or otherwise reserved address.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    public_only: bool = False


@dataclass(slots=True)
class Response:
    """A whole answer. Header names are in lower case; the body is decoded from gzip and deflate."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


@dataclass(slots=True)
class Limits:
    """How long one exchange may take: `connect_s` is seconds for connecting, `deadline` an instant of the
    monotonic clock by which the answer must be there (for `Open`: its headers)."""

    connect_s: float | None = None
    deadline: float | None = None


class OpenedBody(Protocol):
    """An answer whose body is still on its way. Each transport has one of its own, blocking or not."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        ...


@dataclass(slots=True)
class Send(Step[Response]):
    """Send a request and read the whole answer, at most `max_bytes` of it.

    `repeatable` is False where a second sending could be billed or acted on twice.
    """

    request: Request
    limits: Limits = field(default_factory=Limits)
    max_bytes: int | None = None
    repeatable: bool = True


@dataclass(slots=True)
class Open(Step[OpenedBody]):
    """Send a request and get its answer with the body unread; whoever receives it must close it."""

    request: Request
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Read(Step[bytes]):
    """Read an opened body to its end, at most `max_bytes`, and close it."""

    body: OpenedBody
    limits: Limits = field(default_factory=Limits)
    max_bytes: int | None = None


@dataclass(slots=True)
class Sleep(Step[None]):
    """Wait."""

    seconds: float


class Now(Step[float]):
    """The monotonic clock, in seconds."""

    __slots__ = ()


class Chance(Step[float]):
    """A random number from 0 to 1, for jitter."""

    __slots__ = ()


@dataclass(slots=True)
class Call(Step[A]):
    """Run a function that may block (read a file, encode a picture); the async driver runs it in a thread."""

    function: Callable[[], A]


class Failure(Exception):
    """How a transport tells a flow that an exchange failed; it never leaves the package."""


class Unreachable(Failure):
    """No connection could be made: no byte of the request was sent."""


class Dropped(Failure):
    """The connection was lost after the request was sent, before any byte of the answer."""


class Cut(Failure):
    """The answer began and did not arrive whole, or was longer than announced or allowed."""


class Expired(Failure):
    """A limit of time passed; `phase` is `connect` or `read`."""

    def __init__(self, phase: str) -> None:
        super().__init__(phase)
        self.phase = phase


async def relay(flow: Flow[T], answer: Callable[[Step[Any]], Flow[Any]]) -> T:
    """Run a flow, and let another one answer each of its steps: how every policy is made."""
    try:
        step = flow.send(None)
        while True:
            try:
                value = await answer(step)
            except BaseException as error:
                step = flow.throw(error)
            else:
                step = flow.send(value)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()
