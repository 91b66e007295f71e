"""`infermux demo`: what is shown is what is run."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest

from infermux.sandbox import sound

from .running import Terminal, run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def shown(home: Path) -> str:
    """What one run shows, piped."""
    done = run(home, "demo")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    "answer",
    [
        "This is the infermux sandbox, not a model. You wrote: Say hello to the moon.",
        'weather {"city":"Paris"}',
        "weather answered: 21 degrees and sunny in Paris",
        "{'name': 'Ada Lovelace', 'age': 36, 'drink': 'tea'}",
        "demo-output/picture.png: 512 x 512",
        "These words were read from a sound file.",
        "1.00  a small cat sleeps",
        "IN_QUEUE (0 ahead)\nIN_PROGRESS \nCOMPLETED \ndemo-output/video.mp4: ",
    ],
)
def test_answers(shown: str, answer: str) -> None:
    """Both clients get each of them."""
    assert shown.count(answer) == 2


def test_files(home: Path, shown: str) -> None:
    """A picture, a recording and a film that other programs open, with their sizes, and nothing else."""
    (folder,) = home.iterdir()
    assert sorted(file.name for file in folder.iterdir()) == ["picture.png", "speech.wav", "video.mp4"]
    for file in folder.iterdir():
        assert re.search(rf"demo-output/{file.name}.* {file.stat().st_size:,} bytes", shown)
    assert (folder / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "video.mp4").read_bytes()[4:8] == b"ftyp"
    with wave.open(str(folder / "speech.wav")) as recording:
        assert recording.getnframes() > sound.RATE


def test_both_clients_are_shown(shown: str) -> None:
    """The sync code is that of the async client without its two words; piped, nothing is coloured."""
    steps, _, _ = shown.partition("\nDone in")
    _, sync, asynchronous = re.split(r"client = \w+Client\(.*\)", steps)
    code = ["\n".join(line for line in part.splitlines() if line.startswith("    ")) for part in (sync, asynchronous)]
    assert "await" not in code[0]
    assert code[1].count("await ") == 8 + 1
    assert code[0] == code[1].replace("async ", "").replace("await ", "")
    assert "\x1b" not in shown


def test_what_next(shown: str) -> None:
    """It ends with the login, a provider and the documents."""
    advice = shown.partition("What next")[2]
    assert all(word in advice for word in ("hf auth login", "--provider", "infermux doctor", "https://"))


def test_in_a_terminal(tmp_path: Path) -> None:
    """It ends well there too, with the folder of the caller's choice."""
    with Terminal(tmp_path, "demo", "-o", "made") as terminal:
        terminal.until("What next")
        terminal.until("inference-providers")
        assert terminal.process.wait(5) == 0
    assert (tmp_path / "made" / "picture.png").exists()
