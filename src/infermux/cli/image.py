"""`infermux image`: a picture from words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from ..errors import InputError
from ..wire import media
from .asking import ApiKey, BaseURL, Model, Provider, client_for


def image(
    prompt: Annotated[list[str], typer.Argument(help="What to show.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path("picture.png"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
    width: Annotated[int | None, typer.Option(help="In pixels.")] = None,
    height: Annotated[int | None, typer.Option(help="In pixels.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of denoising: more is slower and finer.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same picture.")] = None,
    negative_prompt: Annotated[str | None, typer.Option(help="What should not be in the picture.")] = None,
) -> None:
    """Make a picture and write it to a file."""
    # Looked at first: a picture that cannot be kept should not be paid for.
    if output.exists() and not force:
        raise InputError(f"{output} exists: name another file by -o, or overwrite it by --force")
    if not output.parent.is_dir():
        raise InputError(f"there is no folder {output.parent} to write {output.name} to")
    with client_for(provider, base_url, api_key) as client:
        answer = client.text_to_image(
            " ".join(prompt),
            model=model,
            width=width,
            height=height,
            num_inference_steps=steps,
            seed=seed,
            negative_prompt=negative_prompt,
            output_type="bytes",
        )
    picture = cast(bytes, answer)  # the declared type is that of the default output_type
    with output.open("wb" if force else "xb") as file:
        file.write(picture)
    typer.echo(f"{output}: {media.sniff(picture) or 'unknown kind'}, {len(picture):,} bytes")
