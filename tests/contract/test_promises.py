"""What no type checker can hold: each provider's dialect returns what its ask promises."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import numpy as np
import pytest
from PIL.Image import Image

from infermux import drive, providers
from infermux.flow import Purpose, Streaming
from infermux.providers._base import Route
from infermux.transport.replay import Answer, ReplayTransport
from infermux.types.chat import ChatCompletionOutput
from infermux.types.speech import AutomaticSpeechRecognitionOutput
from infermux.types.text import (
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TranslationOutput,
)
from infermux.types.text_generation import TextGenerationOutput
from infermux.wire.media import Media
from providers.table import ASKED, MODEL, WIRES

_PROMISED: dict[str, Any] = {
    "chat-completion": ChatCompletionOutput,
    "text-generation": TextGenerationOutput,
    "feature-extraction": np.ndarray,
    "text-to-image": Image,
    "image-to-image": Image,
    "automatic-speech-recognition": AutomaticSpeechRecognitionOutput,
    "fill-mask": list,
    "question-answering": QuestionAnsweringOutputElement,
    "sentence-similarity": list,
    "summarization": SummarizationOutput,
    "table-question-answering": TableQuestionAnsweringOutputElement,
    "text-classification": list,
    "token-classification": list,
    "translation": TranslationOutput,
    "zero-shot-classification": list,
}


def _tasks(provider: Any) -> Any:
    # What the sandbox does besides is no provider's wire; the example of each task runs there (tests/docs).
    name = "hf-inference" if provider.name == "sandbox" else provider.name
    return WIRES[name].tasks if name in WIRES else {}


_DIALECTS = [
    pytest.param(provider, ask, id=f"{provider.name}-{ask.task}")
    for provider in map(providers.find, providers.names())
    for ask in provider.says
    # What takes more than one request is held to its promise where it is told whole (providers/test_jobs.py).
    if ask.task in _tasks(provider)
]


def _ask(ask: Any, **more: Any) -> Any:
    asked = ASKED[ask.task]
    given = Media(asked.given) if isinstance(asked.given, bytes) else asked.given
    needed = ask.__struct_fields__[: len(ask.__struct_fields__) - len(ask.__struct_defaults__)]
    known = {"output_type": "image", **asked.options, "parameters": asked.options.get("extra_body", {})}
    return ask(**{name: known.get(name, given) for name in needed}, **more)


def _run(provider: Any, ask: Any, answer: Answer) -> Any:
    route = Route(provider, "http://127.0.0.1/v1", MODEL, MODEL, {}, Purpose("asking"))
    return drive.drive(provider.says[type(ask)](ask, route), ReplayTransport([answer]))


@pytest.mark.parametrize(("provider", "ask"), _DIALECTS)
def test_the_answer_is_of_the_promised_type(provider, ask):
    """A good answer becomes what the ask promises, and where the ask names a type, it is this one."""
    good = _tasks(provider)[ask.task].form.good
    answer = _run(provider, _ask(ask), Answer(good.body, headers=good.headers))
    (named,) = get_args(ask.__orig_bases__[0])
    kinds = {get_origin(named), named, *get_args(named)}
    promised = _PROMISED.get(ask.task) or get_origin(named) or named
    assert isinstance(answer, promised)
    assert kinds & {Any, promised} or "ndarray" in str(named) or "NDArray" in str(named)


@pytest.mark.parametrize(("provider", "ask"), [case for case in _DIALECTS if hasattr(case.values[1], "stream")])
def test_a_streamed_answer_is_a_streaming(provider, ask):
    """Where it streams, a dialect returns an open body and its decoder."""
    answer = Answer(b"data: [DONE]\n\n", headers={"content-type": "text/event-stream"})
    assert isinstance(_run(provider, _ask(ask, stream=True), answer), Streaming)
