"""Which promises of the checklist the tests prove: `python tests/checklist.py [arguments of pytest]`.

A test names the ids it shows by `@pytest.mark.proves("CHA-01", …)`; they count if every test that names them, and ran,
passed.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROVED = "proved"
"""Under which name the report of a test holds the ids that it proves."""

SHARED = Path(os.environ.get("INFERMUX_SHARED", Path(__file__).parents[2] / "shared"))


_NOT_YET_BY_AREA = {
    "endpoints": "managing Inference Endpoints is not built",
    "endpoints-cli": "managing Inference Endpoints is not built",
    "mcp": "the MCP client is not built",
    "agent": "the agent is not built",
    "tiny-agents": "the agent is not built",
    "serve": "the agent is not built",
    "snippets": "snippets are not built",
}


def reason(name: str) -> str:
    """Why nothing proves an id, in one line."""
    return _NOT_YET_BY_AREA.get(areas()[name], "a test of it is missing or failed")


@cache
def areas() -> dict[str, str]:
    """Id → area, in the order of the checklist; empty where it is not on this machine."""
    path = SHARED / "spec" / "checklist.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["area"] for row in csv.DictReader(file)}


class Proofs:
    """Keeps account of a run, and prints it by area."""

    def __init__(self) -> None:
        self._passed: set[str] = set()
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went."""
        proved: Any = dict(report.user_properties).get(PROVED, ())
        if report.failed:
            self._failed |= {*proved}
        elif report.passed and report.when == "call":
            self._passed |= {*proved}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the counts of each area, and the ids that nothing proves."""
        proved = self._passed - self._failed
        total, done = Counter(areas().values()), Counter(areas()[name] for name in proved)
        say = terminalreporter.write_line
        say(f"\n{'area':28}{'proved':>8}{'of':>6}  unproved")
        for area, count in total.items():
            missing = [name for name, of in areas().items() if of == area and name not in proved]
            say(f"{area:28}{done[area]:8}{count:6}  {' '.join(missing)}")
            for why in dict.fromkeys(map(reason, missing)):
                say(f"{'':44}{why}")
        say(f"{'all':28}{done.total():8}{total.total():6}")
        if self._failed:
            say(f"named by a test that failed: {' '.join(sorted(self._failed))}")


if __name__ == "__main__":
    if areas():
        pytest.main(["-q", "--no-header", "--numprocesses=4", "--dist=loadfile", *sys.argv[1:]], plugins=[Proofs()])
    else:
        print(f"there is no checklist in {SHARED}")
