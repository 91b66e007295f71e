"""What can honestly be said about texts without a model: how near they are, by words and letters in common."""

from __future__ import annotations

import math
import re
from zlib import crc32


def words(text: str) -> list[str]:
    """List the words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


# Words that say little about what a text is about.
COMMON = frozenset(
    words(
        "a about after all also am an and any are as at be because been before but by can could did do does for from "
        "had has have he her here him his how i if in into is it its just like me more most my no not of on one or our "
        "out over s she so some t than that the their them then there these they this those to too under up us very "
        "was we were what when where which while who whom whose why will with would you your"
    )
)


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


def nearest(phrase: str, text: str) -> float:
    """Tell how well the words of a phrase are found in a text, from 0 to 1; words that say little do not count."""
    meant = [word for word in words(phrase) if word not in COMMON]
    found = {word for word in words(text) if word not in COMMON}
    best = [max((_alike(word, other) for other in found), default=0.0) for word in meant]
    return sum(best) / len(best) if best else 0.0


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence."""
    return [found.span() for found in re.finditer(r"[^\s.!?](?:[^.!?]|[.!?](?=\w))*[.!?]*", text)]


def _alike(one: str, other: str) -> float:
    """Compare two words by their runs of three letters."""
    if one == other:
        return 1.0
    ours, theirs = _runs(one), _runs(other)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) * 0.9


def _runs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
