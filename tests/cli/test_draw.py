"""`infermux run --draw`: what was found, drawn onto the picture."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from infermux import InputError
from infermux.cli import draw
from infermux.sandbox import Sandbox

from .running import run

WHITE, RED = (255, 255, 255), (255, 0, 0)


def blank(width: int = 200, height: int = 100) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), WHITE).save(buffer, "PNG")
    return buffer.getvalue()


def box(left: int, top: int, right: int, bottom: int, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "score": 0.9, "box": {"xmin": left, "ymin": top, "xmax": right, "ymax": bottom}}


def test_a_box() -> None:
    """A frame along its sides, its name above it, nothing within."""
    found = draw.drawn(blank(), [box(50, 40, 150, 90)])
    assert found.size == (200, 100)
    assert all(found.getpixel(place) != WHITE for place in ((50, 60), (150, 60), (100, 90)))
    assert found.getpixel((100, 70)) == WHITE
    assert found.getpixel((52, 38)) != WHITE


def test_names_have_colours() -> None:
    """Two of a kind are drawn alike, others not."""
    found = draw.drawn(blank(), [box(10, 40, 60, 90), box(80, 40, 120, 90), box(140, 40, 190, 90, "dog")])
    first, second, third = (found.getpixel((left, 80)) for left in (10, 80, 140))
    assert first == second != third


def test_a_mask() -> None:
    """What it covers is tinted, and still seen; a mask of another size is stretched."""
    mask = Image.new("L", (100, 50), 0)
    mask.paste(255, (0, 25, 50, 50))
    buffer = io.BytesIO()
    mask.save(buffer, "PNG")
    found = draw.drawn(blank(), [{"label": "cat", "score": 0.9, "mask": buffer.getvalue()}])
    tinted = found.getpixel((50, 90))
    assert tinted not in (WHITE, draw._colour({"label": "cat"}))
    assert found.getpixel((150, 90)) == WHITE


@pytest.mark.parametrize(
    "answer", [[{"label": "cat", "score": 0.9}], [{"answer": "2", "score": 0.5}], {"generated_text": "two cats"}]
)
def test_words(answer: Any) -> None:
    """Classes, answers and captions are written at the top."""
    found = draw.drawn(blank(), answer)
    assert found.getpixel((1, 1)) != WHITE
    assert found.getpixel((190, 95)) == WHITE


@pytest.mark.parametrize("answer", [[], "text", [{"box": {"xmin": None}}], [{"score": 1.0}]])
def test_nothing_to_draw(answer: Any) -> None:
    """It is told."""
    with pytest.raises(InputError, match="nothing to draw"):
        draw.drawn(blank(), answer)


def test_no_picture() -> None:
    """What Pillow cannot open is told as such."""
    with pytest.raises(InputError, match="no picture"):
        draw.drawn(b"nonsense", [box(1, 1, 2, 2)])


def test_a_picture_on_its_side() -> None:
    """Boxes belong to the picture as it is seen."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 100), WHITE).save(buffer, "JPEG", exif=exif)
    assert draw.drawn(buffer.getvalue(), [box(10, 20, 90, 190)]).size == (100, 200)


@pytest.mark.parametrize("task", ["object-detection", "image-segmentation", "image-classification"])
def test_the_command(tmp_path: Path, task: str) -> None:
    """The drawing is a picture of the same size, by path and by address; the answer is shown as ever."""
    canvas = Image.new("RGB", (160, 120), WHITE)
    canvas.paste(RED, (40, 40, 120, 100))
    canvas.save(tmp_path / "cats.png")
    with Sandbox() as box:
        for number, source in enumerate(("cats.png", f"{box.url}/files/160x120/cats.png")):
            there = ("--base-url", f"{box.url}/hf-inference/models/sandbox/{task}")
            done = run(tmp_path, "run", task, source, "--draw", f"{number}.png", *there)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.endswith(f"{number}.png: what was found, drawn\n")
            with Image.open(tmp_path / f"{number}.png") as drawing:
                assert drawing.size == (160, 120)


def test_a_drawing_is_not_overwritten(tmp_path: Path) -> None:
    """It is looked at first, and nothing is asked."""
    for name in ("cats.png", "drawn.png"):
        (tmp_path / name).write_bytes(blank())
    with Sandbox() as box:
        done = run(tmp_path, "run", "object-detection", "cats.png", "--draw", "drawn.png", "--base-url", box.url)
    assert (done.returncode, "--force" in done.stderr, box.requests) == (1, True, [])


def test_without_pillow(tmp_path: Path) -> None:
    """The extra is named before anything is asked."""
    (tmp_path / "cats.png").write_bytes(blank())
    code = "import sys; sys.modules['PIL'] = None; from infermux.cli import main; main()"
    words = ("run", "object-detection", "cats.png", "--draw", "drawn.png", "--provider", "sandbox")
    done = run(tmp_path, *words, program=(sys.executable, "-c", code))
    assert (done.returncode, 'pip install "infermux[image]"' in done.stderr) == (1, True)
