"""The event parser: the same events however the bytes fall, and no character is taken for the end of a line."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infermux.wire.sse import Event, EventParser


def parse(*pieces: bytes) -> list[Event]:
    """All events of these pieces."""
    parser = EventParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.end()


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    """The bytes in the pieces that these positions make."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


SEPARATORS = "a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg"
WHOLE = (
    b"\xef\xbb\xbf: keep-alive\r\n\r\n"
    b'data:{"n": 1}\r\n\r\n'
    b'data: {"n": 2}\n\n'
    b'id: 7\nretry: 10\nevent: message\ndata: {\ndata:  "n": 3}\n\n'
    b"\n\n: ping\ndata:\n\n"
    b'data: {"n": 4}\r\r' + f"data: {json.dumps({'s': SEPARATORS}, ensure_ascii=False)}\n\n".encode() + b"event:error\n"
    b'data: {"error": "late"}\n\n'
    b"data: [DONE]\n\n"
)
EVENTS = [
    (b"", b'{"n": 1}'),
    (b"", b'{"n": 2}'),
    (b"message", b'{\n "n": 3}'),
    (b"", b'{"n": 4}'),
    (b"", json.dumps({"s": SEPARATORS}, ensure_ascii=False).encode()),
    (b"error", b'{"error": "late"}'),
    (b"", b"[DONE]"),
]


@pytest.mark.proves("CHS-05")
def test_whole_text() -> None:
    """CRLF, CR, LF, comments, fields, empty and multi-line data and a BOM give exactly the events."""
    assert parse(WHOLE) == EVENTS


def test_byte_by_byte() -> None:
    """Events cut at every byte are the same events."""
    assert parse(*(WHOLE[index : index + 1] for index in range(len(WHOLE)))) == EVENTS


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=12))
def test_any_split(cuts: list[int]) -> None:
    """Any split of the bytes gives the same events."""
    assert parse(*split(WHOLE, cuts)) == EVENTS


LINES = st.sampled_from(
    ["data: a", "data:a", "data:  a", "data", "data:", "data: ", "data: é\u2028", ": c", "event: error", "id: 1", ""]
)


@given(st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r"])), max_size=14), st.lists(st.integers(0, 999)))
def test_any_text_split_anyhow(lines: list[tuple[str, str]], cuts: list[int]) -> None:
    """Whatever the lines are, their events do not depend on where the network cut them."""
    data = "".join(line + end for line, end in lines).encode()
    assert parse(*split(data, cuts)) == parse(data)


@given(st.text(alphabet=st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), min_size=1))
def test_any_character_is_data(text: str) -> None:
    """No character but CR and LF ends a line."""
    assume(text.encode().strip())
    assert parse(b"data: " + text.encode() + b"\n\n") == [(b"", text.encode())]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (b"data: x\n\n", b"x"),
        (b"data:x\n\n", b"x"),
        (b"data:  x\n\n", b" x"),
        (b"data: x: y\n\n", b"x: y"),
        (b"data: a\ndata: b\n\n", b"a\nb"),
        (b"data: a\r\ndata:b\r\n\r\n", b"a\nb"),
        (b"\xef\xbb\xbfdata: x\n\n", b"x"),
    ],
    ids=str,
)
def test_value(text: bytes, data: bytes) -> None:
    """Exactly one blank after the colon is not part of the value, and lines of one event are joined."""
    assert parse(text) == [(b"", data)]


@pytest.mark.parametrize(
    "text",
    [
        b"data: \n\n",
        b"data:\n\n",
        b"data\n\n",
        b"data\ndata:\n\n",
        b": ping\n\n",
        b"event: x\n\n",
        b"\n\n\n",
        b"\xef\xbb\xbf",
        b"",
    ],
)
def test_nothing(text: bytes) -> None:
    """Comments, fields without data and empty data are no events."""
    assert parse(text) == []


def test_event_is_given_at_once() -> None:
    """An event is given with the bytes that complete it, not later."""
    parser = EventParser()
    assert parser.feed(b"data: x\r\n\r") == []
    assert parser.feed(b"\n") == [(b"", b"x")]
    assert parser.feed(b"data: y\n\nda") == [(b"", b"y")]


def test_last_event_without_empty_line() -> None:
    """A last event that no empty line closes is given at the end."""
    assert parse(b"data: a\n\ndata: b") == [(b"", b"a"), (b"", b"b")]
    assert parse(b"data: a\n\ndata: b\r") == [(b"", b"a"), (b"", b"b")]
