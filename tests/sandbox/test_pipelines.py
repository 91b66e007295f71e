from __future__ import annotations

import base64
import json
from typing import Any

import huggingface_hub
import pytest

from infermux.sandbox.media import size
from infermux.sandbox.sound import speak

from .wire import ask

MODELS = "/hf-inference/models"
TEXT = " This is the infermux sandbox, not a model. The prompt was: Say it"


def test_text_generation_with_details(hub_peer: huggingface_hub.InferenceClient) -> None:
    """All details of TGI are there and agree with each other."""
    out = hub_peer.text_generation(
        "Say it", details=True, decoder_input_details=True, max_new_tokens=50, top_n_tokens=2, best_of=2, seed=7
    )
    assert out.generated_text == TEXT
    details = out.details
    assert details
    assert (details.finish_reason, details.seed) == ("eos_token", 7)
    assert [(token.text, token.logprob) for token in details.prefill] == [("Say", None), (" it", 0.0)]
    assert "".join(token.text for token in details.tokens if not token.special) == TEXT
    assert details.generated_tokens == len(details.tokens)
    assert (details.tokens[-1].text, details.tokens[-1].special) == ("</s>", True)
    tops: Any = details.top_tokens
    assert tops[0][0]["text"] == " This"
    assert details.best_of_sequences
    assert details.best_of_sequences[0].generated_text == TEXT


def test_text_generation_streamed(hub_peer: huggingface_hub.InferenceClient) -> None:
    """The last event alone carries the whole text and the details."""
    events = list(hub_peer.text_generation("Say it", details=True, stream=True, max_new_tokens=50))
    assert "".join(event.token.text for event in events if not event.token.special) == TEXT
    assert [event.generated_text for event in events[:-1]] == [None] * (len(events) - 1)
    last = events[-1]
    assert last.generated_text == TEXT
    assert last.details
    assert (last.details.finish_reason, last.details.generated_tokens) == ("eos_token", len(events))


def test_stream_wire_has_no_space(url: str) -> None:
    """TGI writes `data:` without a space and ends without [DONE]; the last event need not carry details."""
    got = ask(url, "/generate_stream", {"inputs": "Say it", "parameters": {"top_n_tokens": 1}})
    assert got.headers["content-type"] == "text/event-stream"
    assert got.body.startswith(b'data:{"index":1,')
    assert json.loads(got.events[-1])["details"] is None
    assert json.loads(got.events[0])["top_tokens"][0]["text"] == " This"


@pytest.mark.parametrize(
    ("parameters", "text", "finish"),
    [
        ({"max_new_tokens": 3}, " This is the", "length"),
        ({"stop": ["infermux"]}, " This is the infermux", "stop_sequence"),
        ({"return_full_text": True, "max_new_tokens": 2}, "Say it This is", "length"),
        ({"grammar": {"type": "regex", "value": "[0-9]{2}"}}, "00", "eos_token"),
        ({"grammar": {"type": "json", "value": {"properties": {"n": {"const": 1}}}}}, '{"n":1}', "eos_token"),
        ({"grammar": {"type": "json_schema", "value": {"schema": {"const": 2}}}}, "2", "eos_token"),
    ],
)
def test_ends_of_generation(url: str, parameters: dict[str, Any], text: str, finish: str) -> None:
    """Length, stop sequences and grammars, on the route that answers with an object."""
    got = ask(url, "/generate", {"inputs": "Say it", "parameters": {**parameters, "details": True}}).json
    assert (got["generated_text"], got["details"]["finish_reason"]) == (text, finish)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"temperature": 0}, "`temperature` must be strictly positive"),
        ({"top_p": 1.0}, "`top_p` must be > 0.0 and < 1.0"),
        ({"stop": list("abcde")}, "`stop` supports up to 4 stop sequences. Given: 5"),
        ({"best_of": 3}, "`best_of` must be <= 2. Given: 3"),
        ({"max_new_tokens": 10000}, "Given: 1 `inputs` tokens and 10000 `max_new_tokens`"),
    ],
)
def test_validation(url: str, parameters: dict[str, Any], named: str) -> None:
    """Values out of range are 422; in a stream the same refusal is an event."""
    body = {"inputs": "test", "parameters": parameters}
    got = ask(url, f"{MODELS}/google/flan-t5-xxl", body)
    assert (got.status, got.json["error_type"]) == (422, "validation")
    assert got.json["error"].startswith("Input validation error: ")
    assert named in got.json["error"]
    streamed = ask(url, f"{MODELS}/google/flan-t5-xxl", {**body, "stream": True})
    assert (streamed.status, json.loads(streamed.events[0])) == (200, got.json)


def test_missing_inputs_are_refused_in_plain_text(url: str) -> None:
    """A body that does not deserialize is refused as TGI does, streamed too."""
    for path in ("/generate", "/generate_stream"):
        got = ask(url, path, {})
        assert (got.status, got.headers["content-type"].partition(";")[0]) == (422, "text/plain")


def test_chat_on_a_dedicated_endpoint(hub_peer: huggingface_hub.InferenceClient) -> None:
    """The huggingface_hub client chats with it by URL, plain and streamed."""
    messages = [{"role": "user", "content": "Hi"}]
    text = "This is the infermux sandbox, not a model. You wrote: Hi"
    assert hub_peer.chat_completion(messages).choices[0].message.content == text
    chunks = hub_peer.chat_completion(messages, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == text


def test_text_to_image(hub_peer: huggingface_hub.InferenceClient) -> None:
    """A picture of the size asked for, in the colour asked for."""
    pytest.importorskip("PIL", reason="Pillow is not installed")
    drawn = hub_peer.text_to_image("a green cat", width=200, height=100)
    assert drawn.size == (200, 100)
    red, green, blue = drawn.convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert green > red
    assert green > blue


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        (f"{MODELS}/black-forest-labs/FLUX.1-dev", {"inputs": "x"}, {}),
        (f"{MODELS}/sandbox/text-to-image", {"inputs": "x"}, {}),
        (f"{MODELS}/org/name", {"inputs": "x", "parameters": {"num_inference_steps": 4}}, {}),
        ("/", {"inputs": "x"}, {"Accept": "image/png"}),
        ("/pipeline/text-to-image", {"inputs": "x"}, {}),
    ],
)
def test_a_picture_is_recognised(url: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> None:
    """By the model's name, by parameters, by the header or by the route."""
    got = ask(url, path, body, **headers)
    assert got.headers["content-type"] == "image/png"
    assert size(got.body) == ("PNG", 512, 512)


def test_vectors(hub_peer: huggingface_hub.InferenceClient, url: str) -> None:
    """One text is a flat vector, several are a list; both by shape and by route."""
    pytest.importorskip("numpy", reason="numpy is not installed")
    assert hub_peer.feature_extraction(["x", "y"]).shape == (2, 256)
    path = f"{MODELS}/org/name/pipeline/feature-extraction"
    assert len(ask(url, path, {"inputs": "x", "dimensions": 16, "normalize": True}).json) == 16


def test_similarity(hub_peer: huggingface_hub.InferenceClient, url: str) -> None:
    """One score for each sentence; a body without sentences is refused."""
    scores = hub_peer.sentence_similarity("the red fox", ["the red foxes", "tax law"])
    assert scores[0] > 0.5 > scores[1]
    got = ask(url, f"{MODELS}/org/name/pipeline/sentence-similarity", {"inputs": "x"})
    assert (got.status, list(got.json)) == (400, ["error"])


def test_speech_recognition(hub_peer: huggingface_hub.InferenceClient, url: str) -> None:
    """Raw bytes or base64, with timestamps when asked for."""
    spoken = speak("two words")
    assert hub_peer.automatic_speech_recognition(spoken).text == "two words"
    body = {"inputs": base64.b64encode(spoken).decode(), "parameters": {"return_timestamps": "word"}}
    chunks = ask(url, f"{MODELS}/openai/whisper-large-v3", body).json["chunks"]
    assert [chunk["text"] for chunk in chunks] == ["two", "words"]
    body["parameters"] = {"return_timestamps": True}
    assert ask(url, "/", body).json["chunks"][0]["timestamp"][0] == 0
    assert ask(url, f"{MODELS}/openai/whisper-large-v3", {"inputs": "="}).status == 400


def test_refusals_of_hf_inference(url: str) -> None:
    """Missing models and tasks are refused in hf-inference's own shape."""
    got = ask(url, f"{MODELS}/org/does-not-exist", {"inputs": "x"})
    assert (got.status, got.json) == (404, {"error": "Model org/does-not-exist does not exist"})
    got = ask(url, "/pipeline/no-such-task", {"inputs": "x"})
    assert (got.status, got.json) == (400, {"error": "Task not found for this model: no-such-task"})


def test_info_and_health(url: str) -> None:
    """A dedicated endpoint says what it is and that it lives."""
    assert ask(url, "/info").json["model_pipeline_tag"] == "text-generation"
    assert ask(url, "/health").status == 200
