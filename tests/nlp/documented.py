"""The calls of the documents, each with what a server sends and with the result that the documents print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SATELLITES = (
    "A new model offers an explanation for how the Galilean satellites formed around the solar system's"
    "largest world. Konstantin Batygin did not set out to solve one of the solar system's most puzzling"
    " mysteries when he went for a run up a hill in Nice, France."
)
LABELS = ["space & cosmos", "scientific discovery", "microbiology", "robots", "archeology"]
COMPLAINT = (
    "Hi, I recently bought a device from your company but it is not working as advertised and I would like to get "
    "reimbursed!"
)


@dataclass(frozen=True)
class Documented:
    """A call: the body that it sends, what the server answers, and the result; None: the answer itself."""

    method: str
    given: tuple[Any, ...]
    body: Json
    answer: Any
    result: Any = None
    options: Json = field(default_factory=dict)

    @property
    def is_as_printed(self) -> Any:
        return self.answer if self.result is None else self.result


_QUERY = "How many stars does the transformers repository have?"
_REPOSITORIES = {"Repository": ["Transformers", "Datasets", "Tokenizers"], "Stars": ["36542", "4512", "3934"]}
_OTHERS = [
    "Deep learning is so straightforward.",
    "This is so difficult, like rocket science.",
    "I can't believe how much I struggled with this.",
]
_MOODS = [
    {"label": "POSITIVE", "score": 0.9998695850372314},
    {"label": "NEGATIVE", "score": 0.0001304351753788069},
]
_WOLFGANG = "My name is Wolfgang and I live in Berlin"
_ONE_OF = [
    {"label": "scientific discovery", "score": 0.7961668968200684},
    {"label": "space & cosmos", "score": 0.18570658564567566},
    {"label": "microbiology", "score": 0.00730885099619627},
    {"label": "archeology", "score": 0.006258360575884581},
    {"label": "robots", "score": 0.004559356719255447},
]
_ANY_OF = [
    {"label": "scientific discovery", "score": 0.9829297661781311},
    {"label": "space & cosmos", "score": 0.755190908908844},
    {"label": "microbiology", "score": 0.0005462635890580714},
    {"label": "archeology", "score": 0.00047131875180639327},
    {"label": "robots", "score": 0.00030448526376858354},
]


def apart(elements: list[Json], text: str = SATELLITES) -> Json:
    """The older form of an answer: labels and scores apart from each other."""
    return {
        "sequence": text,
        "labels": [element["label"] for element in elements],
        "scores": [element["score"] for element in elements],
    }


MASKED = Documented(
    "fill_mask",
    ("The goal of life is <mask>.",),
    {"inputs": "The goal of life is <mask>."},
    [
        {
            "score": 0.06897063553333282,
            "token": 11098,
            "token_str": " happiness",
            "sequence": "The goal of life is happiness.",
        },
        {
            "score": 0.06554922461509705,
            "token": 45075,
            "token_str": " immortality",
            "sequence": "The goal of life is immortality.",
        },
    ],
)
ANSWERED = Documented(
    "question_answering",
    ("What's my name?", "My name is Clara and I live in Berkeley."),
    {"inputs": {"question": "What's my name?", "context": "My name is Clara and I live in Berkeley."}},
    {"score": 0.9326562285423279, "start": 11, "end": 16, "answer": "Clara"},
)
SIMILAR = Documented(
    "sentence_similarity",
    ("Machine learning is so easy.", _OTHERS),
    {"inputs": {"source_sentence": "Machine learning is so easy.", "sentences": _OTHERS}},
    [0.7785726189613342, 0.45876261591911316, 0.2906220555305481],
)
SUMMARISED = Documented(
    "summarization",
    ("The Eiffel tower...",),
    {"inputs": "The Eiffel tower..."},
    [{"summary_text": "The Eiffel tower is one of the most famous landmarks in the world...."}],
    "The Eiffel tower is one of the most famous landmarks in the world....",
)
FROM_TABLE = Documented(
    "table_question_answering",
    (_REPOSITORIES, _QUERY),
    {"inputs": {"query": _QUERY, "table": _REPOSITORIES}},
    {"answer": "AVERAGE > 36542", "coordinates": [[0, 1]], "cells": ["36542"], "aggregator": "AVERAGE"},
)
CLASSIFIED = Documented("text_classification", ("I like you",), {"inputs": "I like you"}, [_MOODS], _MOODS)
CLASSIFIED_FLAT = Documented("text_classification", ("I like you",), {"inputs": "I like you"}, _MOODS)
NAMED = Documented(
    "token_classification",
    ("My name is Sarah Jessica Parker but you can call me Jessica",),
    {"inputs": "My name is Sarah Jessica Parker but you can call me Jessica"},
    [
        {
            "entity_group": "PER",
            "score": 0.9971321225166321,
            "word": "Sarah Jessica Parker",
            "start": 11,
            "end": 31,
        },
        {"entity_group": "PER", "score": 0.9773476123809814, "word": "Jessica", "start": 52, "end": 59},
    ],
)
TRANSLATED = Documented(
    "translation",
    (_WOLFGANG,),
    {"inputs": _WOLFGANG},
    [{"translation_text": "Mein Name ist Wolfgang und ich lebe in Berlin."}],
    "Mein Name ist Wolfgang und ich lebe in Berlin.",
)
TRANSLATED_TO_FRENCH = Documented(
    "translation",
    (_WOLFGANG,),
    {"inputs": _WOLFGANG},
    [{"translation_text": "Je m'appelle Wolfgang et je vis à Berlin."}],
    "Je m'appelle Wolfgang et je vis à Berlin.",
    {"model": "Helsinki-NLP/opus-mt-en-fr"},
)
FITTING = Documented(
    "zero_shot_classification",
    (SATELLITES, LABELS),
    {"inputs": SATELLITES, "parameters": {"candidate_labels": LABELS}},
    apart(_ONE_OF),
    _ONE_OF,
)
FITTING_EACH = Documented(
    "zero_shot_classification",
    (SATELLITES, LABELS),
    {"inputs": SATELLITES, "parameters": {"candidate_labels": LABELS, "multi_label": True}},
    apart(_ANY_OF),
    _ANY_OF,
    {"multi_label": True},
)
COMPLAINED = Documented(
    "zero_shot_classification",
    (COMPLAINT, ["refund", "legal", "faq"]),
    {"inputs": COMPLAINT, "parameters": {"candidate_labels": ["refund", "legal", "faq"]}},
    {
        "sequence": COMPLAINT,
        "labels": ["refund", "faq", "legal"],
        "scores": [0.9378499388694763, 0.04914155602455139, 0.013008488342165947],
    },
    [
        {"label": "refund", "score": 0.9378499388694763},
        {"label": "faq", "score": 0.04914155602455139},
        {"label": "legal", "score": 0.013008488342165947},
    ],
)
