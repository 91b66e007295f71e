"""`infermux image`: a picture in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from infermux.sandbox import Sandbox

from .running import run

PNG = b"\x89PNG\r\n\x1a\n"
IHDR_SIZE = slice(16, 24)


def test_a_picture(tmp_path: Path, url: str) -> None:
    """It is written to picture.png, and its kind and size are told."""
    done = run(tmp_path, "image", "a", "red", "cat", "--base-url", url, "--width", "64", "--height", "32")
    picture = (tmp_path / "picture.png").read_bytes()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"picture.png: image/png, {len(picture):,} bytes\n"
    assert picture.startswith(PNG)
    assert picture[IHDR_SIZE] == bytes((0, 0, 0, 64, 0, 0, 0, 32))


def test_options_are_sent(tmp_path: Path) -> None:
    """Each option reaches the server by the task's own name."""
    options = ("--steps", "4", "--seed", "7", "--negative-prompt", "dogs", "-o", "cat.png")
    with Sandbox() as box:
        done = run(tmp_path, "image", "a cat", "--base-url", box.url, *options)
    assert (done.returncode, (tmp_path / "cat.png").exists()) == (0, True)
    assert box.requests[0].json == {
        "inputs": "a cat",
        "parameters": {"num_inference_steps": 4, "seed": 7, "negative_prompt": "dogs"},
    }


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """An existing file stays, and nothing is asked; --force replaces it."""
    file = tmp_path / "picture.png"
    file.write_text("mine")
    with Sandbox() as box:
        refused = run(tmp_path, "image", "a cat", "--base-url", box.url)
        assert (refused.returncode, refused.stdout, box.requests) == (1, "", [])
        assert "--force" in refused.stderr
        assert file.read_text() == "mine"
        assert run(tmp_path, "image", "a cat", "--base-url", box.url, "--force", "--width", "32").returncode == 0
    assert file.read_bytes().startswith(PNG)


@pytest.mark.parametrize("output", ["nowhere/cat.png", "."])
def test_a_place_that_cannot_be_written(tmp_path: Path, url: str, output: str) -> None:
    """It is named in one line."""
    done = run(tmp_path, "image", "a cat", "--base-url", url, "-o", output, "--force")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
