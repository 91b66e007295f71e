"""The examples of the documents give the results that the documents print."""

from __future__ import annotations

import json

import pytest

from contract.server import Answer

from . import documented
from .documented import Documented


def _case(name, *ids):
    return pytest.param(getattr(documented, name), id=name.lower(), marks=pytest.mark.proves(*ids))


_CASES = [
    _case("MASKED", "NLP-05"),
    _case("ANSWERED", "NLP-07"),
    _case("SIMILAR", "NLP-09"),
    _case("SUMMARISED", "NLP-10"),
    _case("FROM_TABLE", "NLP-13"),
    _case("CLASSIFIED", "NLP-16"),
    _case("CLASSIFIED_FLAT", "NLP-16"),
    _case("NAMED", "NLP-18"),
    _case("TRANSLATED", "NLP-20"),
    _case("TRANSLATED_TO_FRENCH", "NLP-20"),
    _case("FITTING", "NLP-24"),
    _case("FITTING_EACH", "NLP-25"),
    _case("COMPLAINED", "NLP-28"),
]


@pytest.mark.parametrize("case", _CASES)
def test_as_in_the_documents(case: Documented, call, server):
    """A client made of nothing asks the recommended model, or the one that is named; the result is as printed."""
    task = case.method.replace("_", "-")
    model = case.options.get("model", "org/recommended")
    served = {"hf-inference": {"status": "live", "providerId": model, "task": task}}
    server.always("GET huggingface.co/api/tasks", Answer.of({task: {"widgetModels": ["org/recommended"]}}))
    server.always(
        "GET huggingface.co/api/models/", Answer.of({"pipeline_tag": task, "inferenceProviderMapping": served})
    )
    server.say(Answer.of(case.answer))
    result = call({}, case.method, *case.given, **case.options)
    assert result == case.is_as_printed
    sent = server.requests[-1]
    path = "/pipeline/sentence-similarity" if task == "sentence-similarity" else ""
    assert sent.line == f"POST router.huggingface.co/hf-inference/models/{model}{path}"
    assert sent.json == case.body


@pytest.mark.parametrize("case", _CASES)
def test_by_name(case: Documented, call, server):
    """The arguments may be given by the names that the documents have for them, at a URL, which is used as it is."""
    names = {
        "fill_mask": ("text",),
        "question_answering": ("question", "context"),
        "sentence_similarity": ("sentence", "other_sentences"),
        "table_question_answering": ("table", "query"),
        "zero_shot_classification": ("text", "candidate_labels"),
    }.get(case.method, ("text",))
    server.say(Answer.of(case.answer))
    given = dict(zip(names, case.given, strict=True))
    options = {name: value for name, value in case.options.items() if name != "model"}
    result = call({"base_url": f"{server.url}/any"}, case.method, **given, **options)
    assert result == case.is_as_printed
    (asked,) = server.requests
    assert (asked.path, asked.json) == ("/any", case.body)


@pytest.mark.parametrize("case", _CASES)
def test_results_are_objects_and_mappings(case: Documented, call, server):
    """Each field is an attribute and a key, and the whole goes into JSON."""
    server.say(Answer.of(case.answer))
    result = call({"base_url": server.url}, case.method, *case.given)
    for element in result if isinstance(result, list) else [result]:
        if isinstance(element, float):
            continue
        assert isinstance(element, dict)
        assert all(getattr(element, name) == value for name, value in element.items())
    assert json.loads(json.dumps(result))
