"""One answer has many shapes; each is read, and what is none of them is told."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import ProviderOutputError
from infermux.types.text import (
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    ZeroShotClassificationOutputElement,
)

from .documented import apart


@pytest.fixture
def ask(call, server):
    """Asks a URL, after the server was told what to say."""

    def one(answer, method, *given, **options):
        server.say(Answer.of(answer))
        return call({"base_url": server.url}, method, *given, **options)

    return one


def _word(text):
    return {"score": 0.5, "token": 7, "token_str": text, "sequence": f"A {text}."}


_CAT, _DOG, _FAT, _OLD = map(_word, ("cat", "dog", "fat", "old"))
_GOOD, _BAD = {"label": "good", "score": 0.75}, {"label": "bad", "score": 0.25}
_CLARA = {"score": 0.5, "start": 11, "end": 16, "answer": "Clara"}
_BERLIN = {"score": 0.25, "start": 31, "end": 37, "answer": "Berlin"}
_TALK = ("Who?", "My name is Clara and I live in Berlin.")


@pytest.mark.proves("NLP-05")
@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ([_CAT, _DOG], [_CAT, _DOG]),
        ([[_CAT, _DOG]], [_CAT, _DOG]),
        ([], []),
        ([[_FAT, _OLD], [_CAT, _DOG]], [[_FAT, _OLD], [_CAT, _DOG]]),
        ([[_FAT], [_CAT], [_DOG]], [[_FAT], [_CAT], [_DOG]]),
    ],
    ids=["flat", "nested", "none", "two holes", "three holes"],
)
def test_words_for_a_hole(answer, result, ask):
    """A list of words, and for several holes a list for each."""
    out = ask(answer, "fill_mask", "A [MASK].")
    assert out == result
    first = out[0] if out and isinstance(out[0], dict) else out and out[0][0]
    assert not out or type(first) is FillMaskOutputElement


@pytest.mark.proves("NLP-08")
@pytest.mark.parametrize(
    ("top_k", "answer", "result"),
    [
        (None, _CLARA, _CLARA),
        (None, [_CLARA], _CLARA),
        (1, _CLARA, _CLARA),
        (1, [_CLARA, _BERLIN], _CLARA),
        (2, [_CLARA, _BERLIN], [_CLARA, _BERLIN]),
        (2, [_CLARA], [_CLARA]),
        (2, _CLARA, [_CLARA]),
        (3, [[_CLARA, _BERLIN]], [_CLARA, _BERLIN]),
        (3, [], []),
    ],
)
def test_one_answer_or_a_list(top_k, answer, result, ask):
    """What was asked for decides, not what the server sent: a list where several answers were asked for."""
    out = ask(answer, "question_answering", *_TALK, top_k=top_k)
    assert out == result
    first = out[0] if isinstance(out, list) and out else out
    assert first == [] or type(first) is QuestionAnsweringOutputElement


@pytest.mark.proves("NLP-09")
@pytest.mark.parametrize("answer", [[1.0, 0.25], {"similarities": [1.0, 0.25]}, [1, 0.25]], ids=str)
def test_numbers_of_similarity(answer, ask):
    """A list, or an object that holds one."""
    out = ask(answer, "sentence_similarity", "a", ["b", "c"])
    assert out == [1.0, 0.25]
    assert [type(number) for number in out] == [float, float]


@pytest.mark.parametrize(("method", "field"), [("summarization", "summary_text"), ("translation", "translation_text")])
@pytest.mark.parametrize("form", ["object", "list", "two"])
def test_a_text_is_an_object_or_a_list(method, field, form, ask):
    """The first of a list is the answer, and its own other fields are kept."""
    one, two = {field: "Salut", "id": 5}, {field: "Adieu"}
    out = ask({"object": one, "list": [one], "two": [one, two]}[form], method, "Hello")
    assert out == one
    assert out == "Salut"
    assert out.id == 5


@pytest.mark.proves("NLP-13")
@pytest.mark.parametrize("is_list", [False, True])
def test_an_answer_of_a_table(is_list, ask):
    """An object or a list of one; without an aggregator there is none. The answer is as the server put it."""
    told = {"answer": " SUM > 1, 2 ", "coordinates": [[0, 1], [1, 1]], "cells": ["1", "2"]}
    out = ask([told] if is_list else told, "table_question_answering", {"a": ["1", "2"]}, "How many?")
    assert (out.answer, out.cells, out.coordinates, out.aggregator) == (
        " SUM > 1, 2 ",
        ["1", "2"],
        [[0, 1], [1, 1]],
        None,
    )


@pytest.mark.proves("NLP-16")
@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ([[_GOOD, _BAD]], [_GOOD, _BAD]),
        ([_GOOD, _BAD], [_GOOD, _BAD]),
        ([[_GOOD]], [_GOOD]),
        ([_GOOD], [_GOOD]),
        (_GOOD, [_GOOD]),
        ([], []),
        ([[]], []),
    ],
)
def test_classes_of_a_text(answer, result, ask):
    """Nested once, flat, or a single object: always a list."""
    out = ask(answer, "text_classification", "Fine")
    assert out == result
    assert all(type(element) is TextClassificationOutputElement for element in out)


@pytest.mark.proves("NLP-19")
def test_tokens_by_themselves(ask):
    """Without aggregation the kind stands in `entity`, and what else the server says is kept."""
    told = [{"entity": "B-PER", "score": 0.5, "index": 4, "word": "Sarah", "start": 11, "end": 16}]
    (out,) = ask(told, "token_classification", "My name is Sarah", aggregation_strategy="none")
    assert type(out) is TokenClassificationOutputElement
    assert (out.entity, out.entity_group, out.word, out["index"]) == ("B-PER", None, "Sarah", 4)


def test_a_word_without_a_place(ask):
    """Slow tokenizers know no places: these are None."""
    (out,) = ask([{"entity_group": "PER", "score": 0.5, "word": "x", "start": None}], "token_classification", "x")
    assert (out.start, out.end) == (None, None)


@pytest.mark.proves("NLP-24", "NLP-28")
@pytest.mark.parametrize(
    "answer",
    [apart([_BAD, _GOOD]), [apart([_BAD, _GOOD])], [_BAD, _GOOD], [[_BAD, _GOOD]]],
    ids=["apart", "apart in a list", "elements", "nested"],
)
def test_labels_that_fit(answer, ask):
    """Both forms are read, and the order of the server is kept."""
    out = ask(answer, "zero_shot_classification", "Fine", ["good", "bad"])
    assert out == [_BAD, _GOOD]
    assert all(type(element) is ZeroShotClassificationOutputElement for element in out)


@pytest.mark.parametrize(
    ("method", "texts", "options", "answer", "result"),
    [
        ("text_classification", ["a", "b"], {}, [_GOOD, _BAD], [[_GOOD], [_BAD]]),
        ("text_classification", ["a", "b"], {}, [[_GOOD, _BAD], [_BAD]], [[_GOOD, _BAD], [_BAD]]),
        ("text_classification", ["a"], {}, [[_GOOD, _BAD]], [[_GOOD, _BAD]]),
        ("text_classification", ["a"], {}, [_GOOD, _BAD], [[_GOOD, _BAD]]),
        ("fill_mask", ["a", "b"], {}, [[_CAT], [[_FAT], [_CAT]]], [[_CAT], [[_FAT], [_CAT]]]),
        ("fill_mask", ["a"], {}, [_CAT, _DOG], [[_CAT, _DOG]]),
        ("token_classification", ["a", "b"], {}, [[], []], [[], []]),
        ("translation", ["a", "b"], {}, [{"translation_text": "c"}, {"translation_text": "d"}], ["c", "d"]),
        ("summarization", ["a"], {}, [{"summary_text": "c"}], ["c"]),
        ("zero_shot_classification", ["a"], {"candidate_labels": ["good", "bad"]}, [apart([_GOOD, _BAD])], None),
        ("zero_shot_classification", ["a"], {"candidate_labels": ["good", "bad"]}, apart([_GOOD, _BAD]), None),
        ("zero_shot_classification", ["a"], {"candidate_labels": ["good", "bad"]}, [_GOOD, _BAD], None),
    ],
)
def test_a_list_of_texts(method, texts, options, answer, result, ask, server):
    """Where a list goes in, as the JavaScript client has it, the result of each text comes out."""
    assert ask(answer, method, texts, **options) == ([[_GOOD, _BAD]] if result is None else result)
    assert server.requests[-1].json["inputs"] == texts


_LABELS = {"candidate_labels": ["a", "b"]}
_WRONG = [
    ("fill_mask", ("x",), {}, "busy", "a list"),
    ("fill_mask", ("x",), {}, [[_CAT], ["dog"]], r"\[1\]\[0\]"),
    ("fill_mask", ("x",), {}, [_CAT, 5], r"\[1\]"),
    ("question_answering", _TALK, {}, [], "not empty"),
    ("question_answering", _TALK, {}, "Clara", "an object"),
    ("question_answering", _TALK, {"top_k": 2}, [_CLARA, "Berlin"], r"\[1\]"),
    ("sentence_similarity", ("a", ["b"]), {}, [0.5, 0.25], "1 sentences went in, and 2"),
    ("sentence_similarity", ("a", ["b"]), {}, ["near"], r"\[0\]"),
    ("sentence_similarity", ("a", ["b"]), {}, [True], r"\[0\]"),
    ("sentence_similarity", ("a", ["b"]), {}, {"scores": [1]}, "similarities"),
    ("summarization", ("x",), {}, [], "not empty"),
    ("summarization", ("x",), {}, [{"summary": "y"}], "summary_text"),
    ("summarization", ("x",), {}, "y", "an object"),
    ("translation", ("x",), {}, {"translation_text": ["y"]}, "translation_text"),
    ("translation", (["x", "y"],), {}, [{"translation_text": "y"}], "2, one for each"),
    ("table_question_answering", ({"a": []}, "?"), {}, [], "not empty"),
    ("table_question_answering", ({"a": []}, "?"), {}, "36542", "an object"),
    ("text_classification", ("x",), {}, [[_GOOD], [_BAD]], r"\[0\]"),
    ("text_classification", ("x",), {}, ["good"], r"\[0\]"),
    ("text_classification", ("x",), {}, 5, "a list"),
    ("token_classification", ("x",), {}, None, "a list"),
    ("zero_shot_classification", ("x",), _LABELS, {"sequence": "x", "labels": ["a"]}, "scores"),
    ("zero_shot_classification", ("x",), _LABELS, {"labels": ["a"], "scores": [1, 0]}, "shape"),
    ("zero_shot_classification", ("x",), _LABELS, "a", "a list"),
]


@pytest.mark.parametrize(("method", "given", "options", "answer", "place"), _WRONG)
def test_what_is_no_answer(method, given, options, answer, place, ask):
    """Another shape is told with its place and the answer."""
    with pytest.raises(ProviderOutputError, match=place) as caught:
        ask(answer, method, *given, **options)
    assert caught.value.response.json() == answer
