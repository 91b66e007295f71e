"""Waiting for a job with a real clock and real sockets: nothing hangs, nothing blocks, and a job is not left behind."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from contract.server import Answer
from infermux import AsyncInferenceClient, errors

from .jobs import QUEUES, cancellation, conversation, download
from .table import FILM, HUB_MODEL, OWN, ROUTED, hub

DOORS = pytest.mark.parametrize("key", [ROUTED, OWN], ids=["routed", "direct"])
_GOES_ON = Answer.of({"status": "IN_PROGRESS"}, 202)


@pytest.fixture
def endless(server):
    """A job of fal that never ends."""
    server.say(QUEUES["fal-ai"].submitted)
    server.always("GET router.huggingface.co/", _GOES_ON)
    server.always("GET queue.fal.run/", _GOES_ON)
    server.always("PUT ", Answer.of({"status": "CANCELED"}))
    return server


def _ended(asked, key):
    """The job was stopped once, with the key, after all else was asked."""
    turn = cancellation("fal-ai", key)
    assert asked()[-1].line == turn.line
    assert asked()[-1].headers["authorization"] == turn.headers["authorization"]
    assert [one.method for one in asked()].count("PUT") == 1


@pytest.mark.proves("TMO-12")
@DOORS
def test_a_limit_of_time(key, ask, endless, asked):
    """The call ends when it should, and the job with it."""
    began = time.monotonic()
    with pytest.raises(errors.InferenceTimeoutError, match="'j-1' was 'IN_PROGRESS'"):
        ask("fal-ai", "text-to-video", key, timeout=0.8)
    assert 0.75 < time.monotonic() - began < 3
    _ended(asked, key)


def test_an_event(ask, endless, asked):
    """`cancel=` is heard while nothing is asked."""
    event = threading.Event()
    threading.Timer(0.2, event.set).start()
    began = time.monotonic()
    with pytest.raises(errors.InferenceCancelledError):
        ask("fal-ai", "text-to-video", OWN, cancel=event)
    assert time.monotonic() - began < 1.3
    _ended(asked, OWN)


def _client(server, **settings):
    server.always("GET huggingface.co/", hub("fal-ai", "text-to-video"))
    return AsyncInferenceClient(
        provider="fal-ai", api_key=OWN, model=HUB_MODEL, http_client=server.async_transport, **settings
    )


@DOORS
@pytest.mark.parametrize("looks", [2, 3])
def test_a_cancelled_task(looks, key, endless, asked):
    """The task that waits for a job is cancelled; the job is stopped before the task ends."""

    async def main():
        async with _client(endless).with_options(api_key=key) as client:
            waiting = asyncio.ensure_future(client.text_to_video("A cat"))
            while len(asked()) < looks:
                await asyncio.sleep(0.01)
            # Before the submission is answered nobody knows which job to stop; the first pause is longer than this.
            await asyncio.sleep(0.2)
            waiting.cancel()
            began = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert time.monotonic() - began < 2
            assert waiting.cancelled()

    asyncio.run(main())
    _ended(asked, key)


@pytest.mark.proves("ASY-09")
def test_the_loop_runs_on(server):
    """While a job is waited for and its result comes slowly, other tasks have their turn."""
    turns = conversation("fal-ai", "text-to-video", OWN)
    slow = Answer(headers={"content-type": "video/mp4"}, pieces=[FILM[:5], 0.3, FILM[5:]])
    server.say(turns[0].answer, *[turn.answer for turn in turns[2:]], slow)
    gaps = []

    async def beat():
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - began)

    async def main():
        async with _client(server) as client:
            beating = asyncio.ensure_future(beat())
            assert await client.text_to_video("A cat") == FILM
            beating.cancel()

    asyncio.run(main())
    assert len(gaps) > 60
    assert max(gaps) < 0.25


def test_many_jobs_at_once(server, asked):
    """Ten jobs of one client wait side by side."""
    server.always("POST ", QUEUES["fal-ai"].submitted)
    # The result's address begins that of the last look, and the rule told last goes first.
    for turn in reversed([*conversation("fal-ai", "text-to-video", OWN)[-2:], download(FILM)]):
        server.always(turn.line, turn.answer)

    async def main():
        async with _client(server) as client:
            return await asyncio.gather(*[client.text_to_video("A cat") for _ in range(10)])

    began = time.monotonic()
    assert asyncio.run(main()) == [FILM] * 10
    assert time.monotonic() - began < 4
    assert len(asked()) == 40
