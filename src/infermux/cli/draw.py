"""Draws onto a picture what was found in it: boxes, masks, and the scores of classes."""

from __future__ import annotations

import colorsys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import typer

from .. import InferenceClient
from ..errors import InputError, MissingExtraError
from ..policy.retry import retrying
from ..routing.environment import user_agent
from ..types._json import is_list, is_object
from ..wire import fetch, media

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_Colour = tuple[int, int, int]
_Corners = tuple[float, float, float, float]
_MOST_LINES = 10
_SMALLEST_LETTERS = 11


def check(file: Path) -> None:
    """Look whether a drawing can be written to this file.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    try:
        from PIL import Image as image_module
    except ImportError as error:
        raise MissingExtraError('--draw needs Pillow: run `pip install "infermux[image]"`') from error
    if file.suffix.lower() not in image_module.registered_extensions():
        raise typer.BadParameter(f"{file} has no ending of a picture, such as .png", param_hint="--draw")


def fetched(client: InferenceClient, source: Any) -> bytes:
    """The bytes of a picture that is a file, an address, or bytes already."""
    found = client.perform(retrying(fetch.given(media.read(source), user_agent()), True, 2))
    return found.data


def drawn(picture: bytes, answer: Any) -> Image:
    """The picture with what was found in it; masks are bytes.

    Raises:
        InputError: The picture cannot be opened, or the answer holds nothing to draw.
    """
    from PIL import ImageOps

    try:
        canvas = ImageOps.exif_transpose(media.to_image(picture)).convert("RGB")
    except ValueError as error:
        raise InputError(f"--draw: {error}") from None
    items = [item for item in (answer if is_list(answer) else [answer]) if is_object(item)]
    for item in items:
        if isinstance(item.get("mask"), bytes):
            _mask(canvas, item, media.to_image(item["mask"]))
    boxed = [(item, corners) for item in items if (corners := _corners(item))]
    for item, corners in boxed:
        _box(canvas, item, corners)
    listed = [item for item in items if not _corners(item) and _words(item)]
    if not (boxed or listed):
        raise InputError("--draw: there is nothing to draw in this answer")
    _list(canvas, listed[:_MOST_LINES])
    return canvas


def _words(item: Any) -> str:
    """What an item is called, with its score where it has one."""
    name = next((str(item[key]) for key in ("label", "answer", "generated_text") if item.get(key) is not None), "")
    score = item.get("score")
    return f"{name} {score:.2f}" if name and isinstance(score, (int, float)) else name


def _colour(item: Any) -> _Colour:
    """One colour for a name, wherever it is drawn."""
    hue = crc32(str(item.get("label")).encode()) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, 0.45, 0.9)
    return round(red * 255), round(green * 255), round(blue * 255)


def _mask(canvas: Image, item: Any, mask: Image) -> None:
    """Tint what a mask covers."""
    cover = mask.convert("L").resize(canvas.size).point([light // 2 for light in range(256)])
    canvas.paste(_colour(item), (0, 0, *canvas.size), cover)


def _corners(item: Any) -> _Corners | None:
    box = item.get("box")
    sides: list[Any] = [box.get(side) for side in ("xmin", "ymin", "xmax", "ymax")] if is_object(box) else []
    if not sides or not all(isinstance(side, (int, float)) for side in sides):
        return None
    left, top, right, bottom = sides
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _box(canvas: Image, item: Any, corners: _Corners) -> None:
    pen, size = _pen(canvas), _letters(canvas)
    pen.rectangle(corners, outline=_colour(item), width=max(size // 6, 1))
    _tag(canvas, (corners[0], max(corners[1] - size * 1.4, 0)), item, size)


def _list(canvas: Image, items: list[Any]) -> None:
    """Write what belongs to the whole picture, or to a mask, line by line at its top."""
    size = _letters(canvas)
    for number, item in enumerate(items):
        _tag(canvas, (0, number * size * 1.4), item, size)


def _tag(canvas: Image, at: tuple[float, float], item: Any, size: int) -> None:
    """Write an item's words on a ground of its colour."""
    words, pen = _words(item), _pen(canvas)
    length = pen.textlength(words, font_size=size) + size * 0.6
    left, top = max(min(at[0], canvas.width - length), 0), at[1]
    pen.rectangle((left, top, left + length, top + size * 1.4), fill=_colour(item))
    pen.text((left + size * 0.3, top + size * 0.1), words, fill="white", font_size=size)


def _pen(canvas: Image) -> ImageDraw:
    from PIL import ImageDraw as pens

    return pens.Draw(canvas)


def _letters(canvas: Image) -> int:
    """The height of letters that suits a picture."""
    return max(canvas.height // 30, _SMALLEST_LETTERS)
