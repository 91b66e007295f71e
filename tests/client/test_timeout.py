"""Limits of time and patience over real sockets (SURFACE 2.5, D9, F01-F03, F12)."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, chunk, error, events_of, paris

from contract.server import Answer, Server
from infermux import (
    HTTPError,
    InferenceTimeoutError,
    InternalServerError,
    RateLimitError,
    Timeout,
)
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]
STREAM = {"content-type": "text/event-stream"}


@contextmanager
def lasting(least: float, most: float) -> Iterator[None]:
    """What is in it takes so long, or a little longer where the machine is busy."""
    start = time.monotonic()
    yield
    spent = time.monotonic() - start
    assert least <= spent <= most + 0.8, f"it took {spent:.3f} s"


def silent(seconds: float = 0.6) -> Answer:
    """An answer that does not come for a while."""
    return Answer(pieces=[seconds, b'{"choices": []}'], headers={"content-type": "application/json"})


@pytest.mark.proves("TMO-01")
def test_none(call: Call, server: Server) -> None:
    """Without a limit a slow answer is waited for."""
    server.say(silent(0.3))
    assert call({"base_url": server.url, "timeout": None}, "chat_completion", MESSAGES).choices == []


@pytest.mark.proves("TMO-02", "TMO-03", "TMO-05")
@pytest.mark.parametrize("place", ["client", "call"])
def test_total(call: Call, server: Server, place: str) -> None:
    """A silent server ends in the documented error, and in time."""
    server.say(silent())
    settings: dict[str, Any] = {"base_url": server.url, "http_client": None}
    options: dict[str, Any] = {"timeout": 0.2}
    if place == "client":
        settings, options = settings | options, {}
    with lasting(0.19, 0.4), pytest.raises(InferenceTimeoutError) as caught:
        call(settings, "chat_completion", MESSAGES, **options)
    found = caught.value
    assert isinstance(found, TimeoutError)
    assert isinstance(found, HTTPError)
    assert (found.limit, found.limit_s) == ("total", 0.2)
    assert found.spent_s == pytest.approx(0.2, abs=0.1)
    assert found.request is not None
    assert found.request.url.endswith("/v1/chat/completions")


@pytest.mark.parametrize(
    ("limits", "name", "stream"),
    [
        (Timeout(total=0.2), "total", False),
        (Timeout(attempt=0.2), "attempt", False),
        (Timeout(first_token=0.2), "first_token", True),
        (Timeout(total=0.2), "total", True),
    ],
)
def test_each_limit(call: Call, server: Server, limits: Timeout, name: str, stream: bool) -> None:
    """Each limit alone ends a silent call, and is named: F02."""
    server.say(Answer(pieces=[0.6], headers=STREAM) if stream else silent())
    settings = {"base_url": server.url, "timeout": limits, "max_retries": 0, "http_client": None}
    with lasting(0.19, 0.4), pytest.raises(InferenceTimeoutError, match=name) as caught:
        call(settings, "chat_completion", MESSAGES, stream=stream)
    assert caught.value.limit == name


@pytest.mark.proves("TMO-04")
@pytest.mark.parametrize("limits", [0.25, Timeout(gap=0.25)])
def test_gap(open_client: Call, server: Server, limits: Any) -> None:
    """A stream that falls silent ends at the gap, with the text so far: S09."""
    server.say(Answer(pieces=[events_of(*CHUNKS[:3]), 0.8, events_of(CHUNKS[3])], headers=STREAM), paris())
    with open_client({"base_url": server.url, "timeout": limits, "http_client": None}) as client:
        with lasting(0.24, 0.5), pytest.raises(InferenceTimeoutError) as caught:
            client("chat_completion", MESSAGES, stream=True)
        assert client.items == CHUNKS[:3]
        assert client("chat_completion", MESSAGES).choices
    assert caught.value.limit == "gap"
    assert caught.value.partial_text == "The capital is Paris."


def test_first_token_binds_streams_alone(call: Call, server: Server) -> None:
    """A client's limit for the first piece of a stream does not cut a whole answer short."""
    server.say(silent(0.3))
    limits = Timeout(first_token=0.1, gap=0.1, total=20)
    assert call({"base_url": server.url, "timeout": limits}, "chat_completion", MESSAGES).choices == []


DRIPS: list[bytes | float] = [piece for n in range(8) for piece in (events_of(chunk(f"{n}")), 0.1)]


def test_a_stream_that_keeps_coming_is_not_cut(call: Call, server: Server) -> None:
    """Seconds do not bound a stream that goes on: F01."""
    server.say(Answer(pieces=[*DRIPS, events_of(CHUNKS[3])], headers=STREAM))
    out = call({"base_url": server.url, "timeout": 0.3}, "chat_completion", MESSAGES, stream=True)
    assert len(out) == 9


def test_a_dripping_stream_and_the_total(open_client: Call, server: Server) -> None:
    """`Timeout(total=…)` bounds a stream as a whole: F01."""
    server.say(Answer(pieces=[*DRIPS, events_of(CHUNKS[3])], headers=STREAM))
    with open_client({"base_url": server.url, "timeout": Timeout(total=0.35), "http_client": None}) as client:
        with lasting(0.34, 0.5), pytest.raises(InferenceTimeoutError) as caught:
            client("chat_completion", MESSAGES, stream=True)
        assert len(client.items) in (3, 4)
    assert caught.value.limit == "total"
    assert caught.value.partial_text in ("012", "0123")


def test_first_token_with_headers_at_once(call: Call, server: Server) -> None:
    """Headers alone are no first token, nor is a comment: S07."""
    server.say(Answer(pieces=[b": ping\n\n", 0.1, b": ping\n\n", 0.1, b": ping\n\n", 0.6], headers=STREAM))
    settings = {"base_url": server.url, "timeout": Timeout(first_token=0.3), "http_client": None}
    with lasting(0.29, 0.5), pytest.raises(InferenceTimeoutError) as caught:
        call(settings, "chat_completion", MESSAGES, stream=True)
    assert caught.value.limit == "first_token"


def test_comments_fill_a_gap(call: Call, server: Server) -> None:
    """Comments keep a stream alive: they are data for the timer, never for the parser (wire facts, 10.3)."""
    pings: list[bytes | float] = [b": ping\n\n", 0.15] * 4
    server.say(Answer(pieces=[events_of(*CHUNKS[:3]), *pings, events_of(CHUNKS[3])], headers=STREAM))
    settings = {"base_url": server.url, "timeout": Timeout(gap=0.3)}
    assert call(settings, "chat_completion", MESSAGES, stream=True) == CHUNKS


@pytest.mark.proves("TMO-06")
@pytest.mark.parametrize("stream", [False, True])
def test_loading(call: Call, server: Server, stream: bool) -> None:
    """503 is waited out until the model is there."""
    loading = Answer.of({"error": "Model m is currently loading", "estimated_time": 20.0}, 503, retry_after="0.05")
    answer = Answer(events_of(*CHUNKS), headers=STREAM) if stream else paris()
    server.say(loading, loading, loading, loading, answer)
    out = call({"base_url": server.url, "max_retries": 0}, "chat_completion", MESSAGES, stream=stream)
    assert out == CHUNKS if stream else out.choices
    assert len({asked.body for asked in server.requests}) == 1
    assert len(server.requests) == 5


@pytest.mark.proves("TMO-07")
def test_loading_too_long(call: Call, server: Server) -> None:
    """503 until the limit is a timeout that keeps the answer and the server's estimate: F12."""
    server.always("POST ", error(503, "Model m is currently loading", estimated_time=20.0))
    with lasting(0.29, 0.5), pytest.raises(InferenceTimeoutError, match="loading") as caught:
        call({"base_url": server.url, "timeout": 0.3}, "chat_completion", MESSAGES)
    assert caught.value.response is not None
    assert caught.value.response.status == 503
    assert caught.value.estimated_time == 20.0
    assert len(server.requests) == 1


@pytest.mark.proves("TMO-08", "TMO-09")
@pytest.mark.parametrize("place", ["client", "call"])
@pytest.mark.parametrize("status", [503, 500])
def test_no_retry(call: Call, server: Server, status: int, place: str) -> None:
    """`retry_on_error=False` gives the error at once."""
    server.say(error(status, "loading", estimated_time=20.0))
    settings: dict[str, Any] = {"base_url": server.url}
    options: dict[str, Any] = {"retry_on_error": False}
    if place == "client":
        settings, options = settings | options, {}
    with pytest.raises(InternalServerError) as caught:
        call(settings, "chat_completion", MESSAGES, **options)
    assert caught.value.status_code == status
    assert len(server.requests) == 1


@pytest.mark.proves("TMO-10")
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(call: Call, server: Server, status: int) -> None:
    """The server's own word for the pause is honoured: S01."""
    server.say(Answer.of({"error": "busy"}, status, retry_after="0.3"), paris())
    with lasting(0.3, 0.8):
        assert call({"base_url": server.url}, "chat_completion", MESSAGES).choices
    assert len(server.requests) == 2


def test_retry_after_beyond_the_limit(call: Call, server: Server) -> None:
    """A pause that does not fit is not begun: the refusal itself is raised."""
    server.say(Answer.of({"error": "busy"}, 429, retry_after="60"))
    with lasting(0, 0.3), pytest.raises(RateLimitError):
        call({"base_url": server.url, "timeout": 1}, "chat_completion", MESSAGES)


@pytest.mark.proves("TMO-11")
@pytest.mark.parametrize("kind", ["bytes", "file", "stream", "path"])
def test_the_same_body_again(call: Call, server: Server, tmp_path: Path, kind: str) -> None:
    """A second attempt sends the same bytes, whatever they were read from."""
    data = b"fLaC" + bytes(range(256)) * 40
    (tmp_path / "a.flac").write_bytes(data)
    server.say(Answer.of({"error": "loading"}, 503, retry_after="0.01"), Answer.of({"text": "hello"}))
    with (tmp_path / "a.flac").open("rb") as file:
        given: Any = {"bytes": data, "file": file, "stream": io.BytesIO(data), "path": tmp_path / "a.flac"}[kind]
        assert call({"base_url": server.url}, "automatic_speech_recognition", given) == "hello"
    assert [asked.body == data for asked in server.requests] == [True, True]


def test_sum_over_attempts(call: Call, server: Server) -> None:
    """Slow refusals and pauses share one budget: F03."""
    server.always("POST ", Answer(pieces=[0.15, b"{}"], status=500, headers={"retry-after": "0.05"}))
    settings = {"base_url": server.url, "timeout": 0.5, "max_retries": 100, "http_client": None}
    with lasting(0.3, 0.65), pytest.raises((InferenceTimeoutError, InternalServerError)):
        call(settings, "chat_completion", MESSAGES)
    assert 2 <= len(server.requests) <= 4


def test_hub_counts(call: Call, server: Server) -> None:
    """The look-up at the Hub is part of the budget: F18."""
    server.always("GET huggingface.co/api/models/", Answer(pieces=[0.8, b"{}"]))
    settings = {"model": "org/m", "provider": "groq", "api_key": "hf_1", "timeout": 0.2}
    with lasting(0.19, 0.4), pytest.raises(InferenceTimeoutError):
        call(settings, "chat_completion", MESSAGES)


def test_download_counts(call: Call, server: Server) -> None:
    """The download of an input is part of the budget."""
    server.always("GET ", Answer(pieces=[0.8, b"fLaC"]))
    with lasting(0.19, 0.4), pytest.raises(InferenceTimeoutError):
        call({"base_url": server.url, "timeout": 0.2}, "automatic_speech_recognition", f"{server.url}/a.flac")


def test_a_stream_is_never_retried_once_it_has_begun(open_client: Call, server: Server) -> None:
    """After the first chunk there is no second attempt."""
    server.say(Answer(pieces=[events_of(*CHUNKS[:2])], headers=STREAM, is_cut=True), paris())
    with open_client({"base_url": server.url}) as client, pytest.raises(Exception, match="broke off"):
        client("chat_completion", MESSAGES, stream=True)
    assert len(server.requests) == 1


@pytest.mark.parametrize("limits", [float("inf"), 1e10, Timeout(1e10, 1e10, 1e10, 1e10, 1e10)])
@pytest.mark.parametrize("stream", [False, True])
def test_very_long(call: Call, server: Server, limits: Any, stream: bool) -> None:
    """A limit beyond all clocks is as good as none."""
    server.say(Answer(pieces=[events_of(*CHUNKS)], headers=STREAM) if stream else paris())
    settings = {"base_url": server.url, "timeout": limits, "http_client": None}
    assert call(settings, "chat_completion", MESSAGES, stream=stream)


@pytest.mark.parametrize("event", [b": ping\n\n" * 500, events_of(chunk("word ")) * 100], ids=["comments", "words"])
def test_a_flood_and_the_total(call: Call, event: bytes) -> None:
    """A server that sends faster than anybody reads cannot stretch the limit either."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin("Content-Type: text/event-stream")
        while True:
            peer.chunk(event * 20)

    with RawServer(talk) as raw:
        settings = {"base_url": raw.url, "timeout": Timeout(total=0.5), "http_client": None}
        with lasting(0.49, 4), pytest.raises(InferenceTimeoutError) as caught:
            call(settings, "chat_completion", MESSAGES, stream=True)
    assert caught.value.limit == "total"
