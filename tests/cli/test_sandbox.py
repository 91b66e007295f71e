"""`infermux sandbox`: a server for any client, and the lines that tell how."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import huggingface_hub
import openai

import infermux
import infermux.sandbox

from .running import COMMAND, environment, run


@contextmanager
def served(home: Path, *words: str) -> Iterator[dict[str, str]]:
    """Run the server; give the lines it prints, by the client's name; end it by Ctrl-C."""
    with subprocess.Popen(
        [COMMAND, "sandbox", "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=home,
        env=environment(home),
    ) as process:
        assert process.stdout
        assert process.stderr
        told = {"url": re.findall(r"http://\S+", process.stdout.readline())[0]}
        assert process.stdout.readline() == "\n"
        while "shell" not in told:
            name, line = process.stdout.readline().split(maxsplit=1)
            told[name] = line.strip()
        try:
            yield told
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(5) == 0
            assert process.stderr.read() == ""


def test_the_lines_work(tmp_path: Path) -> None:
    """What is printed for each client is run as it is, and gets an answer."""
    hello = [{"role": "user", "content": "Hello"}]
    with served(tmp_path) as told:
        peer = eval(told["openai"], {"OpenAI": openai.OpenAI})
        with peer:
            answer = peer.chat.completions.create(model="m", messages=hello)
            assert "sandbox" in answer.choices[0].message.content
        for name, package in (("huggingface_hub", huggingface_hub), ("infermux", infermux)):
            with eval(told[name], {"InferenceClient": package.InferenceClient}) as client:
                assert "sandbox" in client.chat_completion(hello).choices[0].message.content
        _, *words = told["shell"].split()
        assert "sandbox" in run(tmp_path, *words).stdout
        assert f'endpointUrl: "{told["url"]}"' in told["JavaScript"]


def test_a_fault(tmp_path: Path) -> None:
    """A fault is in force; an unknown one, or one with an argument that it cannot use, is status 2."""
    with served(tmp_path, "--fault", "S12") as told:
        done = run(tmp_path, "chat", "Hello", "--base-url", told["url"])
        assert (done.returncode, "context" in done.stderr) == (1, True)
    for wrong in ("S99", "S02:3"):
        done = run(tmp_path, "sandbox", "--fault", wrong)
        assert (done.returncode, "--list-faults" in done.stderr) == (2, True)


def test_faults_are_listed(tmp_path: Path) -> None:
    """Each with its description."""
    lines = run(tmp_path, "sandbox", "--list-faults").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [*infermux.sandbox.FAULTS]


def test_a_taken_port(tmp_path: Path) -> None:
    """It is told in one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(tmp_path, "sandbox", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Address already in use; choose another --port" in line


def test_a_wrong_host(tmp_path: Path) -> None:
    """An address of another machine is told as such: another port would not help."""
    done = run(tmp_path, "sandbox", "--host", "192.0.2.1")
    assert (done.returncode, "choose another --host" in done.stderr, "--port" in done.stderr) == (1, True, False)
