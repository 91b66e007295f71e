"""Bad input fails before any byte is sent."""

from __future__ import annotations

import pytest

from infermux import InputError

_TEXTS = ("fill_mask", "summarization", "text_classification", "token_classification", "translation")
_SATELLITE = ("A text", ["a", "b"])


def refused(call, server, match, method, *given, **options):
    """Call with bad input; nothing may be sent, and the error names the method."""
    with pytest.raises(InputError, match=match) as caught:
        call({"base_url": server.url}, method, *given, **options)
    assert server.requests == []
    assert method in str(caught.value)


@pytest.mark.parametrize("method", _TEXTS)
@pytest.mark.parametrize("text", [None, 5, b"Hi", {"inputs": "Hi"}, [5], ["Hi", None]], ids=repr)
def test_no_text(method, text, call, server):
    """A text is a str."""
    refused(call, server, "text must be a str", method, text)


@pytest.mark.parametrize(
    ("method", "given", "words"),
    [
        ("question_answering", (5, "It is."), "question"),
        ("question_answering", ("Who?", None), "context"),
        ("question_answering", ("Who?", ["It is."]), "context"),
        ("sentence_similarity", (["a"], ["b"]), "sentence"),
        ("sentence_similarity", ("a", "b"), "other_sentences must be a list of str"),
        ("sentence_similarity", ("a", ["b", 5]), "each of other_sentences"),
        ("table_question_answering", ([["1"]], "How many?"), "table must be a dict"),
        ("table_question_answering", ({"a": ["1"]}, None), "query"),
        ("zero_shot_classification", (None, ["a", "b"]), "text"),
    ],
)
def test_wrong_type(method, given, words, call, server):
    """The argument is named."""
    refused(call, server, words, method, *given)


@pytest.mark.proves("NLP-15")
@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"a": ["1", "2"], "b": ["1"]}, r"one length; these are {'a': 2, 'b': 1}"),
        ({"a": ["1"], "b": []}, "one length"),
        ({"a": ["1"], "b": "1"}, "column 'b'"),
        ({"a": 1}, "column 'a'"),
    ],
)
def test_columns_that_do_not_fit(table, words, call, server):
    """The columns of a table are lists of one length."""
    refused(call, server, words, "table_question_answering", table, "How many?")


@pytest.mark.proves("NLP-22")
@pytest.mark.parametrize(("given", "missing"), [("src_lang", "tgt_lang"), ("tgt_lang", "src_lang")])
def test_one_language(given, missing, call, server):
    """One language without the other is refused, and the other is named."""
    refused(call, server, f"{missing} is missing", "translation", "Hello", **{given: "en_XX"})


@pytest.mark.proves("NLP-29")
@pytest.mark.parametrize(
    ("labels", "options"),
    [
        (["a"], {}),
        (["a"], {"multi_label": False}),
        ([], {}),
        ([], {"multi_label": True}),
        (None, {}),
        (None, {"multi_label": True}),
        ("a, b", {}),
        (["a", 5], {}),
    ],
)
@pytest.mark.filterwarnings("ignore:.*labels=:FutureWarning")
@pytest.mark.parametrize("spelling", ["by position", "candidate_labels", "labels"])
def test_too_few_labels(labels, options, spelling, call, server):
    """No label leaves nothing to choose, and one label only whether it fits, which must be asked for."""
    given, named = (("Hi", labels), {}) if spelling == "by position" else (("Hi",), {spelling: labels})
    refused(call, server, "labels", "zero_shot_classification", *given, **named, **options)


@pytest.mark.filterwarnings("ignore:.*labels=:FutureWarning")
def test_two_words_for_labels_that_differ(call, server):
    """Both may be given where they say the same."""
    refused(call, server, "differ", "zero_shot_classification", "Hi", ["a", "b"], labels=["a", "c"])


@pytest.mark.parametrize(
    ("method", "given", "option", "value"),
    [
        ("fill_mask", ("x",), "targets", "love"),
        ("fill_mask", ("x",), "top_k", "2"),
        ("question_answering", ("a", "b"), "top_k", 1.5),
        ("question_answering", ("a", "b"), "align_to_words", "yes"),
        ("summarization", ("x",), "parameters", "max_length"),
        ("summarization", ("x",), "truncation", "first"),
        ("summarization", ("x",), "generate_parameters", 5),
        ("table_question_answering", ({"a": ["1"]}, "b"), "padding", True),
        ("text_classification", ("x",), "function_to_apply", "tanh"),
        ("token_classification", ("x",), "aggregation_strategy", "mean"),
        ("token_classification", ("x",), "ignore_labels", "O"),
        ("translation", ("x",), "src_lang", 5),
        ("zero_shot_classification", _SATELLITE, "multi_label", "yes"),
        ("zero_shot_classification", _SATELLITE, "hypothesis_template", 5),
        ("sentence_similarity", ("a", ["b"]), "normalize", True),
        ("text_classification", ("x",), "topk", 2),
    ],
)
def test_an_option_that_is_none(method, given, option, value, call, server):
    """An option that is unknown or of the wrong type is named."""
    refused(call, server, option, method, *given, **{option: value})
