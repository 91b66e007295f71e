"""sentence-similarity: how near texts are to one text."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ._ask import Ask, Asker, CallOptions, expect, split
from ._texts import expect_texts


class SentenceSimilarityOptions(CallOptions, total=False):
    """Options of `sentence_similarity`."""

    extra_body: dict[str, Any] | None


class SentenceSimilarityAsk(Ask[list[float]], frozen=True):
    """How near these sentences are to this one."""

    task: ClassVar[str] = "sentence-similarity"
    hub_task: ClassVar[str] = task
    sentence: str
    other_sentences: list[str]


async def sentence_similarity(
    client: Asker, sentence: str, other_sentences: list[str], **options: Unpack[SentenceSimilarityOptions]
) -> list[float]:
    """Tell how near in meaning sentences are to one sentence.

    Args:
        sentence: The sentence to compare with.
        other_sentences: The sentences to compare.
        extra_body: The server's own options.

    Returns:
        A number for each of `other_sentences`, in their order; 1 is as near as can be.

    Raises:
        InputError: An argument is of the wrong type, or an option is unknown; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is not a number for each sentence.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/sentence-similarity

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> others = ["Deep learning is so straightforward.", "I struggled with this."]
        >>> near, far = client.sentence_similarity("Machine learning is so easy.", other_sentences=others)
        >>> near > far
        True
    """
    expect("sentence_similarity", "sentence", sentence, str, "a str")
    expect_texts("sentence_similarity", "other_sentences", other_sentences)
    parameters, call = split("sentence_similarity", options, SentenceSimilarityOptions)
    return await client.ask(SentenceSimilarityAsk(parameters, sentence, list(other_sentences)), call)
