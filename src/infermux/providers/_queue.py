"""How a provider tells of its jobs, as data: where, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ..flow import Request
from ..types._json import is_list, is_object
from ..types._record import WrongShape
from ..types.job import JobState, JobStatus
from ..wire import address
from ._base import Exchange, Route


class Ticket(Struct, frozen=True):
    """What it takes to ask for a job again. An address is a path below the provider's root, or whole where it is to be
    used as it is; `fetch` is where the result stands, if the last word on the job does not hold it."""

    job_id: str
    poll: str
    fetch: str | None = None
    cancel: str | None = None

    def __post_init__(self) -> None:
        for place in (self.poll, self.fetch, self.cancel):
            if place is None:
                continue
            # Anything else, put behind the provider's address, could lead to another host with the key.
            whole = f"https://host{place}" if place.startswith("/") else place
            if not address.is_url(whole) or address.trouble(whole):
                raise WrongShape("an address", place)


def _follow(route: Route, url: str, method: str) -> Request:
    return route.follow(url, method)


class Queue(Struct, frozen=True, kw_only=True):
    """How a provider tells of its jobs. Paths are dotted: `task.status`.

    Args:
        ticket: Reads the answer to the submission.
        is_final: Whether that answer holds the result already.
        status: Path of the word that says where the job stands.
        pending: Words of a job that goes on.
        success: Words of a job that is done.
        failure: Words of a job that has failed.
        reason: Paths of the provider's words on a failure, the best one first.
        no_reason: What may stand there and tells no reason.
        failed: Tells a failure that no word tells of.
        interval_s: Seconds until the first look; later ones come less and less often.
        progress: Path of the part that is done.
        progress_whole: What that number is when all is done.
        position: Path of the number of jobs ahead.
        logs: Path of what the model prints: a text, or a list of texts or of objects with a `message`.
        watched: What stands behind the address of a job for the logs to be told, where they are told on request.
        cancel_method: The HTTP method that stops a job; empty where the provider has no way to.
        follow: How a ticket's address becomes a request.
    """

    ticket: Callable[[Any, Route], Ticket]
    status: str
    pending: frozenset[str]
    success: frozenset[str]
    failure: frozenset[str]
    reason: tuple[str, ...]
    interval_s: float
    is_final: Callable[[Exchange], bool] | None = None
    no_reason: str = ""
    failed: Callable[[Any], bool] | None = None
    progress: str = ""
    progress_whole: float = 1.0
    position: str = ""
    logs: str = ""
    watched: str = ""
    cancel_method: str = ""
    follow: Callable[[Route, str, str], Request] = _follow

    def read(self, exchange: Exchange) -> JobStatus:
        """Where a job stands, by an answer about it."""
        value = exchange.json()
        word = at(value, self.status)
        word = "" if word is None else str(word)
        state: JobState = "succeeded" if word in self.success else "failed" if word in self.failure else "pending"
        if self.failed is not None and self.failed(value):
            state = "failed"
        told = next(
            (found for path in self.reason if (found := at(value, path)) not in (None, "", self.no_reason)), None
        )
        progress, position = at(value, self.progress), at(value, self.position)
        return JobStatus(
            state,
            word,
            progress / self.progress_whole if isinstance(progress, (int, float)) else None,
            position if isinstance(position, int) else None,
            _lines(at(value, self.logs)),
            None if told is None or state != "failed" else told if isinstance(told, str) else repr(told),
            value,
        )

    def is_done(self, exchange: Exchange) -> bool:
        """Whether the answer to the submission holds the result already."""
        if self.is_final is not None:
            return self.is_final(exchange)
        return self.read(exchange).state == "succeeded"


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path, or None."""
    for name in path.split(".") if path else ("",):
        value = value.get(name) if is_object(value) else None
    return value


def _lines(value: Any) -> list[str] | None:
    if isinstance(value, str):
        return value.splitlines()
    if not is_list(value):
        return None
    return [str(line.get("message", line)) if is_object(line) else str(line) for line in value]
