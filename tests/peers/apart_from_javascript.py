"""How we differ from @huggingface/inference on purpose; each has its row in `departures`."""

from __future__ import annotations

import base64

from .comparing import ABSENT, Differences, Told
from .javascript import Case
from .registry import PICTURE

_BODY = "posts[0].body"


def channel(case: Case, theirs: Told, ours: Told) -> Differences:
    """The name of the client at Z.ai."""
    return {"posts[0].headers.x-source-channel": ("hugging_face", ABSENT)} if case.provider == "zai-org" else {}


def accept(case: Case, theirs: Told, ours: Told) -> Differences:
    """What DeepInfra is to answer with."""
    return {"posts[0].headers.accept": (ABSENT, "image/png")} if case.task == "text-to-image" else {}


def form_file(case: Case, theirs: Told, ours: Told) -> Differences:
    """The name of the file of a form."""
    is_form = case.task == "automatic-speech-recognition"
    return {f"{_BODY}[0].file": ("audio.wav", "file.wav")} if is_form else {}


_PIXELS = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
)
"""One pixel, written in two ways: theirs and ours."""


def picture(case: Case, theirs: Told, ours: Told) -> Differences:
    """How a picture travels to WaveSpeed."""
    if case.provider != "wavespeed":
        return {}
    own = base64.b64encode(PICTURE).decode()
    bare, labelled = _PIXELS if case.given[0] is None else (own, own)
    return {f"{_BODY}.image": (bare, f"data:image/png;base64,{labelled}"), f"{_BODY}.images": ([bare], ABSENT)}


def generation(case: Case, theirs: Told, ours: Told) -> Differences:
    """How a text is asked for where it was sent as to a pipeline."""
    if case.task != "text-generation" or case.provider == "ovhcloud":
        return {}
    limits = case.theirs["parameters"]
    found: Differences = {
        f"{_BODY}.inputs": (case.theirs["inputs"], ABSENT),
        f"{_BODY}.parameters": (limits, ABSENT),
        f"{_BODY}.max_tokens": (ABSENT, limits["max_new_tokens"]),
        f"{_BODY}.temperature": (ABSENT, limits["temperature"]),
    }
    if case.provider == "groq":
        # There is nothing but chat there.
        found[f"{_BODY}.messages"] = (ABSENT, [{"role": "user", "content": case.theirs["inputs"]}])
        found |= {"raised": ("ProviderApiError", ABSENT)}
    return found


def text(case: Case, theirs: Told, ours: Told) -> Differences:
    """A text, and at Scaleway as short as it was to be."""
    if case.task != "text-generation":
        return {}
    if case.provider == "groq":
        return {"result": (ABSENT, "This is the infermux sandbox,")}
    rest = " not a model. The prompt was: Once upon a time" if case.provider == "scaleway" else ""
    short = " This is the infermux sandbox,"
    return {"result": ({"generated_text": short + rest}, short)}


def sound(case: Case, theirs: Told, ours: Told) -> Differences:
    """A sound among other things."""
    if case.task != "audio-to-audio":
        return {}
    blob = ours["result"][0]["blob"]
    return {
        "result[0].blob": (base64.b64encode(blob).decode(), blob),
        "result[0].content-type": ("audio/wav", ABSENT),
        "result[0].content_type": (ABSENT, "audio/wav"),
    }


def reading(case: Case, theirs: Told, ours: Told) -> Differences:
    """What Z.ai tells of a page besides its words, which are told twice there."""
    if case.task != "image-to-text":
        return {}
    words, job = ours["result"]["generated_text"], ours["result"]["id"]
    more = {"id": job, "request_id": job, "model": "own/zai-org-image-to-text", "layout_details": []}
    kept: Differences = {f"result.{name}": (ABSENT, value) for name, value in {**more, "md_results": words}.items()}
    return {"result.generatedText": (words, ABSENT), **kept}
