"""`client.submit`: a job at once, its status, its result, its end, and the way to it from elsewhere."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import wave
from collections.abc import Iterable

import PIL.Image
import pytest

from contract.server import Answer
from infermux import AsyncInferenceClient, AsyncJob, InferenceClient, Job, errors
from infermux.jobs import Submit
from infermux.types.job import JobStatus

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(20)
KEY, TOKEN = "own-key-123456", "hf_token-123456"
FAL = {"provider": "fal-ai", "api_key": KEY, "model": "org/name"}
JOB = "queue.fal.run/fal-ai/film/requests/job-1"


def _mapping(provider: str, task: str = "text-to-video", name: str = "fal-ai/film/large") -> Answer:
    return Answer.of({"inferenceProviderMapping": {provider: {"status": "live", "providerId": name, "task": task}}})


@pytest.fixture
def queue(server):
    """fal's queue with one job: `queue("IN_QUEUE", …)` says its words, the last one again and again."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("fal-ai"))
    submitted = {"request_id": "job-1", "status": "IN_QUEUE", "response_url": f"https://{JOB}", "queue_position": 3}
    for door in ("queue.fal.run/", "router.huggingface.co/fal-ai/"):
        path = f"{door}fal-ai/film/requests/job-1"
        server.always(f"POST {door}fal-ai/film/large", Answer.of(submitted))
        server.always(f"GET {path}", Answer.of({"video": {"url": "https://v3.fal.media/film.mp4"}}))
        server.always(f"PUT {path}/cancel", Answer.of({"status": "CANCELLATION_REQUESTED"}, 202))
    server.always("GET v3.fal.media/film.mp4", Answer(FILM, headers={"content-type": "application/octet-stream"}))

    def says(*told: object) -> None:
        line = [Answer.of(one if isinstance(one, dict) else {"status": one}) for one in told]

        def answer(_: object) -> Answer:
            return line.pop(0) if len(line) > 1 else line[0]

        server.always("GET queue.fal.run/fal-ai/film/requests/job-1/status", answer)
        server.always("GET router.huggingface.co/fal-ai/fal-ai/film/requests/job-1/status", answer)

    says("COMPLETED")
    return says


def _asked(server) -> list[str]:
    return [asked.line for asked in server.requests if asked.host != "huggingface.co"]


def _listed(client, job: Job | AsyncJob) -> list[JobStatus]:
    async def drained() -> list[JobStatus]:
        return [status async for status in job]

    return list(job) if isinstance(job, Iterable) else client.run(drained())


def test_a_job_comes_back_at_once_and_gives_its_result(queue, open_client, server):
    """Submitting is one request; the result is what the task itself would have given."""
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat", num_frames=8))
        assert _asked(server) == ["POST queue.fal.run/fal-ai/film/large"]
        assert (job.id, job.provider, job.task) == ("job-1", "fal-ai", "text-to-video")
        assert client.run(job.status()).state == "succeeded"
        assert client.run(job.result()) == FILM
    assert server.requests[1].json == {"prompt": "A cat", "num_frames": 8}
    assert server.requests[-1].line == "GET v3.fal.media/film.mp4"
    assert "authorization" not in server.requests[-1].headers


def test_iterating_tells_each_change(queue, open_client):
    """A status that is like the last one is not told again, and the last one told is the end."""
    queue(
        {"status": "IN_QUEUE", "queue_position": 2},
        {"status": "IN_QUEUE", "queue_position": 2},
        {"status": "IN_PROGRESS", "logs": [{"message": "10 %"}]},
        {"status": "COMPLETED", "metrics": {"inference_time": 1.5}},
    )
    with open_client(FAL) as client:
        seen = _listed(client, client.run(client.client.submit.text_to_video("A cat")))
    assert [(one.word, one.state, one.position, one.logs) for one in seen] == [
        ("IN_QUEUE", "pending", 2, None),
        ("IN_PROGRESS", "pending", None, ["10 %"]),
        ("COMPLETED", "succeeded", None, None),
    ]
    assert seen[-1].raw["metrics"] == {"inference_time": 1.5}


@pytest.mark.parametrize(("key", "query"), [(KEY, "logs=1"), (TOKEN, "logs=1&_subdomain=queue")])
def test_the_logs_are_told_to_who_looks(key, query, queue, open_client, server):
    """fal tells them on request: a status and a change are asked for with them, a result is waited for without."""
    queue("IN_QUEUE", "IN_PROGRESS", "COMPLETED")
    with open_client({**FAL, "api_key": key}) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        assert len(_listed(client, job)) == 3
        assert [line.partition("?")[2] for line in _asked(server)[1:]] == [query] * 3
        client.run(job.result())
        assert not any("logs=1" in line for line in _asked(server)[4:])


def test_a_failure_is_told_by_its_status_and_raised_by_its_result(queue, open_client):
    """Iterating ends with the failure; `result` raises it, with the provider's reason."""
    queue({"status": "COMPLETED", "error": "NSFW content"})
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        (status,) = _listed(client, job)
        assert (status.state, status.reason) == ("failed", "NSFW content")
        with pytest.raises(errors.ProviderApiError, match=r"job-1.*NSFW content"):
            client.run(job.result())


def test_a_job_is_taken_up_elsewhere(queue, open_client, server):
    """What is written down holds no key; another client with the same key goes on with it, and need not ask the Hub."""
    with open_client(FAL) as client:
        saved = client.run(client.client.submit.text_to_video("A cat")).to_json()
    assert KEY not in saved
    server.requests.clear()
    with open_client({"api_key": KEY}) as client:
        for given in (saved, json.loads(saved)):
            assert client.run(client.client.job(given).result()) == FILM
    assert {asked.host for asked in server.requests} == {"queue.fal.run", "v3.fal.media"}
    assert all(asked.headers["authorization"] == f"Key {KEY}" for asked in server.requests if "fal.run" in asked.host)


def test_a_job_goes_on_by_the_door_it_came_in(queue, open_client, server):
    """A job of the router is asked for at the router, and not with a key of another kind."""
    with open_client({**FAL, "api_key": TOKEN}) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        assert client.run(job.result()) == FILM
        saved = job.to_json()
    door = "router.huggingface.co/fal-ai/fal-ai/film"
    assert _asked(server)[:-1] == [
        f"POST {door}/large?_subdomain=queue",
        f"GET {door}/requests/job-1/status?_subdomain=queue",
        f"GET {door}/requests/job-1?_subdomain=queue",
    ]
    server.requests.clear()
    with open_client({"api_key": KEY}) as client, pytest.raises(errors.InputError, match="key of the same kind"):
        client.run(client.client.job(saved).status())
    assert server.requests == []


def test_what_no_job_is_refused(open_client, server):
    """A text that `to_json` did not write, and a job that no provider can have."""
    told = {
        "task": "text-to-video",
        "model": "m",
        "hf_model": "m",
        "base": "b",
        "ticket": {"job_id": "1", "poll": "/1"},
    }
    with open_client() as client:
        deep = "[" * 100_000
        for saved in ("{", "[]", deep, b"\xff", '{"provider": "fal-ai"}', {**told, "provider": "groq"}):
            with pytest.raises(errors.InputError):
                client.client.job(saved)
    assert server.requests == []


def test_the_key_of_the_call_is_the_key_of_the_job(queue, open_client, server):
    """What the call says instead of the client holds for the job that it makes."""
    with open_client() as client:
        job = client.run(
            client.client.submit.text_to_video(
                "A cat", provider="fal-ai", model="org/name", api_key=KEY, headers={"x-a": "b"}
            )
        )
        assert client.run(job.result()) == FILM
    for asked in server.requests:
        if asked.host == "queue.fal.run":
            assert (asked.headers["authorization"], asked.headers["x-a"]) == (f"Key {KEY}", "b")


def test_a_picture_keeps_its_form(open_client, server):
    """`output_type` is the job's, also where the task would have been answered at once."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("fal-ai", "text-to-image", "fal-ai/pen"))
    place = "queue.fal.run/fal-ai/pen/requests/1"
    server.always("POST queue.fal.run/fal-ai/pen", Answer.of({"request_id": "1", "response_url": f"https://{place}"}))
    server.always(f"GET {place}", Answer.of({"images": [{"url": "https://fal.media/cat.png"}]}))
    server.always(f"GET {place}/status", Answer.of({"status": "COMPLETED"}))
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_image("A cat", output_type="url"))
        saved = job.to_json()
        assert client.run(job.result()) == "https://fal.media/cat.png"
        assert client.run(client.client.job(saved).result()) == "https://fal.media/cat.png"


@pytest.mark.parametrize("status", [409, 500, 502, 503, 504])
def test_a_job_that_may_be_taken_is_not_submitted_again(status, queue, open_client, server):
    """What a gateway gave up on may go on, and cost; what was refused may be asked for again."""
    server.always("POST queue.fal.run/", Answer.of({"detail": "no"}, status, retry_after="0"))
    with open_client({**FAL, "max_retries": 1}) as client, pytest.raises(errors.ProviderApiError):
        client.run(client.client.submit.text_to_video("A cat"))
    assert len(_asked(server)) == (2 if status in (500, 503) else 1)


def test_a_lost_submission_says_that_it_may_go_on(server, open_client):
    """The connection broke after the request: it was sent once, also on a connection that had served before."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("fal-ai"))
    server.always("POST queue.fal.run/", Answer(b"", headers={"content-length": "10"}, is_cut=True))
    with open_client({**FAL, "max_retries": 3}) as client, pytest.raises(errors.InferenceError):
        client.run(client.client.submit.text_to_video("A cat"))
    assert len(_asked(server)) == 1


def test_the_automatic_choice_prefers_who_has_jobs(queue, open_client, server):
    """The first provider of the model answers at once, the second one has jobs."""
    entries = [
        {"provider": "nebius", "status": "live", "providerId": "flux", "task": "text-to-image"},
        {"provider": "fal-ai", "status": "live", "providerId": "fal-ai/film/large", "task": "text-to-image"},
    ]
    server.always("GET huggingface.co/api/models/org/name", Answer.of({"inferenceProviderMapping": entries}))
    with open_client({"api_key": TOKEN, "model": "org/name"}) as client:
        assert client.run(client.client.submit.text_to_image("A cat")).provider == "fal-ai"


@pytest.mark.filterwarnings("error")
def test_a_job_of_a_closed_client(queue, open_client):
    """The error says so, and nothing is left over."""
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        client.run(client.client.close())
        with pytest.raises(errors.InferenceError, match="closed"):
            client.run(job.result())


def test_what_is_answered_at_once_has_no_jobs(open_client, server):
    """The error names the method to call, and the providers that have jobs."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("nebius", "text-to-image", "flux"))
    with (
        open_client({"provider": "nebius", "api_key": KEY, "model": "org/name"}) as client,
        pytest.raises(errors.InputError, match=r"Nebius.*answers at once.*text_to_image.*fal-ai.*replicate"),
    ):
        client.run(client.client.submit.text_to_image("A cat"))
    assert _asked(server) == []


def test_a_job_is_cancelled(queue, open_client, server):
    """The provider is told, by the door and with the key that the job came by."""
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        assert client.run(job.cancel()) is True
    assert server.requests[-1].line == f"PUT {JOB}/cancel"
    assert server.requests[-1].headers["authorization"] == f"Key {KEY}"


def test_cancelling_what_is_over_is_no_error(queue, open_client, server):
    """The provider says that it cannot; so does `cancel`."""
    server.always(f"PUT {JOB}/cancel", Answer.of({"status": "ALREADY_COMPLETED"}, 400))
    with open_client(FAL) as client:
        assert client.run(client.run(client.client.submit.text_to_video("A cat")).cancel()) is False


def test_a_way_to_cancel_that_a_saved_job_invents(open_client, server):
    """It is not gone: whether a job can be cancelled is for the provider's record to say."""
    ticket = {"job_id": "t-1", "poll": "/v3/async/task-result?task_id=t-1", "cancel": "/v3/async/cancel"}
    saved = {"provider": "novita", "task": "text-to-video", "model": "wan", "hf_model": None, "ticket": ticket}
    with open_client({"api_key": KEY}) as client:
        job = client.client.job({**saved, "base": "https://api.novita.ai/v3/openai"})
        assert client.run(job.cancel()) is False
    assert server.requests == []


def test_cancelling_what_has_succeeded_is_told(server, open_client):
    """Replicate answers with the prediction, whatever became of it."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("replicate", name="own/film"))
    place = "https://api.replicate.com/v1/predictions/p"
    told = {"id": "p", "status": "starting", "urls": {"get": place}}
    server.always("POST api.replicate.com/v1/models/own/film/predictions", Answer.of(told, 201))
    server.always("POST api.replicate.com/v1/predictions/p/cancel", Answer.of({**told, "status": "succeeded"}))
    with open_client({"provider": "replicate", "api_key": KEY, "model": "org/name"}) as client:
        assert client.run(client.run(client.client.submit.text_to_video("A cat")).cancel()) is False


def test_a_provider_that_cannot_cancel_is_not_asked(open_client, server):
    """False, and no request."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("novita", name="wan"))
    server.always("POST api.novita.ai/v3/async/wan", Answer.of({"task_id": "t-1"}))
    with open_client({"provider": "novita", "api_key": KEY, "model": "org/name"}) as client:
        job = client.run(client.client.submit.text_to_video("A cat", num_inference_steps=3))
        assert client.run(job.cancel()) is False
    assert _asked(server) == ["POST api.novita.ai/v3/async/wan"]
    assert server.requests[-1].json == {"prompt": "A cat", "steps": 3}


def test_a_job_goes_on_after_the_limit_of_who_waits(queue, open_client, server):
    """A `timeout` of `result` stops the waiting, not the job: it can be asked again."""
    queue("IN_PROGRESS")
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        with pytest.raises(errors.InferenceTimeoutError, match="job-1"):
            client.run(job.result(timeout=0.6))
        queue("COMPLETED")
        assert client.run(job.result()) == FILM
    assert not any(line.startswith("PUT") for line in _asked(server))


def test_an_event_stops_the_job(queue, open_client, server):
    """`cancel=` of `result` reaches the provider."""
    queue("IN_PROGRESS")
    stop = threading.Event()
    with open_client(FAL) as client:
        job = client.run(client.client.submit.text_to_video("A cat"))
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(errors.InferenceCancelledError):
            client.run(job.result(cancel=stop))
    assert _asked(server)[-1] == f"PUT {JOB}/cancel"


@pytest.mark.parametrize("submits", [False, True])
def test_cancelling_the_task_that_waits_cancels_the_job(submits, queue, server):
    """Whether it waits for the call or for a job's result."""
    queue("IN_PROGRESS")

    async def waits() -> None:
        async with AsyncInferenceClient(**FAL, http_client=server.async_transport) as client:
            call = client.text_to_video("A cat")
            if submits:
                call.close()
                call = (await client.submit.text_to_video("A cat")).result()
            task = asyncio.create_task(call)
            await asyncio.sleep(0.7)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(waits())
    assert _asked(server)[-1] == f"PUT {JOB}/cancel"
    assert sum(line.startswith("PUT") for line in _asked(server)) == 1


@pytest.mark.proves("ASY-09")
def test_a_hundred_jobs_wait_side_by_side(server):
    """They take no longer than one, and the loop goes on meanwhile."""
    server.always("GET huggingface.co/api/models/org/name", _mapping("fal-ai"))
    server.always("POST queue.fal.run/", Answer.of({"request_id": "job-1", "response_url": f"https://{JOB}"}))
    server.always(f"GET {JOB}", Answer.of({"video": {"url": "data:video/mp4;base64,AAAA"}}))
    looks: dict[int, int] = {}

    def status(_: object) -> Answer:
        looks[0] = looks.get(0, 0) + 1
        return Answer.of({"status": "IN_PROGRESS" if looks[0] <= 200 else "COMPLETED"})

    server.always(f"GET {JOB}/status", status)
    ticks = 0

    async def all_of_them() -> list[bytes]:
        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with AsyncInferenceClient(**FAL, http_client=server.async_transport) as client:
            ticking = asyncio.create_task(tick())
            films = await asyncio.gather(*(client.text_to_video(f"Cat {n}") for n in range(100)))
            ticking.cancel()
        return films

    assert asyncio.run(all_of_them()) == [b"\x00\x00\x00"] * 100
    # Three looks each take 2.4 s of waiting; one after another that would be four minutes.
    assert 20 < ticks < 6_000


@pytest.mark.parametrize("task", [name for name in dir(Submit) if name[0] != "_" and name != "ask"])
def test_the_sandbox_takes_jobs_of_every_kind(task, open_client):
    """Whoever writes code for jobs needs no key: the result is of the type that the task gives at once."""
    buffer = io.BytesIO()
    PIL.Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    given = buffer.getvalue() if task.startswith("image_") else speech() if task.startswith("a") else "Hello there"
    with open_client({"provider": "sandbox", "http_client": None}) as client:
        at_once = client(task, given)
        job = client.run(getattr(client.client.submit, task)(given))
        result = client.run(job.result())
        assert type(result) is type(at_once)
        assert client.run(job.status()).is_over


def speech() -> bytes:
    """A second of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(32_000))
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "owner"), [("Job", InferenceClient), ("AsyncJob", AsyncInferenceClient)])
def test_editors_and_help_see_what_can_be_submitted(kind, owner):
    """The words and the signature are the task's, but that a job comes back."""
    import inspect

    method = type(owner(token=False).submit).text_to_video
    assert method.__doc__.startswith("Submit a job, and go on: make a video of a text.\n")
    assert f"A `{kind}`, whose `result()` is: the bytes of the video" in method.__doc__
    signature = inspect.signature(method)
    assert list(signature.parameters)[:3] == ["self", "prompt", "num_frames"]
    assert signature.return_annotation == f"{kind}[bytes]"
