"""T1 to T5 and T12: a loop that is never blocked, limits of time that hold, and jobs that come to an end."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from contract.server import Answer, Server
from infermux import (
    AsyncInferenceClient,
    InferenceClient,
    InferenceTimeoutError,
    ProviderApiError,
    ProviderOutputError,
)

from .jobs import FILES, FILM, JOBS, MODEL, PNG, hub, late, play

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]
SLOW_S = 0.6
"""How long what could block takes; a loop that stands still for two thirds of it was blocked."""


async def at_once(*work: Awaitable[Any]) -> list[Any]:
    """Do it side by side, and hold that a ticker on the same loop keeps ticking meanwhile."""
    all_of_it = asyncio.gather(*work)
    longest, last = 0.0, time.monotonic()
    while not all_of_it.done():
        await asyncio.sleep(0.01)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert longest < SLOW_S * 2 / 3
    return list(await all_of_it)


def test_t01_polling_and_downloads_do_not_stall_the_loop(server: Server) -> None:
    """The submission, the polls and the download of every queue leave the loop to others."""
    settings = [play(server, name, job.done, seconds=SLOW_S) for name, job in JOBS.items()]
    assert len(settings) == 7

    async def main() -> list[Any]:
        async with AsyncInferenceClient(http_client=server.async_transport) as client:
            calls = [
                getattr(client, job.method)("a cat", **given, **({"output_type": "bytes"} if job.is_picture else {}))
                for job, given in zip(JOBS.values(), settings, strict=True)
            ]
            return await at_once(*calls)

    assert asyncio.run(main()) == [PNG if job.is_picture else FILM for job in JOBS.values()]


def test_t01_looking_a_model_up_does_not_stall_the_loop(server: Server) -> None:
    """Nor does the Hub that takes its time to say who serves a model."""
    server.always("GET huggingface.co/", late(hub(groq=("llama", "conversational")), SLOW_S))
    server.always("POST ", Answer.of({"choices": []}))

    async def main() -> None:
        async with AsyncInferenceClient(MODEL, provider="groq", api_key="k", http_client=server.async_transport) as it:
            await at_once(it.chat_completion(MESSAGES))

    asyncio.run(main())
    assert [asked.method for asked in server.requests] == ["GET", "POST"]


class SlowFile:
    """A file on a slow disk."""

    name = "cat.png"

    def read(self) -> bytes:
        time.sleep(SLOW_S)
        return PNG


def test_t01_reading_files_does_not_stall_the_loop(server: Server) -> None:
    """Nor does a file that is slow to read, sent as it is or within JSON."""
    server.always("GET huggingface.co/", hub(wavespeed=("org/app", "image-to-image")))
    server.always("POST ", Answer.of([{"label": "cat", "score": 1.0}]))
    done = {"id": "1", "status": "completed", "urls": {"get": "/1"}, "outputs": [f"{FILES}/cat"]}
    server.always("POST api.wavespeed.ai/", Answer.of({"code": 200, "data": done}))
    server.always("GET files.example/", Answer(PNG))

    async def main() -> None:
        async with AsyncInferenceClient(http_client=server.async_transport) as client:
            file: Any = SlowFile()
            await at_once(
                client.image_classification(file, model=server.url),
                client.image_to_image(file, model=MODEL, provider="wavespeed", api_key="k"),
            )

    asyncio.run(main())


def test_t01_reading_input_urls_does_not_stall_the_loop(server: Server) -> None:
    """Nor does the download of an input that the caller named by its URL."""
    server.always("GET files.example/", late(Answer(PNG), SLOW_S))
    server.always("POST ", Answer.of([{"label": "cat", "score": 1.0}]))

    async def main() -> None:
        async with AsyncInferenceClient(base_url=server.url, http_client=server.async_transport) as client:
            await at_once(client.image_classification("https://files.example/cat.png"))

    asyncio.run(main())
    assert server.requests[-1].body == PNG


@pytest.mark.parametrize("provider", JOBS)
def test_t02_a_timeout_bounds_a_job_that_never_ends(call: Call, server: Server, provider: str) -> None:
    """The wait for a job ends when the caller's time is over, and the error names the job."""
    job = JOBS[provider]
    settings = play(server, provider, job.going)
    began = time.monotonic()
    with pytest.raises(InferenceTimeoutError, match="the job '1'") as caught:
        call(settings, job.method, "a cat", timeout=0.7)
    assert time.monotonic() - began < 3
    assert (caught.value.limit, caught.value.limit_s) == ("total", 0.7)


@pytest.mark.parametrize("hanging", ["poll", "download"])
def test_t02_a_timeout_bounds_polls_and_downloads(call: Call, server: Server, hanging: str) -> None:
    """A poll or a download that gets no answer is given up in time as well."""
    settings = play(server, "wavespeed", "completed")
    server.always(JOBS["wavespeed"].line if hanging == "poll" else "GET files.example/", Answer(pieces=[5.0]))
    began = time.monotonic()
    with pytest.raises(InferenceTimeoutError):
        call(settings, "text_to_video", "a cat", timeout=1)
    assert time.monotonic() - began < 3


class Hurried(asyncio.SelectorEventLoop):
    """An event loop on which a thousand seconds pass in one."""

    def __init__(self) -> None:
        class Selector(selectors.DefaultSelector):
            def select(self, timeout: float | None = None) -> Any:
                return super().select(timeout and timeout / 1000)

        super().__init__(Selector())

    def time(self) -> float:
        return super().time() * 1000


@pytest.mark.parametrize("provider", ["together", "zai-org"])
def test_t02_a_patient_caller_is_not_cut_off_at_300_seconds(server: Server, provider: str) -> None:
    """Who gives a job hours gets its result, though it is asked for a hundred times."""
    job = JOBS[provider]
    settings = play(server, provider, *[job.going] * 100, job.done)

    async def main() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with AsyncInferenceClient(http_client=server.async_transport, timeout=36_000, **settings) as client:
            assert await getattr(client, job.method)("a cat")
        return loop.time() - began

    loop = Hurried()
    try:
        assert loop.run_until_complete(main()) > 400
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
    assert sum(asked.line == job.line for asked in server.requests) == 101


@pytest.mark.parametrize("word", ["FAILED", "CANCELED", "CANCELLED", "ERROR"])
def test_t03_a_failed_fal_job_is_an_error(call: Call, server: Server, word: str) -> None:
    """Each word of failure ends the wait, with fal's own reason."""
    with pytest.raises(ProviderApiError, match=f"'{word}': out of memory"):
        call(play(server, "fal-ai", word, why="out of memory"), "text_to_video", "a cat", timeout=5)


def test_t03_a_fal_job_without_a_status_does_not_poll_for_ever(call: Call, server: Server) -> None:
    """An answer that does not say where the job stands is told, and waited on until the limit."""
    settings = play(server, "fal-ai", "IN_QUEUE")
    server.always(JOBS["fal-ai"].line, Answer.of({"request_id": "1"}))
    with pytest.warns(match="the status '' is not known"), pytest.raises(InferenceTimeoutError):
        call(settings, "text_to_video", "a cat", timeout=0.8)


def test_t03_a_completed_fal_job_may_have_failed(call: Call, server: Server) -> None:
    """`COMPLETED` with an error is that error."""
    with pytest.raises(ProviderApiError, match="bad prompt"):
        call(play(server, "fal-ai", "COMPLETED", why="bad prompt"), "text_to_video", "a cat", timeout=5)


def test_t03_the_result_of_fal_may_be_refused(call: Call, server: Server) -> None:
    """A refusal in the place of the result is told in fal's words."""
    settings = play(server, "fal-ai", "COMPLETED")
    server.always(JOBS["fal-ai"].result, Answer.of({"detail": "the safety checker said no"}, 422))
    server.always(JOBS["fal-ai"].line, Answer.of({"status": "COMPLETED"}))
    with pytest.raises(ProviderApiError, match="the safety checker said no") as caught:
        call(settings, "text_to_video", "a cat", timeout=5)
    assert caught.value.status_code == 422


@pytest.mark.parametrize("word", ["failed", "cancelled", "timeout"])
def test_t04_each_end_of_a_wavespeed_job_is_told(call: Call, server: Server, word: str) -> None:
    """A job that was stopped, or took too long there, is an error that says so."""
    with pytest.raises(ProviderApiError, match=f"'{word}': no capacity"):
        call(play(server, "wavespeed", word, why="no capacity"), "text_to_video", "a cat", timeout=5)


def test_t04_a_wavespeed_job_without_an_address_is_told(call: Call, server: Server) -> None:
    """An answer that does not say where to ask is an unreadable answer, not a `TypeError`."""
    settings = play(server, "wavespeed", "completed")
    server.always("POST api.wavespeed.ai/", Answer.of({"code": 200, "data": {"id": "1", "status": "created"}}))
    with pytest.raises(ProviderOutputError, match="urls"):
        call(settings, "text_to_video", "a cat")


def test_t05_a_slow_replicate_prediction_is_waited_for(call: Call, server: Server) -> None:
    """What is not done when the answer comes is asked for again."""
    settings = play(server, "replicate", "starting", "processing", "succeeded")
    assert call(settings, "text_to_video", "a cat") == FILM
    assert sum(asked.line == JOBS["replicate"].line for asked in server.requests) == 3


@pytest.mark.parametrize("word", ["failed", "canceled"])
def test_t05_a_failed_replicate_prediction_tells_its_error(call: Call, server: Server, word: str) -> None:
    """A failure and a stop are errors of their own, with Replicate's words; at once, or after a while."""
    settings = play(server, "replicate", word, why="CUDA out of memory")
    with pytest.raises(ProviderApiError, match=f"'{word}': CUDA out of memory"):
        call(settings, "text_to_video", "a cat")
    server.always("POST api.replicate.com/", Answer.of({"id": "1", "status": word, "error": "NSFW", "output": None}))
    with pytest.raises(ProviderApiError, match=f"'{word}': NSFW"):
        call(settings, "text_to_video", "a cat")


def test_t05_an_empty_replicate_output_is_told(call: Call, server: Server) -> None:
    """No output is an unreadable answer, not an `IndexError`."""
    settings = play(server, "replicate", "succeeded")
    server.always("POST api.replicate.com/", Answer.of({"id": "1", "status": "succeeded", "output": []}, 201))
    with pytest.raises(ProviderOutputError, match="output"):
        call(settings, "text_to_video", "a cat")


def test_t05_no_output_of_replicate_is_lost(call: Call, server: Server) -> None:
    """A text in pieces is the whole text; of several files, all addresses can be had."""
    server.always("GET ", hub(replicate=("org/app", "automatic-speech-recognition")))
    server.always("POST ", Answer.of({"id": "1", "status": "succeeded", "output": ["hello ", "world"]}, 201))
    settings = {"provider": "replicate", "api_key": "r8_1", "model": MODEL}
    assert call(settings, "automatic_speech_recognition", b"fLaC").text == "hello world"
    server.always("GET ", hub(replicate=("org/app", "text-to-image")))
    files = [f"{FILES}/1", f"{FILES}/2"]
    server.always("POST ", Answer.of({"id": "1", "status": "succeeded", "output": files}, 201))
    assert call(settings, "text_to_image", "a cat", output_type="json")["output"] == files


def test_t12_a_timeout_is_the_promised_error(call: Call, server: Server) -> None:
    """A server that keeps silent leads to `InferenceTimeoutError`, which is a `TimeoutError`."""
    server.always("POST ", Answer(pieces=[3.0]))
    with pytest.raises(InferenceTimeoutError) as caught:
        call({"base_url": server.url}, "chat_completion", MESSAGES, timeout=0.3)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.limit_s == 0.3


def test_t12_no_error_of_httpx_escapes(server: Server) -> None:
    """With a client of httpx, too, the error is the promised one."""
    server.always("POST ", Answer(pieces=[3.0]))

    async def main() -> None:
        async with httpx.AsyncClient() as http_client:
            client = AsyncInferenceClient(base_url=server.url, http_client=http_client, timeout=0.3)
            with pytest.raises(InferenceTimeoutError):
                await client.chat_completion(MESSAGES)

    asyncio.run(main())
    with httpx.Client() as http_client:
        client = InferenceClient(base_url=server.url, http_client=http_client, timeout=0.3)
        with pytest.raises(InferenceTimeoutError):
            client.chat_completion(MESSAGES)
