"""Which failures are worth another attempt, and how long to wait before it.

Two kinds of patience: a failed attempt is repeated `max_retries` times with growing, jittered pauses; a server that is
loading its model (503) is waited for as long as the caller's time allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from ..errors import HTTPStatusError, InferenceConnectionError, InferenceError, InferenceTimeoutError
from ..flow import Chance, Date, Flow, Glance, Open, Part, Send, Sleep, Step, relay
from ..notices import log
from ..wire.refusal import NO_CREDIT
from .exchange import perform

T = TypeVar("T")

PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses of what may go well the next time."""

MAY_BE_TAKEN = frozenset({409, 502, 504})
"""Answers to what must not be sent twice that leave open whether it was taken."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
_LONGEST_LOADING_PAUSE_S = 30.0
_MOST_PATIENT_S = 120.0
_LONGEST_TOLD_S = 86_400.0


async def retrying(flow: Flow[T], retry_on_error: bool, max_retries: int) -> T:
    """Run a flow, and make each of its exchanges as often as it takes.

    Args:
        flow: Whose exchanges are made.
        retry_on_error: False: each exchange is made once, whatever comes.
        max_retries: How often a failed exchange is repeated, waits for a loading model aside.
    """

    async def answer(step: Step[Any]) -> Any:
        if isinstance(step, (Send, Open)) and not isinstance(step, Part):
            is_repeated = retry_on_error and not isinstance(step, Glance)
            return await (_attempts(step, max_retries) if is_repeated else perform(step))
        return await step

    return await relay(flow, answer)


async def _attempts(step: Send | Open, max_retries: int) -> Any:
    failed = waited = 0
    request = step.request
    while True:
        step.request = request
        try:
            return await perform(step)
        except InferenceError as error:
            if is_loading(error, step):
                waited += 1
                await _wait_for_model(error, waited, step)
                continue
            if failed >= max_retries or not _worth_another(error, step):
                raise
            failed += 1
            pause = await _pause(error, failed)
            if pause > _MOST_PATIENT_S or not await Sleep(pause, step.purpose.text, if_it_fits=True):
                raise
            log("%s: attempt %d after %.1f s (%s)", step.purpose.text, failed + 1, pause, type(error).__name__)


def is_loading(error: InferenceError, step: Send | Open) -> bool:
    """Whether a server says that its model is on its way."""
    if not isinstance(error, HTTPStatusError) or error.status_code != 503:
        return False
    return step.purpose.may_load or getattr(error, "estimated_time", None) is not None


async def _wait_for_model(error: InferenceError, waited: int, step: Send | Open) -> None:
    assert isinstance(error, HTTPStatusError)
    estimated: float | None = getattr(error, "estimated_time", None)
    grown = min(2.0 ** min(waited - 1, 9), _LONGEST_LOADING_PAUSE_S)
    told = retry_after(error.response.headers if error.response else {}, await Date())
    # Who says 0 does not know: the model is not there yet, and asking without a pause would storm the server.
    pause = told or (min(max(estimated, 1.0), _MOST_PATIENT_S) if estimated is not None else grown)
    log("%s: the model is loading, next attempt in %.1f s", step.purpose.text, pause)
    try:
        await Sleep(pause, step.purpose.text)
    except InferenceTimeoutError as late:
        late.request, late.response, late.estimated_time = error.request, error.response, estimated
        late.message += f"; the server still answers 503: {error.server_message}"
        raise late from error


def _worth_another(error: InferenceError, step: Send | Open) -> bool:
    if isinstance(error, InferenceTimeoutError):
        return error.limit == "connect" or (error.limit == "attempt" and not step.request.once)
    if isinstance(error, InferenceConnectionError):
        return not error.refused and not (step.request.once and error.sent)
    if isinstance(error, HTTPStatusError):
        if error.status_code not in PASSING or error.code in NO_CREDIT:
            return False
        return not (step.request.once and error.status_code in MAY_BE_TAKEN)
    return False


async def _pause(error: InferenceError, failed: int) -> float:
    headers: Mapping[str, str] = error.response.headers if error.response is not None else {}
    told = retry_after(headers, await Date())
    if told is None and isinstance(error, HTTPStatusError) and error.status_code == 429:
        told = _window(headers)
    if told is not None:
        return told
    # Half of the pause is left to chance, so that clients that failed together do not come back together.
    longest = min(_FIRST_PAUSE_S * 2.0 ** min(failed - 1, 9), _LONGEST_PAUSE_S)
    return longest * (0.5 + 0.5 * await Chance())


def _window(headers: Mapping[str, str]) -> float | None:
    """Seconds until calls are allowed again, as Hugging Face tells them: `"api";r=0;t=35`."""
    found = re.search(r";\s*r=0\s*;\s*t=(\d{1,9})", headers.get("ratelimit", ""))
    return float(found[1]) if found else None


def retry_after(headers: Mapping[str, str], wall_clock: float) -> float | None:
    """Seconds to wait as the server says: a number, or a date (RFC 9110 section 10.2.3)."""
    given = headers.get("retry-after", "").strip()
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        import email.utils

        try:
            seconds = email.utils.parsedate_to_datetime(given).timestamp() - wall_clock
        except (ValueError, OverflowError, OSError):
            return None
    return min(seconds, _LONGEST_TOLD_S) if 0 <= seconds < float("inf") else None
