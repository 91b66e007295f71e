"""Plays a recording to whoever asks."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from contract.server import Answer, Asked

from .compared import differences
from .recorded import Exchange, Recording


class Player:
    """Plays a recording to whoever asks: `server.always("", player)`.

    `wrong` holds what was not as recorded, `left` what was not asked yet.
    """

    def __init__(self, recording: Recording, calls: list[Exchange], is_strict: bool = True) -> None:
        self._recording = recording
        self._is_strict = is_strict
        self.left = deque(calls)
        self.wrong: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        if asked.line.startswith("GET huggingface.co/api/"):
            return self._looked_up(asked)
        if not self.left:
            self.wrong.append(f"asked too much: {asked.line}")
            return Answer(b"the recording is over", 418)
        exchange = self.left.popleft()
        if self._is_strict:
            self.wrong += differences(self._recording.id, exchange, asked)
        return played(exchange)

    def _looked_up(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        for exchange in self._recording.lookups:
            if urlsplit(exchange.url).path == path:
                return played(exchange)
        mapping = {self._recording.provider: self._recording.entry}
        return Answer.of({"pipeline_tag": self._recording.task, "inferenceProviderMapping": mapping})


def played(exchange: Exchange) -> Answer:
    """An answer as it is sent again: streams in pieces cut at odd places, and without long waits between polls."""
    answer = exchange.answer
    headers = {name: value for name, value in answer.raw["headers"].items() if isinstance(value, str)}
    if exchange.request.raw["method"] == "GET" and "retry-after" in headers:
        headers["retry-after"] = "0.1"
    if not answer.is_stream:
        return Answer(answer.body, answer.status, headers)
    return Answer(status=answer.status, headers=headers, pieces=list(odd_pieces(answer.body)))


def odd_pieces(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces of changing length, and inside every character of several bytes."""
    sizes = itertools.cycle((1, 5, 2, 89, 13, 211, 3, 31))
    start = 0
    while start < len(data):
        end = start + next(sizes)
        inside = next((at for at in range(start + 1, min(end, len(data))) if data[at] & 0xC0 == 0x80), end)
        yield data[start:inside]
        start = inside
