"""visual-question-answering: an answer about a picture."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.vision import VisualQuestionAnsweringOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, expect, split, take


class VisualQuestionAnsweringOptions(CallOptions, total=False):
    """Options of `visual_question_answering`."""

    top_k: int | None
    extra_body: dict[str, Any] | None


class VisualQuestionAnsweringAsk(Ask[list[VisualQuestionAnsweringOutputElement]], frozen=True):
    """The answer of this picture to this question."""

    task: ClassVar[str] = "visual-question-answering"
    hub_task: ClassVar[str] = task
    image: Media
    question: str


async def visual_question_answering(
    client: Asker, image: Content, question: str, **options: Unpack[VisualQuestionAnsweringOptions]
) -> list[VisualQuestionAnsweringOutputElement]:
    """Answer a question about a picture.

    Args:
        image: Bytes, a binary file, a path, a URL or a PIL image.
        question: What to ask.
        top_k: How many answers to give.
        extra_body: The server's own options.

    Returns:
        The answers in the server's order, as a rule the likeliest first: `answer` and `score`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `image` is of another kind; nothing was sent.
        InputError: An argument is of the wrong type, or an option is unknown; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no list of answers.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/visual-question-answering

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.visual_question_answering("tiger.jpg", "What is the animal doing?")[0].answer  # doctest: +SKIP
        'laying down'
    """
    expect("visual_question_answering", "question", question, str, "a str")
    parameters, call = split("visual_question_answering", options, VisualQuestionAnsweringOptions)
    return await client.ask(VisualQuestionAnsweringAsk(parameters, await take(image), question), call)
