"""Prints the tables of the documents from the code: `python -m tools.tables` rewrites them in place.

A table stands between `<!-- table: name -->` and `<!-- end of table -->`; a test says so when one is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from infermux import providers
from infermux.providers import _capabilities
from infermux.providers._capabilities import Capabilities, Task
from infermux.sandbox import FAULTS

from . import examples

T = TypeVar("T")
PROJECT = Path(__file__).parents[1]
PLACES = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _all() -> list[Capabilities]:
    return [_capabilities.of(providers.find(name)) for name in providers.names()]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _groups(cells: Iterable[tuple[str, T]]) -> dict[T, list[str]]:
    """What is the same → whose it is, each once."""
    groups: dict[T, list[str]] = {}
    for name, same in cells:
        groups.setdefault(same, []).append(name)
    return {same: list(dict.fromkeys(names)) for same, names in groups.items()}


def tasks_by_provider() -> str:
    """A row for each task, with those who do it."""
    able = _groups((one.name, task.task) for one in _all() for task in one.tasks)
    return _rows(["task", "`provider=`"], [[task.replace("-", " "), _code(able[task])] for task in sorted(able)])


def provider_records() -> str:
    """Where each provider is, and which key it takes."""
    rows: list[list[str]] = []
    for one in _all():
        keys = [_code(one.key_env)] if one.key_env else []
        keys += [] if one.needs_key else ["none needed"]
        rows.append(
            [
                f"`{one.name}`",
                f"[{one.title}]({one.docs})",
                f"`{one.address}`" if one.address else "in this process",
                "; ".join(keys),
                f"`{one.key_header}`" if one.key_env else "",
                "yes" if one.takes_hf_key else "no",
            ]
        )
    head = ["`provider=`", "title", "own address", "variable with its own key", "how that is sent", "Hugging Face key"]
    return _rows(head, rows)


def provider_options() -> str:
    """What providers do with the options of a task, where that is more than passing them on."""
    told = _groups((one.name, (task.task, *_done(task))) for one in _all() for task in one.tasks if any(_done(task)))
    rows = [[done[0].replace("-", " "), _code(told[done]), *done[1:]] for done in sorted(told)]
    return _rows(["task", "`provider=`", "renamed", "left out, with a warning", "refused", "needed", "size"], rows)


def _done(task: Task) -> tuple[str, ...]:
    renamed = ", ".join(f"`{own}` → `{theirs}`" for own, theirs in task.renames.items())
    refused = _code([*task.refuses, *([] if task.urls in (None, True) else ['output_type="url"'])])
    size = "" if task.size in (None, "as_given") else _capabilities.SIZES[task.size]
    return renamed, _code(task.drops), refused, _code(task.needs), size


def provider_schemas() -> str:
    """What is sent for a JSON schema in `response_format`."""
    sent = ((one.name, _capabilities.shown(task.schema)) for one in _all() for task in one.tasks if task.schema)
    return _rows(["sent", "`provider=`"], [[f"`{schema}`", _code(names)] for schema, names in _groups(sent).items()])


def provider_jobs() -> str:
    """Who has jobs for what, whether they can be stopped, and what is told of them."""
    rows: list[list[str]] = []
    for one in _all():
        told = (
            (task.task.replace("-", " "), (task.jobs.can_cancel, _code(task.jobs.tells)))
            for task in one.tasks
            if task.jobs
        )
        for (can_cancel, tells), tasks in _groups(told).items():
            rows.append([f"`{one.name}`", ", ".join(tasks), "yes" if can_cancel else "no", tells])
    return _rows(["`provider=`", "jobs for", "`cancel()`", "told besides the state"], rows)


def faults() -> str:
    """The faults of the sandbox, by name."""
    return _rows(["name", "what goes wrong"], [[f"`{name}`", words] for name, words in FAULTS.items()])


TABLES = {
    "tasks_by_provider": tasks_by_provider,
    "provider_records": provider_records,
    "provider_options": provider_options,
    "provider_schemas": provider_schemas,
    "provider_jobs": provider_jobs,
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
