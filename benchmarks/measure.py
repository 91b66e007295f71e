"""One measurement in a process of its own: `measure.py LIBRARY MEASURE URL COUNT` prints one number.

Time is the CPU time of this process, user and system. Nothing is imported here before it is needed, as imports are
measured too.
"""

from __future__ import annotations

import sys
from time import process_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    Ask = Callable[..., Any]

MESSAGES = [{"role": "user", "content": "What is the capital of France?"}]
AT_ONCE = 64


def load(library: str) -> tuple[Any, Any]:
    """Import what makes the blocking and the async calls of a library."""
    if library == "infermux":
        import infermux

        return infermux.InferenceClient, infermux.AsyncInferenceClient
    if library == "huggingface_hub":
        import huggingface_hub

        return huggingface_hub.InferenceClient, huggingface_hub.AsyncInferenceClient
    if library == "openai":
        import openai

        return openai.OpenAI, openai.AsyncOpenAI
    import litellm

    return litellm.completion, litellm.acompletion


def asker(library: str, made_by: Any, url: str) -> Ask:
    """One function that chats with the server, whatever the library calls it."""
    if library == "litellm":

        def ask(**options: Any) -> Any:
            return made_by(model="openai/m", api_base=url + "/v1", api_key="key", messages=MESSAGES, **options)

        return ask
    if library == "openai":
        create = made_by(base_url=url + "/v1", api_key="key").chat.completions.create
        return lambda **options: create(model="m", messages=MESSAGES, **options)
    chat = made_by(model=url, token="key").chat_completion
    return lambda **options: chat(MESSAGES, **options)


def drained(ask: Ask) -> int:
    """Read a stream to its end, and count the chunks with text."""
    return sum(bool(chunk.choices[0].delta.content) for chunk in ask(stream=True))


async def drained_async(ask: Ask) -> int:
    count = 0
    async for chunk in await ask(stream=True):
        count += bool(chunk.choices[0].delta.content)
    return count


# Each measure takes the library, the URL of the server and how often to do it.


def imports(library: str, _: str, __: int) -> float:
    """Milliseconds to import both clients."""
    began = process_time()
    load(library)
    return (process_time() - began) * 1e3


def first_call(library: str, url: str, _: int) -> float:
    """Milliseconds from the import to the first answer."""
    began = process_time()
    blocking, _unused = load(library)
    assert asker(library, blocking, url)().choices[0].message.content
    return (process_time() - began) * 1e3


def first_async_call(library: str, url: str, _: int) -> float:
    """Milliseconds from the import to the first awaited answer."""
    began = process_time()
    import asyncio

    async def main() -> None:
        _unused, awaited = load(library)
        assert (await asker(library, awaited, url)()).choices[0].message.content

    asyncio.run(main())
    return (process_time() - began) * 1e3


def memory(library: str, _: str, __: int) -> float:
    """Megabytes resident after the import."""
    load(library)
    return resident()


def calls(library: str, url: str, count: int) -> float:
    """Microseconds a call, one after the other."""
    ask = asker(library, load(library)[0], url)
    for _ in range(20):
        assert ask().choices[0].message.content
    began = process_time()
    for _ in range(count):
        _ = ask().choices[0].message.content
    return (process_time() - began) / count * 1e6


def async_calls(library: str, url: str, count: int) -> float:
    """Microseconds a call, 64 at once."""

    async def measure(ask: Ask) -> float:
        async def some() -> None:
            for _ in range(count // AT_ONCE):
                assert (await ask()).choices[0].message.content

        await together(some, AT_ONCE)
        began = process_time()
        await together(some, AT_ONCE)
        return (process_time() - began) / (count // AT_ONCE * AT_ONCE) * 1e6

    return on_a_loop(library, url, measure)


def stream(library: str, url: str, count: int) -> float:
    """Microseconds a chunk, one stream after the other."""
    ask = asker(library, load(library)[0], url)
    assert drained(ask)
    began = process_time()
    chunks = sum(drained(ask) for _ in range(count))
    return (process_time() - began) / chunks * 1e6


def async_stream(library: str, url: str, count: int) -> float:
    """Microseconds a chunk, `count` streams at once."""

    async def measure(ask: Ask) -> float:
        assert await drained_async(ask)
        began = process_time()
        chunks: int = sum(await together(lambda: drained_async(ask), count))
        return (process_time() - began) / chunks * 1e6

    return on_a_loop(library, url, measure)


def jobs(library: str, url: str, count: int) -> float:
    """Seconds until so many two-second jobs of fal's queue, awaited together, are done."""
    return queued(library, url, count)[0]


def stall(library: str, url: str, count: int) -> float:
    """The longest that the event loop stood still meanwhile, in milliseconds."""
    return queued(library, url, count)[1]


def queued(library: str, url: str, count: int) -> tuple[float, float]:
    import asyncio
    import os
    from time import perf_counter

    os.environ["HF_ENDPOINT"] = os.environ["INFERMUX_SANDBOX"] = url
    awaited = load(library)[1]
    if library == "huggingface_hub":
        from huggingface_hub.inference._providers import _common

        _common.constants.INFERENCE_PROXY_TEMPLATE = url + "/{provider}"

    async def main() -> tuple[float, float]:
        longest = 0.0

        async def watch() -> None:
            nonlocal longest
            while True:
                before = perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, perf_counter() - before - 0.001)

        async with awaited(provider="fal-ai", api_key="hf_benchmark") as client:
            await client.text_to_video("one", model="org/m")
            watching = asyncio.create_task(watch())
            began = perf_counter()
            films = await together(lambda: client.text_to_video("many", model="org/m"), count)
            spent = perf_counter() - began
            watching.cancel()
        assert all(len(film) == 16 for film in films)
        return spent, longest * 1e3

    return asyncio.run(main())


def growth(library: str, url: str, count: int) -> float:
    """Megabytes by which the process has grown after so many calls."""
    ask = asker(library, load(library)[0], url)
    for _ in range(200):
        assert len(ask().choices[0].message.content) >= 100_000
    before = resident()
    for _ in range(count):
        ask()
    return max(resident() - before, 0.0)


def sockets(library: str, url: str, count: int) -> float:
    """Sockets still open after so many streams were left at their first chunk."""
    ask = asker(library, load(library)[0], url)
    before = open_sockets()
    for _ in range(count):
        for _chunk in ask(stream=True):
            break
    return open_sockets() - before


def async_sockets(library: str, url: str, count: int) -> float:
    """As `sockets`, on an event loop."""
    import asyncio

    async def measure(ask: Ask) -> float:
        before = open_sockets()
        for _ in range(count):
            async for _chunk in await ask(stream=True):
                break
        await asyncio.sleep(0.5)
        return open_sockets() - before

    return on_a_loop(library, url, measure)


def on_a_loop(library: str, url: str, measure: Callable[[Ask], Awaitable[float]]) -> float:
    import asyncio

    async def main() -> float:
        return await measure(asker(library, load(library)[1], url))

    return asyncio.run(main())


async def together(work: Callable[[], Awaitable[Any]], count: int) -> list[Any]:
    import asyncio

    return await asyncio.gather(*(work() for _ in range(count)))


def resident() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def open_sockets() -> int:
    import os
    from contextlib import suppress

    found = 0
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the descriptor of the listing itself
            found += os.readlink(f"/proc/self/fd/{name}").startswith("socket:")
    return found


def allow_many_files() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    _, library, measure, url, count = sys.argv
    if "sockets" in measure:
        allow_many_files()
    print("measured", globals()[measure](library, url, int(count)), flush=True)
