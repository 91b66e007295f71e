"""What the older reference pages promise of the clients as a whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL.Image import Image

from contract.server import Answer, Server
from infermux import AsyncInferenceClient, InferenceClient, ModelStatus
from infermux.sandbox import Sandbox

Call = Callable[..., Any]

# The methods of huggingface_hub 0.21, whose reference page is one of the documents (002:21, 002:34).
# fmt: off
METHODS = [
    "audio_classification", "audio_to_audio", "automatic_speech_recognition", "conversational",
    "document_question_answering", "feature_extraction", "fill_mask", "get_model_status", "get_recommended_model",
    "image_classification", "image_segmentation", "image_to_image", "image_to_text", "list_deployed_models",
    "object_detection", "post", "question_answering", "sentence_similarity", "summarization",
    "table_question_answering", "tabular_classification", "tabular_regression", "text_classification",
    "text_generation", "text_to_image", "text_to_speech", "token_classification", "translation",
    "visual_question_answering", "zero_shot_classification", "zero_shot_image_classification",
]
# fmt: on


@pytest.mark.proves("CON-01")
@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_there(name: str) -> None:
    """Each method of the page exists on both clients, with words and the same parameters."""
    blocking, awaited = (getattr(kind, name) for kind in (InferenceClient, AsyncInferenceClient))
    assert list(inspect.signature(blocking).parameters) == list(inspect.signature(awaited).parameters)
    assert blocking.__doc__
    assert awaited.__doc__


@pytest.mark.proves("NLP-02")
def test_a_row_for_each_text(call: Call, server: Server) -> None:
    """A list of texts gives an array with a row for each."""
    server.say(Answer.of([[0.5, 1.0], [2.0, 3.0], [4.0, 5.0]]))
    out = call({"base_url": server.url}, "feature_extraction", ["a", "b", "c"])
    assert out.shape == (3, 2)
    assert out.dtype == np.float32
    assert server.requests[0].json == {"inputs": ["a", "b", "c"]}


@pytest.mark.proves("ASY-03")
def test_a_picture(call: Call) -> None:
    """`text_to_image` gives a PIL image, on the async client when it is awaited."""
    with Sandbox() as box:
        picture = call({"base_url": box.url, "http_client": None}, "text_to_image", "a cat", width=64, height=32)
    assert isinstance(picture, Image)
    assert picture.size == (64, 32)


@pytest.mark.proves("TYP-07")
def test_model_status() -> None:
    """`ModelStatus` has the four fields of the page, as attributes and keys, and shows them."""
    status = ModelStatus(loaded=True, state="Loaded", compute_type="gpu", framework="transformers")
    assert (status.loaded, status["state"], status.compute_type, status.framework) == (
        True,
        "Loaded",
        "gpu",
        "transformers",
    )
    assert repr(status) == "ModelStatus(loaded=True, state='Loaded', compute_type='gpu', framework='transformers')"
