"""The Python examples of the documents run as printed, and give what they show: its types and shape."""

from __future__ import annotations

import pytest

from .documents import FOLDER, Example, examples
from .likeness import differences
from .stage import Stage

if not FOLDER.is_dir():
    pytest.skip("the documents are not on this machine: they lie in ../shared/seeds", allow_module_level=True)

LISTED = "zero-shot classification is answered by a list today, and this gives what the server says"
OTHERWISE = {
    ("000:449", "inference(inputs, params)"): LISTED,
    ("000:460", "response.json()"): LISTED,
    ("003:2917", "inference(inputs, params)"): LISTED,
}
"""Example and statement → why what is shown is no longer what a server says; the statement runs."""

EXAMPLES = examples()


def play(example: Example, stage: Stage) -> None:
    for step in example.steps:
        value, printed = stage.run(step.code)
        if step.shown and value is not None and (example.name, step.code) not in OTHERWISE:
            assert differences(step.shown, value) == [], step.code
        elif step.shown and value is None:
            assert printed.strip(), step.code


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore:InferenceApi")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_it_runs(example: Example, stage: Stage) -> None:
    """Every statement, in order."""
    play(example, stage)


def test_all_are_found() -> None:
    """Those of the two guides, and both clients' of the reference."""
    found = {document: sum(one.document == document for one in EXAMPLES) for document in ("000", "001", "003")}
    assert found == {"000": 22, "001": 17, "003": 57}
