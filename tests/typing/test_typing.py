"""Both type checkers say of each file of this folder what its lines say of themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
FILES = sorted(HERE.glob("reveal_*.py"))

Said = dict[tuple[str, int], list[str]]
"""File and line → what a checker said there: a type ("type: str"), or a complaint."""


def _plainly(shown: str) -> str:
    """A type as both checkers would write it: no module names, one word for what an `async def` returns."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", shown).replace("CoroutineType[", "Coroutine[").replace("?", "")


@pytest.fixture(scope="session")
def mypy(tmp_path_factory: pytest.TempPathFactory) -> Said:
    cache = PROJECT / ".mypy_cache"
    config = tmp_path_factory.mktemp("mypy") / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\npython_version = 3.10\n")
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(cache / "typing")]
    command += ["--no-error-summary", "--show-absolute-path", "--hide-error-context", "--no-pretty", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    said: Said = defaultdict(list)
    for line in done.stdout.splitlines():
        found = re.match(r"(.+?):(\d+): (error|note): (.*)", line)
        assert found, f"mypy said something else: {done.stdout}{done.stderr}"
        file, number, kind, words = found.groups()
        if kind == "error":
            said[file, int(number)].append(words)
        elif revealed := re.match(r'Revealed type is "(.*)"$', words):
            said[file, int(number)].append(f"type: {_plainly(revealed[1])}")
    return said


@pytest.fixture(scope="session")
def pyright(tmp_path_factory: pytest.TempPathFactory) -> Said:
    config = tmp_path_factory.mktemp("pyright") / "pyrightconfig.json"
    told = {"include": [str(HERE)], "pythonVersion": "3.10", "typeCheckingMode": "standard"}
    config.write_text(json.dumps(told))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(config)]
    command += ["--pythonpath", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    said: Said = defaultdict(list)
    for item in json.loads(done.stdout)["generalDiagnostics"]:
        place = item["file"], item["range"]["start"]["line"] + 1
        if item["severity"] == "error":
            said[place].append(item["message"])
        elif revealed := re.match(r'Type of ".*" is "(.*)"$', item["message"], re.DOTALL):
            said[place].append(f"type: {_plainly(revealed[1])}")
    return said


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_line_is_what_it_says(file: Path, checker: str, request: pytest.FixtureRequest) -> None:
    """Types are as revealed, mistakes are found, and nothing else is complained about."""
    said: Said = request.getfixturevalue(checker)
    wrong = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        found = said.get((str(file), number), [])
        wanted = line.partition("  # ")[2]
        if wanted == "error":
            fits = bool(found) and not any(words.startswith("type: ") for words in found)
        else:
            fits = found == ([wanted] if wanted.startswith("type: ") else [])
        if not fits:
            wrong.append(f"line {number}: wanted {wanted or 'nothing'!r}, {checker} says {found}")
    assert not wrong, "\n".join(wrong)
