"""`infermux run`: any task, by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from .. import Stream
from . import draw as drawing
from . import reading, showing
from .asking import ApiKey, BaseURL, Model, Provider, client_for
from .keeping import Place, holds_media


def run(
    task: Annotated[
        str, typer.Argument(metavar="TASK", help='The task, such as question-answering: "infermux tasks" lists them.')
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="What the task takes, in its order: texts, @FILE for the text in a file, files or URLs of media, "
            "tables as .csv or .json; - is what is piped in.",
        ),
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "-p", metavar="NAME=VALUE", help='An option of the task, such as top_k=3: "infermux tasks TASK" lists them.'
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The file to write; - writes media into a pipe."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
    draw: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The picture with what was found: boxes, masks, scores.")
    ] = None,
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
) -> None:
    """Run a task: media is written to files, all else is shown."""
    name = reading.task_named(task)
    takes, knows = reading.parameters(name)
    place = Place(reading.spelt(name), output, force)
    place.check()
    if draw is not None:
        drawing.check(name, draw)
        Place(place.task, draw, force).check()
    given = reading.arguments(name, inputs or [], options or [])
    if model is not None:
        given["model"] = model
    if "output_type" in knows and given.get("output_type", "image") == "image":
        # A file holds what the server sent; nothing needs to be decoded for it.
        given["output_type"] = "bytes"
    if given.get("stream") and "details" in knows and not as_json:
        # With its details a token tells whether it belongs to the text, or ends it.
        given.setdefault("details", True)
    with client_for(provider, base_url, api_key) as client:
        if draw is not None:
            given["image"] = drawing.fetched(client, given.get("image"))
        answer: Any = getattr(client, name)(**given)
        if isinstance(answer, Stream):
            _pass_on(cast(Any, answer), as_json)
        else:
            _show(answer, place, as_json, [given[one] for one in takes if one in given])
    if draw is not None:
        drawing.drawn(given["image"], answer).save(draw)
        typer.echo(f"{draw}: what was found, drawn" if answer else f"{draw}: the picture as it is", err=as_json)


def _pass_on(stream: Stream[Any], as_json: bool) -> None:
    """Show a stream while it comes: its text, or its items as lines of JSON."""
    with stream:
        for item in stream:
            showing.write(showing.as_json(item, indent=None) + "\n" if as_json else showing.piece(item))
    if not as_json:
        showing.write("\n")


def _show(answer: Any, place: Place, as_json: bool, given: list[Any]) -> None:
    if isinstance(answer, bytes):
        _tell(place.keep(answer), as_json, place)
        return
    if place.file is not None and not place.is_pipe and holds_media(answer):
        answer = place.keep_within(answer)
        place = Place(place.task, None)
    words = showing.as_json(answer) if as_json else showing.as_words(answer, given)
    if place.file is None or place.is_pipe:
        showing.write(words + "\n")
    else:
        _tell(place.keep(f"{words}\n".encode()), False, place)


def _tell(kept: dict[str, Any], as_json: bool, place: Place) -> None:
    words = "{file}: {media_type}, {bytes:,} bytes".format(**kept)
    typer.echo(showing.as_json(kept) if as_json else words, err=place.is_pipe)
