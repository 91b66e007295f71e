"""What is said besides the answer: notes and errors, all of it on stderr."""

from __future__ import annotations

import textwrap

import typer

from ..errors import AuthenticationError, InferenceConnectionError

OFFLINE = "or try it offline with --provider sandbox"
LOG_IN = f'log in with "hf auth login" or set HF_TOKEN; {OFFLINE}'
_LONGEST = 700


def note(text: str) -> None:
    """Say something that is no part of the answer."""
    typer.echo(text, err=True)


def tell(error: Exception) -> None:
    """Say what went wrong in one paragraph, and what to do next."""
    words = str(error)
    if isinstance(error, OSError) and error.strerror:
        words = f"{error.filename or 'the output'}: {error.strerror}"
    typer.secho("error: ", fg=typer.colors.RED, err=True, nl=False)
    note(textwrap.shorten(words, _LONGEST, placeholder=" …"))
    if isinstance(error, AuthenticationError):
        note(f'no key, or one that is not accepted ("infermux doctor" shows which is used): {LOG_IN}')
    elif isinstance(error, InferenceConnectionError) or getattr(error, "limit", None) == "connect":
        note(f'"infermux doctor" shows what can be reached from here; {OFFLINE}')
