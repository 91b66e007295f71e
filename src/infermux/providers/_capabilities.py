"""What a provider can do, read from its record: what the command line and the documents print is what is sent.

A dialect that is a plain function passes the options on as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from ..tasks._ask import Ask
from ..tasks._picture import PictureAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..types._json import Json
from . import _schema
from ._base import Dialect, Provider
from ._options import Direct, Options, SizeForm
from ._queued import Queued


class Jobs(Struct, frozen=True, kw_only=True):
    """How a task is worked on while the program does something else (`client.submit`).

    Args:
        can_cancel: Whether the provider stops a job that is not wanted any more.
        tells: What it tells of a job besides its state: `progress`, `position`, `logs`.
    """

    can_cancel: bool
    tells: list[str]


class Task(Struct, frozen=True, kw_only=True):
    """What a provider does with one task.

    Args:
        task: Its name.
        jobs: None where the answer comes at once or not at all.
        renames: The task's option → the provider's.
        drops: Options that are left out, with a warning.
        refuses: Options that raise an `InputError`.
        needs: Options without which there is an `InputError`.
        fixed: What is sent where the caller gives nothing else.
        size: The form in which width and height travel; None where a task has no size.
        urls: Whether `output_type="url"` can be had; None where a task makes no picture.
        schema: For a chat, what is sent for a `response_format` with a JSON schema, which is shown empty.
        tools: For a chat, the options for tools that go along; whether they are called is a matter of the model.
    """

    task: str
    jobs: Jobs | None
    renames: Mapping[str, str]
    drops: list[str]
    refuses: list[str]
    needs: list[str]
    fixed: Mapping[str, Any]
    size: SizeForm | None
    urls: bool | None
    schema: Json | None
    tools: list[str] | None


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a provider can do, and what it wants for it.

    Args:
        name: As callers write it.
        title: As the provider writes it.
        docs: Where its API is described.
        address: Its own address; None where it runs in this process.
        key_env: Variables in which its own key is looked for.
        key_header: The header that carries its own key.
        needs_key: Whether it answers to nobody without a key.
        takes_hf_key: Whether a Hugging Face key will do.
        tasks: What it can do, by name of the task.
    """

    name: str
    title: str
    docs: str
    address: str | None
    key_env: list[str]
    key_header: str
    needs_key: bool
    takes_hf_key: bool
    tasks: list[Task]


_TOOL_OPTIONS = ("tools", "tool_choice", "parallel_tool_calls")

SIZES: dict[SizeForm, str] = {
    "as_given": "`width` and `height`",
    "sides": "`width` and `height`",
    "text": '`size="WIDTHxHEIGHT"`',
    "object": '`image_size={"width": …, "height": …}`',
    "target": '`target_size={"width": …, "height": …}`',
}
"""The form of a size → how it is sent."""


def of(provider: Provider) -> Capabilities:
    """What a provider can do, by its record."""
    address = None if callable(provider.base_url) else provider.base_url.partition("/{model}")[0]
    return Capabilities(
        name=provider.name,
        title=provider.title,
        docs=provider.docs,
        address=address,
        key_env=list(provider.key_env),
        key_header=f"{provider.key_header}: {provider.key_scheme}…",
        needs_key=not provider.key_optional,
        takes_hf_key=provider.takes_hf_key,
        tasks=[_task(provider, ask, provider.says[ask]) for ask in sorted(provider.says, key=lambda ask: ask.task)],
    )


def _task(provider: Provider, ask: type[Ask[Any]], dialect: Dialect) -> Task:
    options = _options(dialect)
    is_chat, is_picture = ask is ChatCompletionAsk, issubclass(ask, PictureAsk)
    return Task(
        task=ask.task,
        jobs=_jobs(dialect) if isinstance(dialect, Queued) else None,
        renames=options.rename,
        drops=sorted(provider.drops if is_chat else options.drops),
        refuses=sorted(options.refuses),
        needs=sorted(options.needs),
        fixed=options.fixed,
        size=options.size if is_picture or options.size != "as_given" else None,
        urls=options.urls if is_picture else None,
        schema=_schema.example(provider.schema_form) if is_chat else None,
        tools=[name for name in _TOOL_OPTIONS if name not in provider.drops] if is_chat else None,
    )


def _options(dialect: object) -> Options:
    if isinstance(dialect, Options):
        return dialect
    if isinstance(dialect, Queued) and dialect.at_once is not None:
        return _options(dialect.at_once)
    return dialect.options if isinstance(dialect, (Direct, Queued)) else Options()


def _jobs(dialect: Queued) -> Jobs:
    queue = dialect.queue
    told = {"progress": queue.progress, "position": queue.position, "logs": queue.logs}
    return Jobs(can_cancel=bool(queue.cancel_method), tells=[name for name, path in told.items() if path])


def words(task: Task) -> Iterator[str]:
    """What a provider does with a task, as plain words."""
    if task.jobs is not None:
        can = ["can be stopped"] if task.jobs.can_cancel else []
        can += [f"tell their {' and '.join(task.jobs.tells)}"] if task.jobs.tells else []
        yield f"has jobs, which {' and '.join(can)}" if can else "has jobs"
    yield from (f"{own} is sent as {theirs}" for own, theirs in task.renames.items())
    for what, names in ("left out", task.drops), ("refused", task.refuses), ("needed", task.needs):
        if names:
            yield f"{', '.join(names)}: {what}"
    if task.size not in (None, "as_given"):
        yield f"the size is sent as {SIZES[task.size]}".replace("`", "")
    if task.fixed:
        told = ", ".join(f"{name}={json.dumps(value)}" for name, value in task.fixed.items())
        yield f"{told}: sent where nothing else is given"
    if task.urls is False:
        yield 'no output_type="url"'
    if task.schema is not None:
        yield f"a JSON schema is sent as {shown(task.schema)}"
    if task.tools:
        yield f"takes {', '.join(task.tools)}, where the model knows tools"


def shown(schema: Json) -> str:
    """What is sent for a JSON schema, with dots in the place of the schema itself."""
    return json.dumps(schema, ensure_ascii=False).replace("{}", "{…}")
