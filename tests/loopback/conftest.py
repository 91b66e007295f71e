"""The callers that the tests ask: `caller` is each transport in turn, `own` each of the two defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from .callers import EVERY, OWN, Caller


@pytest.fixture(autouse=True)
def _no_proxies_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "SSL_CERT_DIR"}:
            monkeypatch.delenv(name)


@pytest.fixture(params=EVERY)
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    made = EVERY[request.param]()
    yield made
    made.close()


@pytest.fixture(params=OWN)
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., Caller]]:
    """Makes a default transport from the arguments of its constructor."""
    made: list[Caller] = []

    def one(**options: object) -> Caller:
        made.append(OWN[request.param](**options))
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def own(make: Callable[..., Caller]) -> Caller:
    return make()
