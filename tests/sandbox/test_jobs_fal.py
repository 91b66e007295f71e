"""fal's queue and its answers at once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from infermux.sandbox import Sandbox, picture, sound

from .wire import Got, ask, data_url, fetched

FLUX = "/fal-ai/fal-ai/flux/dev"
LTX = "/fal-ai/fal-ai/ltx-video/v095"
QUEUE = "?_subdomain=queue"
PROMPT = {"prompt": "a cat"}
IMAGE = data_url(picture.draw("blue", 64, 48), "image/png")
SOUND = data_url(sound.speak("hello there"), "audio/mpeg")


def here(address: str) -> str:
    """Where the router serves an address of fal's own host: only the path and the query of the submission count."""
    assert address.startswith("https://queue.fal.run/")
    return f"/fal-ai{address.removeprefix('https://queue.fal.run')}{QUEUE}"


def over(url: str, submitted: Got) -> Got:
    """Ask until the job is over, and return the last status."""
    deadline = time.monotonic() + 5
    while True:
        got = ask(url, here(submitted.json["status_url"]))
        if got.status != 202:
            return got
        assert time.monotonic() < deadline, got.json
        time.sleep(0.02)


def result(url: str, path: str, body: dict[str, Any]) -> Any:
    """Have a job done in the queue."""
    submitted = ask(url, f"{path}{QUEUE}", body, x_sandbox_job_seconds="0")
    assert submitted.status == 200, submitted.body
    assert over(url, submitted).json["status"] == "COMPLETED"
    return ask(url, here(submitted.json["response_url"])).json


def test_at_once(url: str) -> None:
    """The synchronous host answers with the result, whose type contradicts the bytes, as recorded."""
    got = ask(url, FLUX, {**PROMPT, "image_size": {"width": 96, "height": 64}, "seed": 7})
    (image,) = got.json["images"]
    assert (got.status, image["width"], image["height"], image["content_type"]) == (200, 96, 64, "image/jpeg")
    assert (got.json["seed"], got.json["prompt"], got.json["has_nsfw_concepts"]) == (7, "a cat", [False])
    file = fetched(image["url"])
    assert (file.headers["content-type"], file.body) == ("image/jpeg", picture.draw("a cat", 96, 64))


def test_sizes(url: str) -> None:
    """A size is an object, a name, or left to fal; seeds it makes up exceed what a float holds."""
    for size, expected in (("square", (512, 512)), ("portrait_4_3", (768, 1024)), (None, (1024, 768))):
        told = ask(url, FLUX, {**PROMPT, "image_size": size}).json
        assert (told["images"][0]["width"], told["images"][0]["height"]) == expected
        assert told["seed"] > 2**53


def test_data_urls(url: str) -> None:
    """With sync_mode the picture comes in the answer; the type is true for those who asked for PNG."""
    told = ask(url, FLUX, {**PROMPT, "sync_mode": True, "output_format": "png", "num_images": 2}).json
    assert [one["url"] for one in told["images"]] == [data_url(picture.draw("a cat", 1024, 768), "image/png")] * 2


def test_addresses_of_a_job(url: str) -> None:
    """They name fal's own host, and of the model owner and app only."""
    told = ask(url, f"{LTX}{QUEUE}", PROMPT).json
    here = f"https://queue.fal.run/fal-ai/ltx-video/requests/{told['request_id']}"
    assert told == {
        "request_id": told["request_id"],
        "status": "IN_QUEUE",
        "queue_position": 0,
        "response_url": here,
        "status_url": f"{here}/status",
        "cancel_url": f"{here}/cancel",
    }


def test_statuses() -> None:
    """First in line, then worked on, with logs for who asks, then done; only then there is a result."""
    with Sandbox(job_s=0.6) as box:
        submitted = ask(box.url, f"{LTX}{QUEUE}", PROMPT)
        path, seen = here(submitted.json["status_url"]), []
        while (got := ask(box.url, f"{path}&logs=1")).status == 202:
            seen.append(got.json["status"])
            assert ("queue_position" in got.json) == (got.json["status"] == "IN_QUEUE")
            assert ("logs" in got.json) == (got.json["status"] == "IN_PROGRESS")
            time.sleep(0.02)
        assert list(dict.fromkeys(seen)) == ["IN_QUEUE", "IN_PROGRESS"]
        assert (got.status, got.json["status"], got.json["metrics"]) == (200, "COMPLETED", {"inference_time": 0.6})
        assert "error" not in got.json
        video = ask(box.url, here(submitted.json["response_url"])).json["video"]
        assert video["content_type"] == "application/octet-stream"
        assert fetched(video["url"]).body[4:8] == b"ftyp"


def test_no_result_before_the_end(url: str) -> None:
    """Who asks for the result too early is told so."""
    submitted = ask(url, f"{LTX}{QUEUE}", PROMPT, x_sandbox_job_seconds="60")
    got = ask(url, here(submitted.json["response_url"]))
    assert (got.status, got.json) == (400, {"detail": "Request is still in progress"})


def test_the_query_must_come_along(url: str) -> None:
    """Without it the router asks another host, which knows nothing of the job."""
    told = ask(url, f"{LTX}{QUEUE}", PROMPT).json
    for address in (told["status_url"], told["response_url"]):
        got = ask(url, here(address).removesuffix(QUEUE))
        assert (got.status, got.body) == (404, b"404: Not Found")


def test_the_queue_of_direct_keys(url: str) -> None:
    """The folder of that name is the queue's own host, where no query is needed."""
    told = ask(url, "/queue.fal.run/fal-ai/flux/dev", PROMPT, x_sandbox_job_seconds="0").json
    path = told["response_url"].removeprefix("https:/")
    assert "images" in ask(url, path).json


def test_cancel(url: str) -> None:
    """A job is cancelled once; one that has ended is not."""
    told = ask(url, f"{LTX}{QUEUE}", PROMPT, x_sandbox_job_seconds="60").json
    got = ask(url, here(told["cancel_url"]), method="PUT")
    assert (got.status, got.json) == (200, {"status": "CANCELED", "request_id": told["request_id"]})
    assert ask(url, here(told["status_url"])).json["status"] == "CANCELED"
    assert ask(url, here(told["response_url"])).status == 400
    done = ask(url, f"{LTX}{QUEUE}", PROMPT, x_sandbox_job_seconds="0").json
    assert ask(url, here(done["cancel_url"]), method="PUT").status == 400


@pytest.mark.parametrize(
    ("model", "body", "path"),
    [
        ("acme/any", PROMPT, ("images", 0)),
        ("acme/any", {"image_url": IMAGE, "image_urls": [IMAGE], **PROMPT}, ("images", 0)),
        ("acme/flux/image-to-image", {"image_url": IMAGE, **PROMPT}, ("images", 0)),
        ("acme/any", {"image_urls": ["https://example.com/cat.png"], **PROMPT}, ("images", 0)),
        ("acme/any", {"image_url": IMAGE, "sync_mode": True}, ("image",)),
        ("acme/any", {"image_url": IMAGE}, ("video",)),
        ("acme/any", {"image_url": IMAGE, **PROMPT}, ("video",)),
        ("acme/any", {**PROMPT, "num_frames": 3}, ("video",)),
        ("sandbox/image-text-to-video", PROMPT, ("video",)),
        ("sandbox/image-text-to-image", PROMPT, ("images", 0)),
        ("fal-ai/wan/v2.2/t2v", PROMPT, ("video",)),
        ("acme/any", {"text": "hello"}, ("audio",)),
        ("fal-ai/kokoro", {"prompt": "hello"}, ("audio",)),
        ("fal-ai/stable-audio", PROMPT, ("audio_file",)),
        ("sandbox/audio-to-audio", {"audio_url": SOUND}, ("audio",)),
    ],
)
def test_every_task(url: str, model: str, body: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """What was sent and the name of the model tell the task, the task where the result stands."""
    made = result(url, f"/fal-ai/{model}", body)
    for name in path:
        made = made[name]
    starts = {"video": b"\0\0\0", "audio": b"RIFF", "audio_file": b"RIFF"}
    if made["url"].startswith("data:"):
        assert made["url"].startswith("data:image/jpeg;base64,")
    else:
        assert fetched(made["url"]).body.startswith(starts.get(str(path[0]), b"\x89PNG"))


def test_speech_recognition(url: str) -> None:
    """What the sandbox said it understands, in pieces too; of a sound elsewhere it knows the address."""
    told = ask(url, "/fal-ai/fal-ai/whisper", {"audio_url": SOUND}).json
    assert (told["text"], told["inferred_languages"], told["diarization_segments"]) == ("hello there", ["en"], [])
    (chunk,) = told["chunks"]
    assert (chunk["text"], chunk["timestamp"][0], chunk["speaker"]) == ("hello there", 0.0, None)
    there = "https://example.com/a.wav"
    assert ask(url, "/fal-ai/fal-ai/whisper", {"audio_url": there}).json["text"] == there


@pytest.mark.parametrize(
    ("path", "body", "field", "reason"),
    [
        (FLUX, {}, "prompt", "field required"),
        (FLUX, {"prompt": ["x"]}, "prompt", "a text is needed"),
        (FLUX, {**PROMPT, "width": 0}, "width", "a whole number from 16 to 4096 is needed"),
        (f"{LTX}{QUEUE}", {}, "prompt", "field required"),
        ("/fal-ai/sandbox/image-to-image", PROMPT, "image_url", "field required"),
        ("/fal-ai/fal-ai/whisper", {}, "audio_url", "field required"),
        ("/fal-ai/fal-ai/lora", PROMPT, "model_name", "field required"),
    ],
)
def test_refusals(url: str, path: str, body: dict[str, Any], field: str, reason: str) -> None:
    """A refusal names the field, in the recorded form."""
    got = ask(url, path, body)
    assert got.status == 422
    (told,) = got.json["detail"]
    assert (told["loc"], told["msg"]) == (["body", field], reason)
    assert told["type"] == ("value_error.missing" if reason == "field required" else "value_error")


def test_what_there_is_not(url: str) -> None:
    """Unknown paths, models and jobs are 404, and a job is another's only by its own address."""
    assert (ask(url, "/fal-ai/fal-ai", PROMPT).status, ask(url, "/fal-ai/fal-ai", PROMPT).body) == (
        404,
        b"404: Not Found",
    )
    assert ask(url, "/fal-ai/org/does-not-exist", PROMPT).status == 404
    got = ask(url, f"/fal-ai/fal-ai/flux/requests/none/status{QUEUE}")
    assert (got.status, got.json) == (404, {"detail": "Request none not found"})
    told = ask(url, f"{LTX}{QUEUE}", PROMPT).json
    assert ask(url, f"/fal-ai/fal-ai/flux/requests/{told['request_id']}{QUEUE}").status == 404
    assert ask(url, f"/replicate/v1/predictions/{told['request_id']}").status == 404


def test_failures() -> None:
    """A failed job is COMPLETED with an error, and its result is refused with the reason."""
    with Sandbox("F10", job_s=0) as box:
        submitted = ask(box.url, f"{LTX}{QUEUE}", PROMPT)
        status = ask(box.url, here(submitted.json["status_url"]))
        assert (status.status, status.json["status"]) == (200, "COMPLETED")
        assert status.json["error"] == "The sandbox was told to fail here."
        got = ask(box.url, here(submitted.json["response_url"]))
        assert (got.status, got.json) == (500, {"detail": "The sandbox was told to fail here."})
        assert got.headers["x-fal-error-type"] == "InternalServerError"
        assert ask(box.url, FLUX, PROMPT).status == 500
