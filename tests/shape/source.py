"""Reads the package's source: its modules, and what each of them imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import infermux

ROOT = Path(infermux.__file__).parent


@dataclass(frozen=True)
class Import:
    """One import; `module` is whole for the package's own modules ("infermux.wire.sse") and for foreign ones."""

    module: str
    line: int
    is_lazy: bool
    """Whether it stands in a function."""


@cache
def modules() -> dict[str, Path]:
    """Dotted name → file, of every module of the package."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str) -> tuple[Import, ...]:
    """What a module imports when it runs; what stands under `if TYPE_CHECKING` is left out."""
    path = modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: list[Import] = []

    def visit(node: ast.AST, is_lazy: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                visit(other, is_lazy)
            return
        if isinstance(node, ast.Import):
            found.extend(Import(name.name, node.lineno, is_lazy) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module or "") if part)
            for name in node.names:
                inner = f"{start}.{name.name}"
                found.append(Import(inner if inner in modules() else start, node.lineno, is_lazy))
        is_lazy = is_lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, is_lazy)

    visit(ast.parse(path.read_text("utf-8")), False)
    return tuple(dict.fromkeys(found))


def unit(module: str) -> str:
    """The folder or file, directly below the package, that a module belongs to ("wire"); the root is "infermux"."""
    return [*module.split("."), ""][1] or "infermux"
