"""`infermux image`: a picture from words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from .asking import ApiKey, BaseURL, Model, Provider, client_for
from .keeping import Place


def image(
    prompt: Annotated[list[str], typer.Argument(metavar="PROMPT", help="What to show.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file, or - for a pipe.")] = Path(
        "picture.png"
    ),
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
    place = Place("image", output, force)
    place.check()
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
    kept = place.keep(picture)
    if not place.is_pipe:
        typer.echo(f"{output}: {kept['media_type']}, {len(picture):,} bytes")
