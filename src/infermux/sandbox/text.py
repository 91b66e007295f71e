"""What can honestly be said about texts without a model: how near they are, by words and letters in common."""

from __future__ import annotations

import math
import re
from zlib import crc32


def words(text: str) -> list[str]:
    """List the words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


def embed(text: str, dimensions: int = 256) -> list[float]:
    """Turn a text into a vector of length one: near texts get near vectors.

    Each word and each run of three to five letters adds to one place, chosen by a hash.
    """
    vector = [0.0] * dimensions
    for word in words(text):
        padded = f" {word} "
        grams = (padded[i : i + size] for size in (3, 4, 5) for i in range(len(padded) - size + 1))
        for feature, weight in ((word, 2.0), *((gram, 0.5) for gram in grams)):
            place = crc32(feature.encode())
            vector[place % dimensions] += weight if place & 0x8000_0000 else -weight
    norm = math.sqrt(sum(value * value for value in vector))
    return [value / norm for value in vector] if norm else [1.0, *vector[1:]]


def similarity(one: str, other: str) -> float:
    """Compare two texts: 1 for the same words, about 0 for nothing in common."""
    return sum(a * b for a, b in zip(embed(one, 4096), embed(other, 4096), strict=True))
