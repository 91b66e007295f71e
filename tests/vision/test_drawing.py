"""Pictures that are made: of words, of pictures, of both; and the forms in which they are handed over."""

from __future__ import annotations

import base64
import io
import sys

import pytest
from PIL import Image

import infermux
from contract.server import Answer
from infermux import InputError, ProviderOutputError

from .pictures import BASE64, JPEG, PICTURE, PNG, there

TOGETHER = {"provider": "together", "api_key": "key-of-together", "model": "org/m"}
MADE = Answer.of({"data": [{"index": 0, "b64_json": BASE64}]})


def mapped(server, provider_id="black-forest-labs/FLUX.1-kontext-pro"):
    """Have the Hub know the model, and give the server's answer."""
    entry = {"providerId": provider_id, "status": "live", "task": "image-to-image"}
    server.always("GET huggingface.co/api/models/", Answer.of({"inferenceProviderMapping": {"together": entry}}))
    server.always("POST api.together.xyz/", MADE)


@pytest.mark.proves("VIS-14")
def test_words_to_a_picture(call, server, tmp_path):
    """What comes back is a PIL image that can be saved."""
    server.say(PICTURE)
    image = call(there(server), "text_to_image", "An astronaut riding a horse on the moon.")
    assert isinstance(image, Image.Image)
    image.save(tmp_path / "astronaut.png")
    with Image.open(tmp_path / "astronaut.png") as saved:
        assert saved.size == (4, 2)
    assert server.requests[0].json == {"inputs": "An astronaut riding a horse on the moon.", "parameters": {}}


@pytest.mark.proves("VIS-15", "VIS-17")
def test_options_of_words_to_a_picture(call, server):
    """All of them go into the parameters; whole numbers go as integers."""
    server.say(PICTURE)
    call(
        there(server),
        "text_to_image",
        "a cat",
        negative_prompt="low resolution",
        height=64.0,
        width=32.0,
        num_inference_steps=5.0,
        guidance_scale=2.5,
        scheduler="euler",
        seed=7,
        extra_body={"own": 1},
    )
    given = server.requests[0].json["parameters"]
    assert given == {
        "negative_prompt": "low resolution",
        "height": 64,
        "width": 32,
        "num_inference_steps": 5,
        "guidance_scale": 2.5,
        "scheduler": "euler",
        "seed": 7,
        "own": 1,
    }
    assert {type(given[name]) for name in ("height", "width", "num_inference_steps")} == {int}


@pytest.mark.proves("VIS-16")
def test_unknown_options_of_words_to_a_picture(call, server):
    """They are passed on as they are, with one warning each."""
    server.say(PICTURE)
    with pytest.warns(FutureWarning, match="'strength'.*extra_body"):
        call(there(server), "text_to_image", "a cat", strength=0.5)
    assert server.requests[0].json["parameters"] == {"strength": 0.5}


@pytest.mark.proves("VIS-05", "BIN-03")
@pytest.mark.parametrize("by", ["position", "name"])
def test_a_picture_from_a_picture(by, call, server, tmp_path):
    """The documents' example: the words are a parameter, and what comes back can be saved."""
    (tmp_path / "cat.jpg").write_bytes(JPEG)
    server.say(Answer(JPEG, headers={"content-type": "image/png"}))
    given = ("turn the cat into a tiger",) if by == "position" else ()
    named = {} if given else {"prompt": "turn the cat into a tiger"}
    image = call(there(server), "image_to_image", str(tmp_path / "cat.jpg"), *given, **named)
    assert isinstance(image, Image.Image)
    assert image.format == "JPEG"
    image.save(tmp_path / "tiger.jpg")
    asked = server.requests[0]
    assert asked.json["parameters"] == {"prompt": "turn the cat into a tiger"}
    assert asked.json["inputs"] == base64.b64encode(JPEG).decode()


@pytest.mark.proves("VIS-06", "VIS-08")
def test_options_of_a_picture_from_a_picture(call, server):
    """They go into the parameters, an unknown one and the server's own too."""
    server.say(PICTURE)
    options = {"negative_prompt": "a dog", "num_inference_steps": 25, "guidance_scale": 7.5, "seed": 1}
    with pytest.warns(FutureWarning, match="'strength'"):
        call(there(server), "image_to_image", PNG, "a tiger", **options, strength=0.5, extra_body={"own": 1})
    wanted = {"prompt": "a tiger", **options, "strength": 0.5, "own": 1}
    assert server.requests[0].json == {"inputs": BASE64, "parameters": wanted}


_SIZE = {"width": 64, "height": 32}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(_SIZE, marks=pytest.mark.proves("VIS-07")),
        pytest.param({"width": 64.0, "height": 32.0}, marks=pytest.mark.proves("VIS-07")),
        pytest.param({"target_size": _SIZE}, marks=pytest.mark.proves("VIS-09")),
        pytest.param(
            {"target_size": infermux.ImageToImageTargetSize(width=64, height=32)}, marks=pytest.mark.proves("VIS-09")
        ),
        {"target_size": _SIZE, "width": 64},
        {"target_size": {**_SIZE, "depth": None}},
        {"target_size": {"width": 64}, "height": 32},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["image_to_image", "image_text_to_image"])
def test_the_size_of_a_picture_from_a_picture(method, given, call, server):
    """However it is said, it goes as `target_size`."""
    server.say(PICTURE)
    call(there(server), method, PNG, **given)
    assert server.requests[0].json == {"inputs": BASE64, "parameters": {"target_size": _SIZE}}


def test_half_a_size(call, server):
    """One side alone is passed on as it is, as earlier releases did."""
    server.say(PICTURE)
    call(there(server), "image_to_image", PNG, height=32)
    assert server.requests[0].json["parameters"] == {"height": 32}


@pytest.mark.parametrize("method", ["text_to_image", "image_to_image", "image_text_to_image"])
def test_two_sizes(method, call, server):
    """A side that is given twice, and differs, is refused; the caller's own dictionary stays as it is."""
    size = {"width": 64, "height": 32}
    with pytest.raises(InputError, match="width is given twice, as 65 and in target_size as 64"):
        call(there(server), method, "a cat" if method == "text_to_image" else PNG, width=65, target_size=size)
    assert (server.requests, size) == ([], {"width": 64, "height": 32})


@pytest.mark.proves("BIN-01", "BIN-11")
@pytest.mark.parametrize(("headers", "accept"), [({}, "image/png"), ({"Accept": "image/webp"}, "image/webp")])
@pytest.mark.parametrize("options", [{}, {"prompt": "a tiger"}], ids=["bytes", "json"])
def test_a_picture_without_options(options, headers, accept, call, server):
    """The bytes go as they are, and a PNG is asked for, unless the caller says otherwise."""
    server.say(PICTURE)
    assert call(there(server, headers=headers), "image_to_image", PNG, **options).size == (4, 2)
    asked = server.requests[0]
    assert asked.headers["accept"] == accept
    if not options:
        assert (asked.body, asked.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.proves("VIS-23")
@pytest.mark.parametrize(
    ("image", "prompt", "body"),
    [
        (PNG, "a hat", {"inputs": BASE64, "parameters": {"prompt": "a hat", "seed": 1}}),
        (PNG, None, {"inputs": BASE64, "parameters": {"seed": 1}}),
        (None, "a hat", {"parameters": {"prompt": "a hat", "seed": 1}}),
    ],
    ids=["both", "picture", "words"],
)
def test_a_picture_of_a_picture_and_words(image, prompt, body, call, server):
    """Each of the two may be left out."""
    server.say(PICTURE)
    out = call(there(server), "image_text_to_image", image, prompt, seed=1)
    assert out.size == (4, 2)
    assert server.requests[0].json == body
    assert server.requests[0].headers["accept"] == "image/png"


@pytest.mark.parametrize(
    ("method", "given"),
    [("image_text_to_image", (None, None)), ("image_text_to_image", (PNG, 5)), ("image_to_image", (PNG, 5))],
)
def test_words_that_are_none(method, given, call, server):
    """Neither words nor a picture, or words of another type: nothing is sent."""
    with pytest.raises(InputError, match="prompt"):
        call(there(server), method, *given)
    assert server.requests == []


DRAWING = [
    pytest.param("text_to_image", ("a cat",), id="words"),
    pytest.param("image_to_image", (PNG,), id="picture"),
    pytest.param("image_text_to_image", (PNG, "a cat"), id="both"),
]


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("method", "given"), DRAWING)
def test_other_forms_of_a_picture(method, given, call, server, monkeypatch):
    """Bytes or a data URL, for which Pillow is not needed; a server that has no URL for it is not asked for one."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    server.always("POST", PICTURE)
    assert call(there(server), method, *given, output_type="bytes") == PNG
    assert call(there(server), method, *given, output_type="data_url") == f"data:image/png;base64,{BASE64}"
    server.reset()
    with pytest.raises(InputError, match=f"{method}.*no URL"):
        call(there(server), method, *given, output_type="url")
    assert server.requests == []


@pytest.mark.parametrize("method", ["image_to_image", "image_text_to_image"])
def test_a_picture_inside_json(method, call, server):
    """A container may answer in JSON, as the task's schema has it: base64, a data URL or an address."""
    server.always("GET ", PICTURE)
    for text in BASE64, f"data:image/png;base64,{BASE64}", f"{server.url}/made.png":
        for said in {"image": text}, [{"image": text}]:
            server.say(Answer.of(said))
            assert call(there(server), method, PNG).size == (4, 2)
    server.say(Answer.of({"image": BASE64, "own": 1}))
    assert call(there(server), method, PNG, output_type="json") == {"image": BASE64, "own": 1}


@pytest.mark.parametrize(("method", "given"), DRAWING)
@pytest.mark.parametrize(
    "said",
    [
        {"image": BASE64},
        [{"image": BASE64}],
        {"data": [{"b64_json": BASE64}]},
        {"data": [{"url": f"data:image/png;base64,{BASE64}"}]},
        {"output": [f"data:image/png;base64,{BASE64}"]},
        {"image": base64.encodebytes(PNG).decode()},
    ],
    ids=["field", "list", "b64_json", "url", "output", "lines"],
)
def test_forms_of_json_with_a_picture(method, given, said, call, server):
    """Whatever a container's JSON is modelled on, the picture in it is found."""
    server.say(Answer.of(said))
    assert call(there(server), method, *given).size == (4, 2)


@pytest.mark.proves("BIN-12")
@pytest.mark.parametrize(("method", "given"), DRAWING)
def test_without_pillow(method, given, call, server, monkeypatch):
    """Without Pillow a picture is not even asked for; the error tells the extra, and the way to the raw bytes."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"infermux\[image\].*output_type"):
        call(there(server), method, *given)
    assert server.requests == []


@pytest.mark.parametrize(("method", "given"), DRAWING)
@pytest.mark.parametrize(
    "said",
    [
        Answer(b"<html>busy</html>", headers={"content-type": "text/html"}),
        Answer(PNG[:30], headers={"content-type": "image/png"}),
        Answer(headers={"content-type": "image/png"}),
        Answer.of({"image": None}),
        Answer.of({"image": "§"}),
        Answer.of([]),
        Answer.of({"data": ["x"]}),
    ],
    ids=["page", "half", "nothing", "null", "no base64", "empty", "other"],
)
def test_what_is_no_picture(method, given, said, call, server):
    """It is an error that says so."""
    server.say(said)
    with pytest.raises(ProviderOutputError):
        call(there(server), method, *given)


@pytest.mark.parametrize("output_type", ["png", 5, "URL"], ids=str)
@pytest.mark.parametrize(("method", "given"), DRAWING)
def test_a_form_that_there_is_not(method, given, output_type, call, server):
    """It is refused before anything is sent."""
    with pytest.raises(InputError, match="output_type"):
        call(there(server), method, *given, output_type=output_type)
    assert server.requests == []


class TestTogether:
    """Together takes the picture by its address."""

    @pytest.mark.proves("PXB-33")
    @pytest.mark.parametrize(
        ("model", "field"),
        [
            ("black-forest-labs/FLUX.1-Kontext-pro", {"image_url": f"data:image/png;base64,{BASE64}"}),
            ("Qwen/Qwen-Image-Edit", {"reference_images": [f"data:image/png;base64,{BASE64}"]}),
            ("black-forest-labs/FLUX.2-kontext", {"reference_images": [f"data:image/png;base64,{BASE64}"]}),
        ],
    )
    def test_a_picture_of_the_caller(self, model, field, call, server):
        """It goes as a data URL, in the field that the model wants; without words the prompt is empty."""
        mapped(server, model)
        image = call(TOGETHER, "image_to_image", PNG, target_size=_SIZE, num_inference_steps=4)
        assert isinstance(image, Image.Image)
        asked = server.requests[-1]
        assert asked.line == "POST api.together.xyz/v1/images/generations"
        assert asked.json == {
            "prompt": "",
            **field,
            **_SIZE,
            "steps": 4,
            "response_format": "base64",
            "model": model,
        }
        assert asked.headers["accept"] == "image/png"

    def test_an_address(self, call, server):
        """It is sent as it is, and not fetched here."""
        mapped(server)
        call(TOGETHER, "image_to_image", "https://files.example/cat.png", "a tiger")
        assert [asked.host for asked in server.requests] == ["huggingface.co", "api.together.xyz"]
        assert server.requests[-1].json["image_url"] == "https://files.example/cat.png"

    def test_unknown_bytes(self, call, server):
        """What the bytes are is not known: they are called a JPEG, as the service wants some type of picture."""
        mapped(server)
        call(TOGETHER, "image_to_image", b"???", "a tiger")
        assert server.requests[-1].json["image_url"] == "data:image/jpeg;base64,Pz8/"

    @pytest.mark.proves("VIS-25")
    def test_forms(self, call, server):
        """The four other forms, the address and the service's own JSON too."""
        mapped(server)
        assert call(TOGETHER, "image_to_image", PNG, output_type="bytes") == PNG
        assert call(TOGETHER, "image_to_image", PNG, output_type="data_url") == f"data:image/png;base64,{BASE64}"
        assert call(TOGETHER, "image_to_image", PNG, output_type="json")["data"][0]["b64_json"] == BASE64
        server.always("POST", Answer.of({"data": [{"url": "https://cdn.example/a.png"}]}))
        assert call(TOGETHER, "image_to_image", PNG, output_type="url") == "https://cdn.example/a.png"
        assert server.requests[-1].json["response_format"] == "url"


def test_a_sandbox_draws(call):
    """Pictures come back from the sandbox, in and out through both clients."""
    here = {"provider": "sandbox", "http_client": None}
    first = call(here, "text_to_image", "a red cat", width=64, height=32)
    changed = call(here, "image_to_image", first, "a blue cat", width=32, height=16)
    assert (first.size, changed.size) == ((64, 32), (32, 16))
    buffer = io.BytesIO()
    first.save(buffer, "PNG")
    assert call(here, "image_text_to_image", buffer.getvalue(), "a hat").size == (64, 32)
