"""Chat: what comes back from `chat_completion`, and typed forms of what goes in.

The fields are those of the chat-completion task and of the OpenAI API
(https://platform.openai.com/docs/api-reference/chat/object); servers leave out many of them.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import Self, override

from ._json import is_list
from ._record import Record


def _json_text(arguments: Any) -> str:
    """The arguments of a call as JSON text; older Text Generation Inference sends them as an object."""
    if isinstance(arguments, str):
        return arguments
    import json

    return json.dumps(arguments)


class ChatCompletionOutputFunctionDefinition(Record):
    """The function that the model calls: its `arguments` are JSON text."""

    name: str
    arguments: str
    description: str | None = None

    _converters = {"arguments": _json_text}

    @classmethod
    @override
    def parse(cls, raw: Any) -> Self:
        self = super().parse(raw)
        if self.get("arguments", "") is None:
            self["arguments"] = "{}"
        return self


class ChatCompletionOutputToolCall(Record):
    """A call of a tool that the model asks for."""

    function: ChatCompletionOutputFunctionDefinition
    id: str
    type: str

    _converters = {"id": str}


class ChatCompletionOutputTopLogprob(Record):
    """A token that could have stood here, with its log probability."""

    logprob: float
    token: str
    bytes: list[int] | None = None


class ChatCompletionOutputLogprob(Record):
    """A token of the answer, with its log probability and its rivals."""

    logprob: float
    token: str
    top_logprobs: list[ChatCompletionOutputTopLogprob]
    bytes: list[int] | None = None


class ChatCompletionOutputLogprobs(Record):
    """The log probabilities of an answer, token by token."""

    content: list[ChatCompletionOutputLogprob]
    refusal: list[ChatCompletionOutputLogprob] | None = None


class ChatCompletionOutputMessage(Record):
    """What the model said. It can be put into `messages` of the next call as it is."""

    role: str
    content: str | None = None
    name: str | None = None
    tool_calls: list[ChatCompletionOutputToolCall] | None = None
    tool_call_id: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    annotations: list[Any] | None = None
    audio: dict[str, Any] | None = None
    function_call: dict[str, Any] | None = None

    _synonyms = {"reasoning": "reasoning_content", "reasoning_content": "reasoning"}


class ChatCompletionOutputComplete(Record):
    """One of the answers (`n` asks for more than one), and why it ended."""

    finish_reason: str
    index: int
    message: ChatCompletionOutputMessage
    logprobs: ChatCompletionOutputLogprobs | None = None


class ChatCompletionOutputUsage(Record):
    """Tokens counted by the server."""

    completion_tokens: int
    prompt_tokens: int
    total_tokens: int
    completion_tokens_details: dict[str, Any] | None = None
    prompt_tokens_details: dict[str, Any] | None = None


class ChatCompletionOutput(Record):
    """The whole answer of a chat call."""

    choices: list[ChatCompletionOutputComplete]
    created: int
    id: str
    model: str
    object: str
    system_fingerprint: str
    usage: ChatCompletionOutputUsage
    service_tier: str | None = None


class ChatCompletionStreamOutputFunction(Record):
    """A piece of the function that the model calls: pieces of `arguments` are joined by the caller."""

    arguments: str
    name: str | None = None

    _converters = {"arguments": _json_text}


class ChatCompletionStreamOutputDeltaToolCall(Record):
    """A piece of a tool call; pieces with one `index` belong together."""

    index: int
    function: ChatCompletionStreamOutputFunction
    id: str | None = None
    type: str | None = None

    _converters = {"id": str}


def _tool_call_pieces(value: Any) -> list[ChatCompletionStreamOutputDeltaToolCall]:
    return [ChatCompletionStreamOutputDeltaToolCall.parse(item) for item in (value if is_list(value) else [value])]


class ChatCompletionStreamOutputDelta(Record):
    """What one chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[ChatCompletionStreamOutputDeltaToolCall] | None = None

    _respelt = False
    _synonyms = {"reasoning": "reasoning_content", "reasoning_content": "reasoning"}
    _converters = {"tool_calls": _tool_call_pieces}


class ChatCompletionStreamOutputChoice(Record):
    """One answer's part of a chunk; `finish_reason` is set on its last."""

    delta: ChatCompletionStreamOutputDelta
    index: int
    finish_reason: str | None = None
    logprobs: ChatCompletionOutputLogprobs | None = None

    _respelt = False


class ChatCompletionStreamOutput(Record):
    """One chunk of a streamed chat. `choices` is empty on the chunk that carries only the usage."""

    choices: list[ChatCompletionStreamOutputChoice]
    created: int
    id: str
    model: str
    system_fingerprint: str
    object: str
    usage: ChatCompletionOutputUsage | None = None

    _respelt = False


ChatCompletionStreamOutputLogprob = ChatCompletionOutputLogprob
ChatCompletionStreamOutputLogprobs = ChatCompletionOutputLogprobs
ChatCompletionStreamOutputTopLogprob = ChatCompletionOutputTopLogprob
ChatCompletionStreamOutputUsage = ChatCompletionOutputUsage


class ChatCompletionInputURL(Record):
    """An address (http, https or data URL) of a picture."""

    url: str


ChatCompletionInputMessageChunkType = Literal["text", "image_url"]


class ChatCompletionInputMessageChunk(Record):
    """A part of a message: a text or a picture."""

    type: ChatCompletionInputMessageChunkType
    text: str | None = None
    image_url: ChatCompletionInputURL | dict[str, Any] | None = None


class ChatCompletionInputFunctionDefinition(Record):
    """A function that the model may call; `parameters` is a JSON schema."""

    name: str
    parameters: Any = None
    description: str | None = None
    arguments: Any = None


class ChatCompletionInputTool(Record):
    """A tool that the model may use."""

    function: ChatCompletionInputFunctionDefinition | dict[str, Any]
    type: str


class ChatCompletionInputToolCall(Record):
    """A tool call that the assistant made earlier in the talk."""

    function: ChatCompletionInputFunctionDefinition | dict[str, Any]
    id: str
    type: str


class ChatCompletionInputMessage(Record):
    """A message of the talk."""

    role: str
    content: list[ChatCompletionInputMessageChunk | dict[str, Any]] | str | None = None
    name: str | None = None
    tool_calls: list[ChatCompletionInputToolCall | dict[str, Any]] | None = None
    tool_call_id: str | None = None


class ChatCompletionInputFunctionName(Record):
    """The name of the one function to call."""

    name: str


class ChatCompletionInputToolChoiceClass(Record):
    """Makes the model call one function."""

    function: ChatCompletionInputFunctionName | dict[str, Any]
    type: str | None = None


ChatCompletionInputToolChoiceEnum = Literal["auto", "none", "required"]


class ChatCompletionInputStreamOptions(Record):
    """Options of a stream; `include_usage` asks for a last chunk with the usage."""

    include_usage: bool | None = None


class ChatCompletionInputJSONSchema(Record):
    """A named JSON schema for a structured answer."""

    name: str
    description: str | None = None
    schema: dict[str, Any] | None = None
    strict: bool | None = None


class ChatCompletionInputGrammarType(Record):
    """The form of an answer: one of the three below, or a grammar of Text Generation Inference.

    A grammar has the `type` "json" or "regex", and the schema or the expression as its `value`.
    """

    type: Any
    value: Any = None


class ChatCompletionInputResponseFormatText(ChatCompletionInputGrammarType):
    """Asks for plain text."""

    type: Literal["text"]


class ChatCompletionInputResponseFormatJSONSchema(ChatCompletionInputGrammarType):
    """Asks for JSON that follows a schema."""

    type: Literal["json_schema"]
    json_schema: ChatCompletionInputJSONSchema | dict[str, Any]


class ChatCompletionInputResponseFormatJSONObject(ChatCompletionInputGrammarType):
    """Asks for any JSON object."""

    type: Literal["json_object"]


class ChatCompletionInput(Record):
    """A whole question to a chat model, as the server takes it."""

    messages: list[ChatCompletionInputMessage | dict[str, Any]]
    frequency_penalty: float | None = None
    logit_bias: list[float] | dict[str, float] | None = None
    logprobs: bool | None = None
    max_tokens: int | None = None
    model: str | None = None
    n: int | None = None
    presence_penalty: float | None = None
    reasoning_effort: str | None = None
    response_format: ChatCompletionInputGrammarType | dict[str, Any] | None = None
    seed: int | None = None
    stop: list[str] | None = None
    stream: bool | None = None
    stream_options: ChatCompletionInputStreamOptions | dict[str, Any] | None = None
    temperature: float | None = None
    tool_choice: ChatCompletionInputToolChoiceClass | ChatCompletionInputToolChoiceEnum | dict[str, Any] | None = None
    tool_prompt: str | None = None
    tools: list[ChatCompletionInputTool | dict[str, Any]] | None = None
    top_logprobs: int | None = None
    top_p: float | None = None
