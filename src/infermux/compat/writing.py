"""An answer while it is being written: takes chunks, tells events, and holds the answer so far."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from ..errors import InferenceError
from ..types._json import Json, is_list, is_object
from ..types.chat import (
    ChatCompletionOutputLogprobs,
    ChatCompletionStreamOutput,
    ChatCompletionStreamOutputChoice,
    ChatCompletionStreamOutputDeltaToolCall,
)
from ..types.chat_events import (
    ChatCompletionStreamEvent,
    ChunkEvent,
    ContentDeltaEvent,
    ContentDoneEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    LogprobsContentDeltaEvent,
    LogprobsContentDoneEvent,
    LogprobsRefusalDeltaEvent,
    LogprobsRefusalDoneEvent,
    RefusalDeltaEvent,
    RefusalDoneEvent,
)
from ..types.openai import ParsedChatCompletion, ParsedChatCompletionMessage, ParsedChoice, ParsedFunctionToolCall
from .forms import Form, SoFar
from .parsing import arguments_of, content_of, finished, refuse_cut, strict_tools

T = TypeVar("T")

_OF_THE_CHUNK = ("choices", "object", "obfuscation")


class Writing(Generic[T]):
    """The answer so far."""

    def __init__(self, form: Form[T], tools: Any) -> None:
        self._form = form
        self._strict = strict_tools(tools)
        self._output: ParsedChatCompletion[T] | None = None
        self._choices: dict[int, _Choice[T]] = {}

    @property
    def output(self) -> ParsedChatCompletion[T]:
        """The answer so far.

        Raises:
            InferenceError: Nothing has come yet.
        """
        if self._output is None:
            raise InferenceError("nothing of the answer has come yet; take the first event from the stream")
        return self._output

    def take(self, chunk: ChatCompletionStreamOutput) -> list[ChatCompletionStreamEvent[T]]:
        """Add a chunk; give the events that it brings."""
        if self._output is None:
            self._output = ParsedChatCompletion.parse({"choices": [], "object": "chat.completion"})
        self._output.update(
            {name: value for name, value in chunk.items() if name not in _OF_THE_CHUNK and value is not None}
        )
        events: list[ChatCompletionStreamEvent[T]] = [ChunkEvent(type="chunk", chunk=chunk, snapshot=self._output)]
        for piece in chunk.choices:
            events += self._choice(piece.get("index", 0)).take(piece)
        return events

    def _choice(self, index: int) -> _Choice[T]:
        if index not in self._choices:
            self._choices[index] = _Choice(index, self.output, self._form, self._strict)
        return self._choices[index]

    def finished(self) -> ParsedChatCompletion[T]:
        """The whole answer, read; raises where it was cut off or does not fit the class."""
        return finished(self.output, self._form, self._strict)


class _Choice(Generic[T]):
    """One of the answers."""

    def __init__(self, index: int, output: ParsedChatCompletion[T], form: Form[T], strict: frozenset[str]) -> None:
        self._output, self._form, self._strict = output, form, strict
        self._message: Json = {}
        self._record: ParsedChoice[T] = ParsedChoice.parse({"index": index, "finish_reason": None})
        self._content = SoFar()
        self._parsed: Any = None
        self._calls: dict[int, SoFar] = {}
        self._arguments: dict[int, Any] = {}
        self._done: set[str | int] = set()
        self._calling: int | None = None
        self._begun = 0
        output.choices.append(self._record)
        output.choices.sort(key=lambda choice: choice.index)

    def take(self, piece: ChatCompletionStreamOutputChoice) -> Iterator[ChatCompletionStreamEvent[T]]:
        self._note(piece)
        yield from self._deltas(piece)
        for call in _functions(piece):
            if self._calling != call.index:
                yield from self._texts_done()
                yield from self._call_done()
            self._calling = call.index
        if self._record.finish_reason:
            yield from self._texts_done()
            yield from self._call_done()

    def _note(self, piece: ChatCompletionStreamOutputChoice) -> None:
        for call in _functions(piece):
            self._place(call)
        _join(self._message, piece.delta.to_dict())
        message = ParsedChatCompletionMessage[T].parse(self._message)
        self._record.message = message
        self._record.update(
            {name: value for name, value in piece.items() if name not in ("delta", "logprobs") and value is not None}
        )
        if piece.logprobs is not None:
            known = self._record.setdefault("logprobs", ChatCompletionOutputLogprobs.parse({"content": None}))
            for name in ("content", "refusal"):
                if more := piece.logprobs.get(name):
                    known[name] = (known.get(name) or []) + more
        if self._form.kind is not None or self._strict:
            refuse_cut(self._record, self._output)
        more = piece.delta.content
        if self._form.kind is not None and more and not message.refusal and "content" not in self._done:
            self._parsed = self._content.add(more)
        message.read_as(self._parsed)
        for call in _functions(piece) if self._strict else ():
            read = self._calls.setdefault(call.index, SoFar()).add(call.function.arguments)
            is_strict = self._call(call.index).function.name in self._strict
            self._arguments[call.index] = read if is_strict else None
        for index, value in self._arguments.items():
            self._call(index).function.read_as(value)

    def _place(self, call: ChatCompletionStreamOutputDeltaToolCall) -> None:
        """Give a piece of a call what some servers leave out: its text, and its index, as a call begins with an id."""
        arguments = call.function.get("arguments")
        if not isinstance(arguments, str):
            call.function["arguments"] = "" if arguments is None else json.dumps(arguments)
        if call.get("index") is None:
            self._begun += bool(call.id)
            call["index"] = max(self._begun - 1, 0)

    def _call(self, index: int) -> ParsedFunctionToolCall:
        return next(call for call in self._record.message.tool_calls or [] if call["index"] == index)

    def _deltas(self, piece: ChatCompletionStreamOutputChoice) -> Iterator[ChatCompletionStreamEvent[T]]:
        delta, message = piece.delta, self._record.message
        if delta.content is not None:
            yield ContentDeltaEvent(
                type="content.delta", delta=delta.content, snapshot=message.content or "", parsed=message.parsed
            )
        if delta.refusal is not None:
            yield RefusalDeltaEvent(type="refusal.delta", delta=delta.refusal, snapshot=message.refusal or "")
        for call in _functions(piece):
            yield self._call_delta(call)
        if piece.logprobs is not None and self._record.logprobs is not None:
            known = self._record.logprobs
            if more := piece.logprobs.content:
                yield LogprobsContentDeltaEvent(type="logprobs.content.delta", content=more, snapshot=known.content)
            if refused := piece.logprobs.refusal:
                yield LogprobsRefusalDeltaEvent(
                    type="logprobs.refusal.delta", refusal=refused, snapshot=known.refusal or []
                )

    def _call_delta(self, piece: ChatCompletionStreamOutputDeltaToolCall) -> FunctionToolCallArgumentsDeltaEvent:
        function = self._call(piece.index).function
        return FunctionToolCallArgumentsDeltaEvent(
            type="tool_calls.function.arguments.delta",
            name=function.name,
            index=piece.index,
            arguments=function.arguments,
            arguments_delta=piece.function.arguments,
            parsed_arguments=function.parsed_arguments,
        )

    def _is_first(self, name: str | int) -> bool:
        is_first = name not in self._done
        self._done.add(name)
        return is_first

    def _texts_done(self) -> Iterator[ChatCompletionStreamEvent[T]]:
        message, logprobs = self._record.message, self._record.logprobs
        if message.content and self._is_first("content"):
            parsed = self._parsed = content_of(message, self._form, self._output)
            message.read_as(parsed)
            yield ContentDoneEvent(type="content.done", content=message.content, parsed=parsed)
        if message.refusal is not None and self._is_first("refusal"):
            yield RefusalDoneEvent(type="refusal.done", refusal=message.refusal)
        if logprobs is None:
            return
        if logprobs.get("content") is not None and self._is_first("logprobs.content"):
            yield LogprobsContentDoneEvent(type="logprobs.content.done", content=logprobs.content)
        if logprobs.refusal is not None and self._is_first("logprobs.refusal"):
            yield LogprobsRefusalDoneEvent(type="logprobs.refusal.done", refusal=logprobs.refusal)

    def _call_done(self) -> Iterator[FunctionToolCallArgumentsDoneEvent]:
        index = self._calling
        if index is None or not self._is_first(index):
            return
        function = self._call(index).function
        self._arguments[index] = arguments_of(function, self._strict, self._output)
        function.read_as(self._arguments[index])
        yield FunctionToolCallArgumentsDoneEvent(
            type="tool_calls.function.arguments.done",
            name=function.name,
            index=index,
            arguments=function.arguments,
            parsed_arguments=function.parsed_arguments,
        )


def _functions(piece: ChatCompletionStreamOutputChoice) -> list[ChatCompletionStreamOutputDeltaToolCall]:
    """The pieces of calls of functions; tools of other kinds have no arguments to follow."""
    return [call for call in piece.delta.tool_calls or [] if is_object(call.get("function"))]


_WHOLE = ("id", "index", "name", "role", "type")
"""What comes in one piece, and from some servers with every chunk."""


def _join(known: Json, delta: Json) -> None:
    """Put what a chunk adds behind what is known."""
    for name, more in delta.items():
        had = known.get(name)
        if more is None:
            known.setdefault(name, None)
        elif isinstance(had, str) and isinstance(more, str) and name not in _WHOLE:
            known[name] = had + more
        elif is_object(had) and is_object(more):
            _join(had, more)
        elif is_list(more) and (had is None or is_list(had)):
            known[name] = had = [] if had is None else had
            for item in more:
                _join_item(had, item)
        else:
            known[name] = more


def _join_item(known: list[Any], item: Any) -> None:
    index = item.get("index") if is_object(item) else None
    same = [had for had in known if index is not None and is_object(had) and had.get("index") == index]
    if same:
        _join(same[0], item)
    else:
        known.append(item)
