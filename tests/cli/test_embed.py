"""`infermux embed` and `infermux transcribe`."""

from __future__ import annotations

import json
from pathlib import Path

from infermux.sandbox import sound

from .running import run


def test_near_texts_are_near(tmp_path: Path, url: str) -> None:
    """The table holds each text with its cosines, 1 in the diagonal."""
    texts = ("a small cat sleeps", "a small cat is sleeping", "the stock market fell")
    done = run(tmp_path, "embed", *texts, "--base-url", url)
    first, _, numbers, *rows = done.stdout.splitlines()
    assert (done.returncode, first, numbers.split()) == (0, "256 dimensions", ["1", "2", "3"])
    cosines = [[float(word) for word in row.split()[1:4]] for row in rows]
    assert [row[place] for place, row in enumerate(cosines)] == [1, 1, 1]
    assert cosines[0][1] > 0.5 > cosines[0][2]
    assert [row.split(maxsplit=4)[4] for row in rows] == [*texts]


def test_one_text(tmp_path: Path, url: str) -> None:
    """There is nothing to compare."""
    assert run(tmp_path, "embed", "one", "--base-url", url).stdout == "256 dimensions\n"


def test_lines_as_json(tmp_path: Path, url: str) -> None:
    """Each piped line that is not blank is a text, and gives one vector."""
    done = run(tmp_path, "embed", "--json", "--base-url", url, said="one\n\ntwo\n")
    assert [len(vector) for vector in json.loads(done.stdout)] == [256, 256]


def test_no_text(tmp_path: Path, url: str) -> None:
    """Nothing to embed is status 2."""
    assert run(tmp_path, "embed", "--base-url", url).returncode == 2


def test_transcribe(tmp_path: Path, url: str) -> None:
    """The words of a sound file; a missing file is status 2."""
    (tmp_path / "hello.wav").write_bytes(sound.speak("hello world"))
    assert run(tmp_path, "transcribe", "hello.wav", "--base-url", url).stdout == "hello world\n"
    assert run(tmp_path, "transcribe", "missing.wav", "--base-url", url).returncode == 2
