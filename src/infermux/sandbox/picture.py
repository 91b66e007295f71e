"""A picture drawn from a prompt: its colours, shapes that its words choose, and the prompt itself in letters."""

from __future__ import annotations

import colorsys
import math
import struct
import textwrap
import zlib

from . import font
from .text import words

Colour = tuple[int, int, int]

_COLOURS: dict[str, Colour] = {
    "red": (214, 48, 49), "green": (39, 158, 79), "blue": (41, 98, 217), "yellow": (247, 205, 46),
    "orange": (240, 132, 36), "purple": (130, 62, 178), "violet": (148, 84, 212), "pink": (242, 130, 172),
    "brown": (124, 80, 48), "black": (24, 24, 26), "white": (246, 246, 244), "grey": (128, 130, 134),
    "gray": (128, 130, 134), "gold": (218, 172, 50), "silver": (190, 194, 200), "cyan": (44, 190, 208),
    "turquoise": (52, 190, 172), "teal": (22, 128, 128), "magenta": (206, 44, 158), "navy": (24, 40, 104),
    "beige": (228, 212, 176), "crimson": (184, 20, 56), "olive": (122, 124, 40), "lime": (150, 214, 48),
}  # fmt: skip
_MOST_SHAPES = 12
_LARGEST = 4096


def draw(prompt: str, width: int = 512, height: int = 512) -> bytes:
    """Draw a prompt as a PNG; the same prompt gives the same bytes."""
    width, height = (min(max(side, 16), _LARGEST) for side in (width, height))
    said = words(prompt) or ["sandbox"]
    named = [_COLOURS[word] for word in said if word in _COLOURS]
    canvas = _Canvas(width, height)
    canvas.fade(named[0] if named else _hue(prompt, 0.72))
    for place, word in enumerate(said[:_MOST_SHAPES]):
        colour = named[place % len(named)] if named else _hue(word, 0.9)
        canvas.shape(zlib.crc32(word.encode()) + place, colour)
    canvas.caption(prompt)
    return canvas.png(prompt)


def png(width: int, height: int, rows: list[bytearray], description: str = "") -> bytes:
    """Write rows of RGB bytes as a PNG."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    note = b"Description\0\0\0\0\0" + description.encode()
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 1)
    parts = (b"IHDR", head), (b"iTXt", note), (b"IDAT", pixels), (b"IEND", b"")
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

    def png(self, prompt: str) -> bytes:
        return png(self.width, self.height, self.rows, prompt)


def _hue(word: str, light: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(zlib.crc32(word.encode()) % 360 / 360, light * 0.6, 0.6)
    return round(red * 255), round(green * 255), round(blue * 255)


def _part(name: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
