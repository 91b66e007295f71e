"""`infermux sandbox`: the sandbox as a server, for any client."""

from __future__ import annotations

import errno
import os
import socket
from functools import partial
from typing import Annotated

import typer

from ..errors import InputError


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 8642,
    fault: Annotated[str | None, typer.Option(help="Spoil all that is posted by this fault.")] = None,
    api_key: Annotated[str | None, typer.Option(help="Let in this key only.")] = None,
    list_faults: Annotated[bool, typer.Option("--list-faults", help="Show the faults there are.")] = False,
) -> None:
    """Run a model server without a model, to develop and test offline."""
    from ..sandbox import FAULTS, serve
    from ..sandbox.faults import find

    if list_faults:
        for name, description in FAULTS.items():
            typer.echo(f"{name:<8} {description}")
        return
    if fault is not None:
        try:
            find(fault)
        except ValueError as error:
            raise typer.BadParameter(f"{error} (--list-faults shows all)", param_hint="--fault") from None
    try:
        serve(host, port, fault, api_key=api_key, ready=partial(_introduce, api_key or "any"))
    except OSError as error:
        wrong = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise InputError(f"cannot listen at {host}:{port}: {_reason(error)}; choose another {wrong}") from None


def _reason(error: OSError) -> str:
    """Why, in the words of the system; those of the look-up of a name have numbers of their own."""
    return str(error.strerror) if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)


def _introduce(key: str, url: str) -> None:
    typer.echo(
        f"The sandbox listens at {url} until Ctrl-C.\n\n"
        f'openai           OpenAI(base_url="{url}/v1", api_key="{key}")\n'
        f'huggingface_hub  InferenceClient(base_url="{url}", api_key="{key}")\n'
        f'JavaScript       new InferenceClient("{key}", {{ endpointUrl: "{url}" }})\n'
        f'infermux         InferenceClient(base_url="{url}", api_key="{key}")\n'
        f'shell            infermux chat --base-url {url} --api-key {key} "Hello"'
    )
