"""The command as a whole: its version, its help, and what it says where something lacks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infermux.version import VERSION

from .running import COMMAND, environment, run

ASKING = [("chat", "Hello"), ("image", "a cat"), ("embed", "Hello"), ("transcribe", sys.executable)]


def test_version(tmp_path: Path) -> None:
    """The command and the module are one."""
    told = (0, f"infermux {VERSION}\n", "")
    for program in ({}, {"program": (sys.executable, "-m", "infermux")}):
        done = run(tmp_path, "--version", **program)  # type: ignore[arg-type]
        assert (done.returncode, done.stdout, done.stderr) == told


def test_help(tmp_path: Path) -> None:
    """Every command is listed."""
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    asking, telling = ("chat", "image", "embed", "transcribe", "run"), ("tasks", "providers", "models", "doctor")
    for name in (*asking, *telling, "demo", "sandbox"):
        assert f"│ {name} " in done.stdout


@pytest.mark.parametrize("absent", ["typer", "rich"])
def test_without_the_extra(tmp_path: Path, absent: str) -> None:
    """One line names the extra."""
    code = f"import sys; sys.modules['{absent}'] = None; from infermux.cli import main; main()"
    done = run(tmp_path, program=(sys.executable, "-c", code))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert 'pip install "infermux[cli]"' in line


@pytest.mark.parametrize("words", ASKING, ids=lambda words: words[0])
def test_no_key(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Without any key, one line names the login and the sandbox."""
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: no key was found")
    assert all(way in line for way in ("hf auth login", "HF_TOKEN", "--provider sandbox"))


def test_a_provider_without_its_key(tmp_path: Path) -> None:
    """Its own variable is named; the login only where it helps."""
    groq = run(tmp_path, "chat", "Hello", "--provider", "groq").stderr
    openai = run(tmp_path, "chat", "Hello", "--provider", "openai").stderr
    assert all(way in groq for way in ("hf auth login", "GROQ_API_KEY", "--provider sandbox"))
    assert ("hf auth login" in openai, "OPENAI_API_KEY" in openai) == (False, True)


def test_a_key_of_another_provider(tmp_path: Path) -> None:
    """A key that is there is pointed at, and not shown."""
    done = run(tmp_path, "chat", "Hello", GROQ_API_KEY="gsk_secret")
    assert "--provider groq" in done.stderr
    assert "gsk_secret" not in done.stderr


def test_no_network(tmp_path: Path) -> None:
    """A server that is not there is told with the way offline."""
    done = run(tmp_path, "chat", "Hello", "--base-url", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (1, "")
    *_, error, advice = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert "--provider sandbox" in advice


def test_proxies_leave_the_sandbox_alone(tmp_path: Path) -> None:
    """A proxy of the environment is not asked for what runs in the process."""
    done = run(tmp_path, "chat", "Hello", "--provider", "sandbox", HTTP_PROXY="http://127.0.0.1:9")
    assert done.returncode == 0


def test_an_address_without_its_scheme(tmp_path: Path) -> None:
    """It is a mistake in the options, not a model."""
    done = run(tmp_path, "chat", "Hello", "--base-url", "localhost:8080")
    assert (done.returncode, "http://" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("shell", "status"),
    [("{} chat Hello {} >&-", 0), ("{} chat Hello {} <&-", 0), ("{} chat {} <&-", 2), ("{} chat Hello {} 2>&-", 0)],
)
def test_what_the_shell_closed(tmp_path: Path, url: str, shell: str, status: int) -> None:
    """A closed stream is an empty one."""
    line = shell.format(COMMAND, f"--base-url {url}")
    assert run(tmp_path, program=("sh", "-c", line)).returncode == status


@pytest.mark.parametrize("words", ["tasks", "chat Hello", "run text-to-image Hello -o -"])
def test_a_full_disk(tmp_path: Path, url: str, words: str) -> None:
    """That the answer could not be written is told in one line, and by the status."""
    more = "" if words == "tasks" else f"--base-url {url}"
    done = run(tmp_path, program=("sh", "-c", f"{COMMAND} {words} {more} > /dev/full"))
    assert (done.returncode, done.stderr) == (1, "error: the output: No space left on device\n")


def test_ctrl_c_at_the_start(tmp_path: Path) -> None:
    """While the command is still being loaded, it ends as it does later."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'infermux.cli.app':\n"
        "            import time; print('loading', flush=True); time.sleep(9)\n"
        "sys.meta_path.insert(0, Slow())\n"
        "from infermux.cli import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        assert (process.wait(5), process.stderr.read()) == (130, "")
