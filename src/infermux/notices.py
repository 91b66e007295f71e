"""What the package tells besides its results: warnings that point at the caller's line, and the log `infermux`."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any, Protocol

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Logger(Protocol):
    """What can be given to `set_logger`: a logger of the standard library, or anything with these two methods."""

    def info(self, message: str, /) -> Any:
        """Take a message."""
        ...

    def warning(self, message: str, /) -> Any:
        """Take a warning."""
        ...


_loggers: list[Logger] = []


def set_logger(logger: Logger | None) -> None:
    """Send what the package logs, and the text of its warnings, to a logger of yours.

    Args:
        logger: Has `info` and `warning`; None: the log `infermux` again.

    Raises:
        TypeError: It has not.
    """
    for name in ("info", "warning") if logger is not None else ():
        if not callable(getattr(logger, name, None)):
            raise TypeError(f"a logger must have the method {name}; {type(logger).__name__} has none")
    _loggers[:] = [] if logger is None else [logger]


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the nearest line outside the package."""
    level = 2
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    for logger in _loggers:
        logger.warning(message)
    warnings.warn(message, category, stacklevel=level)


def tell(message: str) -> None:
    """Write to the log `infermux`, at level WARNING, which is seen unless the program says otherwise."""
    if _loggers:
        _loggers[0].warning(message)
        return
    import logging

    logging.getLogger("infermux").warning(message)


def log(message: str, *values: Any) -> None:
    """Write to the log `infermux`, at level INFO; the module is loaded only when there is something to say."""
    if _loggers:
        _loggers[0].info(message % values)
        return
    import logging

    logging.getLogger("infermux").info(message, *values)
