"""The worked example of CONTRIBUTING.md is true: its two files make a provider that works."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infermux import providers

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
TEXT = PAGE.read_text("utf-8")
MODULE = "infermux.providers.acme_ai"
KINDS = {"added", "changed", "fixed", "removed", "security"}


def block(note: str) -> str:
    found = re.search(rf"^```python {note}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert found, f"CONTRIBUTING.md has no block {note!r}"
    return found[1]


def written_tests() -> dict[str, Callable[..., None]]:
    names: dict[str, Any] = {"__name__": "test_acme_ai"}
    before = TEXT.partition(block("test"))[0]
    exec(compile("\n" * before.count("\n") + block("test"), str(PAGE), "exec"), names)
    return {name: item for name, item in names.items() if name.startswith("test_")}


def _forget() -> None:
    providers.names.cache_clear()
    providers.find.cache_clear()
    sys.modules.pop(MODULE, None)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The provider of the example, as if its file were in the package."""
    (tmp_path / "acme_ai.py").write_text(block("provider"), "utf-8")
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    _forget()
    yield
    monkeypatch.undo()
    _forget()


@pytest.mark.usefixtures("acme")
def test_the_provider_is_found_by_its_file() -> None:
    """Nothing but the file is needed."""
    assert "acme-ai" in providers.names()
    assert providers.find("acme-ai").name == "acme-ai"


def test_it_is_short() -> None:
    """A provider that speaks the common dialect takes 20 lines, and its test 30."""
    assert len(block("provider").splitlines()) <= 20
    assert len(block("test").splitlines()) <= 30


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("name", written_tests())
def test_its_tests_pass(name: str, call: Callable[..., Any], server: Any) -> None:
    """Each test of the example, with both clients."""
    written_tests()[name](call, server)


def test_fragments_are_named_as_told() -> None:
    """`changes/<number>.<kind>.md`, none of them empty."""
    for path in (PAGE.parent / "changes").iterdir():
        number, kind, ending = path.name.split(".")
        assert number.isdigit()
        assert kind in KINDS
        assert ending == "md"
        assert path.read_text("utf-8").strip()
