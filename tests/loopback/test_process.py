"""Whole processes: they stop at Ctrl-C, and end as if nothing had been open."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from .server import Peer, Server, polite

CALLS = {
    "sync": """
from infermux.flow import Limits, Request
from infermux.transport.http import HTTPTransport
transport = HTTPTransport()
def answer(method, url):
    return transport.send(Request(method, url), Limits()).body
def first_piece_and_on(url):
    body = transport.open(Request("GET", url), Limits())
    print(body.read().decode(), flush=True)
    body.read()
""",
    "async": """
import asyncio
from infermux.flow import Limits, Request
from infermux.transport.aio import AiohttpTransport
transport = AiohttpTransport()
def answer(method, url):
    async def main():
        return (await transport.send(Request(method, url), Limits())).body
    return asyncio.run(main())
def first_piece_and_on(url):
    async def main():
        body = await transport.open(Request("GET", url), Limits())
        print((await body.read()).decode(), flush=True)
        await body.read()
    asyncio.run(main())
""",
}


def start(kind: str, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", CALLS[kind] + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("what", ["call", "stream", "connect"])
def test_ctrl_c(kind: str, what: str) -> None:
    """Ctrl-C ends a waiting call, stream or handshake by `KeyboardInterrupt` within half a second."""

    def talk(peer: Peer) -> None:
        if what != "connect":
            peer.request()
        if what == "stream":
            peer.begin()
            peer.chunk(b"begun")
        peer.wait_for_end()

    with Server(talk) as server:
        url = server.url.replace("http", "https") if what == "connect" else server.url
        act = (
            f"first_piece_and_on({url!r})"
            if what == "stream"
            else f"print('begun', flush=True); answer('GET', {url!r})"
        )
        process = start(kind, f"try:\n    {act}\nexcept KeyboardInterrupt:\n    print('stopped')")
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        while not server.connections:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, errors = process.communicate(timeout=5)
        assert time.monotonic() - began < 1.5
    assert (out, errors, process.returncode) == ("stopped\n", "", 0)


@pytest.mark.parametrize("kind", CALLS)
def test_process_ends_quietly(kind: str) -> None:
    """A program that closes nothing ends with code 0 and without a warning."""
    with Server(polite) as server:
        process = start(kind, f"for _ in range(3): answer('GET', {server.url!r})")
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_nothing_heavy_is_imported() -> None:
    """The blocking transport loads neither TLS nor HTTP libraries before it needs them."""
    code = (
        CALLS["sync"]
        + "import sys; print([m for m in ('ssl', 'aiohttp', 'http.client', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
