"""Which task a request means, what is refused, and the shapes that only a raw request shows."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from infermux.sandbox import picture, sound
from infermux.sandbox.hub import TASKS, task_of
from infermux.sandbox.pipelines import PIPELINES

from .wire import ask

MODELS = "/hf-inference/models"
PNG = picture.draw("a green cat", 64, 48)
WAV = sound.speak("two words")
B64 = {"image": base64.b64encode(PNG).decode(), "sound": base64.b64encode(WAV).decode()}
TABLE = {"Name": ["Ada", "Bob"], "Age": ["36", "41"]}

KNOWN = {
    "audio-classification": ["superb/hubert-large-superb-er"],
    "audio-to-audio": ["speechbrain/sepformer-wham"],
    "automatic-speech-recognition": ["facebook/wav2vec2-large-960h-lv60-self"],
    "document-question-answering": ["impira/layoutlm-document-qa", "naver-clova-ix/donut-base-finetuned-docvqa"],
    "feature-extraction": [
        "facebook/bart-base",
        "sentence-transformers/distilbert-base-nli-mean-tokens",
        "sentence-transformers/paraphrase-xlm-r-multilingual-v1",
    ],
    "fill-mask": ["bert-base-uncased", "google-bert/bert-base-uncased"],
    "image-classification": ["google/vit-base-patch16-224"],
    "image-segmentation": ["facebook/detr-resnet-50-panoptic"],
    "image-to-image": ["lllyasviel/sd-controlnet-depth"],
    "image-to-text": ["nlpconnect/vit-gpt2-image-captioning", "Salesforce/blip-image-captioning-base"],
    "object-detection": ["facebook/detr-resnet-50"],
    "question-answering": ["deepset/roberta-base-squad2"],
    "summarization": ["facebook/bart-large-cnn", "google/pegasus-xsum"],
    "table-question-answering": ["google/tapas-base-finetuned-wtq"],
    "tabular-classification": ["julien-c/wine-quality", "vvmnnnkv/wine-quality"],
    "tabular-regression": ["scikit-learn/Fish-Weight"],
    "text-classification": [
        "cardiffnlp/twitter-roberta-base-sentiment-latest",
        "distilbert-base-uncased-finetuned-sst-2-english",
    ],
    "text-generation": ["bigcode/starcoder", "google/flan-t5-xxl", "mistralai/Mixtral-8x7B-v0.1", "Qwen/Qwen3-32B"],
    "text-to-image": [
        "black-forest-labs/FLUX.1-dev",
        "prompthero/openjourney-v4",
        "stabilityai/stable-diffusion-2-1",
    ],
    "text-to-speech": ["espnet/kan-bayashi_ljspeech_vits", "mio/amadeus"],
    "token-classification": ["dbmdz/bert-large-cased-finetuned-conll03-english"],
    "translation": ["facebook/mbart-large-50-many-to-many-mmt", "Helsinki-NLP/opus-mt-en-fr", "t5-base", "t5-small"],
    "visual-question-answering": ["dandelin/vilt-b32-finetuned-vqa"],
    "zero-shot-classification": [
        "facebook/bart-large-mnli",
        "Narsil/deberta-large-mnli-zero-cls",
        "typeform/distilbert-base-uncased-mnli",
    ],
    "zero-shot-image-classification": ["openai/clip-vit-large-patch14-336", "openai/clip-vit-base-patch32"],
}


def test_every_task_is_answered() -> None:
    """Whatever the Hub lists, a pipeline answers."""
    assert sorted(PIPELINES) == sorted(TASKS)


@pytest.mark.parametrize(("task", "model"), [(task, model) for task, models in KNOWN.items() for model in models])
def test_models_of_the_documents(task: str, model: str) -> None:
    """Models that documents name are known for what they do."""
    assert task_of(model) == task


def said(body: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": "Ada is in [MASK]", **body}


def given(**parameters: Any) -> dict[str, Any]:
    return {"parameters": parameters}


@pytest.mark.parametrize(
    ("body", "headers", "key"),
    [
        (said({}), {}, "token_str"),
        (said(given(aggregation_strategy="simple")), {}, "entity_group"),
        (said(given(src_lang="en", tgt_lang="fr")), {}, "translation_text"),
        (said(given(clean_up_tokenization_spaces=True)), {}, "summary_text"),
        (said(given(candidate_labels=["a", "b"])), {}, "label"),
        ({"inputs": "Hi"}, {}, "generated_text"),
        ({"inputs": {"question": "Who?", "context": "Ada"}}, {}, "start"),
        ({"question": "Who?", "context": "Ada"}, {}, "start"),
        ({"inputs": {"query": "Age of Ada?", "table": TABLE}}, {}, "aggregator"),
        ({"inputs": {"question": "Age of Ada?", "table": TABLE}}, {}, "aggregator"),
        ({"inputs": None, "parameters": {}, "query": "Age of Ada?", "table": TABLE}, {}, "aggregator"),
        ({"inputs": {"question": "Which animal?", "image": B64["image"]}}, {}, "start"),
        ({"question": "What colour?", "image": B64["image"]}, {}, "answer"),
        ({"inputs": B64["image"], "question": "What?", "image": B64["image"], **given()}, {}, "answer"),
        ({"inputs": {"image": B64["image"]}, **given(candidate_labels=["red", "green"])}, {}, "label"),
        ({"image": B64["image"], **given(candidate_labels="red,green")}, {}, "label"),
        ({"inputs": B64["image"], **given(candidate_labels=["red", "green"])}, {}, "label"),
        ({"inputs": B64["image"], **given(threshold=0.1)}, {}, "box"),
        ({"inputs": B64["image"], **given(mask_threshold=0.4)}, {}, "mask"),
        ({"inputs": B64["image"], **given(max_new_tokens=20)}, {}, "generated_text"),
        ({"inputs": B64["image"], **given(top_k=2)}, {}, "label"),
        ({"inputs": B64["sound"], **given(top_k=2)}, {}, "label"),
        ({"inputs": B64["sound"]}, {}, "text"),
        (PNG, {}, "label"),
        (WAV, {}, "text"),
        (b"\x01\x02", {"content_type": "audio/mpeg"}, "text"),
    ],
)
def test_a_dedicated_endpoint_tells_by_the_body(url: str, body: Any, headers: dict[str, str], key: str) -> None:
    """Without a model the shape of the request says what is meant."""
    got = ask(url, "/", body, **headers)
    assert got.status == 200, got.body
    first = got.json
    while isinstance(first, list):
        first = first[0]
    assert key in first


@pytest.mark.parametrize(
    ("body", "accept", "media"),
    [
        ({"inputs": "a cat", **given(num_frames=2)}, "*/*", "video/mp4"),
        ({"inputs": "a cat"}, "audio/*", "audio/wav"),
        ({"inputs": B64["image"], **given(prompt="blue")}, "*/*", "image/png"),
        ({"inputs": B64["image"], **given(num_frames=2)}, "*/*", "video/mp4"),
        (PNG, "image/png", "image/png"),
    ],
)
def test_media_that_an_endpoint_makes(url: str, body: Any, accept: str, media: str) -> None:
    """By parameters, or by what the caller accepts."""
    got = ask(url, "/", body, accept=accept)
    assert (got.status, got.headers["content-type"]) == (200, media)


def test_lists_of_texts(url: str) -> None:
    """One answer for each text, in the shapes that the service sends."""
    found = ask(url, f"{MODELS}/t5-base", {"inputs": ["one", "two"]}).json
    assert [one["translation_text"] for one in found] == ["[translated] one", "[translated] two"]
    assert len(ask(url, f"{MODELS}/x/bart-large-cnn", {"inputs": ["One. Two.", "Three."]}).json) == 2
    assert [len(one) for one in ask(url, f"{MODELS}/x/sentiment", {"inputs": ["good", "bad"]}).json] == [2, 2]
    assert [len(one) for one in ask(url, f"{MODELS}/x/bert", {"inputs": ["a [MASK]", "b [MASK]"]}).json] == [5, 5]
    two = ask(url, f"{MODELS}/x/bert", {"inputs": "[MASK] and [MASK]", **given(top_k=3)}).json
    assert [len(one) for one in two] == [3, 3]
    assert all("[MASK]" in one["sequence"] for gap in two for one in gap)
    labelled = ask(url, f"{MODELS}/facebook/bart-large-mnli", {"inputs": ["x"], **given(candidate_labels="a,b")}).json
    assert [sorted(one) for one in labelled] == [["labels", "scores", "sequence"]]
    asked = {"inputs": {"query": ["Age of Ada?", "Age of Bob?"], "table": TABLE}}
    assert [one["cells"] for one in ask(url, f"{MODELS}/x/tapas", asked).json] == [["36"], ["41"]]


def test_rows_instead_of_columns(url: str) -> None:
    """A table may be a list of rows."""
    rows = [{"Name": "Ada", "Age": 36}, {"Name": "Bob", "Age": 41}]
    got = ask(url, f"{MODELS}/x/tapas", {"inputs": {"query": "Age of Bob?", "table": rows}}).json
    assert (got["answer"], got["coordinates"]) == ("41", [[1, 1]])


def test_objects_with_labels_of_ones_own(url: str) -> None:
    """Regions whose colour a label names; without a colour there is a poor guess at most."""
    rows = [bytearray(b"\xff" * 300) for _ in range(100)]
    for row in rows[20:60]:
        row[90:180] = b"\xc8\x10\x10" * 30
    sent = base64.b64encode(picture.png(100, 100, rows)).decode()
    body = {"inputs": sent, **given(candidate_labels=["a red box", "a blue box", "a cat"])}
    got = ask(url, f"{MODELS}/google/owlvit-base-patch32", body).json
    assert [one["label"] for one in got] == ["a red box", "a cat"]
    assert got[1]["score"] < 0.2
    assert abs(got[0]["box"]["xmin"] - 30) < 4


def test_pictures_that_are_not_decoded(url: str) -> None:
    """A JPEG has a size and bytes; all else is said to be unknown."""
    pytest.importorskip("PIL", reason="Pillow is not installed")
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 30)).save(buffer, "JPEG")
    jpeg = buffer.getvalue()
    assert "does not decode" in ask(url, f"{MODELS}/sandbox/image-to-text", jpeg).json[0]["generated_text"]
    assert {one["label"] for one in ask(url, f"{MODELS}/sandbox/image-classification", jpeg).json} == {
        "detailed",
        "plain",
    }
    (mask,) = ask(url, f"{MODELS}/sandbox/image-segmentation", jpeg).json
    assert Image.open(io.BytesIO(base64.b64decode(mask["mask"]))).size == (40, 30)
    assert ask(url, f"{MODELS}/sandbox/object-detection", jpeg).json == []
    assert ask(url, f"{MODELS}/sandbox/depth-estimation", jpeg).json["predicted_depth"] == [[0.5]]
    made = ask(url, f"{MODELS}/sandbox/image-to-image", jpeg)
    assert Image.open(io.BytesIO(made.body)).size == (40, 30)


def test_tunes(url: str) -> None:
    """A note for each word."""
    got = ask(url, f"{MODELS}/facebook/musicgen-small", {"inputs": "la la li"})
    assert got.headers["content-type"] == "audio/wav"
    assert sound.seconds(got.body) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("task", "body", "named"),
    [
        ("audio-classification", {"inputs": ""}, "No sound"),
        ("automatic-speech-recognition", b"", "No sound"),
        ("document-question-answering", {"inputs": {"image": B64["image"]}}, "`inputs.question`"),
        ("feature-extraction", {"parameters": {}}, "`inputs`"),
        ("fill-mask", {"inputs": "no mask"}, "No mask_token ([MASK]) found on the input"),
        ("fill-mask", {"inputs": "[MASK]", **given(targets=[1])}, "`parameters.targets`"),
        ("fill-mask", {"inputs": "[MASK]", **given(top_k=0)}, "`parameters.top_k`"),
        ("fill-mask", {"inputs": "[MASK]", **given(top_k=float("nan"))}, "`parameters.top_k`"),
        ("image-classification", b"no picture", "cannot identify"),
        ("image-classification", {"inputs": B64["image"], **given(function_to_apply="x")}, "function_to_apply"),
        ("image-segmentation", {"inputs": B64["image"], **given(subtask="x")}, "`parameters.subtask`"),
        ("image-to-image", {"inputs": B64["image"], **given(target_size={"width": 0})}, "target_size.width"),
        ("image-to-image", {"inputs": B64["image"], **given(prompt=["x"])}, "`parameters.prompt`"),
        ("object-detection", {"inputs": B64["image"], **given(threshold=2)}, "`parameters.threshold`"),
        (
            "question-answering",
            {"inputs": {"question": "What's my name?"}},
            "`inputs.context`: field required",
        ),
        ("question-answering", {"inputs": "x"}, "inputs must be an object"),
        ("sentence-similarity", {"inputs": {"sentences": ["a"]}}, "`inputs.source_sentence`"),
        ("summarization", {"inputs": 5}, "`inputs`"),
        ("summarization", {"inputs": "x", **given(generate_parameters=3)}, "generate_parameters"),
        ("summarization", {"inputs": "x", **given(generate_parameters={"max_length": 0})}, "max_length"),
        ("summarization", {"inputs": "x", **given(truncation="x")}, "`parameters.truncation`"),
        ("summarization", {"inputs": "x", **given(clean_up_tokenization_spaces=1)}, "clean_up_tokenization_spaces"),
        ("table-question-answering", {"inputs": {"query": "x"}}, "`inputs.table`"),
        ("table-question-answering", {"inputs": {"query": "x", "table": {"a": []}}}, "table is empty"),
        ("table-question-answering", {"inputs": {"query": "x", "table": {"a": ["1"], "b": []}}}, "same length"),
        ("table-question-answering", {"inputs": {"query": "x", "table": {"a": "1"}}}, "list of cells"),
        ("tabular-regression", {"inputs": "x"}, "`inputs.table`"),
        ("text-classification", {"nope": 1}, "`inputs`"),
        ("text-classification", {"inputs": " "}, "`inputs`"),
        ("text-to-speech", {"inputs": ""}, "`inputs`"),
        ("text-to-video", {"inputs": "x", **given(num_frames=0)}, "`parameters.num_frames`"),
        ("text-to-video", {"inputs": "x", **given(num_frames=1000)}, "`parameters.num_frames`: at most 960"),
        ("text-to-image", {"inputs": " "}, "`inputs`: a text is needed"),
        ("text-to-image", b"no text", "`inputs`"),
        ("image-text-to-image", {"inputs": ""}, "a picture or a prompt is needed"),
        ("image-text-to-video", b"", "a picture or a prompt is needed"),
        ("image-text-to-video", b"no picture", "cannot identify"),
        ("text-to-speech", {"inputs": "la " * 2000}, "at most 4096 characters"),
        ("text-to-audio", {"inputs": "la " * 2000}, "at most 4096 characters"),
        ("text-to-image", {"inputs": "x", **given(width=8)}, "`parameters.width`: a whole number from 16 to 4096"),
        ("text-to-image", {"inputs": "x", **given(height=5000)}, "`parameters.height`"),
        ("image-to-image", {"inputs": B64["image"], **given(target_size={"width": 5000, "height": 64})}, "width"),
        ("token-classification", {"inputs": "x", **given(aggregation_strategy="x")}, "aggregation_strategy"),
        ("token-classification", {"inputs": "x", **given(ignore_labels="x")}, "`parameters.ignore_labels`"),
        ("translation", {"inputs": "x", **given(src_lang="en")}, "both `src_lang` and `tgt_lang`"),
        ("translation", {"inputs": "x", **given(src_lang=1, tgt_lang=2)}, "`parameters.tgt_lang`"),
        ("video-classification", b"", "No film"),
        ("zero-shot-classification", {"inputs": "x"}, "`parameters.candidate_labels`"),
        ("zero-shot-classification", {"inputs": "x", **given(candidate_labels=[1])}, "candidate_labels"),
        (
            "zero-shot-classification",
            {"inputs": "x", **given(candidate_labels="a,b", hypothesis_template="none")},
            "`parameters.hypothesis_template`",
        ),
        ("zero-shot-image-classification", {"inputs": B64["image"]}, "`parameters.candidate_labels`"),
    ],
)
def test_refusals(url: str, task: str, body: Any, named: str) -> None:
    """A wrong request is 400, and the error names the field, as a text or in a list."""
    got = ask(url, f"{MODELS}/sandbox/{task}", body)
    assert got.status == 400
    error = got.json["error"]
    assert isinstance(error, (str, list))
    assert named in (error if isinstance(error, str) else error[0])


def test_broken_media(url: str) -> None:
    """Media that break off or are damaged are answered or refused, never an accident."""
    film = ask(url, f"{MODELS}/sandbox/text-to-video", {"inputs": "x", **given(num_frames=2)}).body
    tasks = [task for task in TASKS if task.startswith(("audio", "automatic", "image", "object", "video", "depth"))]
    for whole in (PNG, WAV, film):
        for end in (5, 13, 21, 30, 38, 45, 60, 100):
            damaged = whole[: end - 4] + b"\xff\xff\xff\xff" + whole[end:]
            for sent in (whole[:end], damaged):
                codes = {ask(url, f"{MODELS}/sandbox/{task}", sent).status for task in tasks}
                assert codes <= {200, 400}


def test_pictures_that_are_too_large(url: str) -> None:
    """A size that no memory holds is refused before anything is made of it."""
    huge = PNG[:16] + b"\0\1\0\0" * 2 + PNG[24:]
    got = ask(url, f"{MODELS}/sandbox/image-segmentation", huge)
    assert (got.status, got.json) == (400, {"error": "the image is too large: 65536 x 65536 pixels"})


def test_the_same_request_the_same_answer(url: str) -> None:
    """Nothing is drawn by lot."""
    for task, body in (("image-to-video", PNG), ("audio-to-audio", WAV), ("fill-mask", {"inputs": "a [MASK]"})):
        path = f"{MODELS}/sandbox/{task}"
        assert ask(url, path, body).body == ask(url, path, body).body


def test_large_media(url: str) -> None:
    """What takes its time is worked out beside the loop, and answered all the same."""
    got = ask(url, f"{MODELS}/sandbox/audio-classification", sound.wav(bytes(200_000)))
    assert got.json[0]["label"] == "silence"
