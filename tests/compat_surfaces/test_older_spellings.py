"""Scripts written for releases 0.18 to 2.4 of huggingface_hub: what they say is taken, and told once (SURFACE 0.2)."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import infermux
from contract.server import Answer, Server

Call = Callable[..., Any]
PNG = b"\x89PNG\r\n\x1a\n0123"
SCORES = Answer.of([{"label": "a", "score": 0.5}, {"label": "b", "score": 0.5}])
PICTURE = Answer(PNG, headers={"content-type": "image/png"})
SAID = Answer.of({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "A"}}]})
FOUND = Answer.of({"answer": "1", "cells": ["1"], "coordinates": [[0, 0]], "aggregator": "NONE"})
TALK = [{"role": "user", "content": "Hi"}]
TOOL = {"type": "function", "function": {"name": "f", "arguments": {"type": "object", "properties": {}}}}

OLDER: list[tuple[str, tuple[Any, ...], dict[str, Any], Answer, type[Warning], str]] = [
    # method, what is given by position and by name, the answer, how it is told, the newer name
    ("zero_shot_classification", ("Hi",), {"labels": ["a", "b"]}, SCORES, FutureWarning, "candidate_labels="),
    ("zero_shot_image_classification", (PNG,), {"labels": ["a", "b"]}, SCORES, FutureWarning, "candidate_labels="),
    (
        "text_generation",
        ("Once",),
        {"stop_sequences": ["."]},
        Answer.of({"generated_text": "x"}),
        FutureWarning,
        "called stop",
    ),
    (
        "summarization",
        ("Once.",),
        {"parameters": {"max_length": 9}},
        Answer.of([{"summary_text": "x"}]),
        FutureWarning,
        "extra_body=",
    ),
    (
        "table_question_answering",
        ({"a": ["1"]}, "b?"),
        {"parameters": {"sequential": True}},
        FOUND,
        FutureWarning,
        "extra_body=",
    ),
    ("text_to_image", ("a cat",), {"output_type": "bytes", "eta": 1}, PICTURE, FutureWarning, "extra_body="),
    ("image_to_image", (PNG, "a cat"), {"output_type": "bytes", "eta": 1}, PICTURE, FutureWarning, "extra_body="),
    ("chat_completion", (TALK,), {"tools": [TOOL, TOOL]}, SAID, FutureWarning, "called parameters"),
    ("conversational", ("Hi", ["a"], ["b"]), {}, SAID, DeprecationWarning, "use chat_completion"),
]
SILENT: list[tuple[str, tuple[Any, ...], dict[str, Any], Answer]] = [
    # what is as good as ever: positions, all defaults of 0.18, sizes
    ("zero_shot_classification", ("Hi", ["a", "b"]), {"multi_label": True}, SCORES),
    ("zero_shot_image_classification", (PNG, ["a", "b"]), {}, SCORES),
    (
        "text_generation",
        ("Once",),
        {
            **dict.fromkeys(("details", "stream", "do_sample", "return_full_text", "watermark"), False),
            **dict.fromkeys(("model", "best_of", "seed", "stop_sequences", "top_k", "truncate", "typical_p")),
            "max_new_tokens": 20,
            "decoder_input_details": False,
        },
        Answer.of([{"generated_text": "x"}]),
    ),
    ("image_to_image", (PNG, "a cat"), {"height": 8, "width": 8, "output_type": "bytes"}, PICTURE),
    ("text_to_image", ("a",), {"target_size": {"height": 8, "width": 8}, "output_type": "bytes"}, PICTURE),
    ("chat_completion", (TALK,), {"max_tokens": 20, "temperature": 1.0, "tool_choice": "f", "tool_prompt": "x"}, SAID),
    ("post", (), {"json": {"inputs": "a"}}, Answer.of([])),
]


def told(call: Call, server: Server, method: str, args: Any, options: Any, answer: Answer) -> list[Any]:
    server.say(answer)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call({"base_url": server.url}, method, *args, **options)
    return caught


@pytest.mark.parametrize(
    ("method", "args", "options", "answer", "kind", "newer"), OLDER, ids=[f"{row[0]}-{row[5]}" for row in OLDER]
)
def test_told_once(
    call: Call, server: Server, method: str, args: Any, options: Any, answer: Answer, kind: type[Warning], newer: str
) -> None:
    """One warning, which names the newer word."""
    (warning,) = told(call, server, method, args, options, answer)
    assert warning.category is kind
    assert newer in str(warning.message)
    assert not warning.filename.startswith(infermux.__path__[0])


@pytest.mark.parametrize(("method", "args", "options", "answer"), SILENT, ids=[row[0] for row in SILENT])
def test_not_told(call: Call, server: Server, method: str, args: Any, options: Any, answer: Answer) -> None:
    """What no release gave another name is taken in silence."""
    assert told(call, server, method, args, options, answer) == []


NO_LONGER = {
    "__init__": "proxies trust_env",
    "image_to_image": "height width",
    "summarization": "parameters",
    "table_question_answering": "parameters",
    "text_generation": "stop_sequences",
    "text_to_image": "target_size",
    "zero_shot_classification": "labels",
    "zero_shot_image_classification": "labels",
    "conversational": "text generated_responses past_user_inputs model parameters",
    "get_model_status": "model token",
    "get_recommended_model": "task",
    "list_deployed_models": "frameworks",
    "post": "json data model task stream",
}


@pytest.mark.parametrize("client", [infermux.InferenceClient, infermux.AsyncInferenceClient])
@pytest.mark.parametrize("method", NO_LONGER)
def test_dropped_by_a_later_release(client: type, method: str) -> None:
    """Every method and parameter that some release had, and today's has not, is here."""
    known = inspect.signature(getattr(client, method)).parameters
    assert {*NO_LONGER[method].split()} - known.keys() == set()
