"""Runs the installed command in an empty home, without keys; every warning is an error."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import Self

COMMAND = str(Path(sys.executable).with_name("infermux"))
# Makes the terminal the controlling one of the command, so that Ctrl-C in it is a signal.
_IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What the command finds around it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONWARNINGS": "error",
        "PYTHONUTF8": "1",
        "TERM": "dumb",
        **more,
    }


def run(
    home: Path, *words: str, said: str = "", program: tuple[str, ...] = (COMMAND,), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, and refuse a traceback."""
    done = subprocess.run(
        [*program, *words],
        input=said,
        capture_output=True,
        encoding="utf-8",
        timeout=20,
        check=False,
        cwd=home,
        env=environment(home, **more),
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


class Terminal:
    """The command in a terminal of its own."""

    def __init__(self, home: Path, *words: str) -> None:
        self._own, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, COMMAND, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=home,
            env=environment(home),
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""

    def type(self, keys: str) -> None:
        """Press keys; `\\x03` is Ctrl-C, `\\x04` Ctrl-D."""
        os.write(self._own, keys.encode())

    def until(self, words: str) -> str:
        """Wait until some words are shown; give all up to them, and forget it."""
        end = time.monotonic() + 10
        while words not in self.shown:
            ready = select.select([self._own], [], [], max(end - time.monotonic(), 0))[0]
            if not ready:
                pytest.fail(f"waited in vain for {words!r}; there is {self.shown!r}")
            self.shown += os.read(self._own, 65536).decode(errors="replace")
        before, _, self.shown = self.shown.partition(words)
        return before

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)
