"""Words as tokens: joined, they are the text again."""

from __future__ import annotations

import re
from zlib import crc32


def split(text: str) -> list[str]:
    """Cut a text into words, each with the blanks before it."""
    return re.findall(r"\s*\S+|\s+$", text)


def count(text: str) -> int:
    """Count the tokens of a text."""
    return len(split(text))


def number(token: str) -> int:
    """Give a token its id: the same in every process."""
    return crc32(token.encode()) % 32_000


def cut(text: str, limit: int | None, stops: list[str]) -> tuple[str, str]:
    """End a text at the first stop sequence or at the limit, and say which: `stop`, `length` or `end`."""
    ends = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    reason = "end"
    if ends:
        text, reason = text[: min(ends)], "stop"
    words = split(text)
    if limit is not None and len(words) > limit:
        return "".join(words[:limit]), "length"
    return text, reason
