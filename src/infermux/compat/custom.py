"""Requests that the caller writes: `post`, and around it `request`, `streaming_request` and `run`."""

import os
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from typing_extensions import Unpack, override

from ..calling import Caller
from ..errors import IncompleteAnswerError, InferenceError, InputError
from ..flow import Purpose, Request, Streaming
from ..notices import warn
from ..providers._base import Route, encode
from ..providers._events import ItemDecoder, streaming
from ..routing import route
from ..routing.mapping import Memory
from ..routing.settings import Settings
from ..tasks._ask import CallOptions, expect, split, take
from ..types._json import is_object
from ..types.raw import RawAnswer
from ..wire import fetch, redact
from ..wire.media import Content, Media

_OF_PIPELINES = frozenset({"feature-extraction", "sentence-similarity"})
"""Tasks between which only the address tells, where one model does both."""


async def post(
    client: Caller,
    *,
    json: Any = None,
    data: Content | None = None,
    task: str | None = None,
    path: str | None = None,
    stream: bool | None = False,
    **options: Unpack[CallOptions],
) -> RawAnswer | Streaming[bytes]:
    """Post a body of your own to a model.

    Args:
        json: The body, sent as JSON.
        data: The body, sent as it is: bytes, a binary file, a path or a URL. It wins over `json`.
        task: Without a model, the one that the Hub recommends for this task is used.
        path: Put behind the address. Providers besides hf-inference need it, as in `/chat/completions`.
        stream: Give the lines of the answer as they come.

    Returns:
        The bytes of the answer, with `content`, `text`, `json()`, `headers` and `status_code`; with `stream=True`, an
        iterator of lines, without their ends.

    Raises:
        InputError: There is no body, or neither a model nor a task; nothing was sent.
        ProviderApiError: The server refused.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/huggingface_hub/v0.29.3/en/guides/inference

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> answer = client.post(json={"inputs": "An astronaut riding a horse"}, task="text-to-image")
        >>> answer.headers["Content-Type"], answer.content[:4]
        ('image/png', b'\\x89PNG')
    """
    _, call = split("post", options, CallOptions)
    expect("post", "stream", stream, (bool, type(None)), "a bool")
    asked = _Post("post", await _body("post", json, data), task, path)
    if stream:
        return await client.follow(asked.lines, call, stream=True)
    return await client.follow(asked.answer, call)


async def request(
    client: Caller,
    inputs: Any = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    json: Any = None,
    data: Content | None = None,
    task: str | None = None,
    path: str | None = None,
    **options: Unpack[CallOptions],
) -> Any:
    """Post to a model, and read what it answers.

    Args:
        inputs: What the model is asked about.
        parameters: The options of its task.
        json: The whole body, instead of these two.
        data: The body, sent as it is: bytes, a binary file, a path or a URL.
        task: Without a model, the one that the Hub recommends for this task is used.
        path: Put behind the address. Providers besides hf-inference need it, as in `/chat/completions`.

    Returns:
        The parsed JSON; the bytes of an answer that is something else.

    Raises:
        InputError: There is no body, or neither a model nor a task; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: The answer is said to be JSON, and is none.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/huggingface.js/inference/README

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> inputs = {"source_sentence": "a cat", "sentences": ["a cat", "a dog"]}
        >>> len(client.request(inputs, task="sentence-similarity"))
        2
    """
    _, call = split("request", options, CallOptions)
    body = await _body("request", _joined("request", inputs, parameters, json), data)
    return await client.follow(_Post("request", body, task, path).value, call)


async def streaming_request(
    client: Caller,
    inputs: Any = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    json: Any = None,
    data: Content | None = None,
    task: str | None = None,
    path: str | None = None,
    **options: Unpack[CallOptions],
) -> Streaming[Any]:
    """Post to a model, and read its events as they come.

    Args:
        inputs: What the model is asked about.
        parameters: The options of its task.
        json: The whole body, instead of these two. A JSON body is sent with `"stream": true`.
        data: The body, sent as it is: bytes, a binary file, a path or a URL.
        task: Without a model, the one that the Hub recommends for this task is used.
        path: Put behind the address. Providers besides hf-inference need it, as in `/chat/completions`.

    Returns:
        An iterator of the parsed events.

    Raises:
        InputError: There is no body, or neither a model nor a task; nothing was sent.
        ProviderApiError: The server refused, before or within the stream, or did not stream.
        IncompleteAnswerError: The connection was lost before the end.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/huggingface.js/inference/README

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> for event in client.streaming_request("Once upon a time", task="text-generation"):
        ...     text = event["token"]["text"]
    """
    _, call = split("streaming_request", options, CallOptions)
    told = _joined("streaming_request", inputs, parameters, json)
    told = {"stream": True, **told} if is_object(told) else told
    body = await _body("streaming_request", told, data)
    return await client.follow(_Post("streaming_request", body, task, path).events, call, stream=True)


async def run(
    client: Caller,
    task: str,
    inputs: Any = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    data: Content | None = None,
    path: str | None = None,
    **options: Unpack[CallOptions],
) -> Any:
    """Run any task by its name, also one that has no method.

    Args:
        task: The task's name, such as `depth-estimation`; without a model, the Hub's recommendation is used.
        inputs: The main input: text or another JSON value, or media as bytes, a binary file, a `Path` or an image.
        parameters: The options of the task.
        data: Media, instead of `inputs`: a path as text and a URL are taken as well.
        path: Put behind the address. Providers besides hf-inference need it.

    Returns:
        The parsed JSON; the bytes of an answer that is something else.

    Raises:
        InputError: There is no input; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: The answer is said to be JSON, and is none.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/providers/hf-inference

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> len(client.run("feature-extraction", "Today is a sunny day"))
        256
    """
    _, call = split("run", options, CallOptions)
    expect("run", "task", task, str, "the name of a task")
    expect("run", "parameters", parameters, (Mapping, type(None)), "a mapping of options")
    if data is None and _is_media(inputs):
        inputs, data = None, inputs
    beside = dict(parameters or {}) if data is not None else {}
    body = await _body("run", _joined("run", inputs, None if beside else parameters, None), data)
    return await client.follow(_Post("run", body, task, path, beside).value, call)


def _is_media(value: Any) -> bool:
    return isinstance(value, (bytes, bytearray, memoryview, os.PathLike)) or any(
        callable(getattr(value, name, None)) for name in ("read", "save")
    )


def _joined(what: str, inputs: Any, parameters: Any, json: Any) -> Any:
    """The JSON body: as given, or of its two usual parts."""
    expect(what, "parameters", parameters, (Mapping, type(None)), "a mapping of options")
    parts = {
        name: value
        for name, value in (("inputs", inputs), ("parameters", parameters and dict(parameters)))
        if value is not None
    }
    if json is not None and parts:
        raise InputError(f"{what}: json= is the whole body; leave {' and '.join(parts)} out, or json")
    return json if json is not None else parts or None


class _Post(Struct, frozen=True):
    """What is posted: a body, and where to."""

    what: str
    body: Media
    task: str | None
    path: str | None
    parameters: dict[str, Any] = {}
    """Options that go with media, which then travel as text."""

    async def request(self, settings: Settings, memory: Memory) -> tuple[Route, Request]:
        """Find the way, and write the request."""
        way = await route.plain(self.what, settings, memory, self.task, self.path)
        path = self.path
        if path is None:
            path = f"/pipeline/{self.task}" if self.task in _OF_PIPELINES and settings.url is None else ""
        elif not path.startswith("/"):
            path = "/" + path
        body = await fetch.given(self.body, way.user_agent, may_be_page=True)
        if self.parameters:
            return way, way.json_request(path, {"inputs": body.base64, "parameters": self.parameters})
        return way, way.request(path, body.data, body.media_type or "application/octet-stream")

    async def answer(self, settings: Settings, memory: Memory) -> RawAnswer:
        """The answer as it came."""
        way, request = await self.request(settings, memory)
        answer = (await way.send(request)).response
        return RawAnswer(answer.body, answer.status, answer.headers)

    async def value(self, settings: Settings, memory: Memory) -> Any:
        """The answer, read."""
        way, request = await self.request(settings, memory)
        exchange = await way.send(request)
        answer = RawAnswer(exchange.response.body, exchange.response.status, exchange.response.headers)
        return exchange.json() if answer.media_type.endswith("json") else answer

    async def lines(self, settings: Settings, memory: Memory) -> Streaming[bytes]:
        """The answer, line by line."""
        way, request = await self.request(settings, memory)
        opened = await way.open(request)
        return Streaming(opened, LineDecoder(request, way.purpose), request, way.purpose)

    async def events(self, settings: Settings, memory: Memory) -> Streaming[Any]:
        """The answer, event by event."""
        way, request = await self.request(settings, memory)
        return await streaming(way, request, EventDecoder)


async def _body(what: str, json: Any, data: Any) -> Media:
    """The body as bytes and their type; media that are named by a URL are still to be fetched."""
    if data is None:
        if json is None:
            raise InputError(f"{what}: there is no body; give json= or data=")
        return Media(encode(json), "application/json")
    if json is not None:
        warn(f"{what}: both json and data are given; data is sent")
    return await take(data)


class LineDecoder:
    """An answer in lines; what they mean is the caller's affair, so any end is a good one."""

    partial_text = ""
    """The caller has the lines already."""

    def __init__(self, request: Request, purpose: Purpose) -> None:
        self.failure: InferenceError | None = None
        self.ended = self.finished = False
        self._rest = b""
        self._head = (request, purpose)

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; give the lines they complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.removesuffix(b"\r") for line in lines]

    def end(self) -> list[bytes]:
        """The body is over: give the last line, where nothing ended it."""
        self.finished = True
        rest, self._rest = self._rest, b""
        return [rest] if rest else []

    def cut(self) -> InferenceError:
        """The error for an answer that broke off."""
        request, purpose = self._head
        return IncompleteAnswerError(
            f"{purpose.text}: the answer broke off before its end; call again", request=redact.sent(request)
        )


class EventDecoder(ItemDecoder[Any]):
    """Events as they were sent; only the connection tells whether they are all."""

    _is_over = False

    @override
    def item(self, value: Any) -> Any:
        """Give the event."""
        return value

    @property
    @override
    def finished(self) -> bool:
        """Whether the body came to its end."""
        return self.ended or self._is_over

    @override
    def end(self) -> list[Any]:
        """The body is over: give the last events."""
        self._is_over = True
        return super().end()
