"""Plays the server, the clock and chance for a flow: each step is answered by hand, and no time passes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from infermux.flow import (
    Call,
    Chance,
    Date,
    Enter,
    Expired,
    Flow,
    Leave,
    Limits,
    Now,
    Open,
    Purpose,
    Read,
    Request,
    Response,
    Send,
    Sleep,
    Step,
)

T = TypeVar("T")

WALL_CLOCK = 1_700_000_000.0
"""Tue, 14 Nov 2023 22:13:20 GMT."""


@dataclass
class After:
    """An answer that comes after so many seconds; `connecting` of them pass before there is a connection."""

    seconds: float
    answer: Response | Exception
    connecting: float = 0.0


Said = Response | Exception | After


@dataclass
class Opened:
    """An answer whose body is unread."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answer(value: Any = None, status: int = 200, **headers: str) -> Response:
    """An answer of JSON, or of the bytes themselves."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Response(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


@dataclass
class World:
    """What a flow meets: the answers of the server in order, or a function of the request."""

    says: list[Said] | Callable[[Request], Said] = field(default_factory=list[Said])
    now: float = 100.0
    chance: float = 0.5
    requests: list[Request] = field(default_factory=list[Request])
    purposes: list[Purpose] = field(default_factory=list[Purpose])
    limits: list[Limits] = field(default_factory=list[Limits])
    slept: list[float] = field(default_factory=list[float])
    places: set[object] = field(default_factory=set[object])

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end."""
        try:
            step = flow.send(None)
            while True:
                try:
                    value = self._perform(step)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(value)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            assert inspect.getcoroutinestate(flow) == inspect.CORO_CLOSED

    @property
    def lines(self) -> list[str]:
        """What was asked, such as `GET https://host/path`."""
        return [f"{request.method} {request.url}" for request in self.requests]

    def _perform(self, step: Step[Any]) -> Any:
        if isinstance(step, Send):
            return self._exchange(step)
        if isinstance(step, Open):
            response = self._exchange(step)
            return Opened(response.status, response.headers, response.body)
        if isinstance(step, Read):
            assert isinstance(step.body, Opened)
            return step.body.body
        if isinstance(step, Sleep):
            assert step.seconds >= 0
            self.now += step.seconds
            self.slept.append(step.seconds)
            return True
        if isinstance(step, Call):
            return step.function()
        if isinstance(step, Enter):
            assert step.place not in self.places, "one call at a time is played"
            self.places.add(step.place)
            return None
        if isinstance(step, Leave):
            return self.places.remove(step.place)
        answers: dict[type, float] = {Now: self.now, Date: WALL_CLOCK, Chance: self.chance}
        return answers[type(step)]

    def _exchange(self, step: Send | Open) -> Response:
        self.requests.append(step.request)
        self.purposes.append(step.purpose)
        self.limits.append(step.limits)
        if callable(self.says):
            said = self.says(step.request)
        else:
            assert self.says, f"nothing is said to {step.request.method} {step.request.url}"
            said = self.says.pop(0)
        if isinstance(said, After):
            said = self._pass(said, step.limits)
        if isinstance(said, Exception):
            raise said
        return said

    def _pass(self, said: After, limits: Limits) -> Response | Exception:
        deadline = float("inf") if limits.deadline is None else limits.deadline
        if limits.connect_s is not None and said.connecting > limits.connect_s:
            connected = self.now + limits.connect_s
            self.now = min(connected, deadline)
            return Expired("connect" if connected <= deadline else "read")
        if self.now + said.connecting + said.seconds > deadline:
            self.now = max(self.now, deadline)
            return Expired("read")
        self.now += said.connecting + said.seconds
        return said.answer


async def send(method: str = "POST", url: str = "https://host/path", once: bool = False, **purpose: Any) -> Response:
    """The simplest flow: one exchange."""
    request = Request(method, url, {"authorization": "Bearer sk-secret-secret"}, b"{}" if method == "POST" else None)
    request.once = once
    return await Send(request, Purpose("a call", **purpose))


async def opening(**purpose: Any) -> Any:
    """The simplest streamed flow: an answer opened."""
    return await Open(Request("POST", "https://host/path", {}, b"{}"), Purpose("a call", **purpose))
