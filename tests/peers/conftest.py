"""One sandbox for all peers, which are led to it whatever host they ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infermux.flow import Sleep
from infermux.providers import _waiting
from infermux.sandbox import Sandbox

from . import cases, javascript, registry
from .leading import forget, hub_led


@pytest.fixture(scope="package")
def _box() -> Iterator[Sandbox]:
    with Sandbox(mappings=cases.MAPPINGS | registry.MAPPINGS | javascript.MAPPINGS) as box, hub_led(box.url):
        yield box


@pytest.fixture
def box(_box: Sandbox) -> Sandbox:
    """A sandbox that was asked nothing yet."""
    _box.requests.clear()
    forget()
    return _box


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two looks at a job we hardly wait; the others wait as long as they do."""
    monkeypatch.setattr(_waiting, "Sleep", lambda seconds, purpose: Sleep(0.02, purpose))
