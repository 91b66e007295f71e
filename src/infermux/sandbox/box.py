"""Starting and stopping: one sandbox for a `with` block, one for a whole process, or one for the command line."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import math
import os
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Future
from typing import Any

from aiohttp import web
from typing_extensions import Self

from . import faults
from .exchange import Mappings, Request, Settings
from .jobs import USUAL_S
from .server import Server

# Enough for an answer under way; those who sleep on purpose are not waited for.
_SHUTDOWN_S = 0.1


class Sandbox:
    """A sandbox that runs while a `with` block does.

    Args:
        fault: the name of a fault for everything that is posted, such as `"S01"` or `"S07:0.5"`; or a mapping from the
            start of a path to a fault, as in `{"/groq": "S02"}`, to spoil one provider only.
        api_key: refuse every other key with 401.
        mappings: for a Hub id, the providers that serve it: `{"org/model": {"groq": {"providerId": "m"}}}`, where what
            is left out is filled in; or the list that the Hub may send as well, which is sent as it is.
        job_s: how long a job in a provider's queue takes, in seconds; a request may say otherwise by its header
            `x-sandbox-job-seconds`.

    Raises:
        TypeError: `fault` or `job_s` is of another kind than these.
        ValueError: There is no such fault, it cannot use its argument, or `job_s` is no length of time.

    Attributes:
        url: the base URL, while the block runs.
        requests: every request so far, in order.
        faults: the faults in force, by the start of the path they spoil; `""` stands for all that is posted.

    Example:
        >>> with Sandbox(fault="S01") as box:
        ...     box.url.startswith("http://127.0.0.1:")
        True
    """

    def __init__(
        self,
        fault: str | Mapping[str, str] | None = None,
        *,
        api_key: str | None = None,
        mappings: Mappings | None = None,
        job_s: float = USUAL_S,
    ) -> None:
        told = _by_path(fault)
        _check_seconds(job_s)
        self.requests: list[Request] = []
        self.faults = told
        self.url = ""
        self._thread = _Thread(Server(Settings(api_key, mappings or {}, job_s), told, self.requests))

    def __enter__(self) -> Self:
        self.url = self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()


def start() -> str:
    """Start the sandbox of this process, unless it runs already, and return its address.

    It stops by itself when the process ends; a forked child starts its own. Where the environment variable
    `INFERMUX_SANDBOX` names the address of one that runs, none is started, and that address is returned.
    """
    told = os.environ.get("INFERMUX_SANDBOX", "").strip()
    if told.lower().startswith(("http://", "https://")):
        return told.rstrip("/")
    with _own.lock:
        if _own.thread is None or _own.process != os.getpid():
            _own.thread, _own.process = _Thread(Server()), os.getpid()
            atexit.register(_own.thread.stop)
            _own.url = _own.thread.start()
        return _own.url


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    fault: str | None = None,
    *,
    api_key: str | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; call it from the main thread.

    Args:
        host: the address to listen at.
        port: the port; 0 takes any that is free.
        fault: the name of a fault for everything that is posted.
        api_key: the only key that is let in; without one, any is, and none.
        ready: called with the base URL once requests are taken.
    """
    server = Server(Settings(api_key), faults=_by_path(fault))

    async def run() -> None:
        stopping = asyncio.Event()
        # Windows has no such handlers; there the exception below ends the loop.
        with contextlib.suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with _listening(server, host, port) as url:
            if ready:
                ready(url)
            await stopping.wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def _by_path(fault: str | Mapping[str, str] | None) -> dict[str, str]:
    """Return the faults by the start of the path that they spoil; refuse what is none."""
    told: dict[str, Any] = dict(fault) if isinstance(fault, Mapping) else {} if fault is None else {"": fault}
    for name in told.values():
        if not isinstance(name, str):
            raise TypeError(f"a fault is a text such as 'S07:0.5', or a mapping from paths to such texts, not {name!r}")
        faults.find(name)
    return told


def _check_seconds(job_s: Any) -> None:
    wanted = f"job_s must be a finite number of seconds, 0 or more, not {job_s!r}"
    if not isinstance(job_s, (int, float)):
        raise TypeError(wanted)
    if not 0 <= job_s < math.inf:
        raise ValueError(wanted)


class _Own:
    """The sandbox of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread: _Thread | None = None
        self.process = 0
        self.url = ""

    def forget_lock(self) -> None:
        """In a forked child: the lock may be held by a thread that no longer exists."""
        self.lock = threading.Lock()


class _Thread:
    """A server on a loop of its own, in a thread that does not keep the process alive."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._process = os.getpid()
        self._url: Future[str] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="infermux-sandbox", daemon=True)

    def start(self) -> str:
        self._thread.start()
        return self._url.result()

    def stop(self) -> None:
        if self._loop and self._stopping and self._process == os.getpid():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._url.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        async with _listening(self._server, "127.0.0.1", 0) as url:
            self._url.set_result(url)
            await self._stopping.wait()


@contextlib.asynccontextmanager
async def _listening(server: Server, host: str, port: int) -> AsyncGenerator[str]:
    """Listen while a block runs, and give it the base URL."""
    # A handler ends when its caller leaves, so that a fault that sleeps does not sleep on for nobody.
    runner = web.AppRunner(server.app(), handler_cancellation=True, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


_own = _Own()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_own.forget_lock)
