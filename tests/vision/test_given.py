"""Pictures in: every kind that callers give, as it reaches the server (SURFACE 2.3)."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from contract.server import Answer
from infermux import InferenceError

from .pictures import BASE64, JPEG, PNG, there

# A method, what it takes besides the picture, and an answer to it.
TASKS = {
    "image_classification": ({}, []),
    "image_segmentation": ({}, []),
    "object_detection": ({}, []),
    "image_to_text": ({}, {"generated_text": "a cat"}),
    "image_to_image": ({}, {"image": BASE64}),
    "image_text_to_image": ({}, {"image": BASE64}),
    "depth_estimation": ({}, {"depth": BASE64}),
    "zero_shot_image_classification": ({"candidate_labels": ["a", "b"]}, []),
    "zero_shot_object_detection": ({"candidate_labels": ["a"]}, []),
    "document_question_answering": ({"question": "Which?"}, []),
    "visual_question_answering": ({"question": "Which?"}, []),
}


@pytest.fixture
def sent(call, server):
    """Gives the request in which a picture arrived."""

    def one(image, method="image_classification"):
        options, said = TASKS[method]
        server.say(Answer.of(said))
        call(there(server), method, image, **options)
        return server.requests[-1]

    return one


def _path(tmp_path: Path) -> Path:
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    return path


KINDS = [
    pytest.param(lambda _: PNG, marks=pytest.mark.proves("BIN-01"), id="bytes"),
    pytest.param(lambda _: bytearray(PNG), marks=pytest.mark.proves("BIN-08"), id="bytearray"),
    pytest.param(lambda _: memoryview(PNG), marks=pytest.mark.proves("BIN-08"), id="memoryview"),
    pytest.param(lambda _: io.BytesIO(PNG), marks=pytest.mark.proves("BIN-02"), id="memory"),
    pytest.param(lambda folder: _path(folder).open("rb"), marks=pytest.mark.proves("BIN-02"), id="file"),
    pytest.param(lambda folder: str(_path(folder)), marks=pytest.mark.proves("BIN-03"), id="str"),
    pytest.param(_path, marks=pytest.mark.proves("BIN-03"), id="Path"),
    pytest.param(lambda _: f"data:image/png;base64,{BASE64}", id="data URL"),
    pytest.param(lambda _: Image.open(io.BytesIO(PNG)), marks=pytest.mark.proves("BIN-07"), id="PIL"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", TASKS)
def test_every_kind(kind, method, sent, tmp_path):
    """Each task takes each kind: alone it goes as bytes with their type, with options as base64 (T19)."""
    given = kind(tmp_path)
    asked = sent(given, method)
    if isinstance(given, io.BufferedReader):
        given.close()
    if asked.headers["content-type"] == "application/json":
        inputs = asked.json["inputs"]
        assert TASKS[method][0]
        shown = inputs["image"] if isinstance(inputs, dict) else inputs
        assert Image.open(io.BytesIO(base64.b64decode(shown))).size == (4, 2)
    else:
        assert asked.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(asked.body)).size == (4, 2)


@pytest.mark.proves("BIN-03")
def test_the_extension_tells_the_type(sent, tmp_path):
    """Also where the bytes are of another one."""
    (tmp_path / "cat.webp").write_bytes(PNG)
    asked = sent(tmp_path / "cat.webp")
    assert (asked.headers["content-type"], asked.body) == ("image/webp", PNG)


@pytest.mark.proves("BIN-04")
@pytest.mark.parametrize("method", TASKS)
def test_an_address(method, sent, server):
    """It is fetched without the key, and the bytes are sent."""
    server.always("GET ", Answer(JPEG, headers={"content-type": "image/jpeg"}))
    asked = sent("https://files.example/dog.jpg?x=1", method)
    fetched = server.requests[0]
    assert fetched.line == "GET files.example/dog.jpg?x=1"
    assert "authorization" not in fetched.headers
    assert asked.headers["content-type"] in ("image/jpeg", "application/json")
    assert asked.body == JPEG or b'"/9j/' in asked.body


@pytest.mark.proves("BIN-09")
@pytest.mark.parametrize("method", TASKS)
def test_a_picture_that_is_gone(method, call, server):
    """An error page is not sent on as if it were the picture (T25)."""
    server.always("GET ", Answer(b"<html>gone</html>", 404))
    with pytest.raises(InferenceError, match=r"dog\.jpg"):
        call(there(server), method, "https://files.example/dog.jpg", **TASKS[method][0])
    assert [asked.method for asked in server.requests] == ["GET"]


@pytest.mark.proves("BIN-05")
@pytest.mark.parametrize("method", TASKS)
def test_a_file_that_is_not_there(method, call, server, tmp_path):
    """Nothing is sent."""
    with pytest.raises(FileNotFoundError, match=r"gone\.png"):
        call(there(server), method, tmp_path / "gone.png", **TASKS[method][0])
    assert server.requests == []


@pytest.mark.proves("BIN-06")
@pytest.mark.parametrize("method", TASKS)
def test_a_file_opened_as_text(method, call, server, tmp_path):
    """Nothing is sent, and the error says how to open it."""
    (tmp_path / "cat.png").write_bytes(b"abc")
    with (tmp_path / "cat.png").open() as file, pytest.raises(TypeError, match="'rb'"):
        call(there(server), method, file, **TASKS[method][0])
    assert server.requests == []


@pytest.mark.parametrize("method", [name for name in TASKS if name != "image_text_to_image"])
@pytest.mark.parametrize("given", [5, None, ["cat.png"], {"image": PNG}], ids=["int", "None", "list", "dict"])
def test_what_is_no_picture(given, method, call, server):
    """Nothing is sent, and the error lists what may be given."""
    with pytest.raises(TypeError, match="a binary file object, a path, a URL or a PIL image"):
        call(there(server), method, given, **TASKS[method][0])
    assert server.requests == []


@pytest.mark.proves("BIN-07")
def test_a_picture_keeps_its_format(sent):
    """A PIL image goes in its own format; one that has none goes as PNG."""
    assert sent(Image.open(io.BytesIO(JPEG))).headers["content-type"] == "image/jpeg"
    assert sent(Image.new("RGBA", (3, 1))).headers["content-type"] == "image/png"
