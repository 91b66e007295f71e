"""`cancel=`: an event of the caller's stops a call, and its connection is closed."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest
from saying import mapping

from contract.server import Answer
from infermux import AsyncInferenceClient, InferenceCancelledError, InputError
from infermux.sandbox import Sandbox
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]

TALK = [{"role": "user", "content": "Hello"}]
LONG = [{"role": "user", "content": "Say: " + " ".join(f"w{number}" for number in range(60))}]


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
        with pytest.raises(InferenceCancelledError) as caught:
            client("chat_completion", LONG, stream=True, cancel=soon())
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


def test_while_sending(call: Call) -> None:
    """A long body that nobody reads is given up."""
    done = threading.Event()
    with RawServer(lambda peer: done.wait(20)) as raw:
        settings = {"base_url": raw.url, "http_client": None, "timeout": 10}
        with pytest.raises(InferenceCancelledError):
            call(settings, "automatic_speech_recognition", b"fLaC" * 10_000_000, cancel=soon())
        done.set()


def test_while_connecting(call: Call) -> None:
    """A connection that nobody accepts is given up."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(InferenceCancelledError):
            call({"base_url": url, "http_client": None, "timeout": 10}, "chat_completion", TALK, cancel=soon())


def test_while_another_call_asks_the_hub(open_client: Call, server: Any) -> None:
    """A call that waits for the Hub's answer to another one is given up by itself; the other goes on."""
    server.always("GET huggingface.co/", Answer(pieces=[1.0, mapping(groq="llama").body]))
    server.always("POST ", Answer.of({"choices": []}))
    with open_client({"provider": "groq", "api_key": "gsk_1", "model": "org/m"}) as client:
        if client.kind == "sync":
            other = threading.Thread(target=client, args=("chat_completion", TALK))
            other.start()
            time.sleep(0.1)
            with pytest.raises(InferenceCancelledError):
                client("chat_completion", TALK, cancel=soon())
            other.join()
        else:

            async def both() -> list[Any]:
                ask = client.client.chat_completion
                return await asyncio.gather(ask(TALK), ask(TALK, cancel=soon()), return_exceptions=True)

            first, second = client.run(both())
            assert first.choices == []
            assert isinstance(second, InferenceCancelledError)


@pytest.mark.parametrize("package", [httpx, httpx2])
@pytest.mark.parametrize("stream", [False, True])
def test_with_a_client_of_ones_own(package: Any, stream: bool) -> None:
    """A client of httpx for event loops is stopped as well."""

    async def main(url: str) -> None:
        async with package.AsyncClient() as own:
            client = AsyncInferenceClient(base_url=url, http_client=own)
            answer: Any = await client.chat_completion(LONG, stream=stream, cancel=soon())
            async for _ in answer:
                pass

    with Sandbox(fault="S09:20" if stream else "S06") as box, pytest.raises(InferenceCancelledError):
        asyncio.run(main(box.url))
