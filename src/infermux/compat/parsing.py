"""Chats whose answer is read as a class: the calls `parse` and `stream`, and how a whole answer is read."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from typing_extensions import Unpack

from ..errors import IncompleteAnswerError, ProviderOutputError
from ..flow import Streaming
from ..tasks._ask import Asker
from ..tasks.chat_completion import Message, TalkOptions, chat_completion
from ..types._json import Json, is_list, is_object
from ..types.chat import ChatCompletionOutputComplete, ChatCompletionStreamOutput
from ..types.openai import ParsedChatCompletion, ParsedChatCompletionMessage, ParsedFunction
from .forms import Form

T = TypeVar("T")


async def parse(
    client: Asker,
    messages: Sequence[Message],
    *,
    response_format: type[Any] | dict[str, Any] | None = None,
    **options: Unpack[TalkOptions],
) -> ParsedChatCompletion[Any]:
    """Continue a talk with an answer that is an object of a class of yours.

    Args:
        messages: The talk so far.
        response_format: The class: a pydantic model, a dataclass, a `msgspec.Struct` or a `TypedDict`. Its JSON schema
            is asked for in strict mode. A dict is sent as it is, and its answer not read.
        options: Those of `chat_completion`.

    Returns:
        The answer; `choices[0].message.parsed` is the object, None where the model refused. The calls of tools that are
        `strict` have `function.parsed_arguments`.

    Raises:
        InputError: The class has no JSON schema, or an option is wrong; nothing was sent.
        IncompleteAnswerError: The answer was cut off at the limit of tokens or by a filter.
        ProviderOutputError: The answer does not fit the class; `partial_text` holds it.
        ProviderApiError: The provider refused.

    Source: https://platform.openai.com/docs/guides/structured-outputs

    Example:
        >>> from dataclasses import dataclass
        >>> from infermux import InferenceClient
        >>> @dataclass
        ... class City:
        ...     name: str
        ...     people: int
        >>> client = InferenceClient(provider="sandbox")
        >>> talk = [{"role": "user", "content": "The capital of France?"}]
        >>> out = client.chat.completions.parse(messages=talk, response_format=City)
        >>> type(out.choices[0].message.parsed).__name__
        'City'
    """
    form: Form[Any] = Form(response_format)
    output: Any = await chat_completion(client, messages, response_format=form.wanted, **options)
    read = ParsedChatCompletion[Any].parse(output)
    return finished(read.answered(output.response_headers), form, strict_tools(options.get("tools")))


async def stream(
    client: Asker,
    messages: Sequence[Message],
    *,
    response_format: type[Any] | dict[str, Any] | None = None,
    **options: Unpack[TalkOptions],
) -> Streaming[ChatCompletionStreamOutput]:
    """Continue a talk and follow the answer by events, such as "content.delta" and "content.done".

    Args:
        messages: The talk so far.
        response_format: A class that the answer is read as, or a dict; see `parse`.
        options: Those of `chat_completion`.

    Returns:
        A context manager (on the async client, `async with`) that gives an iterator of events, each with its `type`.
        It has `get_final_completion()`, `until_done()` and `current_completion_snapshot`. Leaving the block frees the
        connection.

    Raises:
        InputError: The class has no JSON schema, or an option is wrong; nothing was sent.
        IncompleteAnswerError: The stream broke off, or the answer was cut off at the limit of tokens or by a filter.
        ProviderOutputError: The answer does not fit the class; `partial_text` holds it.
        ProviderApiError: The provider refused, before or within the stream.

    Source: https://github.com/openai/openai-python/blob/main/helpers.md

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> with client.chat.completions.stream(messages=[{"role": "user", "content": "Hi"}]) as stream:
        ...     for event in stream:
        ...         if event.type == "content.delta":
        ...             text = event.delta
        >>> stream.get_final_completion().choices[0].finish_reason
        'stop'
    """
    wanted = Form(response_format).wanted
    answer: Any = await chat_completion(client, messages, stream=True, response_format=wanted, **options)
    streaming: Streaming[ChatCompletionStreamOutput] = answer
    return streaming


def strict_tools(tools: Any) -> frozenset[str]:
    """The names of the functions whose arguments keep to their schema."""
    given: list[Any] = tools if is_list(tools) else []
    functions: list[Json] = [tool.get("function") or {} for tool in given if is_object(tool)]
    return frozenset(function["name"] for function in functions if function.get("strict") and "name" in function)


def finished(output: ParsedChatCompletion[T], form: Form[T], strict: frozenset[str]) -> ParsedChatCompletion[T]:
    """Read what each message of a whole answer says.

    Raises:
        IncompleteAnswerError: One was cut off.
        ProviderOutputError: One does not fit its class.
    """
    for choice in output.choices:
        refuse_cut(choice, output)
        choice.message.read_as(content_of(choice.message, form, output))
        for call in choice.message.tool_calls or []:
            if "function" in call:
                call.function.read_as(arguments_of(call.function, strict, output))
    return output


_CUT = {
    "length": "was cut off at the limit of tokens; raise max_tokens or max_completion_tokens",
    "content_filter": "was cut off by a content filter; put the question otherwise",
}


def refuse_cut(choice: ChatCompletionOutputComplete, output: ParsedChatCompletion[Any]) -> None:
    """Refuse an answer that did not come to its end.

    Raises:
        IncompleteAnswerError: It did not.
    """
    if choice.finish_reason in _CUT:
        raise IncompleteAnswerError(
            f"the answer of {output.model!r} {_CUT[choice.finish_reason]} (finish_reason {choice.finish_reason!r}); "
            "partial_text holds what had come",
            partial_text=choice.message.content,
            completion=output,
        )


def content_of(message: ParsedChatCompletionMessage[T], form: Form[T], output: ParsedChatCompletion[T]) -> T | None:
    """The content as an object of the class; None where the model refused or said nothing.

    Raises:
        ProviderOutputError: It is no such object.
    """
    if not message.content or message.refusal:
        return None
    try:
        return form.read(message.content)
    except ValueError as error:
        raise ProviderOutputError(
            f"the answer of {output.model!r} is no {form.kind.__name__}: {error}; partial_text holds the answer",
            partial_text=message.content,
            completion=output,
        ) from error


def arguments_of(function: ParsedFunction, strict: frozenset[str], output: ParsedChatCompletion[Any]) -> Any:
    """What the arguments of a call say; None where its tool is not strict.

    Raises:
        ProviderOutputError: They are no JSON.
    """
    if function.name not in strict:
        return None
    try:
        return json.loads(function.arguments)
    except ValueError as error:
        raise ProviderOutputError(
            f"{output.model!r} calls {function.name} with arguments that are no JSON: {error}; partial_text holds them",
            partial_text=function.arguments,
            completion=output,
        ) from error
