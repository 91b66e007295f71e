"""One sandbox for all peers, which are led to it whatever host they ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infermux.sandbox import Sandbox

from .cases import MAPPINGS
from .leading import forget, hub_led


@pytest.fixture(scope="package")
def _box() -> Iterator[Sandbox]:
    with Sandbox(mappings=MAPPINGS) as box, hub_led(box.url):
        yield box


@pytest.fixture
def box(_box: Sandbox) -> Sandbox:
    """A sandbox that was asked nothing yet."""
    _box.requests.clear()
    forget()
    return _box
