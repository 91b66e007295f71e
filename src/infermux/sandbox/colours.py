"""Colours and their names."""

from __future__ import annotations

import colorsys
import math

from .text import words

Colour = tuple[int, int, int]

NAMED: dict[str, Colour] = {
    "red": (214, 48, 49), "green": (39, 158, 79), "blue": (41, 98, 217), "yellow": (247, 205, 46),
    "orange": (240, 132, 36), "purple": (130, 62, 178), "violet": (148, 84, 212), "pink": (242, 130, 172),
    "brown": (124, 80, 48), "black": (24, 24, 26), "white": (246, 246, 244), "grey": (128, 130, 134),
    "gray": (128, 130, 134), "gold": (218, 172, 50), "silver": (190, 194, 200), "cyan": (44, 190, 208),
    "turquoise": (52, 190, 172), "teal": (22, 128, 128), "magenta": (206, 44, 158), "navy": (24, 40, 104),
    "beige": (228, 212, 176), "crimson": (184, 20, 56), "olive": (122, 124, 40), "lime": (150, 214, 48),
}  # fmt: skip
# The end of each hue in degrees; red begins and ends the circle.
_HUES = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (200, "cyan"), (255, "blue"), (290, "purple"),
         (345, "pink"), (361, "red"))  # fmt: skip


def name(colour: Colour) -> str:
    """Name a colour by one of twelve plain words."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    vivid = saturation * (1 - abs(2 * light - 1))
    if vivid < 0.1:
        return "black" if light < 0.2 else "white" if light > 0.85 else "grey"
    if light < 0.1:
        return "black"
    plain = next(word for end, word in _HUES if hue * 360 < end)
    if plain in ("orange", "yellow") and light < 0.42:
        return "brown"
    return "pink" if plain == "red" and light > 0.68 else plain


def light(colour: Colour) -> float:
    """Tell how light a colour looks, from 0 to 1."""
    red, green, blue = colour
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def distance(one: Colour, other: Colour) -> float:
    """Tell how far two colours are apart, from 0 to 1."""
    return math.dist(one, other) / math.dist((0, 0, 0), (255, 255, 255))


def mean(colours: list[Colour]) -> Colour:
    """Mix colours in equal parts."""
    red, green, blue = (sum(parts) // len(colours) for parts in zip(*colours, strict=True))
    return red, green, blue


def named_in(text: str) -> list[Colour]:
    """List the colours that a text names."""
    return [NAMED[word] for word in words(text) if word in NAMED]
