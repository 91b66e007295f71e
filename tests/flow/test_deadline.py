"""Limits of time: each alone, their sum over attempts and waits, and what the error tells."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import After, World, answer, opening, send

from infermux.errors import HTTPError, HTTPStatusError, InferenceTimeoutError, InputError
from infermux.flow import Flow, Sleep, Streaming
from infermux.policy.deadline import within
from infermux.policy.retry import retrying
from infermux.timeout import NO_LIMITS, Timeout

OK = answer({})


def late(world: World, flow: Flow[Any], timeout: Timeout) -> InferenceTimeoutError:
    """Run a flow that must run out of time."""
    with pytest.raises(InferenceTimeoutError) as caught:
        world.run(within(flow, timeout))
    return caught.value


@pytest.mark.parametrize("name", ["connect", "first_token", "attempt", "total"])
def test_each_limit_alone(name: str) -> None:
    """The limit that is reached is named, with its seconds and what was spent: F02."""
    slow = After(0, OK, connecting=60) if name == "connect" else After(60, OK)
    world = World([slow])
    error = late(world, send(), Timeout(**{name: 3}))
    assert (error.limit, error.limit_s, error.spent_s) == (name, 3, 3)
    assert f"{name}=3 s" in str(error)
    assert "timeout=" in str(error)
    assert world.now == 103


@pytest.mark.proves("TMO-05")
def test_kind_of_the_error() -> None:
    """It is a TimeoutError and an HTTPError, and no status error; it carries the request without its key."""
    error = late(World([After(60, OK)]), send(), Timeout(total=1))
    assert isinstance(error, TimeoutError)
    assert isinstance(error, HTTPError)
    assert not isinstance(error, HTTPStatusError)
    assert error.request is not None
    assert error.request.url == "https://host/path"
    assert "sk-secret-secret" not in f"{error}{error.__dict__}"


@pytest.mark.parametrize("name", ["connect", "first_token", "attempt", "total"])
def test_in_time(name: str) -> None:
    """What comes in time is not disturbed."""
    world = World([After(1, OK, connecting=1)])
    assert world.run(within(send(), Timeout(**{name: 3}))) == OK


def test_no_limits() -> None:
    """Without limits nothing is bounded, and no limit reaches the transport."""
    world = World([After(1e9, OK)])
    assert world.run(within(send(), NO_LIMITS)) == OK
    assert world.limits[0].deadline is None
    assert world.limits[0].connect_s is None


def test_what_the_transport_is_told() -> None:
    """The transport gets the time to connect, and the nearest instant by which the answer must be there."""
    world = World([OK])
    world.run(within(send(), Timeout(connect=1, attempt=5, total=9)))
    assert (world.limits[0].connect_s, world.limits[0].deadline) == (1, 105)
    world = World([OK])
    world.run(within(send(), Timeout(connect=1, attempt=9, total=5)))
    assert world.limits[0].deadline == 105


@pytest.mark.parametrize(("total", "first_token", "name"), [(5, 3, "first_token"), (3, 5, "total")])
def test_the_nearest_limit_is_named(total: float, first_token: float, name: str) -> None:
    """Of several limits, the one that was reached is named."""
    error = late(World([After(60, OK)]), opening(), Timeout(total=total, first_token=first_token))
    assert (error.limit, error.limit_s) == (name, 3)


def test_total_shorter_than_connect() -> None:
    """Where the whole ends while connecting, the whole is named."""
    error = late(World([After(0, OK, connecting=60)]), send(), Timeout(total=2, connect=5))
    assert error.limit == "total"


def test_the_sum_of_attempts_is_bounded() -> None:
    """Attempts, pauses and waits share one budget: F03."""
    world = World(lambda request: After(1, answer({"error": "x"}, 500)))
    with pytest.raises((HTTPStatusError, InferenceTimeoutError)):
        world.run(within(retrying(send(), True, 1000), Timeout(total=20)))
    assert 119 - 8 <= world.now <= 120


def test_several_exchanges_share_the_budget() -> None:
    """A flow of several exchanges has one budget, not one for each."""

    async def three() -> None:
        for _ in range(3):
            await send()

    world = World([After(2, OK)] * 3)
    assert late(world, three(), Timeout(total=5)).limit == "total"
    assert len(world.requests) == 3
    assert world.now == 105


def test_attempts_have_a_budget_each() -> None:
    """`attempt` begins anew with every exchange."""

    async def three() -> None:
        for _ in range(3):
            await send()

    world = World([After(2, OK)] * 3)
    world.run(within(three(), Timeout(attempt=3)))
    assert world.now == 106


def test_nothing_is_sent_after_the_end() -> None:
    """Where no time is left, the next exchange is not begun."""

    async def slow() -> None:
        await send()
        await send()

    world = World([After(5, OK), OK])
    late(world, slow(), Timeout(total=5))
    assert len(world.requests) == 1


async def wait(seconds: float, if_it_fits: bool = False) -> bool:
    """A flow that waits."""
    return await Sleep(seconds, if_it_fits=if_it_fits)


def test_sleep_that_does_not_fit() -> None:
    """A wait that ends after the limit ends at the limit, with the error."""
    world = World()
    assert late(world, wait(10), Timeout(total=4)).limit == "total"
    assert world.slept == [4]


def test_sleep_if_it_fits() -> None:
    """A wait that may be skipped is skipped at once where it does not fit."""
    world = World()
    assert world.run(within(wait(10, if_it_fits=True), Timeout(total=4))) is False
    assert world.slept == []
    assert world.run(within(wait(3, if_it_fits=True), Timeout(total=4))) is True
    assert world.slept == [3]


def test_sleep_is_bounded_by_first_token() -> None:
    """A wait before a stream is bounded by its first-token limit as well."""
    assert late(World(), wait(10), Timeout(first_token=4)).limit == "first_token"


def test_attempt_does_not_bound_a_sleep() -> None:
    """Pauses between attempts are no part of an attempt."""
    world = World()
    assert world.run(within(wait(10), Timeout(attempt=4, connect=1))) is True


def test_pace_of_a_stream() -> None:
    """A stream gets the instants by which its first item and all of it must come, and the gap in seconds."""

    async def stream() -> Streaming[Any]:
        opened = await opening()
        return Streaming(opened, None, None, None)  # type: ignore[arg-type]

    found = World([After(2, OK)]).run(within(stream(), Timeout(first_token=5, gap=3, total=60)))
    assert (found.pace.first, found.pace.gap_s, found.pace.whole) == (105, 3, 160)


@pytest.mark.parametrize(("stream", "timeout"), [(False, Timeout(total=3)), (True, Timeout(first_token=3, gap=3))])
def test_seconds(stream: bool, timeout: Timeout) -> None:
    """Seconds bound a whole answer in total, and a stream up to its first item and at every gap (D9)."""
    assert Timeout.of(3, stream=stream) == timeout


@pytest.mark.parametrize("given", [0, -1, math.nan, "3", True, [3], {"total": 3}])
def test_no_seconds(given: Any) -> None:
    """What is no positive number is refused."""
    with pytest.raises(InputError, match="timeout"):
        Timeout.of(given)


@pytest.mark.parametrize("name", ["connect", "first_token", "gap", "attempt", "total"])
@pytest.mark.parametrize("value", [0, -1, math.nan, "3", True])
def test_no_limit(name: str, value: Any) -> None:
    """Each limit must be a positive number, and the error names it."""
    with pytest.raises(InputError, match=name):
        Timeout(**{name: value})


SECONDS = st.floats(min_value=0, max_value=50)


@given(
    st.floats(min_value=0.1, max_value=20),
    st.lists(st.tuples(SECONDS, SECONDS, st.sampled_from([200, 429, 500, 503, 400])), min_size=1, max_size=8),
)
def test_total_holds_whatever_happens(total: float, answers: list[tuple[float, float, int]]) -> None:
    """No course of events takes longer than the limit of the whole."""
    said = [After(seconds, answer({"error": "x"}, status), connecting) for seconds, connecting, status in answers]
    world = World([*said, *[OK] * 9])
    with suppress(HTTPStatusError, InferenceTimeoutError):
        world.run(within(retrying(send(may_load=True), True, 5), Timeout(total=total, connect=total)))
    assert world.now <= 100 + total + 1e-6
