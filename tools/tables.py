"""Prints the tables of the documents from the code: `python -m tools.tables` rewrites them in place.

A table stands between `<!-- table: name -->` and `<!-- end of table -->`; a test says so when one is stale.
"""

from __future__ import annotations

import re
from pathlib import Path

from infermux import providers
from infermux.sandbox import FAULTS

from . import examples

PROJECT = Path(__file__).parents[1]
PLACES = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def tasks_by_provider() -> str:
    """A row for each task, with those who do it."""
    records = [providers.find(name) for name in providers.names()]
    tasks = sorted({task for record in records for task in record.tasks})
    able = {task: [f"`{record.name}`" for record in records if task in record.tasks] for task in tasks}
    return _rows(["task", "`provider=`"], [[task.replace("-", " "), ", ".join(names)] for task, names in able.items()])


def provider_records() -> str:
    """Where each provider is, and which key it takes."""
    rows: list[list[str]] = []
    for record in map(providers.find, providers.names()):
        address = "in this process" if callable(record.base_url) else f"`{record.base_url.partition('/{model}')[0]}`"
        keys = ", ".join(f"`{name}`" for name in record.key_env)
        with_hf = "yes" if record.routed or record.name == "auto" else "no"
        rows.append(
            [
                f"`{record.name}`",
                f"[{record.title}]({record.docs})",
                address,
                keys or ("none needed" if record.key_optional else ""),
                with_hf,
            ]
        )
    return _rows(["`provider=`", "title", "own address", "variable with its own key", "Hugging Face key"], rows)


def faults() -> str:
    """The faults of the sandbox, by name."""
    return _rows(["name", "what goes wrong"], [[f"`{name}`", words] for name, words in FAULTS.items()])


TABLES = {
    "tasks_by_provider": tasks_by_provider,
    "provider_records": provider_records,
    "faults": faults,
    "task_examples": examples.calls,
    "command_line": examples.session,
}


def documents() -> list[Path]:
    """The files that may hold tables."""
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


def renewed(text: str) -> str:
    """A document with its tables printed anew."""
    return PLACES.sub(lambda place: f"{place[1]}{TABLES[place[2]]()}{place[3]}", text)


def main() -> None:
    """Rewrite what is stale, and say which files those were."""
    for path in documents():
        if not path.exists():
            continue
        old = path.read_text("utf-8")
        new = renewed(old)
        if new != old:
            path.write_text(new, "utf-8")
            print(f"{path.relative_to(PROJECT)}: renewed")


if __name__ == "__main__":
    main()
