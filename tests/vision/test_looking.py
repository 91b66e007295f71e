"""What a picture shows: the documents' examples, the options on the wire, and every shape of an answer."""

from __future__ import annotations

import base64
import json
import sys

import pytest
from PIL import Image

import infermux
from contract.server import Answer
from infermux import InputError, MissingExtraError, ProviderOutputError
from infermux.types._record import Record

from .pictures import BASE64, JPEG, PNG, drawn, there

BOX = {"xmin": 59, "ymin": 39, "xmax": 420, "ymax": 510}
MASK = drawn("L", (400, 300))
LOOKING = [
    "image_classification",
    "image_segmentation",
    "image_to_text",
    "object_detection",
    "depth_estimation",
]


@pytest.mark.proves("VIS-01", "BIN-04")
def test_the_class_of_a_picture(call, server):
    """The documents' example: the picture is fetched from its address, and its likeliest class comes first."""
    server.always("GET upload.example/dog.jpg", Answer(JPEG, headers={"content-type": "image/jpeg"}))
    server.say(Answer.of([{"score": 0.9779096841812134, "label": "Blenheim spaniel"}]))
    out = call(there(server), "image_classification", "https://upload.example/dog.jpg")
    assert out == [{"score": 0.9779096841812134, "label": "Blenheim spaniel"}]
    assert isinstance(out[0], infermux.ImageClassificationOutputElement)
    assert (out[0].label, out[0]["score"]) == ("Blenheim spaniel", 0.9779096841812134)
    asked = server.requests[-1]
    assert (asked.path, asked.body, asked.headers["content-type"]) == ("/here", JPEG, "image/jpeg")


def test_the_class_of_a_picture_at_a_dedicated_endpoint(call, server):
    """What a container was seen to answer to the bytes of a PNG."""
    said = '[{"label":"cat","score":0.38634270429611206},{"label":"dog","score":0.324006050825119}]'
    server.say(Answer(said.encode(), headers={"content-type": "application/json"}))
    out = call(there(server), "image_classification", PNG)
    assert [(one.label, one.score) for one in out] == [("cat", 0.38634270429611206), ("dog", 0.324006050825119)]
    assert server.requests[0].headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("method", "options", "said"),
    [
        pytest.param(
            "image_classification",
            {"top_k": 2, "function_to_apply": "sigmoid"},
            [],
            marks=pytest.mark.proves("VIS-02", "BIN-10"),
        ),
        pytest.param(
            "image_segmentation",
            {
                "mask_threshold": 0.5,
                "overlap_mask_area_threshold": 0.25,
                "subtask": "semantic",
                "threshold": 0.75,
            },
            [],
            marks=pytest.mark.proves("VIS-04"),
        ),
        pytest.param("object_detection", {"threshold": 0.5}, [], marks=pytest.mark.proves("VIS-13")),
        pytest.param(
            "image_to_text",
            {"max_new_tokens": 9, "generation_parameters": {"num_beams": 2}},
            {"generated_text": ""},
        ),
        pytest.param("zero_shot_object_detection", {"candidate_labels": ["lamp"]}, []),
        pytest.param(
            "zero_shot_image_classification",
            {"candidate_labels": ["dog", "cat"], "hypothesis_template": "a {}"},
            [],
            marks=pytest.mark.proves("VIS-21"),
        ),
    ],
)
def test_options(method, options, said, call, server):
    """Options go with the picture as base64, in JSON, and the server's own among them."""
    server.say(Answer.of(said))
    call(there(server), method, PNG, **options, extra_body={"own": 1})
    asked = server.requests[0]
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {"inputs": BASE64, "parameters": {**options, "own": 1}}


@pytest.mark.proves("VIS-03")
@pytest.mark.parametrize("told", ["base64", "data URL"])
def test_the_parts_of_a_picture(told, call, server):
    """The documents' example: each mask is a PIL image of mode L."""
    text = base64.b64encode(MASK).decode()
    mask = text if told == "base64" else f"data:image/png;base64,{text}"
    server.say(Answer.of([{"score": 0.989008, "label": "LABEL_184", "mask": mask}, {"label": "b", "mask": text}]))
    first, second = call(there(server), "image_segmentation", PNG)
    assert isinstance(first, infermux.ImageSegmentationOutputElement)
    assert (first.score, first.label, second.score) == (0.989008, "LABEL_184", None)
    assert isinstance(first.mask, Image.Image)
    assert (first.mask.mode, first.mask.size, first.mask.format) == ("L", (400, 300), "PNG")
    assert first["mask"] is first.mask


@pytest.mark.proves("VIS-25")
def test_other_forms_of_a_mask(call, server, monkeypatch):
    """Bytes, a data URL or the server's own JSON, for which Pillow is not needed."""
    text = base64.b64encode(MASK).decode()
    said = [{"score": 0.5, "label": "a", "mask": text}]
    monkeypatch.setitem(sys.modules, "PIL", None)
    for form, mask in (("bytes", MASK), ("data_url", f"data:image/png;base64,{text}"), ("json", text)):
        server.say(Answer.of(said))
        out = call(there(server), "image_segmentation", PNG, output_type=form)
        assert out[0]["mask"] == mask
    assert type(out[0]) is dict
    assert server.requests[-1].body == PNG


@pytest.mark.proves("BIN-12")
@pytest.mark.parametrize("method", ["image_segmentation", "depth_estimation"])
def test_masks_without_pillow(method, call, server, monkeypatch):
    """Without Pillow nothing is sent; the error tells the extra, and the way to the raw bytes."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError, match=r"infermux\[image\].*output_type"):
        call(there(server), method, PNG)
    assert server.requests == []


@pytest.mark.parametrize(
    "said",
    [
        {"mask": BASE64},
        [{"label": "a"}],
        [{"label": "a", "mask": 5}],
        [{"label": "a", "mask": "§"}],
        [{"label": "a", "mask": ""}],
        [{"label": "a", "mask": base64.b64encode(b"no picture").decode()}],
        ["a"],
        None,
    ],
    ids=str,
)
def test_no_masks(said, call, server):
    """Parts without a mask, or with one that is no picture, are none."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call(there(server), "image_segmentation", PNG)


@pytest.mark.proves("VIS-12")
def test_the_things_in_a_picture(call, server):
    """The documents' example: a box of integers, by attribute and by key."""
    server.say(Answer.of([{"score": 0.9486683011054993, "label": "person", "box": BOX}]))
    out = call(there(server), "object_detection", PNG)
    assert out == [{"score": 0.9486683011054993, "label": "person", "box": BOX}]
    assert isinstance(out[0], infermux.ObjectDetectionOutputElement)
    assert isinstance(out[0].box, infermux.ObjectDetectionBoundingBox)
    assert (out[0].box.xmin, out[0].box.ymin, out[0].box.xmax, out[0]["box"]["ymax"]) == (59, 39, 420, 510)
    assert {type(value) for value in out[0].box.values()} == {int}


def test_the_things_that_one_looks_for(call, server):
    """Labels of the caller's choice, each with its box; one is enough."""
    server.say(Answer.of([{"score": 0.5, "label": "lamp", "box": BOX}]))
    (one,) = call(there(server), "zero_shot_object_detection", PNG, ["lamp"])
    assert isinstance(one, infermux.ZeroShotObjectDetectionOutputElement)
    assert (one.label, one.box.xmax) == ("lamp", 420)
    assert server.requests[0].json == {"inputs": BASE64, "parameters": {"candidate_labels": ["lamp"]}}


@pytest.mark.proves("ERR-20")
@pytest.mark.parametrize("said", [{"score": 0.9, "label": "person", "box": BOX}, {"error": "no"}, "person", None])
@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("object_detection", {}),
        ("image_classification", {}),
        ("zero_shot_object_detection", {"candidate_labels": ["a"]}),
        ("zero_shot_image_classification", {"candidate_labels": ["a", "b"]}),
    ],
)
def test_an_answer_that_is_no_list(method, options, said, call, server):
    """It is an error that is a ValueError, and tells what came."""
    server.say(Answer.of(said))
    with pytest.raises(ValueError, match="should be a list") as caught:
        call(there(server), method, PNG, **options)
    assert isinstance(caught.value, ProviderOutputError)
    assert caught.value.response.json() == said


@pytest.mark.proves("VIS-10", "NLP-33")
@pytest.mark.parametrize(
    "text", ["a cat standing in a grassy field ", "a dog laying on the grass next to a flower pot "]
)
@pytest.mark.parametrize("form", ["list", "object"])
def test_a_picture_in_words(text, form, call, server):
    """The documents' examples, their last blank kept; what comes acts as the text, and stays a mapping."""
    said = {"generated_text": text}
    server.say(Answer.of([said] if form == "list" else said))
    out = call(there(server), "image_to_text", PNG)
    assert isinstance(out, infermux.ImageToTextOutput)
    assert out == text
    assert out.generated_text == str(out) == f"{out}" == out + "" == text
    assert out.split() == text.split()
    assert out.strip() == text.strip()
    assert (list(out), len(out), "generated_text" in out, out["generated_text"]) == (["generated_text"], 1, True, text)
    assert json.loads(json.dumps(out)) == out == said
    assert server.requests[0].body == PNG


@pytest.mark.parametrize("said", [[], {}, [{}], {"generated_text": None}, [{"generated_text": 5}], ["a cat"], "a cat"])
def test_no_words(said, call, server):
    """An answer without words is none."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call(there(server), "image_to_text", PNG)


@pytest.mark.parametrize("form", ["list", "object"])
def test_the_depth_of_a_picture(form, call, server):
    """The depth drawn is a PIL image; the numbers are as the server sent them."""
    said = {"predicted_depth": [[0.5, 1.5]], "depth": base64.b64encode(MASK).decode()}
    server.always("POST", Answer.of([said] if form == "list" else said))
    out = call(there(server), "depth_estimation", PNG)
    assert isinstance(out, infermux.DepthEstimationOutput)
    assert (out.depth.mode, out.depth.size, out.predicted_depth) == ("L", (400, 300), [[0.5, 1.5]])
    assert call(there(server), "depth_estimation", PNG, output_type="bytes").depth == MASK
    assert server.requests[-1].body == PNG


@pytest.mark.parametrize("said", [[], {}, {"depth": None}, {"depth": "§"}, {"predicted_depth": [1]}, "deep"])
def test_no_depth(said, call, server):
    """An answer without a picture of the depth is none."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call(there(server), "depth_estimation", PNG)


@pytest.mark.proves("VIS-20")
def test_the_label_that_fits(call, server):
    """The documents' example, with the labels under their older name: it works, and tells the new one."""
    server.say(Answer.of([{"label": "dog", "score": 0.956}]))
    with pytest.warns(FutureWarning, match="candidate_labels"):
        out = call(there(server), "zero_shot_image_classification", PNG, labels=["dog", "cat", "horse"])
    assert out == [{"label": "dog", "score": 0.956}]
    assert isinstance(out[0], infermux.ZeroShotImageClassificationOutputElement)
    assert server.requests[0].json == {"inputs": BASE64, "parameters": {"candidate_labels": ["dog", "cat", "horse"]}}


@pytest.mark.proves("VIS-20", "VIS-21")
def test_labels_by_position(call, server):
    """The labels may stand behind the picture; no warning, and nothing else is sent."""
    server.say(Answer.of([]))
    assert call(there(server), "zero_shot_image_classification", PNG, ["dog", "cat"]) == []
    assert server.requests[0].json == {"inputs": BASE64, "parameters": {"candidate_labels": ["dog", "cat"]}}


@pytest.mark.proves("VIS-22")
@pytest.mark.parametrize("labels", [[], ["dog"], None, "dog,cat", [1, 2]], ids=str)
def test_too_few_labels(labels, call, server):
    """Fewer than two labels, or what is no list of them, are refused before anything is sent."""
    with pytest.raises(InputError, match="label"):
        call(there(server), "zero_shot_image_classification", PNG, labels)
    assert server.requests == []


@pytest.mark.parametrize("labels", [[], None, "lamp", [1]], ids=str)
def test_nothing_to_look_for(labels, call, server):
    """Without a label nothing is sent."""
    with pytest.raises(InputError, match="label"):
        call(there(server), "zero_shot_object_detection", PNG, labels)
    assert server.requests == []


@pytest.mark.filterwarnings("ignore:.*is now called candidate_labels")
def test_labels_under_both_names(call, server):
    """The same labels twice are one thing, others are a contradiction."""
    server.say(Answer.of([]))
    ask = "zero_shot_image_classification"
    call(there(server), ask, PNG, ["dog", "cat"], labels=["dog", "cat"])
    with pytest.raises(InputError, match="differ"):
        call(there(server), ask, PNG, candidate_labels=["dog", "cat"], labels=["dog", "horse"])
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", LOOKING)
def test_unknown_fields_and_missing_ones(method, call, server):
    """What a server adds is kept, and what it leaves out reads as None."""
    text = base64.b64encode(MASK).decode()
    server.say(Answer.of([{"generated_text": "", "mask": text, "depth": text, "own": {"a": 1}}]))
    out = call(there(server), method, PNG)
    record: Record = out[0] if isinstance(out, list) else out
    assert record["own"] == {"a": 1}
    missing = set(type(record)._fields) - {"generated_text", "mask", "depth"}
    assert {record[name] for name in missing} <= {None}


@pytest.mark.parametrize("method", LOOKING)
def test_unknown_options(method, call, server):
    """A misspelt option is told before anything is sent."""
    with pytest.raises(InputError, match="no option 'tresholt'"):
        call(there(server), method, PNG, tresholt=1)
    assert server.requests == []
