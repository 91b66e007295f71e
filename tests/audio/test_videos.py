"""Videos made and looked at, by a dedicated endpoint; hf-inference does none of it (SURFACE 4.2)."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from contract.server import Answer, Server
from infermux import InputError, ProviderOutputError, VideoClassificationOutputElement

Call = Callable[..., Any]
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(100))
FILMED = Answer(MP4, headers={"content-type": "application/octet-stream"})
_buffer = io.BytesIO()
Image.new("RGB", (4, 2), "red").save(_buffer, "PNG")
PNG = _buffer.getvalue()
PICTURE = base64.b64encode(PNG).decode()
MADE = [
    pytest.param("text_to_video", "a cat", id="text"),
    pytest.param("image_to_video", PNG, id="image"),
    pytest.param("image_text_to_video", PNG, id="both"),
]
SIZED = {"target_size": {"width": 64, "height": 32}}
OPTIONS = {"num_frames": 16.0, "num_inference_steps": 25, "guidance_scale": 7.5, "seed": 3}
SENT = {"num_frames": 16, "num_inference_steps": 25, "guidance_scale": 7.5, "seed": 3}


def here(server: Server) -> dict[str, Any]:
    """A client of an endpoint on this server."""
    return {"base_url": f"{server.url}/here", "api_key": "key"}


@pytest.mark.proves("VIS-18")
def test_words(call: Call, server: Server) -> None:
    """Words go as inputs, and bytes come back."""
    server.say(FILMED)
    assert call(here(server), "text_to_video", "a cat") == MP4
    (asked,) = server.requests
    assert (asked.path, asked.json) == ("/here", {"inputs": "a cat"})


@pytest.mark.proves("VIS-19")
@pytest.mark.parametrize("negative", ["blurry", ["blurry", "dark"]], ids=["text", "list"])
def test_words_with_options(call: Call, server: Server, negative: Any) -> None:
    """Each option stands among the parameters, whole numbers as integers; what should not be seen, as it was given."""
    server.say(FILMED)
    call(here(server), "text_to_video", "a cat", negative_prompt=negative, **OPTIONS, extra_body={"fps": 8})
    assert server.requests[0].json == {
        "inputs": "a cat",
        "parameters": {**SENT, "negative_prompt": negative, "fps": 8},
    }
    assert b'"num_frames":16,' in server.requests[0].body


@pytest.mark.proves("VIS-11")
def test_a_picture(call: Call, server: Server) -> None:
    """A picture goes as it is, with its type, and bytes come back."""
    server.say(FILMED)
    assert call(here(server), "image_to_video", PNG) == MP4
    (asked,) = server.requests
    assert (asked.path, asked.body, asked.headers["content-type"]) == ("/here", PNG, "image/png")


@pytest.mark.proves("VIS-11")
def test_a_picture_with_options(call: Call, server: Server) -> None:
    """With options the picture goes as base64, in JSON beside them."""
    server.say(FILMED)
    own = {"prompt": "it dances", "negative_prompt": "blurry", **SIZED}
    call(here(server), "image_to_video", PNG, **own, **OPTIONS, extra_body={"fps": 8})
    assert server.requests[0].json == {"inputs": PICTURE, "parameters": {**own, **SENT, "fps": 8}}


@pytest.mark.proves("VIS-24")
@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ((PNG, "it dances"), {"inputs": PICTURE, "parameters": {"prompt": "it dances", **SENT, **SIZED}}),
        ((PNG,), {"inputs": PICTURE, "parameters": {**SENT, **SIZED}}),
        ((None, "it dances"), {"parameters": {"prompt": "it dances", **SENT, **SIZED}}),
    ],
    ids=["both", "picture", "words"],
)
def test_a_picture_and_words(call: Call, server: Server, given: tuple[Any, ...], sent: Any) -> None:
    """The picture is the input, and the words are a parameter; either may be left out."""
    server.say(FILMED)
    assert call(here(server), "image_text_to_video", *given, **OPTIONS, **SIZED) == MP4
    assert server.requests[0].json == sent


@pytest.mark.proves("VIS-24")
def test_a_picture_or_words(call: Call, server: Server) -> None:
    """A picture alone goes as it is; neither picture nor words is refused."""
    server.say(FILMED)
    assert call(here(server), "image_text_to_video", PNG) == MP4
    assert server.requests[0].body == PNG
    with pytest.raises(InputError, match="image=, prompt="):
        call(here(server), "image_text_to_video")
    with pytest.raises(InputError, match="prompt"):
        call(here(server), "image_text_to_video", prompt=5)
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["image_to_video", "image_text_to_video"])
@pytest.mark.parametrize("kind", ["path", "pil", "url"])
def test_every_kind_of_picture(call: Call, server: Server, tmp_path: Path, method: str, kind: str) -> None:
    """Whatever holds the picture, its bytes are sent with their type (T19)."""
    (tmp_path / "a.png").write_bytes(PNG)
    server.always("GET files.example/", Answer(PNG, headers={"content-type": "image/png"}))
    server.say(FILMED)
    given = {"path": tmp_path / "a.png", "pil": Image.open(io.BytesIO(PNG)), "url": "https://files.example/a"}
    assert call(here(server), method, given[kind]) == MP4
    asked = server.requests[-1]
    assert asked.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(asked.body)).size == (4, 2)


@pytest.mark.parametrize("method", ["image_to_video", "image_text_to_video"])
def test_unknown_options_are_passed_on(call: Call, server: Server, method: str) -> None:
    """An option of no name here is a parameter, with a warning; one that is misspelt is refused."""
    server.say(FILMED)
    with pytest.warns(FutureWarning, match="extra_body"):
        call(here(server), method, PNG, motion_bucket_id=127)
    assert server.requests[0].json["parameters"] == {"motion_bucket_id": 127}
    with pytest.raises(InputError, match="num_frames"):
        call(here(server), method, PNG, num_frame=16)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("method", "given"), MADE)
def test_wrong_input_is_refused(call: Call, server: Server, method: str, given: Any) -> None:
    """What is no prompt or picture, and an option of the wrong type, is told before anything is sent."""
    with pytest.raises((InputError, TypeError)):
        call(here(server), method, 5)
    for wrong in {"num_frames": "16"}, {"negative_prompt": 5}, {"seed": 1.5}, {"extra_body": "fps"}:
        with pytest.raises(InputError, match=next(iter(wrong))):
            call(here(server), method, given, **wrong)
    assert server.requests == []


@pytest.mark.parametrize(("method", "given"), MADE)
@pytest.mark.parametrize(
    "text",
    [base64.b64encode(MP4).decode(), "https://files.example/v.mp4"],
    ids=["base64", "address"],
)
def test_a_video_in_json(call: Call, server: Server, method: str, given: Any, text: str) -> None:
    """Where the video comes in JSON, as the task's schema has it, its bytes come back; no key goes to its address."""
    server.always("GET files.example/", FILMED)
    server.say(Answer.of({"video": text}))
    assert call(here(server), method, given) == MP4
    assert all("authorization" not in asked.headers for asked in server.requests[1:])


@pytest.mark.parametrize(("method", "given"), MADE)
def test_a_file_is_not_fetched(call: Call, server: Server, method: str, given: Any) -> None:
    """An answer that names a file of this machine is refused (T7)."""
    server.always("POST public.example/", Answer.of({"video": "file:///etc/passwd"}))
    with pytest.raises(ProviderOutputError):
        call({"base_url": "https://public.example/here", "api_key": "key"}, method, given)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("method", "given"), MADE)
def test_a_picture_that_moves(call: Call, server: Server, method: str, given: Any) -> None:
    """Some models make a GIF."""
    server.say(Answer(b"GIF89a" + bytes(9), headers={"content-type": "image/gif"}))
    assert call(here(server), method, given) == b"GIF89a" + bytes(9)


@pytest.mark.parametrize(("method", "given"), MADE)
@pytest.mark.parametrize(
    "said",
    [
        Answer(),
        Answer(b"<html>", headers={"content-type": "text/html"}),
        Answer(PNG, headers={"content-type": "video/mp4"}),
        Answer.of({"error": "out of memory"}),
        Answer.of({"video": None}),
        Answer.of({"video": "no base64!"}),
    ],
    ids=["nothing", "page", "picture", "error", "none", "junk"],
)
def test_no_video_came(call: Call, server: Server, method: str, given: Any, said: Answer) -> None:
    """Nothing, a page, a picture and JSON without a video are no video."""
    server.say(said)
    with pytest.raises(ProviderOutputError):
        call(here(server), method, given)


@pytest.mark.parametrize(
    ("method", "given"), [*MADE, pytest.param("video_classification", MP4, id="video_classification")]
)
@pytest.mark.parametrize("model", [None, "org/model"])
def test_not_on_hf_inference(call: Call, server: Server, method: str, given: Any, model: str | None) -> None:
    """hf-inference does not do it: nothing is sent, and the error names what it does."""
    settings = {"provider": "hf-inference", "api_key": "hf_1", "model": model}
    with pytest.raises(InputError, match=r"hf-inference does not do .*text-to-image") as caught:
        call(settings, method, given)
    assert method.replace("_", "-") in str(caught.value)
    assert server.requests == []


def test_classes(call: Call, server: Server) -> None:
    """A video goes as it is, with its type; its classes come back."""
    server.say(Answer.of([{"label": "archery", "score": 0.75}]))
    (found,) = call(here(server), "video_classification", MP4)
    assert isinstance(found, VideoClassificationOutputElement)
    assert (found.label, found.score) == ("archery", 0.75)
    (asked,) = server.requests
    assert (asked.body, asked.headers["content-type"]) == (MP4, "video/mp4")


def test_classes_with_options(call: Call, server: Server) -> None:
    """Options stand among the parameters, beside the video as base64."""
    server.say(Answer.of([]))
    options = {"top_k": 2, "function_to_apply": "sigmoid", "num_frames": 8, "frame_sampling_rate": 4}
    assert call(here(server), "video_classification", MP4, **options) == []
    assert server.requests[0].json == {"inputs": base64.b64encode(MP4).decode(), "parameters": options}
    server.say(Answer.of({"label": "archery"}))
    with pytest.raises(ProviderOutputError, match="a list"):
        call(here(server), "video_classification", MP4)
