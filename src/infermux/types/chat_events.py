"""The events of `client.chat.completions.stream`, by the names that the openai client has for them."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from ._record import Record
from .chat import ChatCompletionOutputLogprob, ChatCompletionStreamOutput
from .openai import ParsedChatCompletion

T = TypeVar("T")


class ChunkEvent(Record, Generic[T]):
    """A chunk as it came, and the answer so far, which goes on growing."""

    type: Literal["chunk"]
    chunk: ChatCompletionStreamOutput
    snapshot: ParsedChatCompletion[T]


class ContentDeltaEvent(Record):
    """A piece of the content, and all of it so far; `parsed` is what is whole in it, where a class was given."""

    type: Literal["content.delta"]
    delta: str
    snapshot: str
    parsed: Any = None


class ContentDoneEvent(Record, Generic[T]):
    """The whole content; `parsed` is an object of the class that was given."""

    type: Literal["content.done"]
    content: str
    parsed: T | None = None


class RefusalDeltaEvent(Record):
    """A piece of a refusal, and all of it so far."""

    type: Literal["refusal.delta"]
    delta: str
    snapshot: str


class RefusalDoneEvent(Record):
    """The whole refusal."""

    type: Literal["refusal.done"]
    refusal: str


class FunctionToolCallArgumentsDeltaEvent(Record):
    """A piece of the arguments of a call, and all of them so far; of a strict tool also what is whole in them."""

    type: Literal["tool_calls.function.arguments.delta"]
    name: str
    index: int
    arguments: str
    arguments_delta: str
    parsed_arguments: Any = None


class FunctionToolCallArgumentsDoneEvent(Record):
    """The whole arguments of a call; of a strict tool also what they say."""

    type: Literal["tool_calls.function.arguments.done"]
    name: str
    index: int
    arguments: str
    parsed_arguments: Any = None


class LogprobsContentDeltaEvent(Record):
    """Log probabilities of a piece of the content, and all so far."""

    type: Literal["logprobs.content.delta"]
    content: list[ChatCompletionOutputLogprob]
    snapshot: list[ChatCompletionOutputLogprob]


class LogprobsContentDoneEvent(Record):
    """Log probabilities of the whole content."""

    type: Literal["logprobs.content.done"]
    content: list[ChatCompletionOutputLogprob]


class LogprobsRefusalDeltaEvent(Record):
    """Log probabilities of a piece of a refusal, and all so far."""

    type: Literal["logprobs.refusal.delta"]
    refusal: list[ChatCompletionOutputLogprob]
    snapshot: list[ChatCompletionOutputLogprob]


class LogprobsRefusalDoneEvent(Record):
    """Log probabilities of the whole refusal."""

    type: Literal["logprobs.refusal.done"]
    refusal: list[ChatCompletionOutputLogprob]


ChatCompletionStreamEvent = (
    ChunkEvent[T]
    | ContentDeltaEvent
    | ContentDoneEvent[T]
    | RefusalDeltaEvent
    | RefusalDoneEvent
    | FunctionToolCallArgumentsDeltaEvent
    | FunctionToolCallArgumentsDoneEvent
    | LogprobsContentDeltaEvent
    | LogprobsContentDoneEvent
    | LogprobsRefusalDeltaEvent
    | LogprobsRefusalDoneEvent
)
