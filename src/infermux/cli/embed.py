"""`infermux embed`: texts to vectors, and how near they are to each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .asking import ApiKey, BaseURL, Model, Provider, client_for, piped

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def embed(
    text: Annotated[Optional[list[str]], typer.Argument(help="The texts. Without them: the lines piped in.")] = None,
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="The vectors, one a text.")] = False,
) -> None:
    """Turn texts into vectors, and tell how near they are: 1 is the same, 0 has nothing in common."""
    texts = text or [line for line in (piped() or "").splitlines() if line.strip()]
    if not texts:
        raise typer.BadParameter("there is none", param_hint="TEXT")
    with client_for(provider, base_url, api_key) as client:
        vectors = client.feature_extraction(texts, model=model)
    if vectors.ndim == 3:
        # A plain model gives one vector a token; their mean stands for the text.
        vectors = vectors.mean(axis=1)
    if as_json:
        typer.echo(json.dumps(vectors.tolist()))
        return
    typer.echo(f"{vectors.shape[-1]} dimensions")
    if len(texts) > 1:
        typer.echo("")
        for line in _table(texts, similarities(vectors)):
            typer.echo(line)


def similarities(vectors: NDArray[float32]) -> NDArray[float32]:
    """The cosine of each pair of vectors; that of a vector of zeros is 0."""
    lengths = (vectors**2).sum(axis=1, keepdims=True) ** 0.5
    lengths[lengths == 0] = 1
    directions = vectors / lengths
    return directions @ directions.T


def _table(texts: list[str], cosines: NDArray[float32]) -> list[str]:
    width = len(str(len(texts)))
    numbers = [f"{number:>{width}}" for number in range(1, len(texts) + 1)]
    head = " " * width + "".join(f"{number:>7}" for number in numbers)
    rows = (
        number + "".join(f"{cosine:7.2f}" for cosine in row) + f"  {text}"
        for number, row, text in zip(numbers, cosines.tolist(), texts, strict=True)
    )
    return [head, *rows]
