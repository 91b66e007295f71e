"""Jobs: what a provider works on while the program does something else.

`client.submit.<task>(…)` returns a `Job` as soon as the provider has taken it. A job can be written down (`to_json`)
and taken up again by another process (`client.job`), with a key of its own: what is written down holds none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from . import tasks
from .binding import Awaiting, Blocking
from .calling import Caller
from .dress import dressed
from .errors import InputError
from .flow import Flow
from .providers import able, find
from .providers._base import Route
from .providers._options import method_of
from .providers._queued import Queued, Submitted
from .routing import route
from .routing.mapping import Memory
from .routing.settings import Settings
from .tasks._ask import Ask, CallOptions
from .types.job import JobStatus

P = ParamSpec("P")
T = TypeVar("T")

_OF_ONE_CALL = ("timeout", "cancel", "model", "provider", "endpoint_url")


async def _submitted(ask: Ask[Any], settings: Settings, memory: Memory) -> Submitted:
    way = await route.choose(ask, settings, memory, lambda dialect: isinstance(dialect, Queued))
    dialect = way.provider.says[type(ask)]
    if not isinstance(dialect, Queued):
        queues = [name for name in able(type(ask)) if isinstance(find(name).says[type(ask)], Queued)]
        raise InputError(
            f"submit.{method_of(ask)}: {way.provider.title} answers at once and has no jobs; call {method_of(ask)} "
            f"itself, or name a provider with jobs: {', '.join(queues)}"
        )
    return await dialect.submit(ask, way)


class _Held(Generic[T]):
    """What both kinds of job are: what was submitted, and the client that can ask for it."""

    def __init__(self, client: Caller, submitted: Submitted) -> None:
        self._client, self._submitted = client, submitted
        says = find(submitted.provider).says
        dialect = next((said for ask, said in says.items() if ask.task == submitted.task), None)
        if not isinstance(dialect, Queued):
            raise InputError(
                f"{submitted.provider} has no jobs for {submitted.task!r}; was this job written by to_json()?"
            )
        self._dialect = dialect

    @property
    def id(self) -> str:
        """The provider's id of the job."""
        return self._submitted.ticket.job_id

    @property
    def provider(self) -> str:
        """Who works on it."""
        return self._submitted.provider

    @property
    def task(self) -> str:
        """What is done."""
        return self._submitted.task

    def to_json(self) -> str:
        """The job as JSON text, for `client.job` in this process or another; it holds no key."""
        return msgspec.json.encode(self._submitted).decode()

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id!r}: {self.task} at {self.provider}>"

    async def _follow(
        self, act: Callable[[Submitted, Route], Flow[Any]], timeout: Any = None, cancel: Any = None
    ) -> Any:
        job = self._submitted

        async def described(settings: Settings, memory: Memory) -> Any:
            own = replace(settings, model=job.hf_model, provider=job.provider, url=None)
            way = await route.resumed(job.task, job.model, own, memory)
            if way.base != job.base:
                raise InputError(
                    f"the job {job.ticket.job_id!r} was submitted to {job.base}, and this client leads to {way.base}: "
                    "use a key of the same kind, and the same sandbox"
                )
            return await act(job, way)

        return await self._client.follow(described, cast(CallOptions, {"timeout": timeout, "cancel": cancel}))


class Job(_Held[T]):
    """A job that a provider works on; `T` is the type of its result.

    Iterating gives its status whenever it changes, until it is over.

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="fal-ai", api_key="…")
        >>> job = client.submit.text_to_video("a cat", model="Lightricks/LTX-Video")  # doctest: +SKIP
        >>> for status in job:  # doctest: +SKIP
        ...     print(status.word, status.position)
        >>> video = job.result()  # doctest: +SKIP
    """

    _client: Blocking

    def status(self) -> JobStatus:
        """Ask where the job stands."""
        return self._client.perform(self._follow(self._dialect.status))  # type: ignore[no-any-return]

    def result(self, *, timeout: Any = None, cancel: Any = None) -> T:
        """Wait until the job is done, and fetch what it made.

        Ctrl-C and `cancel` stop the job; after a `timeout` it goes on, and can be asked again.

        Args:
            timeout: Seconds, or a `Timeout`.
            cancel: A `threading.Event` or alike: once it is set, the job is stopped.

        Returns:
            What the task promises.

        Raises:
            ProviderApiError: The job failed; the message has the provider's reason.
            InferenceTimeoutError: A limit of time was reached.
            InferenceCancelledError: `cancel` was set.
        """
        return self._client.perform(self._follow(self._dialect.result, timeout, cancel))  # type: ignore[no-any-return]

    def cancel(self) -> bool:
        """Ask the provider to stop the job; False where it has no way to, or says that the job is over."""
        return self._client.perform(self._follow(self._dialect.cancel))  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[JobStatus]:
        seen = self.status()
        yield seen
        while not seen.is_over:
            seen = self._client.perform(self._follow(partial(self._dialect.changed, seen)))
            yield seen


class AsyncJob(_Held[T]):
    """A job that a provider works on: the methods of `Job`, to be awaited.

    Example:
        >>> from infermux import AsyncInferenceClient
        >>> async def main():
        ...     async with AsyncInferenceClient(provider="fal-ai", api_key="…") as client:
        ...         job = await client.submit.text_to_video("a cat", model="Lightricks/LTX-Video")
        ...         async for status in job:
        ...             print(status.word, status.position)
        ...         return await job.result()
    """

    _client: Awaiting

    async def status(self) -> JobStatus:
        """Ask where the job stands."""
        return await self._client.perform(self._follow(self._dialect.status))

    async def result(self, *, timeout: Any = None, cancel: Any = None) -> T:
        """Wait until the job is done, and fetch what it made.

        Cancelling the waiting task, and `cancel`, stop the job; after a `timeout` it goes on, and can be asked again.

        Args:
            timeout: Seconds, or a `Timeout`.
            cancel: An `asyncio.Event` or alike: once it is set, the job is stopped.

        Returns:
            What the task promises.

        Raises:
            ProviderApiError: The job failed; the message has the provider's reason.
            InferenceTimeoutError: A limit of time was reached.
            InferenceCancelledError: `cancel` was set.
        """
        return await self._client.perform(self._follow(self._dialect.result, timeout, cancel))

    async def cancel(self) -> bool:
        """Ask the provider to stop the job; False where it has no way to, or says that the job is over."""
        return await self._client.perform(self._follow(self._dialect.cancel))

    async def __aiter__(self) -> AsyncIterator[JobStatus]:
        seen = await self.status()
        yield seen
        while not seen.is_over:
            seen = await self._client.perform(self._follow(partial(self._dialect.changed, seen)))
            yield seen


class _Submitting:
    """Whom the tasks are asked of when a job is wanted in place of its result."""

    def __init__(self, client: Caller) -> None:
        self.client = client

    def ask(self, ask: Ask[T], options: CallOptions) -> Flow[T]:
        """The flow that submits a question; it gives the client to go on with, and what was submitted."""
        kept = {name: value for name, value in options.items() if name not in _OF_ONE_CALL}
        client = self.client.with_options(**cast(CallOptions, kept)) if kept else self.client

        async def described(settings: Settings, memory: Memory) -> Any:
            return client, await _submitted(ask, settings, memory)

        return self.client.follow(described, options)


def restored(saved: str | bytes | Mapping[str, Any]) -> Submitted:
    """What `to_json` wrote down.

    Raises:
        InputError: It is something else.
    """
    try:
        if isinstance(saved, (str, bytes)):
            return msgspec.json.decode(saved, type=Submitted)
        return msgspec.convert(saved, Submitted)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is no job that to_json() wrote: {error}") from None


def _worded(method: Any, task: Any, owner: str, kind: str) -> Any:
    """Give a method the words and the signature of its task, but that it returns a job."""
    dressed(method, task, owner)
    before, mark, after = method.__doc__.partition("Returns:\n")
    first, _, rest = before.partition("\n")
    returns, gap, end = after.partition("\n\n")
    returns = returns.strip()
    indent = after[: len(after) - len(after.lstrip())]
    method.__doc__ = (
        f"Submit a job, and go on: {first[0].lower()}{first[1:]}\n{rest}{mark}{indent}A `{kind}`, whose `result()` is: "
        f"{returns[0].lower()}{returns[1:]}{gap}{end.partition('Example:')[0].rstrip()}\n"
    )
    signature = method.__signature__
    result = signature.return_annotation
    method.__signature__ = signature.replace(return_annotation=f"{kind}[{getattr(result, '__name__', result)}]")
    return method


def _job(task: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[Submit, P], Job[T]]:
    def method(self: Submit, /, *args: P.args, **kwargs: P.kwargs) -> Job[T]:
        return Job(*cast(Any, self.client.perform(task(self, *args, **kwargs))))

    return _worded(method, task, "Submit", "Job")  # type: ignore[no-any-return]


def _async_job(
    task: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[AsyncSubmit, P], Coroutine[Any, Any, AsyncJob[T]]]:
    async def method(self: AsyncSubmit, /, *args: P.args, **kwargs: P.kwargs) -> AsyncJob[T]:
        return AsyncJob(*cast(Any, await self.client.perform(task(self, *args, **kwargs))))

    return _worded(method, task, "AsyncSubmit", "AsyncJob")  # type: ignore[no-any-return]


class Submit(_Submitting):
    """`client.submit`: each task that some provider has a queue for; the method returns a `Job` at once."""

    client: Blocking

    audio_to_audio = _job(tasks.audio_to_audio)
    automatic_speech_recognition = _job(tasks.automatic_speech_recognition)
    image_segmentation = _job(tasks.image_segmentation)
    image_text_to_image = _job(tasks.image_text_to_image)
    image_text_to_video = _job(tasks.image_text_to_video)
    image_to_image = _job(tasks.image_to_image)
    image_to_video = _job(tasks.image_to_video)
    text_to_audio = _job(tasks.text_to_audio)
    text_to_image = _job(tasks.text_to_image)
    text_to_speech = _job(tasks.text_to_speech)
    text_to_video = _job(tasks.text_to_video)


class AsyncSubmit(_Submitting):
    """`client.submit`, to be awaited: the method returns an `AsyncJob` as soon as the provider has taken it."""

    client: Awaiting

    audio_to_audio = _async_job(tasks.audio_to_audio)
    automatic_speech_recognition = _async_job(tasks.automatic_speech_recognition)
    image_segmentation = _async_job(tasks.image_segmentation)
    image_text_to_image = _async_job(tasks.image_text_to_image)
    image_text_to_video = _async_job(tasks.image_text_to_video)
    image_to_image = _async_job(tasks.image_to_image)
    image_to_video = _async_job(tasks.image_to_video)
    text_to_audio = _async_job(tasks.text_to_audio)
    text_to_image = _async_job(tasks.text_to_image)
    text_to_speech = _async_job(tasks.text_to_speech)
    text_to_video = _async_job(tasks.text_to_video)
