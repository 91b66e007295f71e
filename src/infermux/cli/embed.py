"""`infermux embed`: texts to vectors, and how near they are to each other."""

from __future__ import annotations

import json
from math import hypot
from operator import mul
from typing import Annotated

import typer

from .asking import ApiKey, BaseURL, Model, Provider, client_for, piped


def embed(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="The texts. Without them: the lines piped in.")
    ] = None,
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="The vectors, one a text.")] = False,
) -> None:
    """Turn texts into vectors, and tell how near they are: 1 is the same, 0 has nothing in common."""
    texts = text or [line for line in (piped() or "").splitlines() if line.strip()]
    if not texts:
        raise typer.BadParameter("it is missing, and nothing is piped in", param_hint="TEXT")
    with client_for(provider, base_url, api_key) as client:
        vectors = client.feature_extraction(texts, model=model)
    if vectors.ndim == 3:
        # A plain model gives one vector a token; their mean stands for the text.
        vectors = vectors.mean(axis=1)
    rows: list[list[float]] = vectors.tolist()
    if as_json:
        typer.echo(json.dumps(rows))
        return
    typer.echo(f"{len(rows[0])} dimensions")
    if len(texts) > 1:
        typer.echo("\n" + "\n".join(_table(texts, rows)))


def _table(texts: list[str], vectors: list[list[float]]) -> list[str]:
    width = len(str(len(texts)))
    numbers = [f"{number:>{width}}" for number in range(1, len(texts) + 1)]
    head = " " * width + "".join(f"{number:>7}" for number in numbers)
    lines = (
        number + "".join(f"{_cosine(vector, other):7.2f}" for other in vectors) + f"  {text}"
        for number, vector, text in zip(numbers, vectors, texts, strict=True)
    )
    return [head, *lines]


def _cosine(one: list[float], other: list[float]) -> float:
    return sum(map(mul, one, other), 0.0) / (hypot(*one) * hypot(*other) or 1.0)
