"""How the tasks of single providers differ from huggingface_hub's on purpose; each has its row in `departures`."""

from __future__ import annotations

import base64
from typing import Any

from .cases import Case
from .comparing import ABSENT, Differences, Told, differences
from .registry import FAILED, PICTURE, SLOW, SOUND

_BODY = "posts[0].body"


def provider(case: Case) -> str:
    """Who is asked, with whatever key."""
    return case.place.removesuffix(" direct")


def _body(told: Told) -> Any:
    return told["posts"][0]["body"] if told["posts"] else None


_WITH_EMPTY = ("text_generation", "text_to_image", "visual_question_answering")


def empty_parameters(case: Case, theirs: Told, ours: Told) -> Differences:
    """`parameters: {}`, where ours leaves it out."""
    body = _body(theirs)
    is_sent = isinstance(body, dict) and body.get("parameters") == {} and case.method not in _WITH_EMPTY
    return {f"{_BODY}.parameters": ({}, ABSENT)} if is_sent else {}


def single_label(case: Case, theirs: Told, ours: Told) -> Differences:
    """`multi_label: false`."""
    is_default = case.method == "zero_shot_classification" and "multi_label" not in case.options
    return {f"{_BODY}.parameters.multi_label": (False, ABSENT)} if is_default else {}


def table(case: Case, theirs: Told, ours: Told) -> Differences:
    """Where a table stands."""
    if case.method != "tabular_classification":
        return {}
    return {f"{_BODY}.table": (case.given, ABSENT), f"{_BODY}.inputs": (ABSENT, {"data": case.given})}


def media_type(case: Case, theirs: Told, ours: Told) -> Differences:
    """The Content-Type of bytes."""
    if not isinstance(_body(theirs), bytes) or not isinstance(case.given, bytes):
        return {}
    return {"posts[0].headers.content-type": (ABSENT, "image/png" if case.given == PICTURE else "audio/wav")}


_AT_REPLICATE = tuple(f"input.{name}" for name in ("image", "images[0]", "input_image", "input_images[0]"))
_PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "fal-ai": {"image_to_image": ("image_url", "image_urls[0]"), "image_to_video": ("image_url",)},
    "replicate": {"image_to_image": _AT_REPLICATE},
    "together": {"image_to_image": ("reference_images[0]",)},
    "wavespeed": {"image_to_image": ("image",), "image_to_video": ("image",)},
}


def picture_label(case: Case, theirs: Told, ours: Told) -> Differences:
    """The label of a picture within JSON."""
    places = _PLACES.get(provider(case), {}).get(case.method, ())
    return {f"{_BODY}.{place}": _labels("image/jpeg", "image/png", PICTURE) for place in places}


def sound_label(case: Case, theirs: Told, ours: Told) -> Differences:
    """The label of a sound at fal."""
    if (provider(case), case.method) != ("fal-ai", "automatic_speech_recognition"):
        return {}
    return {f"{_BODY}.audio_url": _labels("audio/mpeg", "audio/x-wav", SOUND)}


def _labels(theirs: str, ours: str, data: bytes) -> tuple[str, str]:
    content = base64.b64encode(data).decode()
    return f"data:{theirs};base64,{content}", f"data:{ours};base64,{content}"


def more_than_words(case: Case, theirs: Told, ours: Told) -> Differences:
    """What fal and Replicate tell of a sound besides the words."""
    if case.method != "automatic_speech_recognition" or provider(case) not in ("fal-ai", "replicate"):
        return {}
    more: dict[str, Any] = {"chunks": [{"timestamp": [0.0, 0.68], "text": "Hello there"}]}
    if provider(case) == "fal-ai":
        more |= {"inferred_languages": ["en"], "diarization_segments": []}
    else:
        segment = {"id": 0, "start": 0.0, "end": 0.68, "text": "Hello there"}
        more |= {"transcription": "Hello there", "segments": [segment], "detected_language": "english"}
    return {f"result.{name}": (ABSENT, value) for name, value in more.items()}


def form_file(case: Case, theirs: Told, ours: Told) -> Differences:
    """How the file of a form is announced."""
    if (provider(case), case.method) != ("deepinfra", "automatic_speech_recognition"):
        return {}
    return {
        f"{_BODY}[0].file": ("audio.wav", "file.wav"),
        f"{_BODY}[0].type": ("application/octet-stream", "audio/wav"),
    }


def target_size(case: Case, theirs: Told, ours: Told) -> Differences:
    """How the size of an edited picture travels."""
    inside = {"replicate": ".input", "together": "", "wavespeed": ""}.get(provider(case))
    size = case.options.get("target_size")
    if case.method != "image_to_image" or inside is None or size is None:
        return {}
    found: Differences = {f"{_BODY}{inside}.{side}": (ABSENT, value) for side, value in size.items()}
    if provider(case) == "together":
        assert ours["result"]["size"] == [size["width"], size["height"]]
        found |= differences(theirs["result"], ours["result"], "result")
    return {f"{_BODY}{inside}.target_size": (size, ABSENT), **found}


def frames(case: Case, theirs: Told, ours: Told) -> Differences:
    """The number of frames at Together, where a film is as long as its seconds."""
    if provider(case) != "together" or "num_frames" not in case.options:
        return {}
    assert b"ftyp" in ours["result"][:12]
    return {
        f"{_BODY}.num_frames": (case.options["num_frames"], ABSENT),
        **differences(theirs["result"], ours["result"], "result"),
    }


def negative_prompt(case: Case, theirs: Told, ours: Told) -> Differences:
    """A list of what a film must not show."""
    words = case.options.get("negative_prompt")
    if not isinstance(words, list):
        return {}
    inside = ".input" if provider(case) == "replicate" else ""
    return {f"{_BODY}{inside}.negative_prompt": (words, ", ".join(words))}


def weights(case: Case, theirs: Told, ours: Told) -> Differences:
    """LoRA weights, where huggingface_hub leaves them out and so asks another model."""
    model = str(case.settings.get("model"))
    if not model.startswith("weights/"):
        return {}
    place = f"https://huggingface.co/{model}"
    if provider(case) == "wavespeed":
        return {f"{_BODY}.loras": (ABSENT, [{"path": model, "scale": 1}])}
    if provider(case) == "replicate" and case.method == "image_to_image":
        return {f"{_BODY}.input.lora_weights": (ABSENT, place)}
    if provider(case) == "together" and case.method.endswith("image"):
        file = f"{place}/resolve/main/fine/weights.safetensors"
        return {f"{_BODY}.image_loras": (ABSENT, [{"path": file, "scale": 1}])}
    return {}


def channel(case: Case, theirs: Told, ours: Told) -> Differences:
    """The name of the client at Z.ai."""
    return {"posts[0].headers.x-source-channel": ("hugging_face", ABSENT)} if provider(case) == "zai-org" else {}


def ignored_store(case: Case, theirs: Told, ours: Told) -> Differences:
    """`store` at Scaleway."""
    is_sent = provider(case) == "scaleway" and "store" in case.options.get("extra_body", ())
    return {f"{_BODY}.store": (False, ABSENT)} if is_sent else {}


def slow_job(case: Case, theirs: Told, ours: Told) -> Differences:
    """A prediction that takes longer than Replicate waits."""
    if case.name != SLOW:
        return {}
    *looks, download = ours["gets"]
    url = "https://router.huggingface.co/replicate/v1/predictions/a-job"
    assert looks
    assert all(look == {"url": url, "authorization": "Bearer hf_x"} for look in looks)
    assert download["url"].endswith("/files/a-job/out-0.png")
    assert "authorization" not in download
    error = {"raised": "TimeoutError", "status": None, "said": None}
    return {
        **{name: (value, ABSENT) for name, value in error.items()},
        "result": (ABSENT, {**ours["result"], "size": [64, 32]}),
        "gets": ([], ours["gets"]),
    }


_RAISED = {
    "fal-ai": "KeyError",
    "replicate": "TimeoutError",
    "together": "RuntimeError",
    "wavespeed": "ValueError",
    "zai-org": "ValueError",
}


def failed_job(case: Case, theirs: Told, ours: Told) -> Differences:
    """A job that fails, where fal's result is not even asked for."""
    if case.name != FAILED:
        return {}
    found: Differences = {
        "raised": (_RAISED[case.place], "ProviderApiError"),
        "status": (None, 201 if case.place == "replicate" else 200),
        "said": (None, "The sandbox was told to fail here."),
    }
    return {**found, "gets": (theirs["gets"], theirs["gets"][:1])} if case.place == "fal-ai" else found
