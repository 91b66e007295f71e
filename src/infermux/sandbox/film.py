"""Films: an MP4 with H.264, written by hand.

A picture is sent as it is (macroblocks of kind I_PCM), and each next frame repeats the one before but for the
macroblocks that changed. That is the simplest stream that every decoder of the baseline profile must play.
https://www.itu.int/rec/T-REC-H.264, sections 7.3 and 9.1; https://www.iso.org/standard/83102.html for the boxes.
"""

from __future__ import annotations

import re
import struct

RATE = 12
_SIDE = 16
_CHANGED_INTRA = 5
_PCM = 25
_BRIGHT = bytes([235] * 256 + [128] * 128)
# One second, in the units of the file's clock.
_CLOCK = 12_288
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def make(rows: list[bytearray], frames: int, note: str, seed: int = 0) -> bytes:
    """Film a picture, over which a bright square walks; the seed chooses its height.

    Args:
        rows: the picture as RGB bytes, even in width and height.
        frames: how many frames there shall be, at `RATE` for a second.
        note: what the file carries as its comment.
        seed: any whole number.
    """
    width, height = len(rows[0]) // 3, len(rows)
    across, down = -(-width // _SIDE), -(-height // _SIDE)
    blocks = [_block(rows, x, y) for y in range(down) for x in range(across)]
    line = seed % down * across
    samples = [_sample(_key_frame(blocks, line))]
    for number in range(1, frames):
        left, here = line + (number - 1) % across, line + number % across
        changed = {left: blocks[left], here: _BRIGHT}
        samples.append(_sample(_next_frame(len(blocks), changed, number)))
    return _mp4(samples, (width, height), (_sequence(width, height), _picture_set()), note)


def seconds(video: bytes) -> float | None:
    """Tell how long an MP4 lasts; None where it cannot be read."""
    found = re.search(rb"mvhd\0.{11}(.{8})", video, re.DOTALL)
    if not found:
        return None
    clock, length = struct.unpack(">II", found[1])
    return length / clock if clock else None


def note_of(video: bytes) -> str:
    """Return the comment that one of these films carries."""
    _, mark, rest = video.partition(b"\xa9cmt")
    if not mark or rest[4:8] != b"data":
        return ""
    (length,) = struct.unpack(">I", rest[:4])
    return rest[16:length].decode(errors="replace")


class _Bits:
    """Bits in the order in which they are read."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.open, self.count = 0, 0

    def put(self, value: int, width: int = 1) -> None:
        self.open, self.count = self.open << width | value, self.count + width
        while self.count >= 8:
            self.count -= 8
            self.bytes.append(self.open >> self.count & 0xFF)
        self.open &= (1 << self.count) - 1

    def number(self, *values: int) -> None:
        """Write numbers as Exp-Golomb codes."""
        for value in values:
            self.put(value + 1, 2 * (value + 1).bit_length() - 1)

    def block(self, samples: bytes) -> None:
        """Write the samples of a macroblock, which start on a whole byte."""
        self.put(0, -self.count % 8)
        self.bytes += samples

    def unit(self, head: int) -> bytes:
        """End here, and wrap it all as a unit in which no start code can be mistaken."""
        self.put(1)
        self.put(0, -self.count % 8)
        return bytes([head]) + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", bytes(self.bytes))


def _sequence(width: int, height: int) -> bytes:
    """Describe the film: baseline profile, order of display is order of sending, one frame to look back at."""
    across, down = -(-width // _SIDE), -(-height // _SIDE)
    bits = _Bits()
    bits.put(0x42C028, 24)
    bits.number(0, 4, 2, 1)
    bits.put(0)
    bits.number(across - 1, down - 1)
    bits.put(0b11, 2)
    is_cropped = across * _SIDE > width or down * _SIDE > height
    bits.put(int(is_cropped))
    if is_cropped:
        bits.number(0, (across * _SIDE - width) // 2, 0, (down * _SIDE - height) // 2)
    bits.put(0)
    return bits.unit(0x67)


def _picture_set() -> bytes:
    bits = _Bits()
    bits.number(0, 0)
    bits.put(0, 2)
    bits.number(0, 0, 0)
    bits.put(0, 3)
    bits.number(0, 0, 0)
    bits.put(0b100, 3)
    return bits.unit(0x68)


def _key_frame(blocks: list[bytes], bright: int) -> bytes:
    """Write every macroblock, the bright one included."""
    bits = _Bits()
    bits.number(0, 7, 0)
    bits.put(0, 8)
    bits.number(0)
    bits.put(0, 2)
    bits.number(0, 1)
    for place, block in enumerate(blocks):
        bits.number(_PCM)
        bits.block(_BRIGHT if place == bright else block)
    return bits.unit(0x65)


def _next_frame(count: int, changed: dict[int, bytes], number: int) -> bytes:
    """Write the changed macroblocks, and how many are skipped between them."""
    bits = _Bits()
    bits.number(0, 5, 0)
    bits.put(number % 256, 8)
    bits.put(0, 3)
    bits.number(0, 1)
    at = 0
    for place in sorted(changed):
        bits.number(place - at, _CHANGED_INTRA + _PCM)
        bits.block(changed[place])
        at = place + 1
    if at < count:
        bits.number(count - at)
    return bits.unit(0x41)


def _block(rows: list[bytearray], across: int, down: int) -> bytes:
    """Turn 16 by 16 pixels into brightness, and every second one of every second row into two colours."""
    width, height = len(rows[0]) // 3, len(rows)
    ys = [min(down * _SIDE + y, height - 1) for y in range(_SIDE)]
    xs = [min(across * _SIDE + x, width - 1) * 3 for x in range(_SIDE)]
    dots = [[rows[y][x : x + 3] for x in xs] for y in ys]
    luma = bytes(16 + (66 * r + 129 * g + 25 * b >> 8) for line in dots for r, g, b in line)
    few = [dot for line in dots[::2] for dot in line[::2]]
    blue = bytes(128 + (-38 * r - 74 * g + 112 * b >> 8) for r, g, b in few)
    red = bytes(128 + (112 * r - 94 * g - 18 * b >> 8) for r, g, b in few)
    return luma + blue + red


def _sample(unit: bytes) -> bytes:
    return struct.pack(">I", len(unit)) + unit


def _box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + name + body


def _full(name: bytes, flags: int, *inside: bytes) -> bytes:
    return _box(name, struct.pack(">I", flags), *inside)


def _mp4(samples: list[bytes], size: tuple[int, int], sets: tuple[bytes, bytes], note: str) -> bytes:
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    # Where the samples start depends on how long the head is, not on what it says.
    start = len(kind) + len(_head(samples, size, sets, note, 0)) + 8
    return kind + _head(samples, size, sets, note, start) + _box(b"mdat", *samples)


def _head(samples: list[bytes], size: tuple[int, int], sets: tuple[bytes, bytes], note: str, start: int) -> bytes:
    length = len(samples) * _CLOCK // RATE
    movie = struct.pack(">5IHH8x", 0, 0, _CLOCK, length, 0x10000, 0x100, 0) + _MATRIX + struct.pack(">24xI", 2)
    track = struct.pack(">4II8x4H", 0, 0, 1, 0, length, 0, 0, 0, 0) + _MATRIX
    track += struct.pack(">II", size[0] << 16, size[1] << 16)
    media = _full(b"mdhd", 0, struct.pack(">4IHH", 0, 0, _CLOCK, length, 0x55C4, 0))
    media += _full(b"hdlr", 0, b"\0\0\0\0vide", bytes(12), b"sandbox\0")
    here = _box(b"dinf", _full(b"dref", 0, struct.pack(">I", 1), _full(b"url ", 1)))
    inside = _box(b"minf", _full(b"vmhd", 1, bytes(8)), here, _table(samples, size, sets, start))
    text = _box(b"data", struct.pack(">II", 1, 0), note.encode())
    about = _full(b"hdlr", 0, b"\0\0\0\0mdirappl", bytes(9))
    meta = _full(b"meta", 0, about, _box(b"ilst", _box(b"\xa9cmt", text)))
    trak = _box(b"trak", _full(b"tkhd", 3, track), _box(b"mdia", media, inside))
    return _box(b"moov", _full(b"mvhd", 0, movie), trak, _box(b"udta", meta))


def _table(samples: list[bytes], size: tuple[int, int], sets: tuple[bytes, bytes], start: int) -> bytes:
    """List the samples: their kind, their times, the one to start at, their sizes and their place."""
    first, second = sets
    config = struct.pack(">B3sBBH", 1, first[1:4], 0xFF, 0xE1, len(first)) + first
    config += struct.pack(">BH", 1, len(second)) + second
    shape = struct.pack(">6xH16xHHIIIH32sHh", 1, *size, 0x480000, 0x480000, 0, 1, b"", 24, -1)
    sizes = struct.pack(f">II{len(samples)}I", 0, len(samples), *map(len, samples))
    return _box(
        b"stbl",
        _full(b"stsd", 0, struct.pack(">I", 1), _box(b"avc1", shape, _box(b"avcC", config))),
        _full(b"stts", 0, struct.pack(">III", 1, len(samples), _CLOCK // RATE)),
        _full(b"stss", 0, struct.pack(">II", 1, 1)),
        _full(b"stsc", 0, struct.pack(">IIII", 1, 1, len(samples), 1)),
        _full(b"stsz", 0, sizes),
        _full(b"stco", 0, struct.pack(">II", 1, start)),
    )
