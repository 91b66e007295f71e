"""Server-sent events: feed bytes, get events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

Lines end at CRLF, LF or CR only, so the bytes are split before they are decoded and no character is ever cut.
"""

from __future__ import annotations

Event = tuple[bytes, bytes]
"""The name of the event (empty for a plain message) and its data."""


_BLANK = b" \t\n"


class EventParser:
    """Cuts a byte stream into events, however the pieces fall."""

    __slots__ = ("_rest", "_started")

    def __init__(self) -> None:
        self._rest = b""
        self._started = False

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; give the events they complete."""
        if self._rest:
            data = self._rest + data
        if not self._started:
            if len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                self._rest = data
                return []
            self._started = True
            data = data.removeprefix(b"\xef\xbb\xbf")
        held = b""
        if b"\r" in data:
            if data.endswith(b"\r"):
                data, held = data[:-1], b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        blocks = data.split(b"\n\n")
        self._rest = blocks.pop() + held
        events: list[Event] = []
        for block in blocks:
            if block.startswith(b"data: ") and b"\n" not in block:
                data = block[6:]
                if data.strip(_BLANK):
                    events.append((b"", data))
            else:
                _read_block(block, events)
        return events

    def end(self) -> list[Event]:
        """The body is over: give the last event, where no empty line closed it."""
        events: list[Event] = []
        _read_block(self._rest.replace(b"\r", b"\n"), events)
        self._rest = b""
        return events


def _read_block(block: bytes, events: list[Event]) -> None:
    name = b""
    data: list[bytes] = []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.strip()
    joined = b"\n".join(data)
    if joined.strip(_BLANK):
        events.append((name, joined))
