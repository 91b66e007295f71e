"""`infermux chat`: one answer, and a talk in a real terminal."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infermux.sandbox import Sandbox

from .running import COMMAND, Terminal, environment, run

SAID = "This is the infermux sandbox, not a model."


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    """A sandbox whose answers take many seconds."""
    with Sandbox("F01:0.3") as box:
        yield box


def test_one_answer(tmp_path: Path) -> None:
    """The answer alone is on stdout, plain."""
    done = run(tmp_path, "chat", "--provider", "sandbox", "Hello", "there")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{SAID} You wrote: Hello there\n", "")


def test_piped_text(tmp_path: Path, url: str) -> None:
    """Without a text, what is piped in is said."""
    done = run(tmp_path, "chat", "--base-url", url, said="one\ntwo [/bold]\n")
    assert done.stdout == f"{SAID} You wrote: one\ntwo [/bold]\n"


def test_options_are_sent(tmp_path: Path, box: Sandbox) -> None:
    """Model, system text, temperature, limit and key reach the server, as a stream."""
    options = ("-m", "a/b", "--system", "Be kind.", "--temperature", "0.5", "--max-tokens", "3", "--api-key", "k")
    done = run(tmp_path, "chat", "Hello", "--base-url", box.url, *options)
    (request,) = box.requests
    assert request.json == {
        "model": "a/b",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}],
        "temperature": 0.5,
        "max_tokens": 3,
        "stream": True,
    }
    assert request.headers["authorization"] == "Bearer k"
    assert (done.returncode, done.stdout) == (0, "This is the\n")


def test_it_streams(tmp_path: Path, slow: Sandbox) -> None:
    """The first words are there long before the last."""
    words = [COMMAND, "chat", "Hello", "--base-url", slow.url]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=tmp_path, env=environment(tmp_path)) as process:
        assert process.stdout
        assert process.stdout.read(4) == b"This"
        assert process.poll() is None
        process.kill()


def test_json(tmp_path: Path, url: str) -> None:
    """The whole answer as JSON."""
    done = run(tmp_path, "chat", "Hello", "--base-url", url, "--json")
    answer = json.loads(done.stdout)
    assert answer["choices"][0]["message"]["content"].startswith(SAID)
    assert answer["usage"]["prompt_tokens"] == 1


@pytest.mark.parametrize("words", [[], [" "], ["Hi", "--nonsense"], ["--json"]])
def test_usage(tmp_path: Path, words: list[str]) -> None:
    """Nothing to say, or an option that there is not, is status 2."""
    done = run(tmp_path, "chat", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: infermux chat" in done.stderr


def test_a_talk_is_no_json(tmp_path: Path, url: str) -> None:
    """In a terminal, --json needs a text."""
    with Terminal(tmp_path, "chat", "--json", "--base-url", url) as terminal:
        terminal.until("it needs a text")
        assert terminal.process.wait(5) == 2


def test_model_is_wanted(tmp_path: Path) -> None:
    """With a key and no model, the option is named."""
    done = run(tmp_path, "chat", "Hello", HF_TOKEN="hf_1")
    assert (done.returncode, "--model" in done.stderr) == (2, True)


def test_refusal(tmp_path: Path) -> None:
    """What the server says is told in one paragraph, and what to do."""
    with Sandbox(api_key="right") as box:
        done = run(tmp_path, "chat", "Hello", "--base-url", box.url, "--api-key", "wrong")
    assert (done.returncode, done.stdout) == (1, "")
    error, advice = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert "Incorrect API key" in error
    assert "infermux doctor" in advice
    assert "wrong" not in done.stderr


def test_attempts_are_noted(tmp_path: Path) -> None:
    """Another attempt is told of on stderr, and does not disturb the answer."""
    with Sandbox("S01:0") as box:
        done = run(tmp_path, "chat", "Hello", "--base-url", box.url)
    assert (done.returncode, done.stdout) == (0, f"{SAID} You wrote: Hello\n")
    assert "attempt 2" in done.stderr


def test_broken_stream(tmp_path: Path) -> None:
    """What came is kept, and the end is an error."""
    with Sandbox("S08:2") as box:
        done = run(tmp_path, "chat", "Hello", "--base-url", box.url)
    assert (done.returncode, done.stdout) == (1, "This is\n")
    assert done.stderr.startswith("error: ")


def test_talk(tmp_path: Path, box: Sandbox) -> None:
    """Each turn sends the ones before it; /new forgets them and keeps the system text; /exit ends."""
    with Terminal(tmp_path, "chat", "--base-url", box.url, "--system", "Be kind.") as terminal:
        for said in ("Hello", "Again", "/new", "Anew"):
            terminal.until("» ")
            terminal.type(f"{said}\r")
        assert "You wrote: Anew" in terminal.until("» ")
        terminal.type("/exit\r")
        assert terminal.process.wait(5) == 0
    talks = [[message["content"] for message in request.json["messages"]] for request in box.requests]
    assert talks == [
        ["Be kind.", "Hello"],
        ["Be kind.", "Hello", f"{SAID} You wrote: Hello", "Again"],
        ["Be kind.", "Anew"],
    ]


def test_ctrl_c_stops_an_answer(tmp_path: Path, slow: Sandbox) -> None:
    """Ctrl-C ends the answer and not the talk; what came stays in it. Ctrl-D ends the talk."""
    with Terminal(tmp_path, "chat", "--base-url", slow.url) as terminal:
        terminal.until("» ")
        terminal.type("Hello\r")
        terminal.until("This is")
        begun = time.monotonic()
        terminal.type("\x03")
        assert "stopped" in terminal.until("» ")
        assert time.monotonic() - begun < 1
        terminal.type("Go on\r")
        terminal.until("This")
        terminal.type("\x03")
        terminal.until("» ")
        terminal.type("\x04")
        assert terminal.process.wait(5) == 0
    said, answered, then = slow.requests[1].json["messages"]
    assert (said["content"], then["content"]) == ("Hello", "Go on")
    assert answered["role"] == "assistant"
    assert SAID.startswith(answered["content"])


def test_ctrl_c_twice_ends(tmp_path: Path, box: Sandbox) -> None:
    """At the prompt the first Ctrl-C asks, the second ends with status 130."""
    with Terminal(tmp_path, "chat", "--base-url", box.url) as terminal:
        terminal.until("» ")
        # readline shows its prompt a moment before it listens to signals.
        time.sleep(0.3)
        terminal.type("\x03")
        assert "once more" in terminal.until("» ")
        time.sleep(0.3)
        terminal.type("\x03")
        assert terminal.process.wait(5) == 130


def test_ctrl_c_outside_a_talk(tmp_path: Path, slow: Sandbox) -> None:
    """A single answer is left with status 130."""
    with Terminal(tmp_path, "chat", "Hello", "--base-url", slow.url) as terminal:
        terminal.until("This is")
        terminal.type("\x03")
        assert terminal.process.wait(5) == 130
        assert "Traceback" not in terminal.shown


def test_an_error_does_not_end_a_talk(tmp_path: Path) -> None:
    """The error is told, the turn forgotten, and the talk goes on."""
    with Sandbox("S12") as box, Terminal(tmp_path, "chat", "--base-url", box.url) as terminal:
        terminal.until("» ")
        terminal.type("Hello\r")
        assert "error: " in terminal.until("» ")
        box.faults.clear()
        terminal.type("Again\r")
        assert "You wrote: Again" in terminal.until("» ")
        assert len(box.requests[-1].json["messages"]) == 1


def test_an_answer_cannot_steer_the_terminal(tmp_path: Path, box: Sandbox) -> None:
    """Escape characters in an answer are dropped in a terminal."""
    with Terminal(tmp_path, "chat", "a\x1b[31mb", "--base-url", box.url) as terminal:
        assert "\x1b" not in terminal.until("You wrote: a[31mb")
        assert terminal.process.wait(5) == 0
