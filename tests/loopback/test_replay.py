"""The scripted transports, which users put in the place of a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infermux.flow import Cut, Dropped, Request
from infermux.transport.replay import Answer, AsyncReplayTransport, ReplayTransport

from .callers import Blocking, Caller, Looping

KINDS: dict[str, Callable[[Any], Caller]] = {
    "sync": lambda script: Blocking(ReplayTransport(script)),
    "async": lambda script: Looping(lambda: AsyncReplayTransport(script)),
}


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest) -> Any:
    made: list[Caller] = []

    def one(script: Any) -> Caller:
        made.append(KINDS[request.param](script))
        return made[-1]

    yield one
    for each in made:
        each.close()


def test_script_is_played_in_order(play: Callable[[Any], Caller]) -> None:
    """Each exchange takes the next answer or failure; what was asked can be looked at."""
    caller = play([Answer(b"one", 201, {"X-A": "b"}), Dropped("lost"), Answer([b"t", b"", b"wo"])])
    first = caller.send(Request("POST", "http://any/1", {}, b"hi"))
    assert (first.status, first.headers, first.body) == (201, {"x-a": "b"}, b"one")
    with pytest.raises(Dropped):
        caller.send(Request("GET", "http://any/2"))
    assert caller.send(Request("GET", "http://any/3")).body == b"two"
    with pytest.raises(LookupError, match="GET http://any/4"):
        caller.send(Request("GET", "http://any/4"))
    transport: Any = caller.transport
    assert [seen.url[-1] for seen in transport.requests] == ["1", "2", "3", "4"]
    assert transport.requests[0].body == b"hi"


def test_pieces_come_one_by_one(play: Callable[[Any], Caller]) -> None:
    """A stream brings its pieces as they were given, and its failure where it stands."""
    body = play([Answer([b"a", b"b", Cut("lost")])]).open(Request("GET", "http://any"))
    assert [body.read(), body.read()] == [b"a", b"b"]
    with pytest.raises(Cut):
        body.read()
    body.close()


def test_function_answers(play: Callable[[Any], Caller]) -> None:
    """A function may look at the request and answer it."""
    caller = play(lambda request: Answer(request.body[::-1]))
    assert caller.send(Request("POST", "http://any", {}, b"abc")).body == b"cba"
    with pytest.raises(Cut):
        caller.send(Request("POST", "http://any", {}, b"abc"), max_bytes=2)


def test_closed_answer_is_not_read(play: Callable[[Any], Caller]) -> None:
    """A closed stream gives nothing more."""
    body = play([Answer([b"a", b"b"])]).open(Request("GET", "http://any"))
    body.close()
    with pytest.raises(Cut):
        body.read()
