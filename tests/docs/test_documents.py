"""The documents are true: their code runs, their tables are those of the code, their links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import tables

DOCUMENTS = [path for path in tables.documents() if path.exists()]
BLOCK = re.compile(r"^```python(?P<note>[^\n]*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def program(text: str) -> str:
    """The code of a document, in order, each line where it stands in the document."""
    lines = [""] * text.count("\n")
    for block in BLOCK.finditer(text):
        if block["note"].strip():
            continue
        first = text.count("\n", 0, block.start("code"))
        for number, line in enumerate(block["code"].splitlines(), first):
            lines[number] = line
    return "\n".join(lines)


def with_code(path: Path) -> bool:
    return path.name != "CONTRIBUTING.md" and bool(program(path.read_text("utf-8")).strip())


def run(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the code of a document in a process, a folder and an environment of its own."""
    kept = ("PATH", "SYSTEMROOT", "PYTHONPATH", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment["HOME"] = str(folder)
    code = "import sys; text = sys.stdin.read(); exec(compile(text, sys.argv[1], 'exec'), {'__name__': '__main__'})"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(path)],
        input=program(path.read_text("utf-8")),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=environment,
    )


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if with_code(path)], ids=lambda path: path.name)
def test_code_runs(path: Path, tmp_path: Path) -> None:
    """Every Python block runs after those before it, against the sandbox, with warnings as errors."""
    done = run(path, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_unrun_code_is_python_at_least(path: Path) -> None:
    """A block that needs the network compiles."""
    for block in BLOCK.finditer(path.read_text("utf-8")):
        compile(block["code"], path.name, "exec")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_tables_are_fresh(path: Path) -> None:
    """Run `make tables` where this fails."""
    text = path.read_text("utf-8")
    assert tables.renewed(text) == text


def test_every_table_is_shown() -> None:
    """Each table has its place in some document."""
    shown = "".join(path.read_text("utf-8") for path in DOCUMENTS)
    assert [name for name in tables.TABLES if f"<!-- table: {name} -->" not in shown] == []


def _anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Links within the project name files and headings that are there."""
    wrong = []
    for link in LINK.findall(path.read_text("utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            wrong.append(link)
    assert wrong == []
