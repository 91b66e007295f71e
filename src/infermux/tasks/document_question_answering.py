"""document-question-answering: an answer out of the picture of a page."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.vision import DocumentQuestionAnsweringOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, expect, split, take


class DocumentQuestionAnsweringOptions(CallOptions, total=False):
    """Options of `document_question_answering`."""

    doc_stride: int | None
    handle_impossible_answer: bool | None
    lang: str | None
    max_answer_len: int | None
    max_question_len: int | None
    max_seq_len: int | None
    top_k: int | None
    word_boxes: list[list[float] | str] | None
    extra_body: dict[str, Any] | None


class DocumentQuestionAnsweringAsk(Ask[list[DocumentQuestionAnsweringOutputElement]], frozen=True):
    """The answer of this page to this question."""

    task: ClassVar[str] = "document-question-answering"
    hub_task: ClassVar[str] = task
    image: Media
    question: str


async def document_question_answering(
    client: Asker, image: Content, question: str, **options: Unpack[DocumentQuestionAnsweringOptions]
) -> list[DocumentQuestionAnsweringOutputElement]:
    """Answer a question out of the picture of a page.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image of the page.
        question: What to ask.
        doc_stride: By how many tokens the pieces of a long page overlap.
        handle_impossible_answer: Whether no answer may be an answer.
        lang: The language for reading the page.
        max_answer_len: The most words of an answer.
        max_question_len: The most tokens of the question; what is longer is cut.
        max_seq_len: The most tokens of a piece of the page, with the question.
        top_k: How many answers to give.
        word_boxes: The words of the page and their places, where they are known: each word as text, and its box as
            four numbers from 0 to 1000.
        extra_body: The server's own options.

    Returns:
        The answers, the likeliest first: `answer`, and with most models `score`, and the places of its words, `start`
        and `end`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An argument is of the wrong type, or an option is unknown; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of answers.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/document-question-answering

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.document_question_answering("invoice.png", "Invoice number?")[0].answer  # doctest: +SKIP
        'us-001'
    """
    expect("document_question_answering", "question", question, str, "a str")
    parameters, call = split("document_question_answering", options, DocumentQuestionAnsweringOptions)
    return await client.ask(DocumentQuestionAnsweringAsk(parameters, await take(image), question), call)
