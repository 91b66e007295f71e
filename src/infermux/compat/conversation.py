"""`conversational`: a task of earlier releases, whose service is gone, carried on by chat."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import Unpack

from ..calling import Caller
from ..errors import InputError
from ..notices import warn
from ..tasks._ask import CallOptions, expect, split
from ..tasks.chat_completion import ChatCompletionAsk, ChatCompletionOptions
from ..types.chat import ChatCompletionOutput
from ..types.legacy import ConversationalOutput

_LENGTHS = ("max_length", "max_new_tokens")


async def conversational(
    client: Caller,
    text: str,
    generated_responses: list[str] | None = None,
    past_user_inputs: list[str] | None = None,
    *,
    parameters: Mapping[str, Any] | None = None,
    **options: Unpack[CallOptions],
) -> ConversationalOutput:
    """Answer the last turn of a talk; `chat_completion` does more.

    Args:
        text: What the user says now.
        generated_responses: What the model answered so far.
        past_user_inputs: What the user said before, as many as answers.
        parameters: Options of the chat; `max_length` and `max_new_tokens` stand for `max_tokens`, and what chat
            does not know goes to the server as it is.

    Returns:
        The answer (`generated_text`) and the whole talk, this turn included (`conversation`).

    Raises:
        InputError: The two lists differ in length, or something is of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/chat-completion

    Example:
        >>> import warnings
        >>> from infermux import InferenceClient
        >>> warnings.simplefilter("ignore", DeprecationWarning)
        >>> client = InferenceClient(provider="sandbox")
        >>> out = client.conversational("Hi, who are you?")
        >>> out.conversation.past_user_inputs
        ['Hi, who are you?']
    """
    warn("conversational is a task of the past: use chat_completion", DeprecationWarning)
    expect("conversational", "text", text, str, "a str")
    answers, sayings = _turns("generated_responses", generated_responses), _turns("past_user_inputs", past_user_inputs)
    if len(answers) != len(sayings):
        raise InputError(
            f"conversational: past_user_inputs has {len(sayings)} turns and generated_responses {len(answers)}; "
            "each of the user's turns has one answer"
        )
    _, call = split("conversational", options, CallOptions)
    chat, _ = split("conversational", _chat_options(parameters), ChatCompletionOptions)
    messages = [
        {"role": role, "content": content}
        for said, answered in zip(sayings, answers, strict=True)
        for role, content in (("user", said), ("assistant", answered))
    ]
    if _names_nobody(client, call):
        call["provider"] = "hf-inference"
    ask = ChatCompletionAsk(chat, [*messages, {"role": "user", "content": text}])
    output: ChatCompletionOutput = await client.ask(ask, call)
    answer = (output.choices[0].message.content or "") if output.choices else ""
    return ConversationalOutput.parse(
        {
            "generated_text": answer,
            "conversation": {"generated_responses": [*answers, answer], "past_user_inputs": [*sayings, text]},
            "warnings": [],
        }
    ).answered(output.response_headers)


def _turns(name: str, given: Any) -> list[str]:
    expect("conversational", name, given, (list, type(None)), "a list of str")
    turns: list[Any] = given or []
    for turn in turns:
        expect("conversational", f"each of {name}", turn, str, "a str")
    return turns


def _chat_options(parameters: Any) -> dict[str, Any]:
    """The options of this task, as chat has them."""
    expect("conversational", "parameters", parameters, (Mapping, type(None)), "a mapping of options")
    given = dict(parameters or {})
    for name in _LENGTHS:
        if (length := given.pop(name, None)) is not None and given.setdefault("max_tokens", length) != length:
            raise InputError("conversational: the lengths in parameters differ; give max_new_tokens alone")
    known = ChatCompletionOptions.__annotations__.keys() - CallOptions.__annotations__.keys()
    others = {name: given.pop(name) for name in given.keys() - known}
    return given if not others else {**given, "extra_body": {**others, **(given.get("extra_body") or {})}}


def _names_nobody(client: Caller, call: CallOptions) -> bool:
    """Whether it is left open who answers: earlier releases then took the Hub's recommendation."""
    model = call.get("model") or call.get("endpoint_url") or client.model
    return model is None and (call.get("provider") or client.provider or "auto") == "auto"
