"""chat-completion: the next message of a talk, whole or as it is written."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..flow import Streaming
from ..notices import warn
from ..types._json import is_object
from ..types.chat import ChatCompletionInputMessage, ChatCompletionOutput, ChatCompletionStreamOutput
from ._ask import Ask, Asker, CallOptions, expect, split

Message = Mapping[str, Any] | ChatCompletionInputMessage


class TalkOptions(CallOptions, total=False):
    """Options of a talk, whatever the form of its answer; those of the OpenAI API by the same names."""

    frequency_penalty: float | None
    logit_bias: Mapping[Any, float] | list[float] | None
    logprobs: bool | None
    max_tokens: int | None
    n: int | None
    presence_penalty: float | None
    seed: int | None
    stop: str | list[str] | None
    stream_options: dict[str, Any] | None
    temperature: float | None
    tool_choice: str | dict[str, Any] | None
    tool_prompt: str | None
    tools: list[Any] | None
    top_logprobs: int | None
    top_p: float | None
    audio: dict[str, Any] | None
    function_call: str | dict[str, Any] | None
    functions: list[Any] | None
    max_completion_tokens: int | None
    metadata: dict[str, Any] | None
    modalities: list[str] | None
    moderation: Any
    parallel_tool_calls: bool | None
    prediction: dict[str, Any] | None
    prompt_cache_key: str | None
    prompt_cache_options: dict[str, Any] | None
    prompt_cache_retention: str | None
    reasoning_effort: str | None
    safety_identifier: str | None
    service_tier: str | None
    store: bool | None
    user: str | None
    verbosity: str | None
    web_search_options: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class ChatCompletionOptions(TalkOptions, total=False):
    """Options of `chat_completion`."""

    response_format: dict[str, Any] | None


class ChatCompletionAsk(Ask[Any], frozen=True):
    """The next message of this talk. `R` is a whole answer, or `Streaming` where `stream` is set."""

    task: ClassVar[str] = "chat-completion"
    hub_task: ClassVar[str] = "conversational"
    messages: list[Any]
    stream: bool = False


async def chat_completion(
    client: Asker,
    messages: Sequence[Message],
    *,
    stream: bool | None = False,
    **options: Unpack[ChatCompletionOptions],
) -> ChatCompletionOutput | Streaming[ChatCompletionStreamOutput]:
    """Continue a talk with a model.

    Args:
        messages: The talk so far: dicts or typed messages with `role` and `content`; answers can be passed back as
            they came.
        stream: Give the answer piece by piece, as it is written.
        frequency_penalty: -2 to 2: above 0, words already used become less likely.
        logit_bias: Token id → value added to its likelihood.
        logprobs: Ask for the log probability of each token.
        max_tokens: The most tokens to write.
        n: How many answers to write.
        presence_penalty: -2 to 2: above 0, new topics become more likely.
        response_format: The form of the answer, such as `{"type": "json_schema", "json_schema": {"name": …,
            "schema": …}}`.
        seed: Start of the random numbers.
        stop: Texts that end the answer.
        stream_options: `{"include_usage": True}` asks for a last chunk with the usage.
        temperature: 0 to 2: how much chance decides.
        tool_choice: "auto", "none", "required", or `{"type": "function", "function": {"name": …}}`.
        tool_prompt: Text before the tools in the prompt (TGI only).
        tools: What the model may call, each `{"type": "function", "function": {"name", "description",
            "parameters"}}`.
        top_logprobs: How many rivals of each token to show.
        top_p: 0 to 1: only the likeliest tokens that add up to this are drawn from.
        audio: Voice and format of a spoken answer.
        function_call: The older form of `tool_choice`.
        functions: The older form of `tools`.
        max_completion_tokens: The most tokens to write, those of reasoning included.
        metadata: Notes that the provider keeps with the call.
        modalities: Kinds of answer: "text", "audio".
        moderation: How the provider screens the call.
        parallel_tool_calls: Whether more than one tool may be called at once.
        prediction: Text that the answer is expected to repeat, for speed.
        prompt_cache_key: Groups calls that share the start of their prompt.
        prompt_cache_options: How the start of the prompt is cached.
        prompt_cache_retention: How long the start of the prompt is cached.
        reasoning_effort: How long the model thinks first, such as "low" or "high".
        safety_identifier: A stable, anonymous id of the end user.
        service_tier: The provider's class of service.
        store: Whether the provider keeps the answer.
        user: An id of the end user.
        verbosity: How wordy the answer is: "low", "medium", "high".
        web_search_options: How the model may search the web.
        extra_body: The provider's own options, put at the top of the body; they win over the named ones.

    Returns:
        A `ChatCompletionOutput`; with `stream=True`, an iterator of `ChatCompletionStreamOutput` (on the async client,
        `async for chunk in await client.chat_completion(..., stream=True)`). Leaving the loop frees the connection.

    Raises:
        InputError: A message or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused, before or within the stream.
        IncompleteAnswerError: The stream broke off; `partial_text` holds what had come.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/chat-completion

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> out = client.chat_completion([{"role": "user", "content": "Hello"}])
        >>> out.choices[0].message.role
        'assistant'
    """
    checked = _checked(messages)
    parameters, call = split("chat_completion", options, ChatCompletionOptions)
    if any(map(_is_older, tools := parameters.get("tools") or ())):
        warn("chat_completion: the arguments of a tool's function are now called parameters", FutureWarning)
        parameters["tools"] = [_respelt(tool) if _is_older(tool) else tool for tool in tools]
    expect("chat_completion", "stream", stream, (bool, type(None)), "a bool")
    return await client.ask(ChatCompletionAsk(parameters, checked, bool(stream)), call)


def _is_older(tool: Any) -> bool:
    """Whether the schema of a tool stands where releases 0.23 to 0.30 of huggingface_hub had it."""
    function: Any = tool.get("function") if is_object(tool) else None
    return is_object(function) and function.get("parameters") is None and is_object(function.get("arguments"))


def _respelt(tool: dict[str, Any]) -> dict[str, Any]:
    function: dict[str, Any] = {**tool["function"], "parameters": tool["function"]["arguments"]}
    del function["arguments"]
    return {**tool, "function": function}


_CONTENT = (str, list, tuple, dict, type(None))
"""Bytes have a form in the JSON of msgspec: a model would be told their base64."""


def _checked(messages: Any) -> list[Any]:
    if isinstance(messages, str):
        raise InputError(
            f'chat_completion: messages must be a list: write [{{"role": "user", "content": {messages[:40]!r}}}]'
        )
    expect("chat_completion", "messages", messages, Sequence, "a list of messages")
    if not messages:
        raise InputError("chat_completion: messages is empty; give at least one {'role': …, 'content': …}")
    for index, message in enumerate(messages):
        expect("chat_completion", f"messages[{index}]", message, Mapping, "a dict or a typed message")
        if not isinstance(message.get("role"), str):
            raise InputError(f"chat_completion: messages[{index}] has no role; roles are system, user, assistant, tool")
        expect("chat_completion", f"content of messages[{index}]", message.get("content"), _CONTENT, "a str or a list")
    return [message if isinstance(message, dict) else dict(message) for message in messages]
