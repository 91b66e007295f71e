"""A text that a regular expression accepts: the shortest that a left-to-right reading gives."""

from __future__ import annotations

_ESCAPES = {"d": "0", "w": "a", "s": " ", "D": "a", "S": "a", "W": "-", "n": "\n", "t": "\t", "b": "", "B": ""}


def example(pattern: str) -> str:
    """Make a text that matches a regular expression without look-arounds."""
    text, _ = _alternatives(pattern, 0)
    return text


def _alternatives(pattern: str, at: int) -> tuple[str, int]:
    """Read up to the end of a group and return its first alternative."""
    first, at = _sequence(pattern, at)
    while at < len(pattern) and pattern[at] == "|":
        _, at = _sequence(pattern, at + 1)
    return first, at


def _sequence(pattern: str, at: int) -> tuple[str, int]:
    text = ""
    while at < len(pattern) and pattern[at] not in "|)":
        piece, at = _piece(pattern, at)
        times, at = _times(pattern, at)
        text += piece * times
    return text, at


def _piece(pattern: str, at: int) -> tuple[str, int]:
    letter = pattern[at]
    if letter == "(":
        at += 1
        if pattern.startswith("?", at):
            at = pattern.index(">" if pattern.startswith(("?P<", "?<"), at) else ":", at) + 1
        text, at = _alternatives(pattern, at)
        return text, at + 1
    if letter == "[":
        return _member(pattern, at + 1)
    if letter == "\\":
        return _ESCAPES.get(pattern[at + 1], pattern[at + 1]), at + 2
    return {".": "a", "^": "", "$": ""}.get(letter, letter), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """Pick a member of a character class."""
    end = at + 1
    while pattern[end] != "]" or pattern[end - 1] == "\\":
        end += 1
    inside = pattern[at:end]
    if inside.startswith("^"):
        return next(letter for letter in "a0-_ ~" if letter not in inside), end + 1
    if inside.startswith("\\"):
        return _ESCAPES.get(inside[1], inside[1]), end + 1
    return inside[0], end + 1


def _times(pattern: str, at: int) -> tuple[int, int]:
    """Read a quantifier and return the fewest repetitions it allows, but one where it may be one."""
    if at >= len(pattern) or pattern[at] not in "*+?{":
        return 1, at
    if pattern[at] != "{":
        end = at + 1
        times = 1
    else:
        end = pattern.index("}", at) + 1
        least, _, most = pattern[at + 1 : end - 1].partition(",")
        times = max(int(least or 0), 0 if most == "0" else 1) if most else int(least)
    if end < len(pattern) and pattern[end] in "?+":
        end += 1
    return times, end
