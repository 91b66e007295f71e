"""The wait for a job: when it is asked for, and what was heard of it."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import (
    HTTPStatusError,
    IncompleteAnswerError,
    InferenceConnectionError,
    InferenceError,
    InferenceTimeoutError,
    ProviderApiError,
)
from ..flow import Chance, Date, Expired, Limits, Now, Sleep
from ..notices import warn
from ..policy.retry import PASSING, retry_after
from ..types.job import JobStatus
from ..wire import redact
from ._base import Exchange, Route
from ._queue import Queue, Ticket

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S, _LONGEST_HINT_S = 0.1, 5.0, 60.0
_PATIENCE_S, _PATIENCE_FOR_VIDEO_S = 600.0, 1800.0
_OF_ONE_LOOK = frozenset({"connect", "attempt"})


class Waiting:
    """One wait for one job: what was told of it last, and how long to wait before the next look."""

    def __init__(self, queue: Queue, route: Route, ticket: Ticket, task: str) -> None:
        self._queue, self._route, self._ticket = queue, route, ticket
        self._pause_s = queue.interval_s
        self._hint_s: float | None = None
        self.patience_s = _PATIENCE_FOR_VIDEO_S if task.endswith("video") else _PATIENCE_S
        self._word = ""
        self.trouble: InferenceError | None = None
        """Why the last look was lost."""
        self._unknown: set[str] = set()

    @property
    def told(self) -> str:
        """Which job this is, and what was heard of it last."""
        where = redact.url(self._queue.follow(self._route, self._ticket.poll, "GET").url)
        lost = "" if self.trouble is None else f"; the last look was lost: {self.trouble}"
        heard = f"was {self._word!r} when it was last asked for" if self._word else "has not been heard of yet"
        return f"the job {self._ticket.job_id!r} {heard} ({where}){lost}"

    async def pause(self) -> None:
        """Wait before the next look: as long as the provider says, or a little longer each time.

        Chance moves it a little, so that jobs which were submitted together are not asked for all at once.
        """
        moved = 0.8 + 0.4 * await Chance()
        seconds = self._pause_s * moved
        if self._hint_s is not None:
            seconds = min(max(self._hint_s, _SHORTEST_PAUSE_S), _LONGEST_HINT_S)
        self._pause_s = min(self._pause_s * 1.5, max(_LONGEST_PAUSE_S, self._queue.interval_s))
        await Sleep(seconds, f"{self._route.purpose.text}: waiting for the job {self._ticket.job_id!r}")

    async def look(self, since: float) -> tuple[JobStatus, Exchange] | None:
        """Ask where the job stands; None where the answer was lost on the way, and asking again may help.

        Patience is counted from the instant `since`.

        Raises:
            InferenceTimeoutError: No limit of time was set, and no answer came for longer than such jobs should take.
        """
        self._hint_s = None
        limits = Limits() if self._route.is_timed else Limits(deadline=since + self.patience_s)
        try:
            answer = await self._route.glance(self._queue.follow(self._route, self._ticket.poll, "GET"), limits)
        except Expired:
            raise self._late(self.patience_s) from None
        except InferenceConnectionError as error:
            if error.refused:
                raise
            self.trouble = error
            return None
        except IncompleteAnswerError as error:
            self.trouble = error
            return None
        except InferenceTimeoutError as late:
            if late.limit not in _OF_ONE_LOOK:
                raise
            self.trouble = late
            return None
        except HTTPStatusError as error:
            if error.status_code == 404:
                error.append_to_message(f"; the provider does not know the job {self._ticket.job_id!r} any more")
            if error.status_code not in PASSING:
                raise
            headers: Mapping[str, str] = error.response.headers if error.response is not None else {}
            self._hint_s = retry_after(headers, await Date())
            self.trouble = error
            return None
        self.trouble = None
        status = self._queue.read(answer)
        self._word = status.word
        if status.state == "pending":
            self._hint_s = retry_after(answer.response.headers, await Date())
            known = status.word in self._queue.pending or status.word in self._queue.success
            if not known and status.word not in self._unknown:
                self._unknown.add(status.word)
                warn(f"{self._route.purpose.text}: the status {status.word!r} is not known; waiting on")
        return status, answer

    async def ended(self, looks_first: bool) -> Exchange:
        """Wait for the job's success; a job that was just submitted is not looked for at once.

        Raises:
            ProviderApiError: It failed; the message has the provider's reason.
            InferenceTimeoutError: No limit of time was set, and it took longer than such jobs should.
        """
        started = await Now()
        while True:
            if not looks_first:
                await self.pause()
            looks_first = False
            if (found := await self.look(started)) is not None and found[0].is_over:
                status, answer = found
                if status.state == "failed":
                    raise failure(answer, status, self._ticket)
                return answer
            spent = await Now() - started
            if spent >= self.patience_s and not self._route.is_timed:
                raise self._late(spent)

    def _late(self, spent: float) -> InferenceTimeoutError:
        return InferenceTimeoutError(
            f"{self._route.purpose.text} is not done after {spent:.0f} s; give a timeout= of your own to wait longer, "
            "or submit it by client.submit and come back for it",
            limit="total",
            limit_s=self.patience_s,
            spent_s=spent,
        )


def failure(answer: Exchange, status: JobStatus, ticket: Ticket | None) -> ProviderApiError:
    """The error for a job that has failed, with the provider's reason."""
    response = answer.response
    words = redact.text(status.reason or "", redact.secrets_of(answer.request))
    job = f"the job {ticket.job_id!r}" if ticket is not None else "the job"
    is_stopped = "cancel" in status.word.lower()
    advice = "submit it again" if is_stopped else "change the input, or try another model or provider"
    return ProviderApiError(
        f"{answer.purpose.text}: {job} ended as {status.word!r}: {words or 'no reason was given'}; {advice}",
        request=redact.sent(answer.request),
        response=redact.received(answer.request, response.status, response.headers, response.body),
        server_message=words or None,
    )
