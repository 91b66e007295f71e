"""`infermux transcribe`: sound to words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .asking import ApiKey, BaseURL, Model, Provider, client_for


def transcribe(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The sound.")],
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
) -> None:
    """Write down what is said in a sound."""
    with client_for(provider, base_url, api_key) as client:
        typer.echo(client.automatic_speech_recognition(file, model=model).text)
