"""Vectors: every shape in which servers send embeddings becomes one float32 array."""

from __future__ import annotations

import base64
import struct
import sys
from typing import Any

import numpy
import pytest

from infermux.wire import vectors


def packed(*numbers: float) -> str:
    """Numbers as base64 of little-endian float32."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ([1, 2.5], [1, 2.5]),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        ([[[1, 2], [3, 4]]], [[[1, 2], [3, 4]]]),
        (packed(1, 2.5), [1, 2.5]),
        ([packed(1, 2), packed(3, 4)], [[1, 2], [3, 4]]),
        ([], []),
    ],
)
def test_shapes(value: Any, rows: Any) -> None:
    """Flat and nested lists, and base64 of either, keep shape and values."""
    found = vectors.to_array(value)
    assert found.dtype == numpy.float32
    assert found.tolist() == rows


@pytest.mark.parametrize(
    "value",
    [
        [[1, 2], [3]],
        [[1, 2], 3],
        5,
        None,
        {"a": 1},
        "@@@",
        "YWI=",
        ["x", "y"],
        [1, "a"],
        [packed(1), packed(1, 2)],
        [None],
    ],
)
def test_no_vectors(value: Any) -> None:
    """What is ragged, or is neither numbers nor base64 of them, is an error and no array."""
    with pytest.raises((ValueError, TypeError)):
        vectors.to_array(value)


def test_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without numpy, the error names the extra."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ImportError, match=r"infermux\[numpy\]"):
        vectors.to_array([1])
