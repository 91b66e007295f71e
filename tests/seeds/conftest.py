"""One sandbox for the examples, which are led to it whatever host they ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infermux.sandbox import Sandbox

from .stage import MAPPINGS, Stage, furnish


@pytest.fixture(scope="package")
def _box() -> Iterator[Sandbox]:
    with Sandbox(mappings=MAPPINGS) as box:
        yield box


@pytest.fixture
def stage(_box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An empty folder but for the media, a saved Hugging Face token, and no network but the sandbox."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_TOKEN", "hf_seed")
    furnish(tmp_path)
    with Stage(_box.url) as stage:
        # These make their client themselves.
        for name in ("inference_api.InferenceClient", "functions._client"):
            monkeypatch.setattr(f"infermux.{name}", stage.names["InferenceClient"])
        yield stage
