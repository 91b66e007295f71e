"""What the package tells besides its results: warnings that point at the caller's line, and the log `infermux`."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the nearest line outside the package."""
    level = 2
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level - 1)


def log(message: str, *values: Any) -> None:
    """Write to the log `infermux`, at level INFO; the module is loaded only when there is something to say."""
    import logging

    logging.getLogger("infermux").info(message, *values)
