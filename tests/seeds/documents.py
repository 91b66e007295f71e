"""The Python examples of the documents that say what was asked for: what each runs, and what it shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checklist import SHARED

FOLDER = SHARED / "seeds"
DOCUMENTS = ("000", "001", "003")
FENCED = ("000", "003")
"""Documents whose examples stand in fences; those of the other follow the word "Copied"."""

_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
_KINDS = ("", "python", "py", "diff")
_COPIED = re.compile(r"^Copied\n\n(?P<code>.*?)\n\n(?=[A-Z\[#*<\d])", re.DOTALL | re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\_\[\]>#*+=-])")
_LATER = re.compile(r"MCPClient|tiny-agents")
"""What belongs to agents, which are another piece of work."""

_MISPRINT = re.compile(r'(?<=\.jpg"\)):$')
"""A colon that is no Python stands behind two calls, and is left out."""


@dataclass(frozen=True)
class Step:
    """A statement, and what the document shows below it."""

    code: str
    shown: str = ""


@dataclass(frozen=True)
class Example:
    """One block of a document."""

    document: str
    line: int
    text: str

    @property
    def name(self) -> str:
        """Document and line: `003:62`."""
        return f"{self.document}:{self.line}"

    @cached_property
    def steps(self) -> list[Step]:
        """The statements in order; a program is a single one."""
        return [*_steps(self.text)] if ">>> " in self.text else [Step(_program(self.text))]

    @property
    def is_async(self) -> bool:
        """Whether the statements await at the top."""
        return any(re.match(r"(\w+ = )?await |async for", step.code) for step in self.steps)


def examples() -> list[Example]:
    """Every example in Python, those of agents aside."""
    paths = [path for path in sorted(FOLDER.glob("*.txt")) if path.name[:3] in DOCUMENTS]
    return [one for path in paths for one in _of(path) if not _LATER.search(one.text)]


def _of(path: Path) -> Iterator[Example]:
    document = path.name[:3]
    text = path.read_text("utf-8")
    if document in FENCED:
        blocks = [block for block in _FENCE.finditer(text) if block["kind"] in _KINDS]
    else:
        blocks = [*_COPIED.finditer(text)]
    for block in blocks:
        code = block["code"] if document in FENCED else _ESCAPED.sub(r"\1", block["code"])
        if "pip install" not in code:
            yield Example(document, text.count("\n", 0, block.start("code")) + 1, code.rstrip("\n"))


def _steps(text: str) -> Iterator[Step]:
    """Statements begin at `>>>`; they go on while Python needs more, with or without `...`."""
    lines = iter([*text.splitlines(), ""])
    line = next(lines, None)
    while line is not None:
        if not line.startswith(">>> "):
            line = next(lines, None)
            continue
        code = [line[4:]]
        line = next(lines, None)
        while line is not None and (line.startswith("...") or not _is_whole("\n".join(code))):
            code.append(line.removeprefix("...").removeprefix(" ") if line.startswith("...") else line)
            line = next(lines, None)
        shown = []
        while line and not line.startswith((">>> ", "# ")):
            shown.append(line)
            line = next(lines, None)
        yield Step(_mended("\n".join(code)), "\n".join(shown))


def _is_whole(code: str) -> bool:
    try:
        compile(_mended(code), "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
    except SyntaxError:
        return False
    return True


def _mended(code: str) -> str:
    return _MISPRINT.sub("", code)


def _program(text: str) -> str:
    """A block that is no session; of a difference, what is there in the end."""
    lines = (line for line in text.splitlines() if not line.startswith("- "))
    return "\n".join(line.removeprefix("+ ") for line in lines)
