"""One budget of time for a whole call, however many exchanges it takes."""

from __future__ import annotations

from typing import Any, TypeVar

from ..errors import InferenceTimeoutError
from ..flow import (
    Enter,
    Expired,
    Flow,
    Glance,
    Limits,
    Now,
    Open,
    Pace,
    Part,
    Read,
    Send,
    Sleep,
    Step,
    Streaming,
    relay,
)
from ..timeout import NO_LIMITS, Timeout
from ..wire import redact

T = TypeVar("T")


async def within(flow: Flow[T], timeout: Timeout) -> T:
    """Run a flow under limits of time.

    Raises:
        InferenceTimeoutError: One of them was reached; the error names it and what was spent.
    """
    if timeout == NO_LIMITS:
        return await flow
    started = await Now()
    ends: list[tuple[float, str, float]] = []
    for name, seconds in (("first_token", timeout.first_token), ("total", timeout.total)):
        if seconds is not None:
            ends.append((started + seconds, name, seconds))
    whole = started + timeout.total if timeout.total is not None else None
    first = started + timeout.first_token if timeout.first_token is not None else None

    async def answer(step: Step[Any]) -> Any:
        if isinstance(step, Sleep):
            return await _sleep(step, min(ends, default=None), started)
        if isinstance(step, Part) or not isinstance(step, (Send, Open, Read, Enter)):
            return await step
        now = await Now()
        attempt = [] if timeout.attempt is None else [(now + timeout.attempt, "attempt", timeout.attempt)]
        nearest = min([*ends, *attempt], default=None)
        own = step.limits.deadline if isinstance(step, Glance) else None
        if own is not None and (nearest is None or own <= nearest[0]):
            return await step
        step.limits = Limits(timeout.connect, nearest[0] if nearest else None)
        try:
            if nearest is not None and nearest[0] <= now:
                raise Expired("read")
            return await step
        except Expired as error:
            connecting = error.phase == "connect" and timeout.connect is not None
            _, name, seconds = (0.0, "connect", timeout.connect) if connecting or nearest is None else nearest
            raise reached(name, seconds, await Now() - started, step) from error

    value = await relay(flow, answer)
    result: Any = value
    if isinstance(result, Streaming):
        result.pace = Pace(first, timeout.gap, whole, started, timeout.first_token, timeout.total)
    return value


async def _sleep(step: Sleep, nearest: tuple[float, str, float] | None, started: float) -> bool:
    if nearest is None:
        return await step
    end, name, seconds = nearest
    left = end - await Now()
    if step.seconds < left:
        return await step
    if step.if_it_fits:
        return False
    await Sleep(max(left, 0.0), step.purpose)
    raise reached(name, seconds, await Now() - started, step)


def reached(
    name: str, seconds: float | None, spent: float, step: Send | Open | Read | Sleep | Enter
) -> InferenceTimeoutError:
    """The error for a limit that was reached."""
    if isinstance(step, (Sleep, Enter)):
        what, request = step.purpose, None
    else:
        what, request = step.purpose.text, redact.sent(step.request)
    return InferenceTimeoutError(
        f"{what} ran out of time: the limit {name}={seconds:g} s was reached after {spent:.2f} s; "
        f"raise it by timeout= (seconds, or Timeout({name}=…))",
        request=request,
        limit=name,
        limit_s=seconds,
        spent_s=spent,
    )
