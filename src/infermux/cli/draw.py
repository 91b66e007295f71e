"""Draws what was found in a picture: boxes and masks onto it; scores of classes, answers and captions below it."""

from __future__ import annotations

import colorsys
import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .. import InferenceClient
from ..errors import InputError, MissingExtraError
from ..policy.retry import retrying
from ..routing.environment import user_agent
from ..types._json import is_list, is_object
from ..wire import fetch, media
from . import reading

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_Colour = tuple[int, int, int]
_Corners = tuple[float, float, float, float]
_TASKS = (
    *("document_question_answering", "image_classification", "image_segmentation", "image_to_text"),
    *("object_detection", "visual_question_answering"),
    *("zero_shot_image_classification", "zero_shot_object_detection"),
)
_MOST_ROWS = 20
_SMALLEST_SIDE = 480
_SMALLEST_LETTERS = 14
_PAPER, _INK, _TRACK = "white", "black", "gainsboro"
# From one hue to the next, as a part of the circle: the golden section keeps any number of them apart.
_TURN = 0.618


def check(task: str, file: Path) -> None:
    """Look whether what a task finds can be drawn, and the drawing written to this file.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    if task not in _TASKS:
        wrong = f"{reading.spelt(task)} finds nothing in a picture that could be drawn onto it"
        raise typer.BadParameter(wrong, param_hint="--draw")
    try:
        from PIL import Image as image_module
    except ImportError as error:
        raise MissingExtraError('--draw needs Pillow: run `pip install "infermux[image]"`') from error
    if image_module.registered_extensions().get(file.suffix.lower()) not in image_module.SAVE:
        raise typer.BadParameter(f"{file} has no ending of a picture, such as .png", param_hint="--draw")


def fetched(client: InferenceClient, source: Any) -> bytes:
    """The bytes of a picture that is a file, an address, or bytes already.

    Raises:
        InputError: It is no picture that can be drawn onto.
    """
    found = client.perform(retrying(fetch.given(media.read(source), user_agent()), True, 2)).data
    _opened(found)
    return found


def drawn(picture: bytes, answer: Any) -> Image:
    """The picture with what was found in it; masks are bytes. A small one is enlarged, so that words are legible.

    Raises:
        InputError: The picture cannot be opened, or the answer holds nothing to draw.
    """
    canvas, scale = _opened(picture)
    items = [item for item in (answer if is_list(answer) else [answer]) if is_object(item)]
    boxed = [(item, corners) for item in items if (corners := _corners(item, scale))]
    listed = [item for item in items if not _corners(item, scale) and _name(item)][:_MOST_ROWS]
    if not (boxed or listed or answer == []):
        raise InputError("--draw: there is nothing to draw in this answer")
    sheet = _Sheet(canvas, _colours(items))
    for item in items:
        if isinstance(item.get("mask"), bytes):
            sheet.tint(item, _opened_mask(item["mask"]))
    for item, corners in boxed:
        sheet.frame(item, corners)
    for item, corners in boxed:
        sheet.tag(item, corners)
    return sheet.with_rows(listed) if listed else canvas


def _opened(picture: bytes) -> tuple[Image, int]:
    """A picture as it is seen, large enough to write on, and how many times larger than it was."""
    from PIL import ImageOps

    try:
        found = ImageOps.exif_transpose(media.to_image(picture)).convert("RGB")
    except ValueError as error:
        raise InputError(f"--draw: {error}") from None
    scale = math.ceil(_SMALLEST_SIDE / max(found.size))
    return found.resize((found.width * scale, found.height * scale)), scale


def _name(item: Any) -> str:
    return next((str(item[key]) for key in ("label", "answer", "generated_text") if item.get(key) is not None), "")


def _score(item: Any) -> float | None:
    score = item.get("score")
    return float(score) if isinstance(score, (int, float)) else None


def _words(item: Any) -> str:
    """What an item is called, in one line, with its score where it has one."""
    name, score = " ".join(_name(item).split()), _score(item)
    return name if score is None else f"{name} {score:.2f}"


def _colours(items: list[Any]) -> dict[str, _Colour]:
    """A colour for each name, far from the one before."""
    names = dict.fromkeys(map(_name, items))
    return {name: _colour(number * _TURN % 1) for number, name in enumerate(names)}


def _colour(hue: float) -> _Colour:
    red, green, blue = colorsys.hls_to_rgb(hue, 0.45, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def _corners(item: Any, scale: int) -> _Corners | None:
    box = item.get("box")
    sides: list[Any] = [box.get(side) for side in ("xmin", "ymin", "xmax", "ymax")] if is_object(box) else []
    if not sides or not all(isinstance(side, (int, float)) for side in sides):
        return None
    left, top, right, bottom = (side * scale for side in sides)
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _opened_mask(mask: bytes) -> Image:
    try:
        return media.to_image(mask)
    except ValueError as error:
        raise InputError(f"--draw: a mask of the answer is {error}") from None


class _Sheet:
    """A picture that is drawn on."""

    def __init__(self, canvas: Image, colours: dict[str, _Colour]) -> None:
        self._canvas = canvas
        self._colours = colours
        self._letters = max(max(canvas.size) // 45, _SMALLEST_LETTERS)
        self._tags: list[_Corners] = []

    def tint(self, item: Any, mask: Image) -> None:
        """Colour what a mask covers, and let it be seen."""
        cover = mask.convert("L").resize(self._canvas.size).point([light // 2 for light in range(256)])
        self._canvas.paste(self._colour(item), (0, 0, *self._canvas.size), cover)

    def frame(self, item: Any, corners: _Corners) -> None:
        """Draw the sides of a box, with an edge that sets them off from a picture of their colour."""
        pen, width = _pen(self._canvas), max(self._letters // 7, 2)
        pen.rectangle(corners, outline=_PAPER, width=width + 1)
        pen.rectangle(corners, outline=self._colour(item), width=width)

    def tag(self, item: Any, corners: _Corners) -> None:
        """Write what is in a box on a ground of its colour: above the box, or at the next place that is free."""
        pen, colour, size = _pen(self._canvas), self._colour(item), self._letters
        line, *rest = self._lines(_words(item), self._canvas.width - 2 * size) or [""]
        words = f"{line} …" if rest else line
        width, height = pen.textlength(words, font_size=size) + size * 0.6, size * 1.4
        lowest = self._canvas.height - height
        left = max(min(corners[0], self._canvas.width - width), 0)
        near = (corners[1] - height, corners[1], corners[3], corners[3] - height)
        tops = [top for top in (*near, *range(0, self._canvas.height, math.ceil(height))) if 0 <= top <= lowest]
        places = [(left, top, left + width, top + height) for top in tops]
        place = next((one for one in places if not any(_overlap(one, tag) for tag in self._tags)), places[0])
        self._tags.append(place)
        pen.rectangle(place, fill=colour)
        pen.text((place[0] + size * 0.3, place[1] + size * 0.1), words, fill=_on(colour), font_size=size)

    def with_rows(self, items: list[Any]) -> Image:
        """The picture, and below it each item: its words, its score, and a bar as long as the score is high."""
        from PIL import Image as images

        size, width = self._letters, self._canvas.width
        edge = size * 0.6
        texts = [self._lines(_name(item), width - 5 * size) for item in items]
        height = sum(size * (1.3 * len(lines) + 0.9) for lines in texts) + edge
        sheet = images.new("RGB", (width, self._canvas.height + math.ceil(height)), _PAPER)
        sheet.paste(self._canvas)
        pen, top = _pen(sheet), self._canvas.height + edge
        for item, lines in zip(items, texts, strict=True):
            score = _score(item)
            if score is not None:
                pen.text((width - edge, top), f"{score:.2f}", fill=_INK, font_size=size, anchor="ra")
            for line in lines:
                pen.text((edge, top), line, fill=_INK, font_size=size)
                top += size * 1.3
            if score is not None or "mask" in item:
                long = (width - 2 * edge) * (1 if score is None else min(max(score, 0), 1))
                pen.rectangle((edge, top, width - edge, top + size * 0.35), fill=_TRACK)
                pen.rectangle((edge, top, edge + max(long, 1), top + size * 0.35), fill=self._colour(item))
            top += size * 0.9
        return sheet

    def _colour(self, item: Any) -> _Colour:
        return self._colours[_name(item)]

    def _lines(self, text: str, width: float) -> list[str]:
        """A text in lines that are about as long as a width."""
        flat = " ".join(text.split())
        full = _pen(self._canvas).textlength(flat, font_size=self._letters)
        return textwrap.wrap(flat, max(int(len(flat) * width * 0.95 / full), 1)) if full > width else [flat]


def _pen(canvas: Image) -> ImageDraw:
    from PIL import ImageDraw as pens

    return pens.Draw(canvas)


def _overlap(one: _Corners, other: _Corners) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _on(colour: _Colour) -> str:
    """The ink that is legible on a ground."""
    red, green, blue = colour
    return _INK if 0.3 * red + 0.59 * green + 0.11 * blue > 120 else _PAPER
