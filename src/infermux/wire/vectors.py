"""Vectors: the shapes in which servers send embeddings, to numpy arrays of float32."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtraError
from ..types._json import is_list

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def require_numpy() -> Any:
    """The module numpy, or the error that names the extra."""
    try:
        import numpy
    except ImportError as error:
        raise MissingExtraError(
            'vectors come back as numpy arrays, and numpy is not installed: run `pip install "infermux[numpy]"`'
        ) from error
    return numpy


def to_array(value: Any) -> NDArray[float32]:
    """Nested lists of numbers, or of base64 text that holds little-endian float32, to one array.

    Raises:
        ValueError: The value is neither, or its rows differ in length.
    """
    numpy = require_numpy()
    array: NDArray[float32] = numpy.asarray(_decoded(value), dtype=numpy.float32)
    if array.ndim == 0:
        raise ValueError(f"a list of numbers was expected, not {value!r:.80}")
    if numpy.isnan(array).any():
        raise ValueError("a vector holds null or NaN")
    return array


def _decoded(value: Any) -> Any:
    if is_list(value) and value and isinstance(value[0], (list, str)):
        return [_decoded(item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return require_numpy().frombuffer(base64.b64decode(value, validate=True), dtype="<f4")
    except (binascii.Error, ValueError):
        raise ValueError(f"this is neither numbers nor base64 of them: {value[:60]!r}") from None
