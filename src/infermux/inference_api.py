"""`InferenceApi`, the class that came before `InferenceClient`."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from .calling import Caller
from .client import InferenceClient
from .errors import InputError
from .flow import Flow
from .notices import warn
from .providers._base import ROUTER
from .routing import route
from .routing.mapping import Memory
from .routing.settings import Settings
from .wire import media

TASKS = (
    *("text-classification", "token-classification", "table-question-answering", "question-answering"),
    *("zero-shot-classification", "translation", "summarization", "conversational", "feature-extraction"),
    *("text-generation", "text2text-generation", "fill-mask", "sentence-similarity"),
    *("text-to-speech", "automatic-speech-recognition", "audio-to-audio", "audio-classification"),
    *("voice-activity-detection", "image-classification", "object-detection", "image-segmentation"),
    *("text-to-image", "image-to-image", "tabular-classification", "tabular-regression"),
)
"""The tasks that the class knows."""


class InferenceApi:
    """One model of the Hub, called with whatever its task takes; `InferenceClient` has a method for each task.

    The variable `HF_INFERENCE_ENDPOINT` names another service than Hugging Face's.

    Args:
        repo_id: The model's id on the Hub.
        task: Another task than the one that the Hub names for the model.
        token: The Hugging Face token.
        gpu: Has no effect any more.

    Raises:
        ValueError: The task is unknown, or the model has none and none is given.
        HubApiError: The Hub refused the look-up of the model.

    Example:
        >>> import os, warnings
        >>> from infermux import InferenceApi, sandbox
        >>> os.environ["HF_ENDPOINT"] = sandbox.start()
        >>> warnings.simplefilter("ignore", DeprecationWarning)
        >>> InferenceApi("bert-base-uncased").task
        'fill-mask'
    """

    def __init__(self, repo_id: str, task: str | None = None, token: str | None = None, gpu: bool = False) -> None:
        warn("InferenceApi is a class of the past: use InferenceClient", DeprecationWarning)
        if task is not None and task not in TASKS:
            raise InputError(f"InferenceApi: there is no task {task!r}; choose one of: {', '.join(TASKS)}")
        self._client = InferenceClient(token=token)
        named = self._client.perform(_look_up(self._client, repo_id))
        if task is None and named not in TASKS:
            raise InputError(f"InferenceApi: the Hub names no task for {repo_id!r} that is known here; give task=")
        if task is not None and named not in (None, task):
            warn(f"InferenceApi: {repo_id!r} is a model for {named}; it is asked for {task}, as you say")
        self.task = str(task or named)
        forced = self.task != named or self.task in ("feature-extraction", "sentence-similarity")
        base = os.environ.get("HF_INFERENCE_ENDPOINT", f"{ROUTER}/hf-inference").rstrip("/")
        self.api_url = f"{base}/models/{quote(repo_id)}" + (f"/pipeline/{self.task}" if forced else "")
        self.options = {"wait_for_model": True, "use_gpu": gpu}

    @override
    def __repr__(self) -> str:
        return f"InferenceApi(api_url={self.api_url!r}, task={self.task!r}, options={self.options!r})"

    def __call__(
        self,
        inputs: str | dict[str, Any] | list[str] | list[list[str]] | None = None,
        params: dict[str, Any] | None = None,
        data: bytes | None = None,
        raw_response: bool = False,
    ) -> Any:
        """Ask the model.

        Args:
            inputs: What it is asked about.
            params: The options of its task, sent as `parameters`.
            data: Bytes, sent as they are instead of these two.
            raw_response: Give the answer as it came: its bytes, with `headers`, `content` and `status_code`.

        Returns:
            Parsed JSON, or a PIL image.

        Raises:
            NotImplementedError: The answer is of another kind; `raw_response=True` gives it.
            ProviderApiError: The server refused.
        """
        body = {name: value for name, value in (("inputs", inputs), ("parameters", params)) if value}
        answer = self._client.post(json=body if data is None else None, data=data, model=self.api_url)
        if raw_response:
            return answer
        if answer.media_type.startswith("image/"):
            return media.to_image(answer)
        if answer.media_type == "application/json":
            return answer.json()
        raise NotImplementedError(
            f"InferenceApi does not read {answer.media_type or 'an answer without a type'}; "
            "raw_response=True gives its bytes"
        )


def _look_up(client: Caller, repo_id: str) -> Flow[str | None]:
    async def described(settings: Settings, memory: Memory) -> str | None:
        task, _ = await (await route.hub("InferenceApi", settings, memory)).pipeline(repo_id)
        return task

    return client.follow(described, {})
