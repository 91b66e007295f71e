"""Connections: kept, replaced when stale, freed when left, never shared by accident."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from infermux.flow import Cut, Dropped, Expired, Failure, Limits, Request, Stopped
from infermux.transport.aio import AiohttpTransport
from infermux.transport.http import HTTPTransport

from .callers import Caller, soon
from .server import Peer, Server, comes_true, polite


def one_answer(peer: Peer) -> None:
    """Promise to keep the connection, and close it after one answer."""
    if peer.request():
        peer.answer(b"one")


def sockets() -> int:
    count = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{name}").startswith("socket:")
        except OSError:
            continue
    return count


def test_stale_connection_is_replaced(own: Caller) -> None:
    """A kept connection that the server has closed is not used."""
    with Server(one_answer) as server:
        for _ in range(3):
            assert own.send(Request("POST", server.url, {}, b"x")).body == b"one"
            time.sleep(0.05)
        assert server.connections == 3


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_connection_dropped_on_use_is_replaced_once(own: Caller, how: str) -> None:
    """When a kept connection is lost with the request just sent, the request goes out once more on a new one."""
    asked: list[bytes] = []

    def talk(peer: Peer) -> None:
        seen = peer.request()
        assert seen is not None
        asked.append(seen.body)
        peer.answer(b"first")
        again = peer.request()
        if again is not None:
            asked.append(again.body)
            if how == "reset":
                peer.reset()

    with Server(talk) as server:
        assert own.send(Request("POST", server.url, {}, b"1")).body == b"first"
        assert own.send(Request("POST", server.url, {}, b"2")).body == b"first"
        assert asked == [b"1", b"2", b"2"]
        assert server.connections == 2


def test_second_drop_is_told(own: Caller) -> None:
    """When the new connection is lost as well, the request is not sent a third time."""
    kind = iter(["answer", "drop", "drop"])

    def talk(peer: Peer) -> None:
        while peer.request() and next(kind) == "answer":
            peer.answer(b"x")

    with Server(talk) as server:
        own.send(Request("POST", server.url, {}, b"1"))
        with pytest.raises(Dropped):
            own.send(Request("POST", server.url, {}, b"2"))
        assert len(server.requests) == 3


def test_no_second_sending_after_a_part_of_the_answer(own: Caller) -> None:
    """A kept connection that is lost within an answer's head is a failure: the server has acted."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.answer(b"x")
        peer.request()
        peer.send("HTTP/1.1 200 OK\r\nX-Half: ")

    with Server(talk) as server:
        own.send(Request("POST", server.url, {}, b"1"))
        with pytest.raises(Dropped):
            own.send(Request("POST", server.url, {}, b"2"))
        assert len(server.requests) == 2


@pytest.mark.parametrize("wish", ["Connection: close", "Connection: Close, X-A"])
def test_server_that_wants_to_close(own: Caller, wish: str) -> None:
    """A connection that the server will close is not kept."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.answer(b"x", wish)
        peer.wait_for_end()

    with Server(talk) as server:
        for _ in range(2):
            assert own.send(Request("GET", server.url)).body == b"x"
        assert server.connections == 2


def test_answer_longer_than_announced(own: Caller) -> None:
    """Bytes right behind the announced end are a failure."""

    def talk(peer: Peer) -> None:
        if peer.request():
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234567")

    with Server(talk) as server, pytest.raises(Cut):
        own.send(Request("GET", server.url))


def test_answer_that_nobody_asked_for(own: Caller) -> None:
    """A second answer that comes later is not taken for that of the next request."""

    def talk(peer: Peer) -> None:
        while peer.request():
            peer.answer(b"right")
            time.sleep(0.03)
            peer.answer(b"wrong")

    with Server(talk) as server:
        for _ in range(3):
            assert own.send(Request("GET", server.url)).body == b"right"
            time.sleep(0.06)
            own.settle()
        assert server.connections == 3


def test_many_threads_share_a_transport() -> None:
    """Each of 32 threads gets its own answers from one blocking transport."""
    transport = HTTPTransport()

    def work(name: int) -> bool:
        return all(
            transport.send(Request("POST", server.url, {}, b"%d %d" % (name, n)), soon(20)).body == b"%d %d" % (name, n)
            for n in range(20)
        )

    with Server(polite) as server, ThreadPoolExecutor(32) as pool:
        assert all(pool.map(work, range(32)))
        assert server.connections <= 32
    transport.close()


def test_many_tasks_share_a_transport() -> None:
    """Each of 64 tasks gets its own answers from one transport."""

    async def main() -> None:
        transport = AiohttpTransport()

        async def work(name: int) -> bool:
            bodies = [b"%d %d" % (name, n) for n in range(10)]
            return all([(await transport.send(Request("POST", url, {}, b), soon(20))).body == b for b in bodies])

        assert all(await asyncio.gather(*map(work, range(64))))
        await transport.close()

    with Server(polite) as server:
        url = server.url
        asyncio.run(main())
        assert server.connections <= 64


def test_fork_gets_connections_of_its_own() -> None:
    """After a fork the child calls on a connection of its own, and the parent's goes on working."""
    transport = HTTPTransport()
    with Server(polite) as server:
        body = transport.open(Request("POST", server.url, {}, b"half"), soon())
        assert transport.send(Request("POST", server.url, {}, b"parent"), soon()).body == b"parent"
        child = os.fork()
        if child == 0:
            try:
                well = transport.send(Request("POST", server.url, {}, b"child"), soon()).body == b"child"
                os._exit(0 if well else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert transport.send(Request("POST", server.url, {}, b"again"), soon()).body == b"again"
        assert body.read() == b"half"
        assert server.connections == 3
    transport.close()


def endless(peer: Peer) -> None:
    if peer.request():
        peer.begin()
        peer.chunk(b"data: 1\n\n")
        peer.wait_for_end()


def test_abandoned_streams_leave_no_socket(make: Callable[..., Caller]) -> None:
    """Two hundred streams that are dropped without a word leave no socket behind."""
    caller = make()
    before = sockets()
    with Server(endless) as server:
        for _ in range(200):
            body = caller.open(Request("GET", server.url))
            assert body.read() == b"data: 1\n\n"
            del body
        gc.collect()
        caller.settle()
        server.stop()
        assert comes_true(lambda: sockets() <= before)


def test_cancelled_task_closes_its_connection() -> None:
    """A task that is cancelled while it waits for an answer, or for a piece of one, leaves no connection."""
    ended: list[bool] = []

    def talk(peer: Peer) -> None:
        seen = peer.request()
        assert seen is not None
        if seen.line.startswith("POST"):
            peer.begin()
            peer.chunk(b"1")
        ended.append(peer.wait_for_end())

    async def main() -> None:
        transport = AiohttpTransport()
        for method in ("GET", "POST"):
            task = asyncio.ensure_future(transport.send(Request(method, url), soon()))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.05)
            assert comes_true(lambda: ended == [True])
            ended.clear()
        await transport.close()

    with Server(talk) as server:
        url = server.url
        asyncio.run(main())


def test_second_event_loop() -> None:
    """One transport works in one `asyncio.run` after another, and leaves nothing open in between."""
    transport = AiohttpTransport()
    before = sockets()

    async def main() -> bytes:
        return (await transport.send(Request("POST", url, {}, b"hi"), soon())).body

    with Server(polite) as server:
        url = server.url
        for _ in range(3):
            assert asyncio.run(main()) == b"hi"
        assert server.connections == 3
    assert sockets() == before
    asyncio.run(transport.close())


def test_closing_ends_what_is_open(own: Caller) -> None:
    """Closing a transport closes unfinished answers, can be repeated, and ends its use."""
    ended = threading.Event()

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin()
        peer.chunk(b"1")
        if peer.wait_for_end():
            ended.set()

    with Server(talk) as server:
        body = own.open(Request("GET", server.url))
        assert body.read() == b"1"
        for _ in range(2):
            if hasattr(own, "run"):
                own.run(own.transport.close())
            else:
                own.transport.close()
        own.settle()
        assert ended.wait(2)
        with pytest.raises(Cut):
            body.read()
        with pytest.raises(RuntimeError, match="closed"):
            own.send(Request("GET", server.url))
        body.close()


def test_closing_wakes_a_waiting_thread() -> None:
    """A thread that waits for an answer is told when another one closes the transport."""
    transport = HTTPTransport()
    with Server(lambda peer: peer.request() and peer.wait_for_end()) as server, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(transport.send, Request("GET", server.url), soon(10))
        while not server.requests:
            time.sleep(0.01)
        transport.close()
        with pytest.raises(Failure):
            waiting.result(2)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the system does not show the open sockets")
@pytest.mark.parametrize("how", ["deadline", "stopped"])
def test_upload_that_is_given_up_leaves_no_socket(own: Caller, how: str) -> None:
    """A body that nobody reads holds its connection no longer than the exchange."""
    done, stop = threading.Event(), threading.Event()
    with Server(lambda peer: done.wait(20)) as server:
        before = sockets()
        threading.Timer(0.2, stop.set).start()
        limits = Limits(None, time.monotonic() + (0.2 if how == "deadline" else 10), stop.is_set)
        with pytest.raises((Expired, Stopped)):
            own.send(Request("POST", server.url, {}, bytes(30_000_000)), limits)
        own.settle()
        # What is left is the server's end.
        assert sockets() - before == 1
        done.set()
