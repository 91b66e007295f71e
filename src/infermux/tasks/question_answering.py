"""question-answering: the place in a text that answers a question."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.text import QuestionAnsweringOutputElement
from ._ask import Ask, Asker, CallOptions, expect, split


class QuestionAnsweringOptions(CallOptions, total=False):
    """Options of `question_answering`."""

    align_to_words: bool | None
    doc_stride: int | None
    handle_impossible_answer: bool | None
    max_answer_len: int | None
    max_question_len: int | None
    max_seq_len: int | None
    top_k: int | None
    extra_body: dict[str, Any] | None


class QuestionAnsweringAsk(Ask[QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]], frozen=True):
    """Where this context answers this question."""

    task: ClassVar[str] = "question-answering"
    hub_task: ClassVar[str] = task
    question: str
    context: str


async def question_answering(
    client: Asker, question: str, context: str, **options: Unpack[QuestionAnsweringOptions]
) -> QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]:
    """Find the answer to a question in a text.

    Args:
        question: What is asked.
        context: The text that holds the answer.
        align_to_words: Let answers begin and end with words; for languages without spaces, turn it off.
        doc_stride: By how many tokens the pieces overlap into which a long context is cut.
        handle_impossible_answer: Let the answer be empty, where the context has none.
        max_answer_len: Longest answer.
        max_question_len: Where the question is cut, in tokens.
        max_seq_len: Longest piece of the context with the question, in tokens.
        top_k: How many answers to tell.
        extra_body: The server's own options.

    Returns:
        The answer: `answer`, `score`, and its `start` and `end` in the context. With `top_k` above 1, a list of them.

    Raises:
        InputError: An argument is no text, or an option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no answer.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/question-answering

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> found = client.question_answering("What is my name?", context="My name is Clara and I live in Berkeley.")
        >>> found["answer"] in "My name is Clara and I live in Berkeley."
        True
    """
    expect("question_answering", "question", question, str, "a str")
    expect("question_answering", "context", context, str, "a str")
    parameters, call = split("question_answering", options, QuestionAnsweringOptions)
    return await client.ask(QuestionAnsweringAsk(parameters, question, context), call)
