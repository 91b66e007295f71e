"""What each task promises: the type of its answer, and what the answers of the tables must tell."""

from __future__ import annotations

import numpy as np
from PIL import Image

from infermux.types.chat import ChatCompletionOutput
from infermux.types.speech import AutomaticSpeechRecognitionOutput
from infermux.types.text import (
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TranslationOutput,
)
from infermux.types.vision import ImageToTextOutput

from .table import FILM, FLAC

PROMISED = {
    "chat-completion": (
        ChatCompletionOutput,
        lambda out: (out.choices[0].message.content, out.choices[0].finish_reason, out.usage.total_tokens),
        (" wörld", "stop", 5),
    ),
    "text-generation": (str, str, " wörld"),
    "feature-extraction": (
        np.ndarray,
        lambda out: (str(out.dtype), out.tolist()),
        ("float32", [[0.5, -0.5], [1.5, 0.5]]),
    ),
    "text-to-image": (Image.Image, lambda out: out.size, (4, 2)),
    "automatic-speech-recognition": (AutomaticSpeechRecognitionOutput, lambda out: out.text, "hello world"),
    "audio-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
    "audio-to-audio": (list, lambda out: (out[0].blob, out[0].content_type), (FLAC, "audio/flac")),
    "tabular-classification": (list, list, ["5", "7"]),
    "tabular-regression": (list, list, [110, 120.5]),
    "text-to-audio": (bytes, bytes, FLAC),
    "text-to-speech": (bytes, bytes, FLAC),
    "fill-mask": (list, lambda out: (out[0].token_str, out[0].token), (" cat", 7)),
    "question-answering": (
        QuestionAnsweringOutputElement,
        lambda out: (out.answer, out.start, out.end),
        ("Clara", 6, 11),
    ),
    "sentence-similarity": (list, list, [0.75, 0.25]),
    "summarization": (SummarizationOutput, str, "A text"),
    "table-question-answering": (
        TableQuestionAnsweringOutputElement,
        lambda out: (out.answer, out.cells, out.coordinates, out.aggregator),
        ("11.52", ["11.52"], [[0, 0]], None),
    ),
    "text-classification": (list, lambda out: (out[0].label, out[0].score), ("POSITIVE", 0.75)),
    "token-classification": (list, lambda out: (out[0].word, out[0].entity_group), ("Clara", "PER")),
    "translation": (TranslationOutput, str, "Salut"),
    "zero-shot-classification": (
        list,
        lambda out: [(one.label, one.score) for one in out],
        [("good", 0.75), ("bad", 0.25)],
    ),
    "document-question-answering": (list, lambda out: (out[0].answer, out[0].start, out[0].end), ("us-001", 16, 16)),
    "image-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
    "image-segmentation": (list, lambda out: (out[0].label, out[0].mask.size), ("LABEL_1", (4, 2))),
    "image-text-to-image": (Image.Image, lambda out: out.size, (4, 2)),
    "image-text-to-video": (bytes, bytes, FILM),
    "image-to-image": (Image.Image, lambda out: out.size, (4, 2)),
    "image-to-text": (ImageToTextOutput, str, "a cat "),
    "image-to-video": (bytes, bytes, FILM),
    "object-detection": (list, lambda out: (out[0].label, out[0].box.xmin, out[0].box.ymax), ("person", 59, 510)),
    "text-to-video": (bytes, bytes, FILM),
    "visual-question-answering": (list, lambda out: (out[0].answer, out[0].score), ("laying down", 0.75)),
    "zero-shot-image-classification": (list, lambda out: (out[0].label, out[0].score), ("hap", 0.75)),
}
"""Task → the type of the answer, and what it must tell."""
