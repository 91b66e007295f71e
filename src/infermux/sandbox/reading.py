"""Answers found in a text: the words near those of the question that the question itself has not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import text

_NUMBER = re.compile(r"[\d$€£]")
_SHORT = 4
_WANTS_NUMBER = re.compile(r"\bhow (?:many|much|old|long|tall|high|far|big)\b|\bwhen\b|\bwhat (?:year|age|number)\b")
_WANTS_NAME = re.compile(r"\b(?:who|whom|whose|where|name)\b")
_PIECE = re.compile(r"\w+(?:['.,:/-]\w+)*%?|[$€£]\d[\d.,]*")


@dataclass(frozen=True)
class Span:
    """A part of a text, with what speaks for it."""

    text: str
    start: int
    end: int
    score: float


def answers(question: str, context: str, longest: int) -> list[Span]:
    """List the parts of a text that may answer a question, best first.

    Args:
        question: what is asked.
        context: where to look.
        longest: the most words of an answer.
    """
    asked = {_stem(word) for word in text.words(question)}
    found: list[Span] = []
    for start, end in text.sentences(context) or [(0, len(context))]:
        pieces = [(one.group(), start + one.start(), start + one.end()) for one in _PIECE.finditer(context[start:end])]
        known = [at for at, piece in enumerate(pieces) if _is_known(piece[0], asked)]
        telling = {_stem(pieces[at][0]) for at in known if pieces[at][0].lower() not in text.COMMON}
        for run in _runs(pieces, asked):
            run = run[:longest]
            score = _worth(question, pieces, run, known, len(telling))
            first, last = pieces[run[0]][1], pieces[run[-1]][2]
            found.append(Span(context[first:last], first, last, score))
    if not found:
        whole = context.strip()
        start = context.find(whole)
        found = [Span(whole, start, start + len(whole), 0.001)]
    return sorted(found, key=lambda one: -one.score)


def _runs(pieces: list[tuple[str, int, int]], asked: set[str]) -> list[list[int]]:
    """List runs of words that are new: neither common nor in the question. A proper name ends at its last capital."""
    runs: list[list[int]] = []
    for at, (word, start, _) in enumerate(pieces):
        if _is_known(word, asked) or word.lower() in text.COMMON:
            continue
        last = runs[-1][-1] if runs else -2
        is_next = last == at - 1 and start - pieces[last][2] <= 1
        if is_next and _is_name(word) == _is_name(pieces[last][0]):
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _worth(question: str, pieces: list[tuple[str, int, int]], run: list[int], known: list[int], telling: int) -> float:
    """Weigh a run: what it shares its sentence with, what kind of word is wanted, and how near the known words are."""
    low = question.lower()
    first = pieces[run[0]][0]
    fits = 0.5
    if _WANTS_NUMBER.search(low):
        fits = 1.0 if _NUMBER.search(first) else 0.2
    elif _WANTS_NAME.search(low):
        fits = 1.0 if _is_name(first) else 0.3
    elif _is_name(first) or _NUMBER.search(first):
        fits = 0.7
    # What follows the known words is likelier to be the answer than what stands before them.
    steps = [run[0] - at if at < run[0] else 1.5 * (at - run[-1]) for at in known]
    near = 1 / (1 + min(steps) / _SHORT) if steps else 0.2
    return min(0.99, fits * near * (1 - 0.5 ** (telling + 1)) + 0.001)


def _is_known(word: str, asked: set[str]) -> bool:
    return _stem(word) in asked


def _is_name(word: str) -> bool:
    return word[:1].isupper()


def _stem(word: str) -> str:
    """Cut an English ending, so that `lives` is `live` and `Clara's` is `Clara`."""
    low = re.sub(r"'s$", "", word.lower())
    return re.sub(r"(?<=\w{3})(?:es|s|ed|ing|e)$", "", low)
