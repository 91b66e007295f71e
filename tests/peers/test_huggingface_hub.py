"""The same call through huggingface_hub and through ours: the same request, the same result, but for DELIBERATE."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

import infermux
from infermux.sandbox import Sandbox, sound

from . import cases, registry
from .cases import Case
from .comparing import Differences, differences, plain
from .departures import DELIBERATE, rows_about
from .leading import AsyncLed, Led, taken

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    # huggingface_hub posts bytes and cookies in ways that httpx2 is about to drop.
    pytest.mark.filterwarnings("ignore:Use .content=:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning"),
]

CASES = (*cases.CASES, *registry.CASES)
CALLS = [(case, mode) for mode in ("sync", "async") for case in CASES if mode == "sync" or not case.is_variant]


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(inner, names) for key, inner in value.items()}
    if isinstance(value, str) and "{" in value:
        return reduce(lambda text, item: text.replace(f"{{{item[0]}}}", item[1]), names.items(), value)
    return value


def _call(client: Any, case: Case, names: Mapping[str, str]) -> Any:
    method = reduce(getattr, case.method.split("."), client)
    return method(_filled(case.given, names), **_filled(case.options, names))


def _sync(library: Any, case: Case, names: Mapping[str, str], **more: Any) -> Any:
    with library.InferenceClient(**_filled(case.settings, names), **more) as client:
        result = _call(client, case, names)
        return list(result) if case.options.get("stream") else result


def _async(library: Any, case: Case, names: Mapping[str, str], **more: Any) -> Any:
    async def run() -> Any:
        async with library.AsyncInferenceClient(**_filled(case.settings, names), **more) as client:
            result = await _call(client, case, names)
            return [item async for item in result] if case.options.get("stream") else result

    return asyncio.run(run())


def _told(run: Callable[[], Any], box: Sandbox) -> dict[str, Any]:
    """What came of a call: its result or its error, and what was asked."""
    try:
        came: dict[str, Any] = {"result": plain(run())}
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        came = {"raised": type(error).__name__, "status": status, "said": getattr(error, "server_message", None)}
    asked = taken(box)
    posts = [vars(one) for one in asked if one.method == "POST"]
    # Of /api/agent-harnesses huggingface_hub makes its user agent.
    lookups = [one.who for one in asked if one.is_lookup and not one.url.endswith("/api/agent-harnesses")]
    gets = [one.who for one in asked if one.method == "GET" and not one.is_lookup]
    return {**came, "lookups": lookups, "posts": posts, "gets": gets}


def _both(case: Case, mode: str, box: Sandbox, wav: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    names = {"box": box.url, "wav": str(wav)}
    run, transport = (_sync, Led(box.url)) if mode == "sync" else (_async, AsyncLed(box.url))
    theirs = _told(lambda: run(huggingface_hub, case, names), box)
    ours = _told(lambda: run(infermux, case, names, http_client=transport), box)
    return theirs, ours


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound in a file."""
    path = tmp_path_factory.mktemp("sound") / "hello.wav"
    path.write_bytes(sound.speak("Hello there"))
    return path


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The rows that some case needed."""
    return set()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("case", "mode"), CALLS, ids=str)
def test_same_call(case: Case, mode: str, box: Sandbox, wav: Path, used: set[str]) -> None:
    """Request and result are the same, and what is not stands in the table, to the value."""
    theirs, ours = _both(case, mode, box, wav)
    assert len(ours["posts"]) == 1
    rows = rows_about("HUB", case, theirs, ours)
    used.update(rows)
    expected: Differences = {}
    for found in rows.values():
        assert not expected.keys() & found.keys(), "two rows for one difference"
        expected |= found
    assert differences(theirs, ours) == expected


def test_no_row_is_idle(used: set[str], request: pytest.FixtureRequest) -> None:
    """Each row of the table was needed, if the whole table of cases was run."""
    ran = sum(item.originalname == "test_same_call" for item in request.session.items if hasattr(item, "originalname"))
    if ran < len(CALLS):
        pytest.skip("only a part of the cases was run")
    assert used == {row.id for row in DELIBERATE if row.id.startswith("HUB")}
