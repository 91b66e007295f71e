"""What the routes of the OpenAI API answer besides chat, and chat answers whose content is read as a class."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

from ._record import Record
from .chat import (
    ChatCompletionOutput,
    ChatCompletionOutputComplete,
    ChatCompletionOutputFunctionDefinition,
    ChatCompletionOutputMessage,
    ChatCompletionOutputToolCall,
)

T = TypeVar("T")


class OpenAIModel(Record):
    """A model that a server has."""

    id: str
    created: int | None = None
    object: str | None = None
    owned_by: str | None = None


class OpenAIModels(list[OpenAIModel]):
    """The models of a server; `data` is the list itself."""

    @property
    def data(self) -> list[OpenAIModel]:
        """The models."""
        return self


class OpenAIEmbedding(Record):
    """The vector of one text; base64 text where that was asked for."""

    embedding: list[float] | str
    index: int


class OpenAIEmbeddings(Record):
    """The vectors of some texts, in their order."""

    data: list[OpenAIEmbedding]
    model: str | None = None
    usage: dict[str, Any] | None = None


class OpenAICompletionChoice(Record):
    """One continuation of a prompt."""

    text: str
    index: int | None = None
    finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None


class OpenAICompletion(Record):
    """The continuations of a prompt."""

    choices: list[OpenAICompletionChoice]
    id: str | None = None
    created: int | None = None
    model: str | None = None
    usage: dict[str, Any] | None = None


class OpenAIImage(Record):
    """One picture: its address, or its bytes as base64 text."""

    url: str | None = None
    b64_json: str | None = None
    revised_prompt: str | None = None


class OpenAIImages(Record):
    """The pictures of a prompt."""

    data: list[OpenAIImage]
    created: int | None = None


class ParsedFunction(ChatCompletionOutputFunctionDefinition):
    """The function that the model calls; `parsed_arguments` is what the arguments of a strict tool say."""

    _parsed: ClassVar[Any] = None

    @property
    def parsed_arguments(self) -> Any:
        """The arguments as a value; None where the tool is not strict."""
        return self._parsed

    def read_as(self, value: Any) -> None:
        """Note what the arguments say; it is no part of the mapping."""
        object.__setattr__(self, "_parsed", value)


class ParsedFunctionToolCall(ChatCompletionOutputToolCall):
    """A call of a tool that the model asks for, its arguments read."""

    function: ParsedFunction  # pyright: ignore[reportIncompatibleVariableOverride]


class ParsedChatCompletionMessage(ChatCompletionOutputMessage, Generic[T]):
    """What the model said, and what it says as an object of the class that was asked for."""

    tool_calls: list[ParsedFunctionToolCall] | None = None  # type: ignore[assignment] # pyright: ignore[reportIncompatibleVariableOverride]

    _parsed: ClassVar[Any] = None

    @property
    def parsed(self) -> T | None:
        """The content as an object of the class; None where the model refused, or no class was given."""
        return cast("T | None", self._parsed)

    def read_as(self, value: Any) -> None:
        """Note what the content says; it is no part of the mapping."""
        object.__setattr__(self, "_parsed", value)


class ParsedChoice(ChatCompletionOutputComplete, Generic[T]):
    """One of the answers, its message read."""

    message: ParsedChatCompletionMessage[T]  # pyright: ignore[reportIncompatibleVariableOverride]

    _converters = {"message": ParsedChatCompletionMessage.parse}


class ParsedChatCompletion(ChatCompletionOutput, Generic[T]):
    """The whole answer of a chat call, its messages read."""

    choices: list[ParsedChoice[T]]  # type: ignore[assignment] # pyright: ignore[reportIncompatibleVariableOverride]

    _converters = {"choices": ParsedChoice.parse_obj_as_list}
