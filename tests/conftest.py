"""What every test has: a machine without keys, both clients (`call`, `open_client`), and a `server`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import checklist
from contract.clients import CLIENTS, OpenClient
from contract.server import Server

_OF_THE_MACHINE = ("HF_", "HUGGING", "XDG_")
_SECRETS = ("_PROXY", "_KEY", "_TOKEN", "_TRACK")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key, proxy or setting of this machine, and an empty home."""
    for name in os.environ:
        if name.upper().startswith(_OF_THE_MACHINE) or name.upper().endswith(_SECRETS):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture(scope="session")
def _listening() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(_listening: Server) -> Iterator[Server]:
    """A server on this machine that says what the test tells it, and records what it was asked.

    `server.say(Answer.of({...}), Answer.events(...))` puts answers in line, `server.always("GET huggingface.co/api/",
    answer)` answers whenever it is asked so, `server.requests` holds what was asked: `method`, `host`, `path`,
    `headers`, `body`, `json`, `line`. Its address is `server.url`; the clients of `call` and `open_client` come here
    whatever host they ask.
    """
    _listening.reset()
    yield _listening
    _listening.reset()


@pytest.fixture(params=CLIENTS)
def open_client(request: pytest.FixtureRequest, server: Server) -> Callable[..., OpenClient]:
    """Each client in turn, for more than one call.

        with open_client({"provider": "groq", "api_key": "gsk_1"}) as client:
            client("chat_completion", messages, model="m")

    The dictionary holds the arguments of the constructor. Unless it names an `http_client` (None: the default one),
    every host is found at `server`. See `OpenClient` for what can be done with the client.
    """

    def made(settings: Mapping[str, Any] | None = None) -> OpenClient:
        return CLIENTS[request.param](server, settings or {})

    return made


@pytest.fixture
def call(open_client: Callable[..., OpenClient]) -> Callable[..., Any]:
    """One call of each client in turn: `call(settings, method, *args, **kwargs)`.

    Makes a client with the settings, calls the method (dots are allowed: `chat.completions.create`) and closes the
    client. Gives the result, of a stream the list of its items; errors are raised as they are.
    """

    def one(settings: Mapping[str, Any], method: str, *args: Any, **kwargs: Any) -> Any:
        with open_client(settings) as client:
            return client(method, *args, **kwargs)

    return one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note what each test proves for its report; refuse an id that the checklist has not."""
    known = checklist.areas()
    for item in items:
        proved = {name for mark in item.iter_markers("proves") for name in mark.args}
        item.user_properties.append((checklist.PROVED, sorted(proved)))
        unknown = sorted(proved - known.keys()) if known else ()
        if unknown:
            raise pytest.UsageError(f"{item.nodeid} proves {', '.join(unknown)}, of which the checklist does not know")
