"""Server-sent events: feed bytes, get events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

Lines end at CRLF, LF or CR only, so the bytes are split before they are decoded and no character is ever cut.
"""

from __future__ import annotations

Event = tuple[bytes, bytes]
"""The name of the event (empty for a plain message) and its data."""


_BLANK = b" \t\n"


class EventParser:
    """Cuts a byte stream into events, however the pieces fall."""

    __slots__ = ("_rest", "_started", "held")

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._started = False
        self.held = 0
        """How many bytes wait for the end of their event."""

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; give the events they complete."""
        if self._rest:
            if b"\n" not in data and b"\r" not in data and self._started:
                # No line ends here, and no event does: a long one is put together once.
                self._keep(data)
                return []
            data = self._all() + data
        if not self._started:
            if len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                self._keep(data)
                return []
            self._started = True
            data = data.removeprefix(b"\xef\xbb\xbf")
        held = b""
        if b"\r" in data:
            if data.endswith(b"\r"):
                data, held = data[:-1], b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        blocks = data.split(b"\n\n")
        self._keep(blocks.pop() + held)
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
        _read_block(self._all().replace(b"\r", b"\n"), events)
        return events

    def _keep(self, data: bytes) -> None:
        if data:
            self._rest.append(data)
            self.held += len(data)

    def _all(self) -> bytes:
        whole = b"".join(self._rest)
        self._rest.clear()
        self.held = 0
        return whole


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
