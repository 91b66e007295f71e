"""What huggingface_hub makes of the sandbox's jobs, with a key that leads through the router: truth from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import huggingface_hub
import huggingface_hub.errors
import pytest

from infermux.sandbox import Sandbox, picture, sound
from peers.leading import forget, hub_led

BLUE = picture.draw("blue", 64, 48)
SAID = sound.speak("hello there")


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox to which every host is led."""
    mappings = {
        "org/lora": {
            "fal-ai": {
                "providerId": "fal-ai/lora",
                "task": "text-to-image",
                "adapter": "lora",
                "adapterWeightsPath": "w.safetensors",
            }
        }
    }
    with Sandbox(mappings=mappings) as box, hub_led(box.url):
        forget()
        yield box


def client(provider: Any, seconds: str = "0") -> huggingface_hub.InferenceClient:
    headers = {"x-sandbox-job-seconds": seconds}
    return huggingface_hub.InferenceClient(provider=provider, api_key="hf_sandbox", headers=headers)


def paths(box: Sandbox) -> list[str]:
    """What was asked of the provider, without the ids of jobs."""
    asked = [request.path for request in box.requests if not request.path.startswith(("/api/", "/files/"))]
    return [path.partition("?")[0] for path in asked]


@pytest.mark.parametrize("provider", ["fal-ai", "replicate", "wavespeed", "zai-org"])
def test_text_to_image(provider: str, box: Sandbox) -> None:
    """The picture of the words."""
    made = client(provider).text_to_image("a cat", model="sandbox/text-to-image")
    assert made.format == "PNG"
    assert made.info["Description"] == "a cat"
    assert paths(box)[0].startswith(f"/{provider}/")


@pytest.mark.parametrize("provider", ["fal-ai", "novita", "replicate", "together", "wavespeed"])
def test_text_to_video(provider: str, box: Sandbox) -> None:
    """A film."""
    assert client(provider).text_to_video("a cat", model="sandbox/text-to-video")[4:8] == b"ftyp"


@pytest.mark.parametrize("provider", ["fal-ai", "replicate", "wavespeed"])
def test_image_to_image(provider: str, box: Sandbox) -> None:
    """The picture that was sent, changed."""
    made = client(provider).image_to_image(BLUE, prompt="red", model="sandbox/image-to-image")
    assert (made.size, made.info["Description"]) == ((64, 48), "red")


@pytest.mark.parametrize("provider", ["fal-ai", "together", "wavespeed"])
def test_image_to_video(provider: str, box: Sandbox) -> None:
    """The picture that was sent, filmed."""
    assert client(provider).image_to_video(BLUE, model="sandbox/image-to-video")[4:8] == b"ftyp"


@pytest.mark.parametrize("provider", ["fal-ai", "replicate"])
def test_speech(provider: str, box: Sandbox) -> None:
    """What was said is what is heard."""
    said = client(provider).text_to_speech("hello there", model="sandbox/text-to-speech")
    assert said == SAID
    heard = client(provider).automatic_speech_recognition(said, model="sandbox/automatic-speech-recognition")
    assert heard.text == "hello there"


def test_image_segmentation(box: Sandbox) -> None:
    """One mask, sent in the answer."""
    (found,) = client("fal-ai").image_segmentation(BLUE, model="sandbox/image-segmentation")
    mask: Any = found.mask
    assert (found.label, mask.format, mask.size) == ("mask", "PNG", (64, 48))


def test_adapters(box: Sandbox) -> None:
    """The mapping tells of weights that a model needs, and the request carries their address."""
    client("fal-ai").text_to_image("a cat", model="org/lora")
    (asked,) = [request.json for request in box.requests if request.method == "POST"]
    assert asked["loras"] == [{"path": "https://huggingface.co/org/lora/resolve/main/w.safetensors", "scale": 1}]
    assert asked["model_name"] == "stabilityai/stable-diffusion-xl-base-1.0"


def test_the_queue_is_asked_until_the_end(box: Sandbox) -> None:
    """The peer finds the job by the addresses of the answer."""
    client("fal-ai", "0.6").text_to_video("a cat", model="fal-ai/ltx-video")
    asked = paths(box)
    job = asked[-1].rpartition("/")[2]
    queue = f"/fal-ai/fal-ai/ltx-video/requests/{job}"
    assert asked[0] == "/fal-ai/fal-ai/ltx-video"
    assert asked[1:-1] == [f"{queue}/status"] * len(asked[1:-1])
    assert (len(asked) > 3, asked[-1]) == (True, queue)


def test_refusals(box: Sandbox) -> None:
    """The words of a refusal reach the caller."""
    with pytest.raises(huggingface_hub.errors.HfHubHTTPError, match="prompt"):
        client("fal-ai").text_to_image("", model="sandbox/text-to-image")


@pytest.mark.parametrize("provider", ["wavespeed", "together"])
def test_failures(provider: str, box: Sandbox) -> None:
    """The reason of a failure reaches the caller."""
    box.faults[""] = "F10"
    with pytest.raises((RuntimeError, ValueError), match="told to fail"):
        client(provider).text_to_video("a cat", model="sandbox/text-to-video")
