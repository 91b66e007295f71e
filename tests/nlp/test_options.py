"""Every option reaches the body, and nothing besides."""

from __future__ import annotations

import importlib

import pytest

from contract.server import Answer
from infermux.tasks._ask import CallOptions

from . import documented
from .documented import Documented

_WRITING = {
    "clean_up_tokenization_spaces": False,
    "generate_parameters": {"num_beams": 2, "do_sample": False},
    "truncation": "only_first",
}
_OPTIONS = {
    "fill_mask": {"targets": ["happiness", "love"], "top_k": 2},
    "question_answering": {
        "align_to_words": False,
        "doc_stride": 8,
        "handle_impossible_answer": True,
        "max_answer_len": 5,
        "max_question_len": 9,
        "max_seq_len": 64,
        "top_k": 1,
    },
    "sentence_similarity": {},
    "summarization": _WRITING,
    "table_question_answering": {"padding": "longest", "sequential": False, "truncation": True},
    "text_classification": {"top_k": 2, "function_to_apply": "sigmoid"},
    "token_classification": {"aggregation_strategy": "none", "ignore_labels": ["O"], "stride": 4},
    "translation": {"src_lang": "en_XX", "tgt_lang": "fr_XX", **_WRITING},
    "zero_shot_classification": {"multi_label": False, "hypothesis_template": "This is about {}."},
}
_PROVES = {
    "fill_mask": "NLP-06",
    "question_answering": "NLP-08",
    "summarization": "NLP-12",
    "table_question_answering": "NLP-14",
    "text_classification": "NLP-17",
    "token_classification": "NLP-19",
    "translation": "NLP-23",
    "zero_shot_classification": "NLP-27",
}
_EXAMPLES: dict[str, Documented] = {
    value.method: value for value in vars(documented).values() if isinstance(value, Documented)
}
_ALONE = [
    pytest.param(method, name, value, id=f"{method}-{name}", marks=pytest.mark.proves(_PROVES[method]))
    for method, options in _OPTIONS.items()
    for name, value in options.items()
    if name not in ("src_lang", "tgt_lang")
]


@pytest.fixture
def sent(call, server):
    """Asks as the documents do, with these options, and gives the parameters that were sent."""

    def one(method, **options):
        example = _EXAMPLES[method]
        server.say(Answer.of(example.answer))
        call({"base_url": server.url}, method, *example.given, **options)
        (asked,) = server.requests
        assert asked.json["inputs"] == example.body["inputs"]
        assert asked.json.keys() <= {"inputs", "parameters"}
        parameters = asked.json.get("parameters", {})
        own = {} if "candidate_labels" in options else example.body.get("parameters", {})
        return {name: value for name, value in parameters.items() if name != "candidate_labels" or not own}

    return one


@pytest.mark.parametrize("method", _OPTIONS)
def test_the_table_has_every_option(method):
    """Each option that the task declares is tried below."""
    module = importlib.import_module(f"infermux.tasks.{method}")
    declared = getattr(module, "".join(part.capitalize() for part in method.split("_")) + "Options")
    own = declared.__annotations__.keys() - CallOptions.__annotations__.keys()
    assert own - {"extra_body", "parameters", "labels"} == _OPTIONS[method].keys()


@pytest.mark.parametrize(("method", "name", "value"), _ALONE)
def test_one_option(method, name, value, sent):
    """It is sent by its own name, also where it is false."""
    assert sent(method, **{name: value}) == {name: value}


@pytest.mark.proves("NLP-21")
def test_two_languages(sent):
    """The languages of a translation travel together."""
    options = {"src_lang": "en_XX", "tgt_lang": "fr_XX"}
    assert sent("translation", **options) == options


@pytest.mark.parametrize("method", _OPTIONS)
def test_all_options(method, sent):
    """All options at once, with the server's own ones beside them; those that are None are not sent."""
    options = _OPTIONS[method]
    assert sent(method, **options, extra_body={"batch_size": 4}, headers=None) == {**options, "batch_size": 4}


@pytest.mark.parametrize("method", _OPTIONS)
def test_none_is_not_sent(method, sent):
    """An option that is None is as good as not given."""
    assert sent(method, **dict.fromkeys(_OPTIONS[method])) == {}


TAKE_PARAMETERS = pytest.mark.parametrize("method", ["summarization", "table_question_answering"])


@pytest.mark.proves("NLP-11")
@TAKE_PARAMETERS
def test_parameters(method, sent):
    """`parameters=` of earlier releases is merged into those of the body, and told once; any name will do."""
    with pytest.warns(FutureWarning, match=r"parameters= .* extra_body=") as told:
        assert sent(method, parameters={"max_length": 100, "min_length": None}) == {"max_length": 100}
    assert len(told) == 1


@pytest.mark.proves("NLP-11")
@pytest.mark.filterwarnings("ignore:.*parameters=:FutureWarning")
@TAKE_PARAMETERS
def test_named_options_win_over_parameters(method, sent):
    """What is given by its own name wins, `extra_body` over all; the caller's dict is left alone."""
    given = {"truncation": False if method.startswith("table") else "only_first", "max_length": 100}
    named = True if method.startswith("table") else "only_second"
    out = sent(method, parameters=given, truncation=named, extra_body={"max_length": 50})
    assert out == {"truncation": named, "max_length": 50}
    assert given["max_length"] == 100


@pytest.mark.proves("NLP-26")
@pytest.mark.filterwarnings("ignore:.*labels=:FutureWarning")
@pytest.mark.parametrize("spelling", ["by position", "candidate_labels", "labels"])
def test_labels_by_any_name(spelling, call, server):
    """The older and the newer word for the labels, and their place, give the same body."""
    example = documented.COMPLAINED
    text, labels = example.given
    server.say(Answer.of(example.answer))
    given, named = ((text, labels), {}) if spelling == "by position" else ((text,), {spelling: labels})
    assert call({"base_url": server.url}, example.method, *given, **named) == example.is_as_printed
    assert server.requests[-1].json == example.body


def test_the_older_word_for_labels_warns(call, server):
    """`labels=` names its successor, once."""
    server.say(Answer.of(documented.COMPLAINED.answer))
    with pytest.warns(FutureWarning, match="candidate_labels") as told:
        call({"base_url": server.url}, "zero_shot_classification", "A text", labels=["a", "b"])
    assert len(told) == 1


@pytest.mark.proves("NLP-25")
def test_one_label_may_be_judged_by_itself(call, server):
    """With `multi_label`, one label is enough."""
    server.say(Answer.of([{"label": "robots", "score": 0.25}]))
    out = call({"base_url": server.url}, "zero_shot_classification", "A text", ["robots"], multi_label=True)
    assert out == [{"label": "robots", "score": 0.25}]
    assert server.requests[-1].json["parameters"] == {"candidate_labels": ["robots"], "multi_label": True}


@pytest.mark.proves("NLP-03")
@pytest.mark.parametrize(
    "options",
    [
        {"normalize": True, "prompt_name": "query", "truncate": True, "truncation_direction": "right"},
        {"normalize": False},
        {"prompt_name": "query"},
        {"truncate": False},
        {"truncation_direction": "left"},
    ],
    ids=lambda options: "-".join(options),
)
def test_options_of_vectors_stand_beside_the_inputs(options, call, server):
    """Vectors are the one task whose options are not under `parameters`."""
    server.say(Answer.of([0.5]))
    call({"base_url": server.url}, "feature_extraction", "Hi", **options)
    assert server.requests[-1].json == {"inputs": "Hi", **options}


@pytest.mark.proves("NLP-04")
@pytest.mark.parametrize("place", ["", "/v1"])
def test_vectors_as_base64_are_the_same_vectors(place, call, server):
    """However the numbers travel, they arrive; how, and how many, is said in the body."""
    numbers, packed = [0.5, -1.25, 3.0], "AAAAPwAAoL8AAEBA"
    told = {"float": numbers, "base64": packed}
    results = []
    for form, vector in told.items():
        server.reset()
        server.say(Answer.of({"data": [{"index": 0, "embedding": vector}]} if place else [vector]))
        options = {"dimensions": 3, "encoding_format": form}
        results.append(call({"base_url": server.url + place}, "feature_extraction", ["Hi"], **options))
        assert server.requests[-1].json.items() >= options.items()
    assert [str(result.dtype) for result in results] == ["float32", "float32"]
    assert [result.tolist() for result in results] == [[numbers], [numbers]]
