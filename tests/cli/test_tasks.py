"""`infermux tasks`: each task with an example that runs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from infermux import tasks
from infermux.cli.reading import parameters
from infermux.cli.tasks import EXAMPLES, example, taken
from infermux.sandbox import picture, sound
from infermux.tasks._ask import CallOptions

from .running import run

TABLES = {
    "fish.csv": "Height,Width\n11.52,4.02\n12.48,4.3\n",
    "repositories.csv": "Repository,Stars\nTransformers,36542\nDatasets,4512\n",
    "wines.csv": "acidity,alcohol\n7.4,9.4\n7.8,9.8\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the files of the examples."""
    for name in ("cats.png", "invoice.png"):
        (tmp_path / name).write_bytes(picture.draw(name, 160, 120))
    (tmp_path / "speech.wav").write_bytes(sound.speak("hello world"))
    (tmp_path / "article.txt").write_text("The tower is tall. It stands in Paris. Many people go up every day.")
    (tmp_path / "match.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(64))
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_task_has_an_example() -> None:
    """A new task needs a line in `cli/tasks.py`."""
    assert sorted(EXAMPLES) == list(tasks.__all__)


@pytest.mark.parametrize("name", tasks.__all__)
def test_the_example_runs(home: Path, url: str, name: str) -> None:
    """As it is printed, against the sandbox."""
    before = {*home.iterdir()}
    done = run(home, *shlex.split(example(name))[1:], "--provider", "sandbox")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()
    for file in {*home.iterdir()} - before:
        assert file.name in done.stdout


def test_the_list(tmp_path: Path) -> None:
    """Every task with its inputs, its words and its example."""
    done = run(tmp_path, "tasks")
    assert (done.returncode, done.stderr) == (0, "")
    assert "question-answering QUESTION CONTEXT\n" in done.stdout
    assert [name for name in tasks.__all__ if f"\n  {example(name)}\n" not in done.stdout] == []


@pytest.mark.parametrize("name", tasks.__all__)
def test_one(name: str) -> None:
    """Each input and each option of its own has a line with words."""
    inputs, options = parameters(name)
    told = [line.split(maxsplit=1) for line in taken(name)]
    assert all(words for _, words in told)
    assert {option for option, _ in told} == {*inputs, *options} - CallOptions.__annotations__.keys()


def test_the_one(tmp_path: Path) -> None:
    """A task by its name, with its example and its options; a wrong one is status 2."""
    done = run(tmp_path, "tasks", "text-to-image")
    assert "text-to-image PROMPT\n" in done.stdout
    assert "\n  seed                 Start of the random numbers" in done.stdout
    assert (done.returncode, "question-answering" in done.stdout) == (0, False)
    assert [one["task"] for one in json.loads(run(tmp_path, "tasks", "text_to_image", "--json").stdout)] == [
        "text-to-image"
    ]
    wrong = run(tmp_path, "tasks", "text-to-imagine", COLUMNS="200")
    assert (wrong.returncode, "did you mean text-to-image?" in wrong.stderr) == (2, True)


def test_json(tmp_path: Path) -> None:
    """The same for programs, with the options."""
    listed = json.loads(run(tmp_path, "tasks", "--json").stdout)
    (image,) = (one for one in listed if one["task"] == "text-to-image")
    assert image["inputs"] == ["prompt"]
    assert {"width", "seed", "timeout"} <= {*image["options"]}
