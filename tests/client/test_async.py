"""The async client: the same names and signatures, a loop that is never blocked, connections that are freed."""

from __future__ import annotations

import asyncio
import gc
import inspect
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, chunk, events, events_of, mapping, paris

from contract.server import Answer, Server
from infermux import AsyncInferenceClient, HubApiError, InferenceClient, tasks
from loopback.server import Peer
from loopback.server import Server as RawServer

NAMES = [name for name in dir(InferenceClient) if not name.startswith("_")]


@pytest.mark.proves("ASY-01")
@pytest.mark.parametrize("name", NAMES)
def test_signature(name: str) -> None:
    """Every public name of the sync client is in the async one, with the same parameters, defaults and words."""
    one, other = getattr(InferenceClient, name), getattr(AsyncInferenceClient, name)
    if not callable(one):
        assert isinstance(other, type(one))
        return
    assert list(inspect.signature(one).parameters.values()) == list(inspect.signature(other).parameters.values())
    assert one.__doc__ == other.__doc__ or name == "close"
    if hasattr(tasks, name):
        assert inspect.iscoroutinefunction(other)
        assert inspect.signature(one).return_annotation == inspect.signature(other).return_annotation


@pytest.mark.proves("ASY-01")
def test_nothing_more() -> None:
    """The async client has no public name of its own."""
    assert [name for name in dir(AsyncInferenceClient) if not name.startswith("_")] == NAMES


@pytest.mark.proves("ASY-02")
def test_constructor() -> None:
    """Both are made with the same arguments."""
    assert inspect.signature(InferenceClient) == inspect.signature(AsyncInferenceClient)


@pytest.mark.proves("ASY-06")
def test_extra() -> None:
    """The extra that the documents install exists."""
    assert "inference" in (metadata("infermux").get_all("Provides-Extra") or [])


@pytest.mark.proves("ASY-07")
def test_import_without_aiohttp() -> None:
    """The package is imported, and its sync client made, without aiohttp."""
    code = (
        "import sys; sys.modules['aiohttp'] = None\n"
        "import infermux; infermux.InferenceClient('http://h'); infermux.AsyncInferenceClient('http://h')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)


async def heartbeat(work: Awaitable[Any]) -> tuple[Any, float]:
    """The result of some work, and the longest time that the loop stood still meanwhile."""
    longest, last = 0.0, time.monotonic()
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return await task, longest


class TestLoop:
    """Nothing blocks the loop (U5)."""

    @pytest.fixture
    def big(self, tmp_path: Path) -> Path:
        """A file that takes a moment to read."""
        path = tmp_path / "big.flac"
        path.write_bytes(b"fLaC" + bytes(30_000_000))
        return path

    def test_waiting(self, server: Server) -> None:
        """Not the wait for an answer, for a loading model, nor for another attempt."""
        server.say(
            Answer(pieces=[0.4, b"{}"], status=500, headers={"retry-after": "0.4"}),
            Answer.of({"error": "loading"}, 503, retry_after="0.4"),
            Answer(pieces=[0.4, paris().body]),
        )

        async def main() -> None:
            async with AsyncInferenceClient(base_url=server.url) as client:
                out, longest = await heartbeat(client.chat_completion(MESSAGES))
            assert out.choices[0].message.content
            assert longest < 0.2

        asyncio.run(main())

    def test_download(self, server: Server) -> None:
        """Not the download of an input, nor the look-up at the Hub."""
        server.always("GET ", Answer(pieces=[0.4, b"fLaC"]))
        server.always("POST ", Answer(pieces=[0.4, b'{"text": "hello"}']))

        async def main() -> None:
            async with AsyncInferenceClient(base_url=server.url) as client:
                out, longest = await heartbeat(client.automatic_speech_recognition(f"{server.url}/a.flac"))
            assert out == "hello"
            assert longest < 0.2

        asyncio.run(main())

    def test_slow_file(self, server: Server, tmp_path: Path) -> None:
        """Not the reading of a file, however slow its disk is."""
        server.always("POST ", Answer.of({"text": "hello"}))

        class Slow:
            name = "a.flac"

            def read(self) -> bytes:
                time.sleep(0.5)
                return b"fLaC"

        async def main() -> None:
            async with AsyncInferenceClient(base_url=server.url) as client:
                _, longest = await heartbeat(client.automatic_speech_recognition(Slow()))  # type: ignore[arg-type]
            assert longest < 0.2

        asyncio.run(main())

    def test_callable_key(self, server: Server) -> None:
        """A key may be a plain function; it is asked once for each call."""
        server.always("POST ", paris())
        asked: list[int] = []

        def key() -> str:
            asked.append(1)
            return "key"

        async def main() -> None:
            async with AsyncInferenceClient(base_url=server.url, api_key=key) as client:
                await asyncio.gather(*(client.chat_completion(MESSAGES) for _ in range(3)))

        asyncio.run(main())
        assert len(asked) == 3


@pytest.mark.proves("ASY-10")
def test_hundred_at_once(server: Server) -> None:
    """A hundred calls on one client run at the same time, each with its own answer."""

    def echo(asked: Any) -> Answer:
        said = {"choices": [{"index": 0, "message": {"content": asked.json["messages"][0]["content"]}}]}
        return Answer(pieces=[0.2, Answer.of(said).body], headers={"content-type": "application/json"})

    server.always("POST ", echo)

    async def one(client: AsyncInferenceClient, n: int) -> str | None:
        out = await client.chat_completion([{"role": "user", "content": f"{n}"}])
        return out.choices[0].message.content

    async def main() -> float:
        async with AsyncInferenceClient(base_url=server.url) as client:
            start = time.monotonic()
            found = await asyncio.gather(*(one(client, n) for n in range(100)))
            spent = time.monotonic() - start
        assert found == [f"{n}" for n in range(100)]
        return spent

    assert asyncio.run(main()) < 4


def test_one_lookup_in_flight(server: Server) -> None:
    """Calls that need the same look-up at the same time wait for one (wire facts, 3)."""
    server.always("GET huggingface.co/api/models/", Answer(pieces=[0.1, mapping(groq="g").body]))
    server.always("POST ", paris())

    async def main() -> None:
        settings = {"provider": "groq", "api_key": "hf_1", "http_client": server.async_transport}
        async with AsyncInferenceClient("org/m", **settings) as client:  # type: ignore[arg-type]
            await asyncio.gather(*(client.chat_completion(MESSAGES) for _ in range(10)))

    asyncio.run(main())
    assert [asked.method for asked in server.requests].count("GET") == 1


@pytest.mark.parametrize(("status", "most"), [(404, 2), (500, 4)])
def test_one_lookup_that_fails(server: Server, status: int, most: int) -> None:
    """Calls that wait for a look-up that fails have its error, and do not each ask again; a later call does."""
    server.always("GET huggingface.co/api/models/", Answer(status=status, pieces=[0.1, b'{"error": "no model"}']))
    server.always("POST ", paris())

    async def main() -> None:
        settings = {"provider": "groq", "api_key": "hf_1", "http_client": server.async_transport}
        async with AsyncInferenceClient("org/m", **settings) as client:  # type: ignore[arg-type]
            calls = (client.chat_completion(MESSAGES) for _ in range(20))
            found = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(error, HubApiError) and "no model" in str(error) for error in found)
            assert len({id(error) for error in found}) == 20
            server.always("GET huggingface.co/api/models/", mapping(groq="g"))
            assert (await client.chat_completion(MESSAGES)).choices

    asyncio.run(main())
    assert [asked.method for asked in server.requests].count("GET") <= most


def test_stale_mapping_of_a_silent_hub(server: Server) -> None:
    """A hundred calls with an old answer look at a silent Hub once, for three seconds, and are answered: F18."""
    server.always("GET huggingface.co/api/models/", mapping(groq="g"))
    server.always("POST ", paris())

    async def main() -> float:
        settings = {"provider": "groq", "api_key": "hf_1", "http_client": server.async_transport}
        async with AsyncInferenceClient("org/m", **settings) as client:  # type: ignore[arg-type]
            await client.chat_completion(MESSAGES)
            for name, (then, told) in list(client._memory.found.items()):
                client._memory.put(name, then - 10_000, told)
            server.always("GET huggingface.co/api/models/", Answer(pieces=[20.0, b""]))
            started = time.monotonic()
            with pytest.warns(UserWarning, match="Hub"):
                await asyncio.gather(*(client.chat_completion(MESSAGES) for _ in range(100)))
            return time.monotonic() - started

    assert asyncio.run(main()) < 6
    assert [asked.method for asked in server.requests].count("GET") == 2


@pytest.mark.proves("ASY-10")
def test_thirty_two_threads(server: Server) -> None:
    """The sync client is shared by threads: F15."""
    server.always("POST ", paris())
    found: list[str | None] = []
    with InferenceClient(base_url=server.url) as client:

        def work() -> None:
            found.extend(client.chat_completion(MESSAGES).choices[0].message.content for _ in range(3))

        threads = [threading.Thread(target=work) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["The capital of France is Paris."] * 96


class Waiting:
    """A server that takes a request and waits for the client to close."""

    def __init__(self, begin: bool) -> None:
        self.freed: list[bool] = []
        self.asked = threading.Event()
        self.done = threading.Event()
        self._begin = begin

    def __call__(self, peer: Peer) -> None:
        """Talk to one connection."""
        peer.request()
        if self._begin:
            peer.begin("Content-Type: text/event-stream")
            peer.chunk(events_of(chunk("a")))
        self.asked.set()
        self.freed.append(peer.wait_for_end())
        self.done.set()


@pytest.mark.proves("ASY-11")
@pytest.mark.parametrize("stream", [False, True])
def test_cancelled_task(stream: bool) -> None:
    """A cancelled task closes its connection at once."""
    talk = Waiting(begin=False)

    async def main(url: str) -> None:
        async with AsyncInferenceClient(base_url=url) as client:
            task = asyncio.create_task(client.chat_completion(MESSAGES, stream=stream))
            await asyncio.to_thread(talk.asked.wait, 2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(talk.done.wait, 1)

    with RawServer(talk) as raw:
        asyncio.run(main(raw.url))
    assert talk.freed == [True]


def test_cancelled_by_a_timeout_of_the_caller() -> None:
    """`asyncio.wait_for` around a call raises its own error, and closes the connection."""
    talk = Waiting(begin=False)

    async def main(url: str) -> None:
        async with AsyncInferenceClient(base_url=url, timeout=5) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.chat_completion(MESSAGES), 0.2)
            assert await asyncio.to_thread(talk.done.wait, 1)

    with RawServer(talk) as raw:
        asyncio.run(main(raw.url))
    assert talk.freed == [True]


@pytest.mark.proves("ASY-08")
@pytest.mark.parametrize("way", ["with", "close"])
def test_closing(way: str) -> None:
    """Leaving the block, or `close`, closes the connections of unfinished streams."""
    talk = Waiting(begin=True)

    async def main(url: str) -> None:
        client = AsyncInferenceClient(base_url=url)
        stream = await client.chat_completion(MESSAGES, stream=True)
        assert (await stream.__anext__()).choices[0].delta.content == "a"
        if way == "with":
            async with client:
                pass
        else:
            await client.close()
        assert await asyncio.to_thread(talk.done.wait, 1)

    with RawServer(talk) as raw:
        asyncio.run(main(raw.url))
    assert talk.freed == [True]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_second_loop(server: Server) -> None:
    """A client is used on one loop after another: F15."""
    server.always("POST ", paris())
    client = AsyncInferenceClient(base_url=server.url)

    for _ in range(3):
        assert asyncio.run(client.chat_completion(MESSAGES)).choices
    asyncio.run(client.close())


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_loops_are_let_go(server: Server) -> None:
    """A client that outlives many loops keeps only the last ones, of which something may still be closing."""
    server.always("GET huggingface.co/", mapping(groq="g"))
    server.always("POST api.groq.com/", paris())
    client = AsyncInferenceClient(provider="groq", api_key="gsk_1", http_client=server.async_transport)
    loops = list[weakref.ref[asyncio.AbstractEventLoop]]()

    async def ask(model: str) -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await client.chat_completion(MESSAGES, model=model)

    for count in range(9):
        asyncio.run(ask(f"org/m{count}"))
    gc.collect()
    assert sum(loop() is not None for loop in loops) <= 2


def test_nothing_is_left(server: Server) -> None:
    """After closing there is no task left on the loop."""
    server.always("POST ", events(*CHUNKS))

    async def main() -> None:
        async with AsyncInferenceClient(base_url=server.url) as client:
            for _ in range(3):
                async for _ in await client.chat_completion(MESSAGES, stream=True):
                    break
        await asyncio.sleep(0.05)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    gc.collect()


def test_create_task(server: Server) -> None:
    """A method gives a coroutine, that a task can be made of."""
    server.say(paris())

    async def main() -> None:
        async with AsyncInferenceClient(base_url=server.url) as client:
            call: Callable[..., Any] = client.chat_completion
            out = await asyncio.create_task(call(MESSAGES))
            assert out.choices

    asyncio.run(main())
