"""`InferenceApi` (SURFACE 8)."""

from __future__ import annotations

import base64
import importlib
import warnings
from typing import Any

import pytest

import infermux
from contract.server import Answer, Server
from infermux import HubApiError, InferenceApi, NotFoundError

pytestmark = pytest.mark.filterwarnings("ignore:InferenceApi is a class of the past:DeprecationWarning")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
MASK = [
    {"sequence": "the goal of life is life.", "score": 0.10933292657136917, "token": 2166, "token_str": "life"},
]
CLARA = {"score": 0.9326569437980652, "start": 11, "end": 16, "answer": "Clara"}
BOUGHT = (
    "Hi, I recently bought a device from your company but it is not working as advertised and I would like to get "
    "reimbursed!"
)
ZERO_SHOT = {
    "sequence": BOUGHT,
    "labels": ["refund", "faq", "legal"],
    "scores": [0.9378499388694763, 0.04914155602455139, 0.013008488342165947],
}


@pytest.fixture(autouse=True)
def _service(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Hub and its service of old, both at the server."""
    monkeypatch.setenv("HF_ENDPOINT", f"{server.url}/@hub")
    monkeypatch.setenv("HF_INFERENCE_ENDPOINT", f"{server.url}/@service")


def made(server: Server, tag: str | None, *args: Any, **kwargs: Any) -> InferenceApi:
    """An `InferenceApi` for a model that the Hub describes so."""
    server.always("GET hub/api/models/", Answer.of({"id": "m", "pipeline_tag": tag}))
    return InferenceApi(*args, **kwargs)


@pytest.mark.proves("LEG-01")
def test_made(server: Server) -> None:
    """The Hub is asked for the task; the representation shows it, and no key."""
    api = made(server, "fill-mask", "bert-base-uncased", token="hf_secret", gpu=True)
    assert api.task == "fill-mask"
    assert repr(api).startswith(f"InferenceApi(api_url='{server.url}/@service/models/bert-base-uncased', ")
    assert "'use_gpu': True" in repr(api)
    assert "hf_secret" not in repr(api)
    (asked,) = server.requests
    assert asked.path.startswith("/api/models/bert-base-uncased?")
    assert asked.headers["authorization"] == "Bearer hf_secret"


def test_at_hugging_face(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else said, it is Hugging Face's service of today that is called."""
    monkeypatch.delenv("HF_INFERENCE_ENDPOINT")
    api = made(server, "fill-mask", "bert-base-uncased")
    assert api.api_url == "https://router.huggingface.co/hf-inference/models/bert-base-uncased"


@pytest.mark.proves("LEG-02")
def test_inputs(server: Server) -> None:
    """The documented mask."""
    api = made(server, "fill-mask", "bert-base-uncased", token="hf_1")
    server.say(Answer.of(MASK))
    assert api(inputs="The goal of life is [MASK].") == MASK
    asked = server.requests[-1]
    assert asked.line == "POST service/models/bert-base-uncased"
    assert asked.json == {"inputs": "The goal of life is [MASK]."}
    assert asked.headers["authorization"] == "Bearer hf_1"


@pytest.mark.proves("LEG-03")
def test_dict(server: Server) -> None:
    """The documented question."""
    api = made(server, "question-answering", "deepset/roberta-base-squad2")
    server.say(Answer.of(CLARA))
    inputs = {"question": "What's my name?", "context": "My name is Clara and I live in Berkeley."}
    assert api(inputs) == CLARA
    assert server.requests[-1].json == {"inputs": inputs}


@pytest.mark.proves("LEG-04")
def test_params(server: Server) -> None:
    """The documented zero-shot classification: the answer comes as the server sent it."""
    api = made(server, "zero-shot-classification", "typeform/distilbert-base-uncased-mnli")
    server.say(Answer.of(ZERO_SHOT))
    params = {"candidate_labels": ["refund", "legal", "faq"]}
    assert api(BOUGHT, params) == ZERO_SHOT
    assert server.requests[-1].json == {"inputs": BOUGHT, "parameters": params}


@pytest.mark.proves("LEG-05")
def test_other_task(server: Server) -> None:
    """A task of the caller's is taken, with a warning, and the path says it."""
    with pytest.warns(UserWarning, match="is a model for fill-mask"):
        api = made(server, "fill-mask", "bert-base-uncased", task="feature-extraction")
    server.say(Answer.of([[0.5]]))
    assert api("a") == [[0.5]]
    assert server.requests[-1].line == "POST service/models/bert-base-uncased/pipeline/feature-extraction"


def test_same_task(server: Server) -> None:
    """The Hub's own word needs no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        made(server, "fill-mask", "bert-base-uncased", task="fill-mask")
        made(server, None, "bert-base-uncased", task="fill-mask")


@pytest.mark.proves("LEG-06")
def test_unknown_task(server: Server) -> None:
    """A task that nobody knows is a ValueError, before anything is sent."""
    with pytest.raises(ValueError, match="no task 'mask-filling'"):
        InferenceApi("bert-base-uncased", task="mask-filling")
    assert server.requests == []


@pytest.mark.proves("LEG-06")
@pytest.mark.parametrize("tag", [None, "robotics"])
def test_no_task(server: Server, tag: str | None) -> None:
    """A model without a task that is known needs one of the caller's."""
    with pytest.raises(ValueError, match="give task="):
        made(server, tag, "org/m")


def test_no_model(server: Server) -> None:
    """The Hub's refusal is told as such."""
    server.say(Answer.of({"error": "Repository not found"}, 404))
    with pytest.raises(HubApiError, match="Repository not found"):
        InferenceApi("org/none")


@pytest.mark.proves("LEG-07")
def test_image(server: Server) -> None:
    """A picture comes as a PIL image."""
    pytest.importorskip("PIL")
    api = made(server, "text-to-image", "stabilityai/stable-diffusion-2-1")
    server.say(Answer(PNG, headers={"content-type": "image/png"}))
    picture = api("cat")
    assert picture.size == (1, 1)
    assert type(picture).__module__.startswith("PIL")


@pytest.mark.proves("LEG-08")
def test_raw(server: Server) -> None:
    """`raw_response=True` gives what came: headers and bytes."""
    api = made(server, "text-to-speech", "mio/amadeus")
    server.say(Answer(b"fLaC", headers={"content-type": "audio/flac"}))
    response = api("hello world", raw_response=True)
    assert response.headers["Content-Type"] == "audio/flac"
    assert response.content == b"fLaC"


def test_other_kind(server: Server) -> None:
    """What is neither JSON nor a picture is not guessed at."""
    api = made(server, "text-to-speech", "mio/amadeus")
    server.say(Answer(b"fLaC", headers={"content-type": "audio/flac"}))
    with pytest.raises(NotImplementedError, match="raw_response=True"):
        api("hello world")


@pytest.mark.proves("LEG-09")
def test_data(server: Server) -> None:
    """Bytes are sent as they are."""
    api = made(server, "automatic-speech-recognition", "facebook/wav2vec2-base-960h")
    server.say(Answer.of({"text": "hello"}))
    assert api(data=b"fLaC") == {"text": "hello"}
    assert server.requests[-1].body == b"fLaC"


def test_refusal(server: Server) -> None:
    """A refusal is an error."""
    api = made(server, "fill-mask", "org/m")
    server.say(Answer.of({"error": "gone"}, 404))
    with pytest.raises(NotFoundError, match="gone"):
        api("a")


def test_loading(server: Server) -> None:
    """A model that loads is waited for, as `wait_for_model` did."""
    api = made(server, "fill-mask", "org/m")
    server.say(Answer.of({"error": "loading"}, 503, retry_after="0"), Answer.of(MASK))
    assert api("a") == MASK


@pytest.mark.proves("LEG-10")
def test_submodule() -> None:
    """The old path of the import."""
    assert importlib.import_module("infermux.inference_api").InferenceApi is infermux.InferenceApi


@pytest.mark.proves("LEG-11")
def test_told(server: Server) -> None:
    """The caller is told what came after it, at the caller's line."""
    with pytest.warns(DeprecationWarning, match="use InferenceClient") as told:
        made(server, "fill-mask", "org/m")
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("infermux.inference._client", ["InferenceClient", "InferenceTimeoutError"]),
        ("infermux.inference._common", ["ModelStatus", "InferenceTimeoutError"]),
        (
            "infermux.inference._types",
            [
                *("ClassificationOutput", "ConversationalOutput", "ConversationalOutputConversation"),
                *("ImageSegmentationOutput", "TokenClassificationOutput"),
            ],
        ),
        (
            "infermux.inference._text_generation",
            [
                *("TextGenerationParameters", "TextGenerationResponse", "TextGenerationStreamResponse", "InputToken"),
                *("Token", "FinishReason", "BestOfSequence", "Details", "StreamDetails"),
            ],
        ),
    ],
)
def test_import_paths(module: str, names: list[str]) -> None:
    """The names of the seeds are where they were, and are the names of the package."""
    found = importlib.import_module(module)
    for name in names:
        assert getattr(found, name) is getattr(infermux, name)
