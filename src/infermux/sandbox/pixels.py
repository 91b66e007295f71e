"""What a picture shows: PNG is decoded, of other formats the kind and the size are read."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from . import colours, media
from .colours import Colour

# A larger picture would take seconds in plain Python; it is described like one of another format.
_MOST_BYTES = 16_000_000
_MOST_CELLS = 48
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True)
class Region:
    """A connected part of one colour that differs from the ground; the box is in pixels."""

    colour: str
    contrast: float
    share: float
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Picture:
    """A picture as far as it can be read: `rows` are RGB bytes, None where it was not decoded."""

    kind: str
    width: int
    height: int
    bytes: int
    rows: list[bytearray] | None = None
    note: str = ""

    def cells(self) -> list[list[Colour]]:
        """Reduce the picture to a coarse grid; one that was not decoded has no cells."""
        if self.rows is None:
            return []
        across, down = min(self.width, _MOST_CELLS), min(self.height, _MOST_CELLS)
        columns = [_samples(x, across, self.width) for x in range(across)]
        lines = [_samples(y, down, self.height) for y in range(down)]
        return [[self._mixed(self.rows, xs, ys) for xs in columns] for ys in lines]

    def shares(self) -> dict[str, float]:
        """Tell how much of the picture has which colour, the most first."""
        names = Counter(colours.name(cell) for line in self.cells() for cell in line)
        return {name: count / names.total() for name, count in names.most_common()}

    def light(self) -> float:
        """Tell how light the picture is, from 0 to 1."""
        cells = [colours.light(cell) for line in self.cells() for cell in line]
        return sum(cells) / len(cells) if cells else 0.5

    def detail(self) -> float:
        """Tell from the number of bytes alone how much there is to see, from 0 to 1."""
        return min(self.bytes / (self.width * self.height), 1.0)

    def regions(self) -> list[Region]:
        """Find the parts that stand out from the ground, the largest first."""
        cells = self.cells()
        if not cells:
            return []
        edge = [*cells[0], *cells[-1], *(line[0] for line in cells), *(line[-1] for line in cells)]
        ground = Counter(map(colours.name, edge)).most_common(1)[0][0]
        behind = colours.mean([cell for cell in edge if colours.name(cell) == ground])
        total = len(cells) * len(cells[0])
        found = [self._region(part, cells, behind) for part in _parts(cells, ground) if len(part) * 100 >= total]
        return sorted(found, key=lambda one: -one.share)

    def scaled(self, width: int, height: int) -> list[bytearray]:
        """Return the rows at another size; a picture that was not decoded is grey."""
        if self.rows is None:
            return [bytearray(b"\x80" * (3 * width)) for _ in range(height)]
        columns = [x * self.width // width * 3 for x in range(width)]
        lines = [self.rows[y * self.height // height] for y in range(height)]
        return [bytearray(b"".join(line[x : x + 3] for x in columns)) for line in lines]

    def _mixed(self, rows: list[bytearray], xs: list[int], ys: list[int]) -> Colour:
        return colours.mean([(rows[y][3 * x], rows[y][3 * x + 1], rows[y][3 * x + 2]) for y in ys for x in xs])

    def _region(self, part: list[tuple[int, int]], cells: list[list[Colour]], behind: Colour) -> Region:
        across, down = len(cells[0]), len(cells)
        xs, ys = [x for x, _ in part], [y for _, y in part]
        colour = colours.mean([cells[y][x] for x, y in part])
        box = (
            min(xs) * self.width // across,
            min(ys) * self.height // down,
            (max(xs) + 1) * self.width // across,
            (max(ys) + 1) * self.height // down,
        )
        first = cells[part[0][1]][part[0][0]]
        return Region(colours.name(first), colours.distance(colour, behind), len(part) / (across * down), box)


def read(picture: bytes) -> Picture | None:
    """Read a picture; bytes that are none give None."""
    known = media.size(picture)
    if known is None or not known[1] or not known[2]:
        return None
    kind, width, height = known
    rows, note = _decoded(picture) if kind == "PNG" else (None, "")
    return Picture(kind, width, height, len(picture), rows, note)


def _samples(place: int, places: int, length: int) -> list[int]:
    """Choose up to three pixels that stand for one cell."""
    start, end = place * length // places, (place + 1) * length // places
    return sorted({start, (start + end) // 2, end - 1}) if end > start else [start]


def _parts(cells: list[list[Colour]], ground: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the connected cells of one colour name, but for the ground's."""
    names = {(x, y): colours.name(cell) for y, line in enumerate(cells) for x, cell in enumerate(line)}
    left = {place: name for place, name in names.items() if name != ground}
    while left:
        first, name = next(iter(left.items()))
        del left[first]
        part = [first]
        for x, y in part:
            for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if left.get(near) == name:
                    del left[near]
                    part.append(near)
        yield part


def _decoded(picture: bytes) -> tuple[list[bytearray] | None, str]:
    """Decode a PNG, and the text that it carries; a damaged or interlaced one has no rows."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at + 12 <= len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        name, inside = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        chunks[name] = chunks.get(name, b"") + inside if name == b"IDAT" else chunks.get(name, inside)
        at += 12 + length
    try:
        return _rows(chunks), _note(chunks)
    except (zlib.error, struct.error, LookupError, ValueError):
        return None, ""


def _note(chunks: dict[bytes, bytes]) -> str:
    keyword, _, text = chunks.get(b"iTXt", b"").partition(b"\0")
    if keyword == b"Description" and text[:1] == b"\0":
        return text[2:].split(b"\0", 2)[2].decode()
    keyword, _, text = chunks.get(b"tEXt", b"").partition(b"\0")
    return text.decode("latin-1") if keyword in (b"Description", b"Title", b"Comment") else ""


def _rows(chunks: dict[bytes, bytes]) -> list[bytearray] | None:
    width, height, depth, kind, _, _, is_interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"][:13])
    bits = _CHANNELS[kind] * depth
    length = (width * bits + 7) // 8
    whole = (length + 1) * height
    if is_interlaced or whole > _MOST_BYTES:
        return None
    raw = zlib.decompressobj().decompress(chunks[b"IDAT"], whole)
    if len(raw) < whole:
        return None
    rows: list[bytearray] = []
    before = bytearray(length)
    for start in range(0, whole, length + 1):
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + length], before, max(bits // 8, 1))
        rows.append(_coloured(before, width, depth, kind, chunks.get(b"PLTE", b"")))
    return rows


def _unfiltered(kind: int, line: bytes, above: bytearray, step: int) -> bytearray:
    if kind == 0:
        return bytearray(line)
    if kind == 1:
        made = bytearray(line)
        for channel in range(step):
            made[channel::step] = bytes(value & 255 for value in accumulate(line[channel::step]))
        return made
    if kind == 2:
        return bytearray(a + b & 255 for a, b in zip(line, above, strict=True))
    made = bytearray(step) + line
    over = bytearray(step) + above
    for i in range(step, len(made)):
        left, up = made[i - step], over[i]
        made[i] = made[i] + (left + up >> 1 if kind == 3 else _paeth(left, up, over[i - step])) & 255
    return made[step:]


def _paeth(left: int, up: int, corner: int) -> int:
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - corner - corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _coloured(line: bytearray, width: int, depth: int, kind: int, palette: bytes) -> bytearray:
    """Turn a row of any kind into RGB; transparency is left out."""
    if depth == 16:
        line = line[::2]
    elif depth < 8:
        shifts, mask = range(8 - depth, -1, -depth), (1 << depth) - 1
        scale = 1 if kind == 3 else 255 // mask
        line = bytearray((byte >> shift & mask) * scale for byte in line for shift in shifts)[:width]
    if kind == 2:
        return line
    if kind == 3:
        parts = [line.translate(palette[channel::3].ljust(256, b"\0")) for channel in range(3)]
    elif kind == 6:
        parts = [line[channel::4] for channel in range(3)]
    else:
        parts = [line[:: _CHANNELS[kind]]] * 3
    made = bytearray(3 * width)
    for channel, part in enumerate(parts):
        made[channel::3] = part
    return made
