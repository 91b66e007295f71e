"""`cancel=`: an event of the caller's stops a call, and its connection is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from infermux import InferenceCancelledError, InputError
from infermux.sandbox import Sandbox
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]

TALK = [{"role": "user", "content": "Hello"}]


def soon() -> threading.Event:
    """An event that is set in a moment."""
    event = threading.Event()
    threading.Timer(0.2, event.set).start()
    return event


@pytest.mark.proves("JSO-04")
@pytest.mark.parametrize("stream", [False, True])
def test_while_waiting(call: Call, stream: bool) -> None:
    """A call that waits for its answer is stopped, and the server sees its connection close."""
    ended: list[bool] = []
    heard = threading.Event()

    def silent(peer: Peer) -> None:
        peer.request()
        ended.append(peer.wait_for_end())
        heard.set()

    with RawServer(silent) as raw, pytest.raises(InferenceCancelledError, match="cancel"):
        call({"base_url": raw.url, "http_client": None}, "chat_completion", TALK, stream=stream, cancel=soon())
    assert heard.wait(5)
    assert ended == [True]


@pytest.mark.proves("JSO-04")
def test_within_a_stream(open_client: Call) -> None:
    """A stream that has begun is stopped between two chunks; what came is kept on the error."""
    with Sandbox(fault="S09:20") as box, open_client({"base_url": box.url, "http_client": None}) as client:
        words = [{"role": "user", "content": "Say: " + " ".join(f"w{number}" for number in range(60))}]
        with pytest.raises(InferenceCancelledError) as caught:
            client("chat_completion", words, stream=True, cancel=soon())
        assert caught.value.partial_text


def test_while_a_model_loads(call: Call) -> None:
    """The pause before another attempt is cut short."""
    began = time.monotonic()
    with Sandbox(fault="loading:30") as box, pytest.raises(InferenceCancelledError):
        call({"base_url": box.url, "http_client": None}, "chat_completion", TALK, cancel=soon())
    assert time.monotonic() - began < 10


def test_set_before(call: Call, server: Any) -> None:
    """Nothing is sent where the event is set already."""
    event = threading.Event()
    event.set()
    with pytest.raises(InferenceCancelledError):
        call({"base_url": server.url}, "chat_completion", TALK, cancel=event)
    assert server.requests == []


def test_not_needed(call: Call) -> None:
    """An event that is never set changes nothing."""
    with Sandbox() as box:
        settings = {"base_url": box.url, "http_client": None}
        out = call(settings, "chat_completion", TALK, cancel=threading.Event())
        chunks = call(settings, "chat_completion", TALK, stream=True, cancel=threading.Event())
    assert out.choices[0].message.content == "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def test_no_event(call: Call, server: Any) -> None:
    """What cannot be set is refused."""
    with pytest.raises(InputError, match="is_set"):
        call({"base_url": server.url}, "chat_completion", TALK, cancel=5)
