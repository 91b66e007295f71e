"""`infermux providers`: who can answer, and what each does with the options of a task."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from .. import providers as registry
from ..errors import InferenceError
from ..providers import _capabilities
from ..providers._capabilities import Capabilities, Task
from . import reading, showing
from .telling import note


def providers(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A provider: what it does is told task by task.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="Only those who do this task, and what each does with it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All that is known of each.")] = False,
) -> None:
    """List the providers, with their keys; with a name, what one does task by task."""
    wanted = reading.spelt(reading.task_named(task, "--task")) if task is not None else None
    found = _known() if name is None else [_capabilities.of(registry.find(provider_named(name)))]
    if wanted is not None:
        found = [replace(one, tasks=_only(one, wanted)) for one in found if _only(one, wanted)]
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(found), indent=2, ensure_ascii=False))
    elif name is not None and found:
        typer.echo("\n".join(_whole(found[0])))
    elif name is not None:
        raise typer.BadParameter(f"{name} does not do {wanted}", param_hint="--task")
    elif wanted is not None:
        typer.echo("\n".join(line for one in found for line in _briefly(one)))
    else:
        typer.echo(showing.as_words([_row(one) for one in found]))


def provider_named(word: str, hint: str = "NAME") -> str:
    """A provider by its name, which must be one."""
    names = registry.names()
    if word in names:
        return word
    near = difflib.get_close_matches(word, names, n=1)
    meant = f"did you mean {near[0]}?" if near else '"infermux providers" lists those there are'
    raise typer.BadParameter(f"there is no provider {word!r}; {meant}", param_hint=hint)


def _known() -> list[Capabilities]:
    """All providers; a package that brings a broken one is told of, and passed over."""
    found: list[Capabilities] = []
    for name in registry.names():
        try:
            found.append(_capabilities.of(registry.find(name)))
        except InferenceError as error:
            note(f"note: {error}")
    return found


def _only(provider: Capabilities, task: str) -> list[Task]:
    return [one for one in provider.tasks if one.task == task]


def _row(provider: Capabilities) -> dict[str, str | int]:
    return {
        "provider": provider.name,
        "title": provider.title,
        "tasks": len(provider.tasks),
        "key": _keys(provider),
        "hugging face key": "yes" if provider.takes_hf_key else "no",
    }


def _briefly(provider: Capabilities) -> Iterator[str]:
    yield f"{provider.name}: {provider.title}"
    yield from (f"  {line}" for line in _capabilities.words(provider.tasks[0]))


def _keys(provider: Capabilities) -> str:
    named = ", ".join(provider.key_env)
    return named if provider.needs_key else f"{named}; none needed".removeprefix("; ")


def _whole(provider: Capabilities) -> Iterator[str]:
    yield f"{provider.name}: {provider.title}"
    yield f"  address           {provider.address or 'in this process'}"
    yield f"  documents         {provider.docs}"
    named = ", ".join(provider.key_env) or ("a Hugging Face key" if provider.takes_hf_key else "")
    words = [
        *([f"{named}, as {provider.key_header}"] if named else []),
        *([] if provider.needs_key else ["none needed"]),
    ]
    yield f"  key               {'; '.join(words)}"
    yield f"  hugging face key  {'yes' if provider.takes_hf_key else 'no'}"
    for task in provider.tasks:
        yield task.task
        yield from (f"  {line}" for line in _capabilities.words(task))
