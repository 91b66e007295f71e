"""The Python twins of the TypeScript examples run, and give what the JavaScript client gives."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PIL.Image import Image

from .documents import FOLDER
from .stage import Stage
from .twins import PICTURE, TWINS

if not FOLDER.is_dir():
    pytest.skip("the documents are not on this machine: they lie in ../shared/seeds", allow_module_level=True)

HEAD = 'hf = InferenceClient(api_key="hf_seed")'
FETCHES = 26
"""The line of the example that only loads the JavaScript package."""


def is_like(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(value, list) and bool(value) and all(is_like(one, wanted[0]) for one in value)
    if isinstance(wanted, set):
        return isinstance(value, dict) and wanted <= {*value}
    if wanted is PICTURE:
        return isinstance(value, Image)
    return wanted is None or isinstance(value, (wanted, int) if wanted is float else wanted)


def play(line: int, stage: Stage) -> Any:
    stage.run(HEAD)
    return stage.run(TWINS[line][0].strip())[0]


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("line", [*TWINS])
def test_it_runs(line: int, stage: Stage) -> None:
    """Every statement, in order."""
    assert is_like(play(line, stage), TWINS[line][1])


def test_every_example_has_a_twin() -> None:
    """Each block of TypeScript, but the one that only loads the package."""
    (path,) = FOLDER.glob("004_*.txt")
    lines = path.read_text("utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if re.fullmatch("```(ts|typescript)", line)]
    assert [line for line in found if line != FETCHES] == [*TWINS]
