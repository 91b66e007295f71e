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


def blank(width: int = 600, height: int = 300) -> bytes:
    return png(Image.new("RGB", (width, height), WHITE))


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def box(left: int, top: int, right: int, bottom: int, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "score": 0.9, "box": {"xmin": left, "ymin": top, "xmax": right, "ymax": bottom}}


def colours(picture: Image.Image) -> set[Any]:
    return {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}


def test_a_box() -> None:
    """A frame along its sides, its name above it, nothing within."""
    found = draw.drawn(blank(), [box(150, 120, 450, 270)])
    assert found.size == (600, 300)
    assert all(found.getpixel(place) != WHITE for place in ((150, 180), (450, 180), (300, 270)))
    assert found.getpixel((300, 210)) == WHITE
    assert found.getpixel((152, 118)) != WHITE


def test_a_small_picture() -> None:
    """It is enlarged, so that a name has room, and the boxes with it."""
    found = draw.drawn(blank(16, 8), [box(4, 5, 12, 7)])
    assert found.size == (480, 240)
    assert all(found.getpixel(place) != WHITE for place in ((120, 180), (360, 180), (240, 210)))


def test_names_have_colours() -> None:
    """Two of a kind are drawn alike, others not."""
    found = draw.drawn(blank(), [box(30, 120, 180, 270), box(240, 120, 360, 270), box(420, 120, 570, 270, "dog")])
    first, second, third = (found.getpixel((left, 240)) for left in (30, 240, 420))
    assert first == second != third


def test_names_do_not_cover_each_other() -> None:
    """Of boxes at one place each name is seen, and none lies outside the picture or is covered by a frame."""
    place = (150, 60, 450, 270)
    alone = [draw.drawn(blank(), [box(*place, "cat")]), draw.drawn(blank(), [box(*place, "sofa")])]
    both = draw.drawn(blank(), [box(*place, "cat"), box(*place, "sofa")])
    rows = [sum(one.getpixel((152, top)) != WHITE for top in range(300)) for one in (*alone, both)]
    assert rows[2] > max(rows[:2]) + 15
    edges = [box(0, 0, 600, 300), box(590, 295, 600, 300, "a name that is longer than the picture " * 9)]
    assert draw.drawn(blank(), edges).size == (600, 300)


def test_a_mask() -> None:
    """What it covers is tinted, and still seen; a mask of another size is stretched; a row tells its name."""
    mask = Image.new("L", (100, 50), 0)
    mask.paste(255, (0, 25, 50, 50))
    found = draw.drawn(blank(), [{"label": "cat", "score": 0.9, "mask": png(mask)}])
    assert found.getpixel((150, 270)) not in (WHITE, draw._colour(0))
    assert found.getpixel((450, 270)) == WHITE
    assert draw._colour(0) in colours(found.crop((0, 300, *found.size)))


def test_a_mask_that_is_no_picture() -> None:
    """It is told."""
    with pytest.raises(InputError, match="a mask of the answer is no picture"):
        draw.drawn(blank(), [{"label": "cat", "mask": b"nonsense"}])


@pytest.mark.parametrize(
    "answer",
    [
        [{"label": "cat", "score": 0.9}],
        [{"answer": "2", "score": 0.5}],
        {"generated_text": "two cats"},
        {"generated_text": "two cats\non a sofa"},
        {"generated_text": "a caption that is longer than the picture is wide " * 9},
    ],
)
def test_words(answer: Any) -> None:
    """Classes, answers and captions are written below the picture, which stays as it is."""
    found = draw.drawn(blank(), answer)
    assert found.width == 600
    assert found.height > 300
    assert colours(found.crop((0, 0, 600, 300))) == {WHITE}
    assert (0, 0, 0) in colours(found.crop((0, 300, *found.size)))
    assert colours(found.crop((595, 0, *found.size))) == {WHITE}


def test_scores() -> None:
    """The higher a score, the longer is its bar."""
    found = draw.drawn(blank(), [{"label": "cat", "score": 0.75}, {"label": "dog", "score": 0.25}])
    seen = [colour for _, colour in sorted(found.getcolors(1 << 24), key=lambda one: one[0])]
    assert seen.index(draw._colour(0)) > seen.index(draw._colour(draw._TURN))


def test_nothing_found() -> None:
    """The picture stays as it is."""
    assert colours(draw.drawn(blank(), [])) == {WHITE}


@pytest.mark.parametrize("answer", ["text", [{"box": {"xmin": None}}], [{"score": 1.0}]])
def test_nothing_to_draw(answer: Any) -> None:
    """It is told."""
    with pytest.raises(InputError, match="nothing to draw"):
        draw.drawn(blank(), answer)


def test_no_picture() -> None:
    """What Pillow cannot open is told as such."""
    with pytest.raises(InputError, match="no picture that Pillow knows: 8 bytes that begin with b'nonsense'"):
        draw.drawn(b"nonsense", [box(1, 1, 2, 2)])


def test_a_picture_on_its_side() -> None:
    """Boxes belong to the picture as it is seen."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (600, 300), WHITE).save(buffer, "JPEG", exif=exif)
    assert draw.drawn(buffer.getvalue(), [box(10, 20, 90, 190)]).size == (300, 600)


@pytest.mark.parametrize("task", ["object-detection", "image-segmentation", "image-classification"])
def test_the_command(tmp_path: Path, task: str) -> None:
    """The drawing is a picture, of a path and of an address; the answer is shown as ever."""
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
                assert drawing.size >= (480, 360)


def test_a_drawing_is_not_overwritten(tmp_path: Path) -> None:
    """It is looked at first, and nothing is asked."""
    for name in ("cats.png", "drawn.png"):
        (tmp_path / name).write_bytes(blank())
    with Sandbox() as box:
        done = run(tmp_path, "run", "object-detection", "cats.png", "--draw", "drawn.png", "--base-url", box.url)
    assert (done.returncode, "--force" in done.stderr, box.requests) == (1, True, [])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("object-detection", "text.png", "--draw", "x.png"), "no picture that Pillow knows"),
        (("object-detection", "cats.png", "--draw", "x.txt"), "no ending of a picture"),
        (("object-detection", "cats.png", "--draw", "x.psd"), "no ending of a picture"),
        (("depth-estimation", "cats.png", "--draw", "x.png"), "depth-estimation finds nothing"),
        (("image-to-image", "cats.png", "winter", "--draw", "x.png"), "image-to-image finds nothing"),
        (("summarization", "a", "--draw", "x.png"), "summarization finds nothing"),
    ],
)
def test_what_cannot_be_drawn(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """It is told before anything is asked: an answer costs money."""
    (tmp_path / "cats.png").write_bytes(blank())
    (tmp_path / "text.png").write_text("no picture")
    with Sandbox() as box:
        done = run(tmp_path, "run", *words, "--base-url", box.url, COLUMNS="200")
    assert (done.returncode != 0, told in done.stderr, box.requests) == (True, True, [])


def test_without_pillow(tmp_path: Path) -> None:
    """The extra is named before anything is asked."""
    (tmp_path / "cats.png").write_bytes(blank())
    code = "import sys; sys.modules['PIL'] = None; from infermux.cli import main; main()"
    words = ("run", "object-detection", "cats.png", "--draw", "drawn.png", "--provider", "sandbox")
    done = run(tmp_path, *words, program=(sys.executable, "-c", code))
    assert (done.returncode, 'pip install "infermux[image]"' in done.stderr) == (1, True)
