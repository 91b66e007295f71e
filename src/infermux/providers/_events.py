"""Streamed answers: event streams turned into items, with the rule for when an answer is whole.

A stream may end without its end mark only where every choice seen has said why it ended; anything else is an error that
carries the text so far.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from ..errors import IncompleteAnswerError, InferenceError, class_for
from ..flow import Purpose, Read, Request, Response, Streaming
from ..types._record import WrongShape
from ..wire import redact, refusal
from ..wire.refusal import Refusal
from ..wire.sse import Event, EventParser
from ._base import Exchange, Route

T = TypeVar("T")

_decode = msgspec.json.Decoder().decode
_MOST_HELD_BYTES = 64 * 1024 * 1024


class ItemDecoder(Generic[T]):
    """Bytes of an event stream to items. A dialect says in `item` what one event means."""

    def __init__(self, request: Request, status: int, headers: Any, purpose: Purpose) -> None:
        self._events = EventParser()
        self._head = (request, status, headers, purpose)
        self.ended = False
        self.failure: InferenceError | None = None
        self.parts: list[str] = []
        self.open_ends: set[int] = set()
        self.closed_ends: set[int] = set()

    def item(self, value: Any) -> T | None:
        """Read one event; None where it has nothing for the caller."""
        raise NotImplementedError

    @property
    def partial_text(self) -> str:
        """The text that came so far."""
        return "".join(self.parts)

    @property
    def finished(self) -> bool:
        """Whether each choice seen has given its reason to end."""
        return self.ended or (bool(self.open_ends) and self.open_ends <= self.closed_ends)

    def feed(self, data: bytes) -> list[T]:
        """Take the next bytes; give the items they complete. What is wrong after them stands in `failure`."""
        items = self._read(self._events.feed(data))
        if self._events.held > _MOST_HELD_BYTES and self.failure is None:
            self.failure = self._unreadable(ValueError(f"it has no end within {_MOST_HELD_BYTES} bytes"), data)
        return items

    def end(self) -> list[T]:
        """The body is over: give the last items; where the answer was cut, `failure` says so."""
        items = self._read(self._events.end())
        if not self.finished and self.failure is None:
            self.failure = self.cut()
        return items

    def cut(self) -> InferenceError:
        """The error for an answer that broke off."""
        request, status, headers, purpose = self._head
        return IncompleteAnswerError(
            f"{purpose.text}: the stream broke off before its end, after {len(self.partial_text)} characters "
            "(see partial_text); call again",
            request=redact.sent(request),
            response=redact.received(request, status, headers, b""),
            partial_text=self.partial_text,
        )

    def _read(self, events: list[Event]) -> list[T]:
        items: list[T] = []
        for name, data in events:
            if data[:1] != b"{" and data.strip() == b"[DONE]":
                self.ended = True
                break
            if name == b"error":
                self.failure = self._reported(refusal.read(data), data)
                break
            try:
                value = _decode(data)
                if "error" in value and value["error"] is not None:
                    self.failure = self._reported(refusal.of_value(value), data)
                    break
                item = self.item(value)
            except (msgspec.DecodeError, WrongShape, AttributeError, TypeError, LookupError, RecursionError) as error:
                self.failure = self._unreadable(error, data)
                break
            if item is not None:
                items.append(item)
            if self.ended:
                break
        return items

    def _reported(self, said: Refusal, data: bytes) -> InferenceError:
        request, status, headers, purpose = self._head
        words = redact.text(said.message, redact.secrets_of(request))
        return class_for(None, said.error_type)(
            f"{purpose.text}: the server reported an error within the stream: {words}; "
            "call again, or try another model or provider",
            request=redact.sent(request),
            response=redact.received(request, status, headers, data),
            server_message=words,
            partial_text=self.partial_text,
        )

    def _unreadable(self, error: Exception, data: bytes) -> InferenceError:
        request, status, headers, purpose = self._head
        exchange = Exchange(request, Response(status, headers, data), purpose)
        trouble = exchange.unreadable(f"an event of the stream cannot be read ({error})")
        trouble.partial_text = self.partial_text
        return trouble


async def streaming(route: Route, request: Request, decoder: type[ItemDecoder[T]]) -> Streaming[T]:
    """Open a streamed answer, to be read by this decoder.

    Raises:
        ProviderApiError: The answer is no event stream.
    """
    body = await route.open(request)
    content_type = body.headers.get("content-type", "").partition(";")[0].strip().lower()
    status, headers = body.status, body.headers
    if content_type in _STREAMS:
        return Streaming(body, decoder(request, status, headers, route.purpose), request, route.purpose)
    data = await Read(body, request, route.purpose)
    said = refusal.read(data)
    words = redact.text(said.message, redact.secrets_of(request))
    raise class_for(None, said.error_type)(
        f"{route.purpose.text}: a stream was asked for, and the server answered status {status}, "
        f"{content_type}: {words or 'nothing'}; call it without stream, if the address is right",
        request=redact.sent(request),
        response=redact.received(request, status, headers, data),
        server_message=words,
    )


_STREAMS = ("text/event-stream", "application/octet-stream", "text/plain", "")
"""Content types of event streams; some servers label them carelessly or not at all."""
