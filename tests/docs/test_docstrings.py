"""The examples in the docstrings of the package are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import infermux

FINDER = doctest.DocTestFinder(exclude_empty=True)


def _examples() -> list[doctest.DocTest]:
    found = []
    for module in pkgutil.walk_packages(infermux.__path__, "infermux."):
        if not module.name.endswith("__main__"):
            found += FINDER.find(importlib.import_module(module.name))
    return [test for test in found if test.examples]


@pytest.mark.parametrize("example", _examples(), ids=lambda test: test.name)
def test_example_runs(example: doctest.DocTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands behind `>>>` gives what is written below it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HF_TOKEN", "HF_HOME", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert said == []


def test_there_are_examples() -> None:
    """The search finds those of the tasks and of both clients."""
    names = {test.name for test in _examples()}
    assert {"infermux.tasks.chat_completion.chat_completion", "infermux.client.InferenceClient"} <= names
