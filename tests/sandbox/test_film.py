"""Films are MP4 with H.264."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest

from infermux.sandbox import film, picture

from .wire import ask

MODELS = "/hf-inference/models/sandbox"
NESTED = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta")


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, bytes]]:
    """Name, place and inside of every box, the nested ones included."""
    end = len(data) if end is None else end
    while start < end:
        (length,) = struct.unpack(">I", data[start : start + 4])
        name = data[start + 4 : start + 8]
        assert 8 <= length <= end - start
        yield name, start + 8, data[start + 8 : start + length]
        if name in NESTED:
            yield from boxes(data, start + 8, start + length)
        start += length
    assert start == end


def test_boxes() -> None:
    """Boxes fill the file, and the samples lie where the table says, each one unit of H.264."""
    made = film.make(picture.paint("x", 100, 50), 30, "x", seed=3)
    found = {name: (place, inside) for name, place, inside in boxes(made)}
    count, *sizes = struct.unpack(">I30I", found[b"stsz"][1][8:])
    (start,) = struct.unpack(">I", found[b"stco"][1][8:])
    assert (count, start) == (30, found[b"mdat"][0])
    kinds = []
    for size in sizes:
        (length,) = struct.unpack(">I", made[start : start + 4])
        assert length == size - 4
        assert b"\0\0\0" not in made[start + 4 : start + size]
        kinds.append(made[start + 4] & 31)
        start += size
    assert start == len(made)
    assert kinds == [5] + [1] * 29


def test_length_and_note() -> None:
    """What was put in is read again; other bytes have neither."""
    made = film.make(picture.paint("x", 32, 32), 6, "a wörd")
    assert (film.seconds(made), film.note_of(made)) == (0.5, "a wörd")
    assert (film.seconds(b"no film"), film.note_of(b"no film")) == (None, "")


@pytest.mark.parametrize(
    ("width", "height", "frames", "mark"),
    [(256, 144, 24, 0x95E25C62), (100, 50, 300, 0xCEB90F10), (16, 16, 2, 0xF99D49D3)],
)
def test_bytes_that_a_decoder_played(width: int, height: int, frames: int, mark: int) -> None:
    """FFmpeg decoded exactly these bytes to all frames in the right size and colours.

    Whoever changes the writer checks anew, with PyAV for instance, and notes the new sums here.
    """
    rows = [bytearray(b"".join(bytes((x & 255, y & 255, x + y & 255)) for x in range(width))) for y in range(height)]
    assert crc32(film.make(rows, frames, "x", seed=1)) == mark


@pytest.mark.parametrize("task", ["text-to-video", "image-text-to-video"])
def test_from_words(url: str, task: str) -> None:
    """The address says that it is an MP4, and so do its bytes; frames and size are as asked for."""
    size = {"width": 320, "height": 180}
    body: dict[str, Any] = {"inputs": "a red car", "parameters": {"num_frames": 36, "target_size": size}}
    if task != "text-to-video":
        body = {"parameters": {**body["parameters"], "prompt": "a red car"}}
    got = ask(url, f"{MODELS}/{task}", body)
    assert (got.status, got.headers["content-type"], got.body[4:8]) == (200, "video/mp4", b"ftyp")
    assert (film.seconds(got.body), film.note_of(got.body)) == (3, "a red car")
    assert got.body == ask(url, f"{MODELS}/{task}", body).body


@pytest.mark.parametrize("task", ["image-to-video", "image-text-to-video"])
def test_from_a_picture(url: str, task: str) -> None:
    """A film as large as the picture, of an even number of pixels."""
    sent = base64.b64encode(picture.draw("x", 65, 43)).decode()
    got = ask(url, f"{MODELS}/{task}", {"inputs": sent, "parameters": {"prompt": "y", "seed": 4}})
    found = {name: inside for name, _, inside in boxes(got.body)}
    assert struct.unpack(">II", found[b"tkhd"][-8:]) == (64 << 16, 42 << 16)


def test_a_film_is_classified(url: str) -> None:
    """By its length; a film of unknown kind by its bytes."""
    made = film.make(picture.paint("x", 32, 32), 6, "x")
    got = ask(url, f"{MODELS}/video-classification", made).json
    assert [one["label"] for one in got] == ["short film", "long film"]
    assert sum(one["score"] for one in got) == pytest.approx(1)
    assert ask(url, "/", bytes(100), content_type="video/x-y").json[0]["label"] == "short film"
    body = {"inputs": base64.b64encode(made).decode(), "parameters": {"top_k": 1}}
    assert len(ask(url, "/", body).json) == 1
