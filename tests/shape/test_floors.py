"""Imports point down: the floors that docs/architecture.md draws are those of the source."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import source

DOCUMENT = Path(__file__).parents[2] / "docs" / "architecture.md"

HIGHEST_PURE = 5
NOT_PURE = frozenset(
    {
        *("aiohttp", "anyio", "asyncio", "ftplib", "http", "httpx", "httpx2", "requests", "select", "selectors"),
        *("socket", "socketserver", "ssl", "trio", "urllib3", "concurrent", "multiprocessing", "queue", "sched"),
        *("signal", "subprocess", "threading", "time", "random", "secrets"),
    }
)
"""What reaches the network, the clock, chance or another thread; urllib.parse only takes texts apart."""


@cache
def floors() -> dict[str, int]:
    """Unit → its floor, as the document draws them."""
    drawn = re.search(r"```text\n(( *\d+ .*\n)+)```", DOCUMENT.read_text("utf-8"))
    assert drawn, "docs/architecture.md draws no floors"
    rows = (line.split() for line in drawn[1].splitlines())
    return {name: int(number) for number, *names in rows for name in names}


def place(module: str) -> str:
    """The name under which a module is drawn: its own, where it stands apart from its folder, or the folder's."""
    own = module.removeprefix("infermux.")
    return own if own in floors() else source.unit(module)


def test_every_unit_has_a_floor() -> None:
    """The drawing names each file and folder of the package, and nothing else."""
    assert sorted(floors()) == sorted({place(module) for module in source.modules()})


def _upward(module: str) -> list[str]:
    own = place(module)
    found = []
    for item in source.imports(module):
        if not item.module.startswith("infermux"):
            continue
        other = place(item.module)
        if other == own or (item.is_lazy and other == "sandbox"):
            continue
        if floors()[other] >= floors()[own]:
            found.append(f"line {item.line}: {own} (floor {floors()[own]}) imports {other} (floor {floors()[other]})")
    return found


@pytest.mark.parametrize("module", source.modules())
def test_imports_point_down(module: str) -> None:
    """No module imports from its own floor or one above."""
    assert _upward(module) == []


@pytest.mark.parametrize("module", source.modules())
def test_nobody_imports_the_package_root(module: str) -> None:
    """Below the root one imports from modules; the root would be a cycle."""
    if floors()[place(module)] > floors()["infermux"]:
        return
    assert not [item for item in source.imports(module) if item.module == "infermux"]


@pytest.mark.parametrize("module", source.modules())
def test_low_floors_do_no_io(module: str) -> None:
    """Up to floor 5 nothing reaches the network, the clock, chance or a thread: these come as answers to steps."""
    if floors()[place(module)] > HIGHEST_PURE or source.unit(module) == "sandbox":
        return
    assert [item for item in source.imports(module) if item.module.split(".")[0] in NOT_PURE] == []


def _siblings(folder: str) -> list[str]:
    start = f"infermux.{folder}."
    return [name for name in source.modules() if name.startswith(start) and not name[len(start) :].startswith("_")]


def _siblings_imported(module: str) -> list[str]:
    package = module.rpartition(".")[0]
    own = (item.module for item in source.imports(module) if item.module.startswith(f"{package}."))
    return [name for name in own if not name.rpartition(".")[2].startswith("_")]


@pytest.mark.parametrize("module", [*_siblings("providers"), *_siblings("tasks")])
def test_siblings_share_by_underscored_files(module: str) -> None:
    """No provider imports another provider, no task another task."""
    assert _siblings_imported(module) == []


@pytest.mark.parametrize("module", _siblings("tasks"))
def test_tasks_know_no_provider(module: str) -> None:
    """A task asks an `Asker`, whoever that is."""
    assert not [item for item in source.imports(module) if item.module.startswith("infermux.providers")]
