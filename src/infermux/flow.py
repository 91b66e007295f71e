"""The vocabulary of I/O: a flow awaits steps, and a driver performs them.

No event loop is involved: in a flow, `await` means "hand this step to whoever runs me". A flow is an `async def` that
awaits steps and other flows, and nothing else. `drive.py` holds the two drivers; policies are flows that run other
flows and answer, change or repeat their steps.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct
from typing_extensions import Self, override

from .errors import InferenceError

A = TypeVar("A")
T = TypeVar("T")

Flow = Coroutine["Step[Any]", Any, T]
"""What an `async def` of steps returns when it is called."""


class Step(Struct, Generic[A]):
    """One act that a flow asks for; `A` is the type of the answer."""

    def __await__(self) -> Generator[Self, A, A]:
        return (yield self)


class Request(Struct):
    """What goes over the wire.

    `public_only` is set for addresses that a server gave us: the transport refuses them, by `Unreachable`, when they
    resolve to a loopback, link-local, private or otherwise reserved address. `once` is set for what must not be sent
    twice, as it may be billed or acted on twice.
    """

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    public_only: bool = False
    once: bool = False

    @override
    def __repr__(self) -> str:
        # Headers hold keys, and so may a query string.
        size = "no body" if self.body is None else f"{len(self.body)} bytes"
        return f"<Request {self.method} {self.url.partition('?')[0]}, {size}>"


class Response(Struct):
    """A whole answer. Header names are in lower case; the body is decoded from gzip and deflate."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


LOOK_S = 0.05
"""How often, in seconds, whoever waits looks whether the caller wants the call to stop."""


class Limits(Struct, frozen=True):
    """How long one exchange may take: `connect_s` is seconds for connecting, `deadline` an instant of the
    monotonic clock by which the answer must be there (for `Open`: its headers). Once `stopped` says so, the exchange
    is given up, while its body is read as well."""

    connect_s: float | None = None
    deadline: float | None = None
    stopped: Callable[[], bool] | None = None


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


class Purpose(Struct, frozen=True):
    """Why a request is made, for error messages and for the policies.

    `text` says what is asked of whom. `hub` marks a look-up at the Hugging Face Hub; `may_load` a server that answers
    503 while it loads its model.
    """

    text: str
    hub: bool = False
    may_load: bool = False


class Send(Step[Response]):
    """Send a request and read the whole answer, at most `max_bytes` of it."""

    request: Request
    purpose: Purpose
    limits: Limits = Limits()
    max_bytes: int | None = None


class Part(Send):
    """A last word to a server when a flow is given up: sent once, under its own limits, while those of the call and its
    `cancel` no longer count."""


class Glance(Send):
    """A look that the flow can do without, this once: sent once, and under its own deadline where that of the call is
    later."""


class Open(Step[OpenedBody]):
    """Send a request and get its answer with the body unread; whoever receives it must close it."""

    request: Request
    purpose: Purpose
    limits: Limits = Limits()


class Read(Step[bytes]):
    """Read the opened body of an answer that is not streamed after all, and close it: as much of it as is worth
    showing, and as came before the connection was lost."""

    body: OpenedBody
    request: Request
    purpose: Purpose
    limits: Limits = Limits()


class Sleep(Step[bool]):
    """Wait; `purpose` says for what.

    With `if_it_fits`, the answer is False at once where a limit of time leaves no room for the whole wait.
    """

    seconds: float
    purpose: str = "waiting"
    if_it_fits: bool = False


class Now(Step[float]):
    """The monotonic clock, in seconds."""


class Enter(Step[None]):
    """Wait until no other call is in this place; `Leave` must follow. `places` belongs to the client."""

    places: dict[Any, Any]
    place: Any
    purpose: str
    limits: Limits = Limits()


class Leave(Step[None]):
    """Let the next call into this place."""

    places: dict[Any, Any]
    place: Any


class Date(Step[float]):
    """The wall clock, in seconds since 1970."""


class Chance(Step[float]):
    """A random number from 0 to 1, for jitter."""


class Call(Step[A]):
    """Run a function that may block (read a file, encode a picture); the async driver runs it in a thread."""

    function: Callable[[], A]


class StreamDecoder(Protocol[T]):
    """Turns the bytes of a streamed answer into its items; pure, so that both streams can feed it."""

    failure: InferenceError | None
    """What is wrong with the stream, after the items given so far."""
    ended: bool
    """Whether the end mark came: nothing more is read."""

    @property
    def finished(self) -> bool:
        """Whether the answer is known to be whole, so that a missing end mark does not matter."""
        ...

    @property
    def partial_text(self) -> str:
        """The text that came so far."""
        ...

    def feed(self, data: bytes) -> list[T]:
        """Take the next bytes; give the items they complete."""
        ...

    def end(self) -> list[T]:
        """The body is over: give the last items."""
        ...

    def cut(self) -> InferenceError:
        """The error for an answer that broke off here."""
        ...


class Pace(Struct, frozen=True):
    """Until when a stream's first item must come (an instant), how long a gap may last (seconds), and until when all
    of it must be there (an instant); with the limits in seconds that the caller gave, for messages.
    """

    first: float | None = None
    gap_s: float | None = None
    whole: float | None = None
    started: float = 0.0
    first_s: float | None = None
    whole_s: float | None = None


class Streaming(Struct, Generic[T]):
    """What a flow returns for a streamed answer: an open body and how to read it."""

    body: OpenedBody
    decoder: StreamDecoder[T]
    request: Request
    purpose: Purpose
    pace: Pace = Pace()


class Failure(Exception):
    """How a transport tells a flow that an exchange failed; it never leaves the package."""


class Unreachable(Failure):
    """No connection could be made: no byte of the request was sent."""


class Refused(Unreachable):
    """The address is not one that this request may go to, now or later."""


class Dropped(Failure):
    """The connection was lost after the request was sent, before any byte of the answer."""


class Cut(Failure):
    """The answer began and did not arrive whole, or was longer than announced or allowed."""


class Stopped(Failure):
    """The caller asked for the exchange to stop."""


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
