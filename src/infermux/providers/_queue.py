"""Jobs: submit, wait, fetch, said once for every provider that queues.

A `Queue` is how one provider tells of its jobs: where, and in which words. A `Queued` dialect is how one task is asked
of it, and what the final answer means. A job that the provider may have taken is not submitted again: it is billed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    ProviderApiError,
)
from ..flow import Chance, Date, Flow, Limits, Now, Part, Request, Sleep
from ..notices import warn
from ..policy.retry import retry_after
from ..tasks._ask import Ask
from ..types._json import is_list, is_object
from ..types._record import WrongShape
from ..types.job import JobState, JobStatus
from ..wire import address, redact
from ._base import Dialect, Exchange, Route
from ._options import Options

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S, _LONGEST_HINT_S = 0.1, 5.0, 60.0
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_PATIENCE_S, _PATIENCE_FOR_VIDEO_S = 600.0, 1800.0
_LAST_WORD_S = 1.0
_OF_ONE_LOOK = frozenset({"connect", "attempt"})


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
        failed: Tells a failure that no word tells of.
        interval_s: Seconds until the first look; later ones come less and less often.
        progress: Path of the part that is done.
        progress_whole: What that number is when all is done.
        position: Path of the number of jobs ahead.
        logs: Path of what the model prints: a text, or a list of texts or of objects with a `message`.
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
    failed: Callable[[Any], bool] | None = None
    progress: str = ""
    progress_whole: float = 1.0
    position: str = ""
    logs: str = ""
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
        told = next((found for path in self.reason if (found := at(value, path)) not in (None, "")), None)
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
        return self.queue.read(await self._asked(route, job.ticket.poll))

    async def changed(self, seen: JobStatus, job: Submitted, route: Route) -> JobStatus:
        """Wait until a job stands elsewhere than was seen.

        Raises:
            InferenceError: No limit of time was set, and nothing was heard of it for longer than such jobs should take.
        """
        waiting = _Waiting(self.queue, route, job.ticket, job.task)
        heard = await Now()
        while True:
            await waiting.pause()
            found = await waiting.look()
            if waiting.trouble is None:
                heard = await Now()
            elif not route.is_timed and await Now() - heard > waiting.patience_s:
                raise waiting.trouble
            if found is not None and replace(found[0], raw=None) != replace(seen, raw=None):
                return found[0]

    async def cancel(self, job: Submitted, route: Route) -> bool:
        """Ask the provider to stop a job; False where it has no way to, or says that the job is over."""
        if job.ticket.cancel is None or not self.queue.cancel_method:
            return False
        try:
            await self._asked(route, job.ticket.cancel, self.queue.cancel_method)
        except HTTPStatusError as error:
            if error.status_code in (400, 404, 409, 422):
                return False
            raise
        return True

    async def _sent(self, ask: Ask[Any], route: Route, waits: bool) -> Exchange:
        once = replace(route, purpose=replace(route.purpose, repeatable=False))
        request = await self.say(ask, self.options.on_wire(ask, route), route, waits)
        answer = await once.send(request)
        if (status := self.queue.read(answer)).state == "failed":
            raise _failure(answer, status, None)
        return answer

    def _ticket(self, answer: Exchange, route: Route) -> Ticket:
        return answer.understood(answer.json(), lambda value: self.queue.ticket(value, route))

    async def _asked(self, route: Route, url: str, method: str = "GET") -> Exchange:
        return await route.send(self.queue.follow(route, url, method))

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
        waiting = _Waiting(self.queue, route, ticket, asked.task)
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


class _Waiting:
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
        word = self._word or "not heard of"
        return f"the job {self._ticket.job_id!r} was {word!r} when it was last asked for ({where}){lost}"

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

    async def look(self) -> tuple[JobStatus, Exchange] | None:
        """Ask where the job stands; None where the answer was lost on the way, and asking again may help."""
        self._hint_s = None
        try:
            answer = await self._route.send(self._queue.follow(self._route, self._ticket.poll, "GET"))
        except (InferenceConnectionError, IncompleteAnswerError) as error:
            self.trouble = error
            return None
        except InferenceTimeoutError as late:
            if late.limit not in _OF_ONE_LOOK:
                raise
            self.trouble = late
            return None
        except HTTPStatusError as error:
            if error.status_code not in _TRANSIENT:
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
            if (found := await self.look()) is not None and found[0].is_over:
                status, answer = found
                if status.state == "failed":
                    raise _failure(answer, status, self._ticket)
                return answer
            spent = await Now() - started
            if spent > self.patience_s and not self._route.is_timed:
                raise InferenceTimeoutError(
                    f"{self._route.purpose.text} is not done after {spent:.0f} s; give a timeout= of your own to wait "
                    "longer, or submit it by client.submit and come back for it",
                    limit="total",
                    limit_s=self.patience_s,
                    spent_s=spent,
                )


def _failure(answer: Exchange, status: JobStatus, ticket: Ticket | None) -> ProviderApiError:
    response = answer.response
    words = redact.text(status.reason or "", redact.secrets_of(answer.request))
    job = f"the job {ticket.job_id!r}" if ticket is not None else "the job"
    return ProviderApiError(
        f"{answer.purpose.text}: {job} ended as {status.word!r}: {words or 'no reason was given'}; "
        "change the input, or try another model or provider",
        request=redact.sent(answer.request),
        response=redact.received(answer.request, response.status, response.headers, response.body),
        server_message=words or None,
    )
