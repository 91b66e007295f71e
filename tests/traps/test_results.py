"""T20 and T35: answers of every shape are read, half ones are told, and headers are not believed."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from contract.server import Answer, Server
from infermux import ProviderOutputError

from .jobs import FILES, FILM, MODEL, PNG, hub, play

Call = Callable[..., Any]
POSITIVE = {"label": "POSITIVE", "score": 0.75}
NEGATIVE = {"label": "NEGATIVE", "score": 0.25}
SHAPES = {
    "flat classes": ("text_classification", ["Hello"], [POSITIVE, NEGATIVE], [POSITIVE, NEGATIVE]),
    "nested classes": ("text_classification", ["Hello"], [[POSITIVE, NEGATIVE]], [POSITIVE, NEGATIVE]),
    "a caption": ("image_to_text", [PNG], {"generated_text": "a cat"}, {"generated_text": "a cat"}),
    "a list of captions": ("image_to_text", [PNG], [{"generated_text": "a cat"}], {"generated_text": "a cat"}),
    "a summary": ("summarization", ["Hello"], {"summary_text": "Hi"}, {"summary_text": "Hi"}),
    "labels and scores": (
        "zero_shot_classification",
        ["Hello", ["POSITIVE", "NEGATIVE"]],
        {"sequence": "Hello", "labels": ["POSITIVE", "NEGATIVE"], "scores": [0.75, 0.25]},
        [POSITIVE, NEGATIVE],
    ),
    "labelled scores": (
        "zero_shot_classification",
        ["Hello", ["POSITIVE", "NEGATIVE"]],
        [POSITIVE, NEGATIVE],
        [POSITIVE, NEGATIVE],
    ),
}


@pytest.mark.parametrize(("method", "given", "said", "found"), SHAPES.values(), ids=SHAPES)
def test_t20_each_recorded_shape_is_read(
    call: Call, server: Server, method: str, given: list[Any], said: Any, found: Any
) -> None:
    """One task has one result, in whichever shape a server puts it."""
    server.say(Answer.of(said))
    assert call({"base_url": server.url}, method, *given) == found


@pytest.mark.parametrize(
    ("method", "given", "said"),
    [
        ("summarization", ["Hello"], []),
        ("summarization", ["Hello"], [{}]),
        ("text_classification", ["Hello"], [{"score": 0.5}]),
        ("text_classification", ["Hello"], {"labels": []}),
        ("image_to_text", [PNG], {}),
        ("zero_shot_classification", ["Hello", ["a", "b"]], {"labels": ["a", "b"], "scores": []}),
        ("zero_shot_classification", ["Hello", ["a", "b"]], [{"score": 0.5}]),
        ("question_answering", ["Who?", "Clara"], {"score": 0.5}),
    ],
)
def test_t20_what_is_missing_is_told(call: Call, server: Server, method: str, given: list[Any], said: Any) -> None:
    """An empty list, or an answer without what was asked for, is an error, and no record full of None."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call({"base_url": server.url}, method, *given)


def test_t35_a_success_is_not_waited_for(call: Call, server: Server) -> None:
    """Together says `retry-after: 2` on successes, which means nothing."""
    server.always("GET ", hub(together=("llama", "conversational")))
    server.say(Answer.of({"choices": []}, retry_after="2"))
    began = time.monotonic()
    settings = {"provider": "together", "api_key": "k", "model": MODEL}
    call(settings, "chat_completion", [{"role": "user", "content": "Hello"}])
    assert time.monotonic() - began < 1.5
    assert [asked.method for asked in server.requests] == ["GET", "POST"]


def test_t35_a_finished_prediction_may_call_itself_unfinished(call: Call, server: Server) -> None:
    """Replicate answers 201 and the output, and says `processing`: the output counts, and nothing is asked again."""
    settings = play(server, "replicate", "processing")
    said = {"id": "1", "status": "processing", "output": f"{FILES}/replicate", "urls": {"get": "https://h/1"}}
    server.always("POST ", Answer.of(said, 201))
    assert call(settings, "text_to_video", "a cat", timeout=5) == FILM
    assert [asked.host for asked in server.requests] == ["huggingface.co", "api.replicate.com", "files.example"]


@pytest.mark.parametrize("announced", ["image/jpeg", "application/octet-stream", "text/plain", None])
def test_t35_the_bytes_tell_what_a_picture_is(call: Call, server: Server, announced: str | None) -> None:
    """A picture with a wrong label is still the picture, at a URL and behind one."""
    made = Answer(PNG, headers={} if announced is None else {"content-type": announced})
    server.say(made)
    assert call({"base_url": server.url}, "text_to_image", "a cat", output_type="data_url")[:14] == "data:image/png"
    settings = play(server, "zai-org", made=made)
    assert call(settings, "text_to_image", "a cat").size == Image.open(io.BytesIO(PNG)).size
    assert call(settings, "text_to_image", "a cat", output_type="data_url")[:14] == "data:image/png"


def test_t35_a_video_may_be_called_anything(call: Call, server: Server) -> None:
    """Videos come as `application/octet-stream`."""
    made = Answer(FILM, headers={"content-type": "application/octet-stream"})
    assert call(play(server, "fal-ai", made=made), "text_to_video", "a cat") == FILM
