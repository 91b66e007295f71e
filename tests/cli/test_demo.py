"""`infermux demo`: what is shown is what is run."""

from __future__ import annotations

import re
import wave
from pathlib import Path

from infermux.sandbox import sound

from .running import Terminal, run


def test_demo(tmp_path: Path) -> None:
    """Both clients do every step; the files are there; piped, it is plain; nothing else is written."""
    done = run(tmp_path, "demo", "-o", "made")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    for answer, times in {
        "This is the infermux sandbox, not a model. You wrote: Say hello to the moon.": 2,
        'weather {"city":"Paris"}': 2,
        "weather answered: 21 degrees and sunny in Paris": 2,
        "{'name': 'Ada Lovelace', 'age': 36, 'drink': 'tea'}": 2,
        "made/picture.png: 512 x 512": 2,
        "These words were read from a sound file.": 2,
        "1.00  a small cat sleeps": 2,
        "infermux doctor": 1,
    }.items():
        assert done.stdout.count(answer) == times, answer
    assert sorted(file.name for file in (tmp_path / "made").iterdir()) == ["picture.png", "speech.wav"]
    assert [file.name for file in tmp_path.iterdir()] == ["made"]
    assert (tmp_path / "made" / "picture.png").stat().st_size > 1000


def test_both_clients_are_shown(tmp_path: Path) -> None:
    """The sync code is that of the async client without its two words."""
    done = run(tmp_path, "demo")
    _, sync, asynchronous = re.split(r"client = \w+Client\(.*\)", done.stdout)
    code = ["\n".join(line for line in part.splitlines() if line.startswith("    ")) for part in (sync, asynchronous)]
    assert "await" not in code[0]
    assert code[1].count("await ") == 7
    assert code[0] == code[1].replace("async ", "").replace("await ", "")


def test_the_recording_is_real(tmp_path: Path) -> None:
    """It is a WAV that other programs play."""
    run(tmp_path, "demo")
    file = tmp_path / "demo-output" / "speech.wav"
    with wave.open(str(file)) as recording:
        assert recording.getframerate() == sound.RATE
        assert recording.getnframes() > sound.RATE


def test_in_a_terminal(tmp_path: Path) -> None:
    """It ends well there too."""
    with Terminal(tmp_path, "demo") as terminal:
        terminal.until("What next")
        terminal.until("inference-providers")
        assert terminal.process.wait(5) == 0
