"""The commands together, and the one place where what went wrong is told."""

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from ..errors import InferenceError
from ..version import VERSION
from .chat import chat
from .demo import demo
from .doctor import doctor
from .embed import embed
from .image import image
from .models import models
from .providers import providers
from .run import run
from .sandbox import sandbox
from .tasks import tasks
from .telling import note, tell
from .transcribe import transcribe


class _Commands(TyperGroup):
    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            note("")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise
        except (InferenceError, OSError) as error:
            tell(error)
            _let_go_of_output()
            raise typer.Exit(1) from None


def _let_go_of_output() -> None:
    """Where it cannot be written to, the interpreter must not try again at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    name="infermux", cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for _command in (chat, image, embed, transcribe, run, tasks, providers, models, demo, doctor, sandbox):
    app.command()(_command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"infermux {VERSION}")
        raise typer.Exit


@app.callback()
def _begin(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """One client for every model provider. Without a key or a network, add: --provider sandbox"""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    warnings.showwarning = _show_warning
    log = logging.getLogger("infermux")
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    note(f"note: {message}")
