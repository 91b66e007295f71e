"""What the routes of the OpenAI API answer, besides chat."""

from __future__ import annotations

from typing import Any

from ._record import Record


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
