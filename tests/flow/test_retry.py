"""Retries: which failures are worth another attempt, how long between, and the wait for a model that loads."""

from __future__ import annotations

import itertools
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import WALL_CLOCK, After, World, answer, opening, send

from infermux.errors import (
    BadRequestError,
    HTTPStatusError,
    IncompleteAnswerError,
    InferenceConnectionError,
    InferenceTimeoutError,
    RateLimitError,
)
from infermux.flow import Cut, Dropped, Expired, Refused, Response, Unreachable
from infermux.policy.deadline import within
from infermux.policy.retry import retry_after, retrying
from infermux.timeout import Timeout

OK = answer({"ok": True})
LOADING = {"error": "Model m is currently loading", "estimated_time": 22.3}


def refused(status: int, **headers: str) -> Response:
    """An answer that refuses."""
    return answer({"error": "no"}, status, **headers)


def attempts(world: World, max_retries: int = 2, retry_on_error: bool = True, **purpose: Any) -> Response:
    """Make one exchange with retries."""
    return world.run(retrying(send(**purpose), retry_on_error, max_retries))


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_statuses_that_pass(status: int) -> None:
    """What may pass by itself is tried again."""
    world = World([refused(status), OK])
    assert attempts(world) == OK
    assert len(world.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 415, 418, 422, 501])
def test_statuses_that_stay(status: int) -> None:
    """What will not pass by itself is asked once: S12, S13."""
    world = World([refused(status)])
    with pytest.raises(HTTPStatusError) as caught:
        attempts(world)
    assert caught.value.status_code == status
    assert world.slept == []


@pytest.mark.parametrize("code", ["insufficient_quota", "1113", 1113])
def test_an_empty_account_stays_empty(code: str | int) -> None:
    """Some say 429 for that too, with a code of its own: it is asked once, and the advice is to pay."""
    world = World([answer({"error": {"message": "no credit", "code": code}}, 429)])
    with pytest.raises(RateLimitError, match="add credit") as caught:
        attempts(world)
    assert caught.value.code == str(code)
    assert world.slept == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_last_answer_counts(status: int) -> None:
    """After the last attempt its own error is raised: S02, S04."""
    world = World([refused(500), refused(500), refused(status)])
    with pytest.raises(HTTPStatusError) as caught:
        attempts(world)
    assert caught.value.status_code == status
    assert len(world.requests) == 3


@pytest.mark.parametrize("max_retries", [0, 1, 4])
def test_max_retries(max_retries: int) -> None:
    """A failed attempt is repeated as often as the caller said, and no more."""
    world = World(lambda request: refused(500))
    with pytest.raises(HTTPStatusError):
        attempts(world, max_retries)
    assert len(world.requests) == max_retries + 1


@pytest.mark.parametrize("failure", [Unreachable("refused"), Dropped("reset"), refused(503), refused(500)], ids=str)
def test_no_retry_on_error(failure: Any) -> None:
    """With `retry_on_error=False` each exchange is made once, whatever comes."""
    world = World([failure])
    with pytest.raises((HTTPStatusError, InferenceConnectionError)):
        attempts(world, retry_on_error=False)
    assert len(world.requests) == 1
    assert world.slept == []


def test_409_of_what_must_not_be_repeated() -> None:
    """A conflict is tried again only where a second sending does no harm."""
    with pytest.raises(HTTPStatusError):
        attempts(World([refused(409)]), once=True)
    assert attempts(World([refused(409), OK]), once=False) == OK


@pytest.mark.parametrize("failure", [Unreachable("refused"), Dropped("reset")], ids=str)
def test_connection(failure: Exception) -> None:
    """A connection that was not made, or was lost before the answer, is tried again: S05."""
    world = World([failure, OK])
    assert attempts(world) == OK
    assert len(world.slept) == 1


def test_lost_after_sending_what_must_not_be_repeated() -> None:
    """Where a second sending could be billed twice, it is made only if no byte of the first went out."""
    assert attempts(World([Unreachable("refused"), OK]), once=True) == OK
    world = World([Dropped("reset")])
    with pytest.raises(InferenceConnectionError):
        attempts(world, once=True)


def test_an_address_that_is_refused() -> None:
    """It will be refused again."""
    world = World([Refused("10.0.0.1 is not a public address")])
    with pytest.raises(InferenceConnectionError, match="nothing was sent there") as caught:
        attempts(world)
    assert (caught.value.refused, caught.value.sent, world.slept) == (True, False, [])


@pytest.mark.parametrize("status", [409, 502, 504])
def test_what_may_have_been_taken(status: int) -> None:
    """What must not be sent twice is not, where the answer leaves open whether it was taken."""
    world = World([refused(status)])
    with pytest.raises(HTTPStatusError):
        attempts(world, once=True)
    assert world.slept == []


def test_connection_error_tells_the_place() -> None:
    """A server that cannot be reached is told with its address and advice."""
    with pytest.raises(InferenceConnectionError, match=r"https://host/path.*check the address") as caught:
        attempts(World(lambda request: Unreachable("connection refused by host:443")))
    assert isinstance(caught.value, ConnectionError)
    assert "sk-secret-secret" not in f"{caught.value}{caught.value.__dict__}"


def test_cut_answer_is_no_success() -> None:
    """An answer that was cut off is an error, and is not asked for again by itself: F11."""
    world = World([Cut("the connection closed")])
    with pytest.raises(IncompleteAnswerError):
        attempts(world)
    assert len(world.requests) == 1


def test_same_request_each_time() -> None:
    """Each attempt sends the same bytes to the same address."""
    world = World([refused(500), refused(429), OK])
    attempts(world)
    first = world.requests[0]
    assert all((r.url, r.body, r.headers) == (first.url, first.body, first.headers) for r in world.requests)


def test_redirect_is_followed_anew() -> None:
    """An attempt after a redirect that failed begins at the first address."""
    world = World([answer(b"", 307, location="/b"), refused(500), answer(b"", 307, location="/c"), OK])
    assert world.run(retrying(send("GET"), True, 2)) == OK
    assert [request.url for request in world.requests] == [
        f"https://host/{name}" for name in ("path", "b", "path", "c")
    ]


def test_opening_is_retried() -> None:
    """A stream whose opening failed is opened again."""
    world = World([refused(500), OK])
    assert world.run(retrying(opening(), True, 2)).status == 200


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_pauses_grow_with_jitter(chance: float) -> None:
    """Pauses double up to 8 s, and half of each is left to chance."""
    world = World(lambda request: refused(500), chance=chance)
    with pytest.raises(HTTPStatusError):
        attempts(world, 7)
    longest = [0.5, 1, 2, 4, 8, 8, 8]
    assert world.slept == pytest.approx([pause * (0.5 + 0.5 * chance) for pause in longest])


@pytest.mark.proves("TMO-10")
@pytest.mark.parametrize(
    ("told", "seconds"), [("2", 2), ("0", 0), ("1.5", 1.5), (formatdate(WALL_CLOCK + 7, usegmt=True), 7)]
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(told: str, seconds: float, status: int) -> None:
    """The server's own word for the pause counts, as seconds or as a date: S01."""
    world = World([refused(status, retry_after=told), OK])
    assert attempts(world) == OK
    assert world.slept == [seconds]


@pytest.mark.parametrize("told", ["", "soon", "-3", "nan", "inf", formatdate(WALL_CLOCK - 60), "1e999"])
def test_useless_retry_after(told: str) -> None:
    """A `Retry-After` that says nothing is as if it were absent."""
    world = World([refused(429, retry_after=told), OK])
    assert attempts(world) == OK
    assert world.slept == [pytest.approx(0.375)]


@pytest.mark.parametrize("told", ["1e300", "99999999999", formatdate(WALL_CLOCK + 1e9, usegmt=True)])
def test_endless_retry_after(told: str) -> None:
    """A `Retry-After` that no clock can hold stands for a day."""
    assert retry_after({"retry-after": told}, WALL_CLOCK) == 86_400


@pytest.mark.parametrize(
    ("told", "slept"),
    [('"api";r=0;t=35', 35), ('"api"; r=0; t=35', 35), ('"api";r=12;t=35', 0.375), ("api", 0.375), ("r=0;t=x", 0.375)],
)
@pytest.mark.parametrize("hub", [True, False])
def test_window(told: str, slept: float, hub: bool) -> None:
    """Hugging Face tells when its window of calls ends; where none is left, another attempt waits for that."""
    world = World([refused(429, ratelimit=told), OK])
    assert attempts(world, hub=hub) == OK
    assert world.slept == [pytest.approx(slept)]


def test_window_beside_another_word() -> None:
    """`Retry-After` goes first, and on another status than 429 the window means nothing."""
    window = '"api";r=0;t=35'
    world = World([refused(429, ratelimit=window, retry_after="2"), refused(500, ratelimit=window), OK])
    assert attempts(world) == OK
    assert world.slept == [2, pytest.approx(0.75)]


@given(st.text(max_size=60) | st.from_regex(r"\w{3}, \d{1,4} \w{3} \d{1,8} \d{1,4}:\d{1,3}:\d{1,3} [+-]?\w{3,9}"))
def test_any_retry_after(told: str) -> None:
    """No `Retry-After` that a server may send breaks the call."""
    found = retry_after({"retry-after": told}, WALL_CLOCK)
    assert found is None or 0 <= found <= 86_400


@pytest.mark.parametrize(
    "told", ["Fri, 31 Dec 999999 23:59:59 GMT", "Mon, 01 Foo 2024 00:00:00 GMT", "Mon, 45 Jan 2024 99:00:00 GMT"]
)
def test_impossible_date(told: str) -> None:
    """A date that does not exist is as if the header were absent."""
    found = retry_after({"retry-after": told}, WALL_CLOCK)
    assert found is None or found >= 0


def test_success_with_retry_after() -> None:
    """`Retry-After` on a success means nothing (Together sends it)."""
    world = World([answer({}, retry_after="2")])
    assert attempts(world).status == 200
    assert world.slept == []


def test_pause_that_does_not_fit() -> None:
    """Where a pause ends after the limit, the refusal is raised at once, not the limit."""
    world = World([refused(429, retry_after="60")])
    with pytest.raises(RateLimitError):
        world.run(within(retrying(send(), True, 2), Timeout(total=10)))
    assert world.slept == []


@pytest.mark.parametrize("name", ["attempt", "connect"])
def test_an_attempt_that_took_too_long(name: str) -> None:
    """An attempt that reached its own limit is made again within the whole: S06."""
    slow = After(0, OK, connecting=9) if name == "connect" else After(9, OK)
    world = World([slow, OK])
    assert world.run(within(retrying(send(), True, 2), Timeout(**{name: 2}))) == OK
    assert world.now == pytest.approx(102, abs=1)


def test_an_attempt_that_took_too_long_and_must_not_be_repeated() -> None:
    """What could be billed twice is not sent again after its bytes went out; before that, it is."""
    world = World([After(9, OK), OK])
    with pytest.raises(InferenceTimeoutError):
        world.run(within(retrying(send(once=True), True, 2), Timeout(attempt=2)))
    assert len(world.requests) == 1
    world = World([After(0, OK, connecting=9), OK])
    assert world.run(within(retrying(send(once=True), True, 2), Timeout(connect=2))) == OK


def test_total_is_never_retried() -> None:
    """After the limit of the whole there is no further attempt."""
    world = World([After(9, OK), OK])
    with pytest.raises(InferenceTimeoutError) as caught:
        world.run(within(retrying(send(), True, 2), Timeout(total=2)))
    assert caught.value.limit == "total"
    assert len(world.requests) == 1


@pytest.mark.proves("TMO-06")
def test_loading_model_is_waited_for() -> None:
    """503 with an expected time is waited out, beyond `max_retries`: F12."""
    world = World([answer(LOADING, 503)] * 5 + [OK])
    assert attempts(world, max_retries=0) == OK
    assert world.slept == [22.3] * 5


def test_loading_waits_at_least_a_second() -> None:
    """An expected time near zero does not make a storm of requests."""
    world = World([answer({"error": "loading", "estimated_time": 0}, 503), OK])
    attempts(world)
    assert world.slept == [1.0]


@pytest.mark.proves("TMO-10")
def test_loading_without_estimate() -> None:
    """A server that may load and tells no time is asked with growing pauses."""
    world = World([refused(503)] * 7 + [OK])
    assert attempts(world, max_retries=0, may_load=True) == OK
    assert world.slept == [1, 2, 4, 8, 16, 30, 30]


def test_503_of_who_does_not_load() -> None:
    """503 of a provider that never loads is a failure like any other: S04."""
    world = World(lambda request: refused(503))
    with pytest.raises(HTTPStatusError):
        attempts(world)
    assert len(world.requests) == 3


def test_loading_with_retry_after() -> None:
    """`Retry-After` wins over the expected time."""
    world = World([answer(LOADING, 503, retry_after="3"), OK])
    attempts(world)
    assert world.slept == [3.0]


@pytest.mark.parametrize("body", [LOADING, {"error": "loading"}])
def test_loading_is_never_waited_for_without_a_pause(body: Any) -> None:
    """A server that says `Retry-After: 0` for as long as it loads is asked after pauses all the same."""
    world = World([*[answer(body, 503, retry_after="0")] * 9, OK])
    assert attempts(world, max_retries=0, may_load=True) == OK
    assert min(world.slept) >= 1


def test_loading_for_ever() -> None:
    """Any number of waits is possible, as the time that is left bounds them and nothing else."""
    world = World([*[answer({"error": "loading"}, 503, retry_after="1")] * 1100, OK])
    assert attempts(world, max_retries=0, may_load=True) == OK
    assert world.slept == [1] * 1100


@pytest.mark.proves("TMO-07")
@pytest.mark.parametrize("estimated", [22.3, 0.5, None])
def test_loading_until_the_limit(estimated: float | None) -> None:
    """A wait that the limit ends raises with request, response and the server's estimate; no time beyond it passes."""
    body = {"error": "Model m is currently loading"} | ({} if estimated is None else {"estimated_time": estimated})
    world = World(lambda request: answer(body, 503))
    with pytest.raises(InferenceTimeoutError, match="currently loading") as caught:
        world.run(within(retrying(send(may_load=True), True, 2), Timeout(total=10)))
    late = caught.value
    assert late.limit == "total"
    assert late.response is not None
    assert late.response.status == 503
    assert late.request is not None
    assert late.request.url == "https://host/path"
    assert late.estimated_time == estimated
    assert world.now == pytest.approx(110)


def test_loading_then_failing() -> None:
    """Waiting for a model does not use up the retries."""
    world = World([answer(LOADING, 503), refused(500), answer(LOADING, 503), refused(500), OK])
    assert attempts(world, max_retries=2) == OK


@pytest.mark.proves("TMO-08")
@pytest.mark.parametrize("status", [503, 500])
def test_loading_without_patience(status: int) -> None:
    """`retry_on_error=False` gives the 503 or 500 at once, with the expected time."""
    world = World([answer(LOADING, status)])
    with pytest.raises(HTTPStatusError) as caught:
        attempts(world, retry_on_error=False)
    assert caught.value.status_code == status
    assert getattr(caught.value, "estimated_time", None) == 22.3


def test_400_is_asked_once_whatever_it_says() -> None:
    """A 400 is never repeated, not even with `Retry-After` or an expected time."""
    world = World([answer(LOADING, 400, retry_after="1")])
    with pytest.raises(BadRequestError):
        attempts(world)
    assert world.slept == []


def test_each_exchange_of_a_flow_has_its_own_retries() -> None:
    """A flow of two exchanges may repeat each."""

    async def two() -> int:
        return (await send()).status + (await send()).status

    failures = itertools.chain.from_iterable([[refused(500), refused(500), OK]] * 2)
    assert World(list(failures)).run(retrying(two(), True, 2)) == 400


def test_error_of_the_flow_itself() -> None:
    """What the flow raises by itself goes through, and nothing is repeated."""

    async def broken() -> None:
        await send()
        raise KeyError("mine")

    world = World([OK])
    with pytest.raises(KeyError):
        world.run(retrying(broken(), True, 2))
    assert len(world.requests) == 1


def test_expired_without_limits_is_not_ours() -> None:
    """A flow without limits sees the transport's own word, which tells a fault of the driver."""
    with pytest.raises(Expired):
        attempts(World([Expired("read")]))
