from __future__ import annotations

from collections.abc import Iterator

import pytest

from infermux.sandbox import Sandbox


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The address of a sandbox that runs here, which saves each command the start of its own."""
    with Sandbox() as box:
        yield box.url
