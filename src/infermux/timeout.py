"""`Timeout`: the limits of time that a caller may set."""

from __future__ import annotations

import math
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from .errors import InputError


class Timeout(Struct, frozen=True):
    """Limits of time, in seconds; None is no limit.

    Args:
        connect: To have a connection, for each attempt.
        first_token: Until the first piece of a streamed answer, attempts included; no whole answer is bound by it.
        gap: Between two pieces of a streamed answer.
        attempt: For one exchange, from sending to the whole answer (of a stream: to its headers).
        total: For everything: connecting, waiting for a cold model, retries, polling, the answer, its download.

    Example:
        >>> from infermux import InferenceClient, Timeout
        >>> client = InferenceClient(provider="sandbox", timeout=Timeout(connect=5, total=60))
    """

    connect: float | None = None
    first_token: float | None = None
    gap: float | None = None
    attempt: float | None = None
    total: float | None = None

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            valid = value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0)
            if not valid or (value is not None and math.isnan(value)):
                raise InputError(f"timeout: {name} must be a number of seconds above 0, or None; not {value!r}")

    @classmethod
    def of(cls, given: Any, *, stream: bool = False) -> Timeout:
        """What `timeout=` means for a call: a number bounds a whole answer in total, and a stream up to its first piece
        and at every gap, so that a long answer that keeps coming is never cut. What is meant for streams alone binds no
        whole answer.

        Raises:
            InputError: It is neither a number, a `Timeout` nor None.
        """
        if isinstance(given, Timeout):
            return given if stream or given.first_token is None else replace(given, first_token=None)
        if given is None:
            return NO_LIMITS
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise InputError(f"timeout must be seconds, a Timeout or None, not {given!r}")
        return cls(first_token=given, gap=given) if stream else cls(total=given)


NO_LIMITS = Timeout()
