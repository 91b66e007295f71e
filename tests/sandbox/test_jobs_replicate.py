"""Replicate's predictions."""

from __future__ import annotations

import time
from typing import Any

import pytest

from infermux.sandbox import Sandbox, picture, sound

from .wire import ask, data_url, fetched

FLUX = "/replicate/v1/models/black-forest-labs/flux-schnell/predictions"
BY_VERSION = "/replicate/v1/predictions"
VERSION = "5599ed30703defd1d160a25a63321b4dec97101d98b4674bcc56e41f62f35637"
INPUT = {"input": {"prompt": "a cat"}}
SOUND = data_url(sound.speak("hello there"), "audio/wav")
IMAGE = data_url(picture.draw("blue", 64, 48), "image/png")


def test_waiting() -> None:
    """Done within the wait: 201 with the output, and a status that says otherwise, as recorded."""
    with Sandbox(job_s=0.2) as box:
        start = time.monotonic()
        got = ask(box.url, FLUX, INPUT, Prefer="wait")
        assert time.monotonic() - start >= 0.2
        told = got.json
        assert (got.status, told["status"], told["error"], told["input"]) == (201, "processing", None, INPUT["input"])
        assert (told["model"], told["data_removed"]) == ("black-forest-labs/flux-schnell", False)
        assert told["urls"]["get"] == f"https://api.replicate.com/v1/predictions/{told['id']}"
        assert "metrics" not in told
        assert "location" not in got.headers
        (address,) = told["output"]
        file = fetched(address)
        assert (file.headers["content-type"], file.body) == ("image/png", picture.draw("a cat", 1024, 1024))


def test_wait_exceeded() -> None:
    """Not done within the wait: 202 without output, then the prediction is asked for."""
    with Sandbox(job_s=2) as box:
        start = time.monotonic()
        got = ask(box.url, FLUX, INPUT, Prefer="wait=60")
        assert time.monotonic() - start >= 1
        told = got.json
        assert (got.status, told["status"], told["output"]) == (202, "starting", None)
        assert (got.headers["reason"], got.headers["location"]) == ("wait time exceeded", told["urls"]["get"])
        assert got.headers["preference-applied"] == "wait=1"
        path = f"/replicate/v1/predictions/{told['id']}"
        assert ask(box.url, path).json["status"] == "processing"
        while (done := ask(box.url, path).json)["status"] == "processing":
            time.sleep(0.05)
        assert time.monotonic() - start >= 2
        assert (done["status"], len(done["output"]), done["metrics"]) == ("succeeded", 1, {"predict_time": 2})


def test_without_waiting(url: str) -> None:
    """Nobody waits unasked; while a prediction goes on it has no output."""
    start = time.monotonic()
    got = ask(url, FLUX, INPUT, x_sandbox_job_seconds="60")
    assert time.monotonic() - start < 2
    assert (got.status, got.json["status"], got.json["output"]) == (201, "starting", None)
    assert "preference-applied" not in got.headers
    seen = ask(url, f"{BY_VERSION}/{got.json['id']}")
    assert (seen.status, seen.json["status"], seen.json["output"]) == (200, "starting", None)


def test_cancel(url: str) -> None:
    """A prediction is cancelled; one that is done stays done."""
    for seconds, status in (("60", "canceled"), ("0", "succeeded")):
        told = ask(url, FLUX, INPUT, x_sandbox_job_seconds=seconds).json
        cancelled = ask(url, f"{BY_VERSION}/{told['id']}/cancel", {}).json
        assert cancelled["status"] == ask(url, f"{BY_VERSION}/{told['id']}").json["status"] == status


@pytest.mark.parametrize(
    ("model", "given", "start"),
    [
        ("acme/any", {"image": IMAGE, "input_images": [IMAGE], "prompt": "red"}, b"\x89PNG"),
        ("acme/any", {"text": "hello"}, b"RIFF"),
        ("acme/any", {"prompt": "a dog", "num_frames": 3}, b"\0\0\0"),
        ("acme/some-video", {"prompt": "a dog"}, b"\0\0\0"),
    ],
)
def test_outputs(url: str, model: str, given: dict[str, Any], start: bytes) -> None:
    """Pictures come as a list, sounds and films as one address."""
    told = ask(url, f"/replicate/v1/models/{model}/predictions", {"input": given}, Prefer="wait").json
    output = told["output"]
    address = output[0] if start == b"\x89PNG" else output
    assert isinstance(output, list) == (start == b"\x89PNG")
    assert fetched(address).body.startswith(start)


def test_versions(url: str) -> None:
    """Without the name of a model, what was sent tells the task."""
    told = ask(url, BY_VERSION, {**INPUT, "version": VERSION}, Prefer="wait").json
    assert (told["version"], len(told["output"])) == (VERSION, 1)
    spoken = ask(url, BY_VERSION, {"input": {"text": "hello there"}, "version": VERSION}, Prefer="wait").json
    file = fetched(spoken["output"])
    assert (file.headers["content-type"], file.body) == ("audio/x-wav", sound.speak("hello there"))


def test_speech_recognition(url: str) -> None:
    """An object, whose translation is there only when asked for."""
    for more, translation in (({}, None), ({"translate": True}, "hello there")):
        body = {"input": {"audio": SOUND, **more}, "version": VERSION}
        output = ask(url, BY_VERSION, body, Prefer="wait").json["output"]
        assert (output["transcription"], output["translation"]) == ("hello there", translation)
        assert output["segments"][0]["text"] == "hello there"


@pytest.mark.parametrize(
    ("path", "body", "kind", "description"),
    [
        (FLUX, {**INPUT, "model": "m"}, "additional_property_not_allowed", "Additional property model is not allowed"),
        (
            BY_VERSION,
            {**INPUT, "version": VERSION, "provider": "x"},
            "additional_property_not_allowed",
            "Additional property provider is not allowed",
        ),
        (FLUX, {**INPUT, "version": VERSION}, "additional_property_not_allowed", "Additional property version"),
        (FLUX, {}, "required", "input is required"),
        (BY_VERSION, INPUT, "required", "version is required"),
        (FLUX, {"input": {}}, "required", "prompt is required"),
        ("/replicate/v1/models/openai/whisper/predictions", {"input": {}}, "required", "audio is required"),
        (FLUX, {"input": {"prompt": 5}}, "invalid", "prompt: a text is needed"),
        (FLUX, {"input": {"prompt": "x", "width": 0}}, "invalid", "width: a whole number"),
    ],
)
def test_refusals(url: str, path: str, body: dict[str, Any], kind: str, description: str) -> None:
    """Problems in the recorded form."""
    got = ask(url, path, body)
    assert (got.status, got.headers["content-type"]) == (422, "application/problem+json")
    assert (got.json["status"], got.json["title"]) == (422, "Input validation failed")
    (field,) = got.json["invalid_fields"]
    assert field["type"] == kind
    assert field["description"].startswith(description)
    assert got.json["detail"] == f"- {field['description']}\n"


def test_unknown_predictions(url: str) -> None:
    """They are problems too, and so are models that do not exist."""
    for got in (
        ask(url, f"{BY_VERSION}/none"),
        ask(url, f"{BY_VERSION}/none/cancel", {}),
        ask(url, "/replicate/v1/models/org/does-not-exist/predictions", INPUT),
    ):
        assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
        assert set(got.json) == {"detail", "status", "title"}


@pytest.mark.parametrize(("fault", "status"), [("F10:failed", "failed"), ("F10:cancelled", "canceled")])
def test_failures(fault: str, status: str) -> None:
    """With and without waiting, the end is told with its reason."""
    with Sandbox(fault, job_s=0) as box:
        waited = ask(box.url, FLUX, INPUT, Prefer="wait")
        assert (waited.status, waited.json["status"], waited.json["output"]) == (201, status, None)
        told = ask(box.url, f"{BY_VERSION}/{waited.json['id']}").json
        assert (told["status"], told["error"]) == (status, waited.json["error"])
        assert told["error"]
