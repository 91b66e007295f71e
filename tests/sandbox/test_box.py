from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from infermux import sandbox
from infermux.sandbox import Sandbox

from .wire import CHAT, ask


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program in which every warning is an error."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_requests_are_recorded() -> None:
    """Method, path with query, lower-case headers, bytes and JSON, in order."""
    with Sandbox() as box:
        ask(box.url, "/v1/chat/completions?a=b", CHAT, X_Test="yes")
        ask(box.url, "/v1/audio/speech", b"\xff")
        first, second = box.requests
        assert (first.method, first.path, first.headers["x-test"]) == ("POST", "/v1/chat/completions?a=b", "yes")
        assert (first.json, first.query) == (CHAT, {"a": ["b"]})
        assert (second.body, second.json) == (b"\xff", None)


def test_answers_have_a_request_id(url: str) -> None:
    """The id is the same for the same request, and there on refusals too."""
    ids = [ask(url, "/v1/nothing", {}).headers["x-request-id"] for _ in range(2)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("job_s", "error"), [("x", TypeError), (None, TypeError), (-1, ValueError), (math.inf, ValueError)]
)
def test_lengths_of_jobs_that_are_none(job_s: Any, error: type[Exception]) -> None:
    """They are refused when the sandbox is made."""
    with pytest.raises(error, match=f"job_s must be a finite number of seconds, 0 or more, not {job_s!r}"):
        Sandbox(job_s=job_s)


def test_leaving_ends_what_sleeps() -> None:
    """A sandbox stops at once although a fault still sleeps, and leaves no thread."""
    before = threading.active_count()
    with Sandbox("S06") as box:
        caller = threading.Thread(target=ask, args=(box.url, "/v1/chat/completions", CHAT))
        caller.start()
        while not box.requests:
            time.sleep(0.01)
        start = time.monotonic()
    assert time.monotonic() - start < 1
    caller.join()
    assert threading.active_count() == before


def test_one_for_the_process() -> None:
    """Every call gives the same address, from any thread; the process ends quietly."""
    done = run(
        "import threading, urllib.request\n"
        "from infermux import sandbox\n"
        "urls = []\n"
        "threads = [threading.Thread(target=lambda: urls.append(sandbox.start())) for _ in range(8)]\n"
        "[t.start() for t in threads], [t.join() for t in threads]\n"
        "assert len(set(urls)) == 1, urls\n"
        "urllib.request.urlopen(urls[0] + '/health').close()\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("named", ["{}", " {}/ "])
def test_one_that_runs_is_taken(url: str, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    """Where the environment names the address of a sandbox, none is started."""
    monkeypatch.setenv("INFERMUX_SANDBOX", named.format(url))
    assert sandbox.start() == url


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_starts_its_own() -> None:
    """Parent and child each have a sandbox that answers, and both end quietly."""
    done = run(
        "import os, sys, urllib.request, warnings\n"
        "warnings.simplefilter('ignore', DeprecationWarning)  # newer Pythons warn of any fork beside a thread\n"
        "from infermux import sandbox\n"
        "url = sandbox.start()\n"
        "child = os.fork()\n"
        "own = sandbox.start()\n"
        "urllib.request.urlopen(own + '/health').close()\n"
        "assert (own == url) == bool(child)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if child else 0)\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="signals work differently on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_until_ctrl_c(number: signal.Signals) -> None:
    """It says where it listens, spoils what it was told to, and ends quietly."""
    code = "from infermux.sandbox import serve; serve(fault='S04', ready=lambda url: print(url, flush=True))"
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout
        assert served.stderr
        url = served.stdout.readline().strip()
        assert ask(url, "/v1/chat/completions", CHAT).status == 503
        served.send_signal(number)
        assert served.wait(5) == 0
        assert served.stderr.read() == ""


def test_serve_refuses_an_unknown_fault() -> None:
    """Before it listens."""
    with pytest.raises(ValueError, match="S99"):
        sandbox.serve(fault="S99")


def test_a_taken_port_is_an_error(url: str) -> None:
    """It is told at once."""
    with pytest.raises(OSError, match="address"):
        sandbox.serve(port=int(url.rpartition(":")[2]))
