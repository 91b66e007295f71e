"""A picture drawn from a prompt: its colours, shapes that its words choose, and the prompt itself in letters."""

from __future__ import annotations

import colorsys
import math
import struct
import textwrap
import zlib

from . import colours, font
from .colours import Colour
from .text import words

_MOST_SHAPES = 12
SMALLEST, LARGEST = 16, 4096


def draw(prompt: str, width: int = 512, height: int = 512) -> bytes:
    """Draw a prompt as a PNG; the same prompt gives the same bytes."""
    rows = paint(prompt, width, height)
    return png(len(rows[0]) // 3, len(rows), rows, prompt)


def paint(prompt: str, width: int, height: int) -> list[bytearray]:
    """Draw a prompt as rows of RGB bytes."""
    width, height = (min(max(int(side), SMALLEST), LARGEST) for side in (width, height))
    said = words(prompt) or ["sandbox"]
    named = colours.named_in(prompt)
    canvas = _Canvas(width, height)
    canvas.fade(named[0] if named else _hue(prompt, 0.72))
    for place, word in enumerate(said[:_MOST_SHAPES]):
        colour = named[place % len(named)] if named else _hue(word, 0.9)
        canvas.shape(zlib.crc32(word.encode()) + place, colour)
    canvas.caption(prompt)
    return canvas.rows


def redraw(rows: list[bytearray], prompt: str) -> bytes:
    """Write a prompt on a picture, and tint it where the prompt names a colour; return it as a PNG."""
    canvas = _Canvas(len(rows[0]) // 3, len(rows))
    canvas.rows = [bytearray(row) for row in rows]
    for tint in colours.named_in(prompt)[:1]:
        for row in canvas.rows:
            for channel, part in enumerate(tint):
                mixed = bytes((value + part) // 2 for value in range(256))
                row[channel::3] = row[channel::3].translate(mixed)
    if prompt:
        canvas.caption(prompt)
    return png(canvas.width, canvas.height, canvas.rows, prompt)


def mask(rows: list[bytearray]) -> bytes:
    """Write rows of one byte for each pixel as a grey PNG."""
    return png(len(rows[0]), len(rows), rows, is_grey=True)


def png(width: int, height: int, rows: list[bytearray], description: str = "", *, is_grey: bool = False) -> bytes:
    """Write rows of RGB bytes, or of grey ones, as a PNG."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if is_grey else 2, 0, 0, 0)
    note = b"Description\0\0\0\0\0" + description.encode()
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 1)
    said = ((b"iTXt", note),) if description else ()
    parts = (b"IHDR", head), *said, (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, inside) for name, inside in parts)


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows: list[bytearray] = []

    def fade(self, colour: Colour) -> None:
        """Fill the ground, a little darker towards the bottom."""
        for y in range(self.height):
            light = 1 - 0.25 * y / self.height
            self.rows.append(bytearray(bytes(int(part * light) for part in colour) * self.width))

    def span(self, y: int, left: int, right: int, colour: bytes) -> None:
        left, right = max(left, 0), min(right, self.width)
        if 0 <= y < self.height and left < right:
            self.rows[y][left * 3 : right * 3] = colour * (right - left)

    def shape(self, seed: int, colour: Colour) -> None:
        """Draw a disc, a box or a triangle; the seed chooses kind, place, size and shade."""
        across, down = seed >> 3 & 0xFF, seed >> 11 & 0xFF
        middle_x, middle_y = self.width * across // 255, self.height * down // 255
        reach = min(self.width, self.height) * (6 + (seed >> 19 & 7)) // 50
        shade = 0.6 + (seed >> 22 & 7) / 14
        paint = bytes(min(int(part * shade), 255) for part in colour)
        for dy in range(-reach, reach + 1):
            half = (math.isqrt(reach * reach - dy * dy), reach, (reach + dy) // 2)[seed % 3]
            self.span(middle_y + dy, middle_x - half, middle_x + half + 1, paint)

    def caption(self, prompt: str) -> None:
        """Write the prompt along the bottom, as large as it fits in a third of the picture."""
        scale = max(self.width // 128, 1)
        lines = self.lines(prompt, scale)
        while scale > 1 and len(lines) * (font.HIGH + 2) * scale > self.height // 3:
            scale -= 1
            lines = self.lines(prompt, scale)
        lines = lines[: max(self.height // 3 // ((font.HIGH + 2) * scale), 1)]
        top = self.height - (len(lines) * (font.HIGH + 2) + 2) * scale
        for y in range(top, self.height):
            self.span(y, 0, self.width, b"\x12\x14\x18")
        for place, line in enumerate(lines):
            self.write(line, 2 * scale, top + 2 * scale + place * (font.HIGH + 2) * scale, scale)

    def lines(self, prompt: str, scale: int) -> list[str]:
        """Break the caption into lines that fit at a scale."""
        columns = max((self.width // scale - 4) // (font.WIDE + 1), 1)
        return textwrap.wrap(f"SANDBOX: {prompt}", columns)

    def write(self, line: str, left: int, top: int, scale: int) -> None:
        for place, letter in enumerate(line):
            x = left + place * (font.WIDE + 1) * scale
            for down, dots in enumerate(font.rows(letter)):
                for across, dot in enumerate(dots):
                    for y in range(scale) if dot == "1" else ():
                        start = x + across * scale
                        self.span(top + down * scale + y, start, start + scale, b"\xff\xff\xff")


def _hue(word: str, light: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(zlib.crc32(word.encode()) % 360 / 360, light * 0.6, 0.6)
    return round(red * 255), round(green * 255), round(blue * 255)


def _part(name: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
