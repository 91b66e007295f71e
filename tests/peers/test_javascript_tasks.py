"""What only @huggingface/inference does, there and here: the same requests, the same results, but for DELIBERATE."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from huggingface_hub.inference._providers import PROVIDERS as REGISTRY

import infermux
from infermux.sandbox import Sandbox

from .comparing import Differences, Told, differences, plain
from .departures import DELIBERATE, rows_about
from .javascript import CASES, HEADERS, NOT_OURS, TASKS, Case
from .leading import FOLDERS, Asked, AsyncLed, Led, forget
from .test_javascript import run_node

pytestmark = pytest.mark.filterwarnings("ignore:.*left out")


@pytest.fixture(scope="module")
def answered(_box: Sandbox) -> dict[str, Any]:
    """What the JavaScript client made of all cases, asked at once; and what it can do."""
    forget()
    _box.requests.clear()
    asked = {name: {"method": case.method_there, "args": case.args, "headers": HEADERS} for name, case in CASES.items()}
    answer = run_node("tasks.js", stdin=json.dumps({"url": _box.url, "folders": FOLDERS, "cases": asked}))
    for name, told in answer["told"].items():
        mine = [one for one in _box.requests if one.headers["x-peer-case"] == name]
        if isinstance(told.get("result"), dict) and "base64" in told["result"]:
            told["result"] = base64.b64decode(told["result"]["base64"])
        told |= _conversation([Asked.of(one) for one in mine])
    return answer


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The rows that some case needed."""
    return set()


def _conversation(asked: list[Asked]) -> Told:
    gets = [one.who for one in asked if one.method == "GET" and not one.is_lookup]
    return {"posts": [vars(one) for one in asked if one.method == "POST"], "gets": gets}


def _sync(settings: dict[str, Any], case: Case, box: Sandbox) -> Any:
    with infermux.InferenceClient(**settings, http_client=Led(box.url)) as client:
        return getattr(client, case.method)(*case.given, **case.options)


def _async(settings: dict[str, Any], case: Case, box: Sandbox) -> Any:
    async def run() -> Any:
        async with infermux.AsyncInferenceClient(**settings, http_client=AsyncLed(box.url)) as client:
            return await getattr(client, case.method)(*case.given, **case.options)

    return asyncio.run(run())


def _ours(case: Case, run: Callable[..., Any], box: Sandbox) -> Told:
    settings = {"provider": case.provider, "model": case.model, "api_key": case.key, "headers": HEADERS}
    result = plain(run(settings, case, box))
    told = {"result": result, **_conversation([Asked.of(one) for one in box.requests])}
    box.requests.clear()
    return told


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("run", [_sync, _async], ids=["sync", "async"])
@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_same_call(case: Case, run: Callable[..., Any], answered: dict[str, Any], box: Sandbox, used: set[str]) -> None:
    """Request and result are the same, and what is not stands in the table, to the value."""
    theirs, ours = answered["told"][str(case)], _ours(case, run, box)
    assert len(ours["posts"]) == 1
    rows = rows_about("JS", case, theirs, ours)
    used.update(rows)
    expected: Differences = {}
    for found in rows.values():
        assert not expected.keys() & found.keys(), "two rows for one difference"
        expected |= found
    assert differences(theirs, ours) == expected


def test_no_row_is_idle(used: set[str], request: pytest.FixtureRequest) -> None:
    """Each row of the table was needed, if all cases were run."""
    ran = sum(getattr(item, "originalname", "") == "test_same_call" for item in request.session.items)
    if ran < 2 * len(CASES) or not used:
        pytest.skip("only a part of the cases was run")
    assert used == {row.id for row in DELIBERATE if row.id.startswith("JS")}


def test_the_list_is_whole(answered: dict[str, Any]) -> None:
    """What it can do and huggingface_hub cannot is asked for above, or known to be missing here."""
    alone = {
        (provider, task)
        for provider, tasks in answered["tasks"].items()
        for task in tasks
        if task not in REGISTRY.get(provider, ())
    }
    assert alone == {(provider, task) for provider, tasks in TASKS.items() for task in tasks} | NOT_OURS
