"""The clients: a line a task, and how each performs a flow."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import Self, override

from . import drive, tasks
from .binding import awaited, blocking
from .compat.openai import AsyncNamespaces, Namespaces
from .compat.surfaces import AsyncSurfaces, Surfaces
from .flow import Flow
from .streamed import AsyncStreamedTasks, StreamedTasks
from .transport import async_transport_for, transport_for
from .transport.base import AsyncTransport, Transport

if TYPE_CHECKING:
    from .jobs import AsyncJob, AsyncSubmit, Job, Submit

T = TypeVar("T")


class InferenceClient(StreamedTasks, Surfaces, Namespaces):
    """Runs inference, blocking until the answer is there.

    `help(InferenceClient.__init__)` describes the arguments; every task is a method.

    Example:
        >>> from infermux import InferenceClient
        >>> with InferenceClient(provider="sandbox") as client:
        ...     out = client.chat_completion([{"role": "user", "content": "Hello"}])
    """

    audio_classification = blocking(tasks.audio_classification)
    audio_to_audio = blocking(tasks.audio_to_audio)
    automatic_speech_recognition = blocking(tasks.automatic_speech_recognition)
    depth_estimation = blocking(tasks.depth_estimation)
    document_question_answering = blocking(tasks.document_question_answering)
    feature_extraction = blocking(tasks.feature_extraction)
    fill_mask = blocking(tasks.fill_mask)
    image_classification = blocking(tasks.image_classification)
    image_segmentation = blocking(tasks.image_segmentation)
    image_text_to_image = blocking(tasks.image_text_to_image)
    image_text_to_video = blocking(tasks.image_text_to_video)
    image_to_image = blocking(tasks.image_to_image)
    image_to_text = blocking(tasks.image_to_text)
    image_to_video = blocking(tasks.image_to_video)
    object_detection = blocking(tasks.object_detection)
    question_answering = blocking(tasks.question_answering)
    sentence_similarity = blocking(tasks.sentence_similarity)
    summarization = blocking(tasks.summarization)
    table_question_answering = blocking(tasks.table_question_answering)
    tabular_classification = blocking(tasks.tabular_classification)
    tabular_regression = blocking(tasks.tabular_regression)
    text_classification = blocking(tasks.text_classification)
    text_to_audio = blocking(tasks.text_to_audio)
    text_to_image = blocking(tasks.text_to_image)
    text_to_speech = blocking(tasks.text_to_speech)
    text_to_video = blocking(tasks.text_to_video)
    token_classification = blocking(tasks.token_classification)
    translation = blocking(tasks.translation)
    video_classification = blocking(tasks.video_classification)
    visual_question_answering = blocking(tasks.visual_question_answering)
    zero_shot_classification = blocking(tasks.zero_shot_classification)
    zero_shot_image_classification = blocking(tasks.zero_shot_image_classification)
    zero_shot_object_detection = blocking(tasks.zero_shot_object_detection)

    _transport: Transport | None = None

    @property
    def submit(self) -> Submit:
        """Jobs: `client.submit.text_to_video(...)` returns a `Job` at once."""
        from .jobs import Submit

        return Submit(self)

    def job(self, saved: str | Mapping[str, Any]) -> Job[Any]:
        """Take up a job that its `to_json` wrote down, here or in another process."""
        from .jobs import Job, restored

        return Job(self, restored(saved))

    @override
    def _begin(self) -> Transport:
        self._transport = transport_for(self._http_client, self.proxies, self.trust_env)
        return self._transport

    @override
    def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end, with this client's connections."""
        owner = self._owner(flow)
        return drive.drive(flow, owner._transport or owner._begin())

    def close(self) -> None:
        """Close every connection, those of unfinished streams included; a client made from another one leaves them."""
        if self._home is None:
            self._is_closed = True
            if self._transport is not None:
                self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncInferenceClient(AsyncStreamedTasks, AsyncSurfaces, AsyncNamespaces):
    """Runs inference on the running event loop: the methods of `InferenceClient`, to be awaited.

    It can be used from one loop after another, and by many tasks at once.

    Example:
        >>> import asyncio
        >>> from infermux import AsyncInferenceClient
        >>> async def main():
        ...     async with AsyncInferenceClient(provider="sandbox") as client:
        ...         return await client.chat_completion([{"role": "user", "content": "Hello"}])
        >>> out = asyncio.run(main())
    """

    audio_classification = awaited(tasks.audio_classification)
    audio_to_audio = awaited(tasks.audio_to_audio)
    automatic_speech_recognition = awaited(tasks.automatic_speech_recognition)
    depth_estimation = awaited(tasks.depth_estimation)
    document_question_answering = awaited(tasks.document_question_answering)
    feature_extraction = awaited(tasks.feature_extraction)
    fill_mask = awaited(tasks.fill_mask)
    image_classification = awaited(tasks.image_classification)
    image_segmentation = awaited(tasks.image_segmentation)
    image_text_to_image = awaited(tasks.image_text_to_image)
    image_text_to_video = awaited(tasks.image_text_to_video)
    image_to_image = awaited(tasks.image_to_image)
    image_to_text = awaited(tasks.image_to_text)
    image_to_video = awaited(tasks.image_to_video)
    object_detection = awaited(tasks.object_detection)
    question_answering = awaited(tasks.question_answering)
    sentence_similarity = awaited(tasks.sentence_similarity)
    summarization = awaited(tasks.summarization)
    table_question_answering = awaited(tasks.table_question_answering)
    tabular_classification = awaited(tasks.tabular_classification)
    tabular_regression = awaited(tasks.tabular_regression)
    text_classification = awaited(tasks.text_classification)
    text_to_audio = awaited(tasks.text_to_audio)
    text_to_image = awaited(tasks.text_to_image)
    text_to_speech = awaited(tasks.text_to_speech)
    text_to_video = awaited(tasks.text_to_video)
    token_classification = awaited(tasks.token_classification)
    translation = awaited(tasks.translation)
    video_classification = awaited(tasks.video_classification)
    visual_question_answering = awaited(tasks.visual_question_answering)
    zero_shot_classification = awaited(tasks.zero_shot_classification)
    zero_shot_image_classification = awaited(tasks.zero_shot_image_classification)
    zero_shot_object_detection = awaited(tasks.zero_shot_object_detection)

    _transport: AsyncTransport | None = None

    @property
    def submit(self) -> AsyncSubmit:
        """Jobs: `await client.submit.text_to_video(...)` returns an `AsyncJob` as soon as it is taken."""
        from .jobs import AsyncSubmit

        return AsyncSubmit(self)

    def job(self, saved: str | Mapping[str, Any]) -> AsyncJob[Any]:
        """Take up a job that its `to_json` wrote down, here or in another process."""
        from .jobs import AsyncJob, restored

        return AsyncJob(self, restored(saved))

    @override
    def _begin(self) -> AsyncTransport:
        self._transport = async_transport_for(self._http_client, self.proxies, self.trust_env)
        return self._transport

    @override
    async def perform(self, flow: Flow[T]) -> T:
        """Run a flow to its end, with this client's connections."""
        owner = self._owner(flow)
        return await drive.drive_async(flow, owner._transport or owner._begin())

    async def close(self) -> None:
        """Close every connection, those of unfinished streams included; a client made from another one leaves them."""
        if self._home is None:
            self._is_closed = True
            if self._transport is not None:
                await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
