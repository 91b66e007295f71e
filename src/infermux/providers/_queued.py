"""Jobs: submit, wait, fetch, said once for every provider that queues.

A `Queued` dialect is how one task is asked of a `Queue`, and what the final answer means. A job that the provider may
have taken is not submitted again: it is billed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..errors import (
    HTTPStatusError,
    IncompleteAnswerError,
    InferenceCancelledError,
    InferenceConnectionError,
    InferenceError,
    InferenceTimeoutError,
    NotFoundError,
    ProviderOutputError,
)
from ..flow import Flow, Limits, Now, Part, Request
from ..policy.retry import MAY_BE_TAKEN
from ..tasks._ask import Ask
from ..types.job import JobStatus
from ..wire import address
from ._base import Dialect, Exchange, Route
from ._options import Options
from ._queue import Queue, Ticket
from ._waiting import Waiting, failure

_LAST_WORD_S = 0.5


def _may_be_taken(error: InferenceError) -> bool:
    """Whether an error at the submission leaves open what became of it."""
    if isinstance(error, InferenceConnectionError):
        return error.sent
    if isinstance(error, HTTPStatusError):
        return error.status_code in MAY_BE_TAKEN
    if isinstance(error, InferenceTimeoutError):
        return error.limit != "connect"
    return isinstance(error, IncompleteAnswerError)


class Submitted(Struct, frozen=True):
    """A job that a provider has taken, as it can be written down; it holds no key."""

    provider: str
    task: str
    model: str
    hf_model: str | None
    base: str
    ticket: Ticket
    output_type: str = ""


class Queued(Struct, frozen=True, kw_only=True):
    """A dialect whose answers are waited for.

    Args:
        queue: How the provider tells of its jobs.
        say: Writes the request, of an ask, its options in the provider's words, and the route; the last argument tells
            whether the caller waits for the answer in this very call.
        read: Makes the result of the final answer. It is told the task and the `output_type`: the ask, or what was
            `Submitted`.
        options: How the provider wants the task's options.
        at_once: How it is asked by a caller who waits, where that is another way altogether.
    """

    queue: Queue
    say: Callable[[Any, dict[str, Any], Route, bool], Flow[Request]]
    read: Callable[[Any, Route, Exchange], Flow[Any]]
    options: Options = Options()
    at_once: Dialect | None = None

    async def __call__(self, ask: Ask[Any], route: Route) -> Any:
        """Submit, wait, fetch."""
        if self.at_once is not None:
            return await self.at_once(ask, route)
        answer = await self._sent(ask, route, waits=True)
        if self.queue.is_done(answer):
            return await self.read(ask, route, answer)
        return await self._fetched(ask, route, self._ticket(answer, route))

    def elsewhere(self, place: Callable[[Route], Route], at_once: Dialect) -> Queued:
        """The same jobs at another place, while who waits is answered by a dialect of its own."""

        async def say(ask: Any, given: dict[str, Any], route: Route, waits: bool) -> Request:
            return await self.say(ask, given, place(route), waits)

        def follow(route: Route, url: str, method: str) -> Request:
            return self.queue.follow(place(route), url, method)

        return replace(self, say=say, queue=replace(self.queue, follow=follow), at_once=at_once)

    async def submit(self, ask: Ask[Any], route: Route) -> Submitted:
        """Submit, and go on."""
        ticket = self._ticket(await self._sent(ask, route, waits=False), route)
        form = getattr(ask, "output_type", "")
        return Submitted(route.provider.name, ask.task, route.model, route.hf_model, route.base, ticket, form)

    async def result(self, job: Submitted, route: Route) -> Any:
        """Wait for a job that was submitted, and fetch its result."""
        return await self._fetched(job, route, job.ticket)

    async def status(self, job: Submitted, route: Route) -> JobStatus:
        """Ask where a job stands."""
        return self.queue.read(await self._asked(route, self._watched(job).poll))

    async def changed(self, seen: JobStatus, job: Submitted, route: Route) -> JobStatus:
        """Wait until a job stands elsewhere than was seen.

        Raises:
            InferenceError: No limit of time was set, and nothing was heard of it for longer than such jobs should take.
        """
        waiting = Waiting(self.queue, route, self._watched(job), job.task)
        heard = await Now()
        while True:
            await waiting.pause()
            found = await waiting.look(heard)
            if waiting.trouble is None:
                heard = await Now()
            elif not route.is_timed and await Now() - heard >= waiting.patience_s:
                raise waiting.trouble
            if found is not None and replace(found[0], raw=None) != replace(seen, raw=None):
                return found[0]

    async def cancel(self, job: Submitted, route: Route) -> bool:
        """Ask the provider to stop a job; False where it has no way to, or says that the job is over."""
        if job.ticket.cancel is None or not self.queue.cancel_method:
            return False
        try:
            answer = await self._asked(route, job.ticket.cancel, self.queue.cancel_method)
        except HTTPStatusError as error:
            if error.status_code in (400, 404, 409, 422):
                return False
            raise
        return not self._says_done(answer)

    def _says_done(self, answer: Exchange) -> bool:
        try:
            return self.queue.read(answer).state == "succeeded"
        except ProviderOutputError:
            # Who stops a job may say nothing at all.
            return False

    async def _sent(self, ask: Ask[Any], route: Route, waits: bool) -> Exchange:
        request = await self.say(ask, self.options.on_wire(ask, route), route, waits)
        try:
            answer = await route.send(replace(request, once=True))
        except InferenceError as error:
            if _may_be_taken(error):
                error.append_to_message("; the provider may have taken the job, and go on with it")
            raise
        if (status := self.queue.read(answer)).state == "failed":
            raise failure(answer, status, None)
        return answer

    def _watched(self, job: Submitted) -> Ticket:
        return replace(job.ticket, poll=address.with_query(job.ticket.poll, self.queue.watched))

    def _ticket(self, answer: Exchange, route: Route) -> Ticket:
        return answer.understood(answer.json(), lambda value: self.queue.ticket(value, route))

    async def _asked(self, route: Route, url: str, method: str = "GET") -> Exchange:
        try:
            return await route.send(self.queue.follow(route, url, method))
        except NotFoundError as error:
            error.append_to_message("; the provider does not know the job any more")
            raise

    async def _fetched(self, asked: Ask[Any] | Submitted, route: Route, ticket: Ticket) -> Any:
        """The result of a job, once it is done."""
        answer = await self._waited(asked, route, ticket)
        try:
            if ticket.fetch is not None:
                answer = await self._asked(route, ticket.fetch)
            return await self.read(asked, route, answer)
        except InferenceTimeoutError as late:
            late.append_to_message(f"; the job {ticket.job_id!r} is done")
            raise

    async def _waited(self, asked: Ask[Any] | Submitted, route: Route, ticket: Ticket) -> Exchange:
        """The last word on a job; one that nobody waits for any more is stopped."""
        is_known = isinstance(asked, Submitted)
        waiting = Waiting(self.queue, route, ticket, asked.task)
        try:
            return await waiting.ended(looks_first=is_known)
        except InferenceTimeoutError as late:
            late.append_to_message(f"; {waiting.told}")
            # Who holds the job can come back for it.
            if not is_known:
                await self._stop(route, ticket)
            raise
        except InferenceCancelledError:
            await self._stop(route, ticket)
            raise
        except (Exception, GeneratorExit):
            raise
        except BaseException:
            # The waiting task was cancelled, or Ctrl-C was pressed.
            await self._stop(route, ticket)
            raise

    async def _stop(self, route: Route, ticket: Ticket) -> None:
        if ticket.cancel is None:
            return
        limits = Limits(_LAST_WORD_S, await Now() + _LAST_WORD_S)
        try:
            await Part(self.queue.follow(route, ticket.cancel, self.queue.cancel_method), route.purpose, limits)
        except Exception:
            # The error that led here is the one to tell of.
            return
