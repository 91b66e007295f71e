"""Texts and tables: typed forms of what goes in. Each may stand wherever a dict is taken.

The fields are those of the tasks' schemas (https://huggingface.co/tasks).
"""

from __future__ import annotations

from typing import Any

from ._record import Record
from .text_generation import TextGenerationInputGrammarType
from .words import (
    FeatureExtractionInputTruncationDirection,
    Padding,
    SummarizationTruncationStrategy,
    Text2TextGenerationTruncationStrategy,
    TextClassificationOutputTransform,
    TokenClassificationAggregationStrategy,
    TranslationTruncationStrategy,
)


class FeatureExtractionInput(Record):
    """Texts to turn into vectors."""

    inputs: list[str] | str
    normalize: bool | None = None
    prompt_name: str | None = None
    truncate: bool | None = None
    truncation_direction: FeatureExtractionInputTruncationDirection | None = None


class FillMaskParameters(Record):
    """Options of `fill_mask`."""

    targets: list[str] | None = None
    top_k: int | None = None


class FillMaskInput(Record):
    """A text with a hole."""

    inputs: str
    parameters: FillMaskParameters | dict[str, Any] | None = None


class QuestionAnsweringInputData(Record):
    """A text, and what is asked about it."""

    context: str
    question: str


class QuestionAnsweringParameters(Record):
    """Options of `question_answering`."""

    align_to_words: bool | None = None
    doc_stride: int | None = None
    handle_impossible_answer: bool | None = None
    max_answer_len: int | None = None
    max_question_len: int | None = None
    max_seq_len: int | None = None
    top_k: int | None = None


class QuestionAnsweringInput(Record):
    """A question about a text."""

    inputs: QuestionAnsweringInputData | dict[str, Any]
    parameters: QuestionAnsweringParameters | dict[str, Any] | None = None


class SentenceSimilarityInputData(Record):
    """A sentence, and those to compare with it."""

    sentences: list[str]
    source_sentence: str


class SentenceSimilarityInput(Record):
    """Sentences to compare."""

    inputs: SentenceSimilarityInputData | dict[str, Any]
    parameters: dict[str, Any] | None = None


class SummarizationParameters(Record):
    """Options of `summarization`."""

    clean_up_tokenization_spaces: bool | None = None
    generate_parameters: dict[str, Any] | None = None
    truncation: SummarizationTruncationStrategy | None = None


class SummarizationInput(Record):
    """A text to shorten."""

    inputs: str
    parameters: SummarizationParameters | dict[str, Any] | None = None


class TableQuestionAnsweringInputData(Record):
    """A table, and what is asked about it."""

    question: str
    table: dict[str, list[str]]


class TableQuestionAnsweringParameters(Record):
    """Options of `table_question_answering`."""

    padding: Padding | None = None
    sequential: bool | None = None
    truncation: bool | None = None


class TableQuestionAnsweringInput(Record):
    """A question about a table."""

    inputs: TableQuestionAnsweringInputData | dict[str, Any]
    parameters: TableQuestionAnsweringParameters | dict[str, Any] | None = None


class Text2TextGenerationParameters(Record):
    """Options of a model that makes a text of a text."""

    clean_up_tokenization_spaces: bool | None = None
    generate_parameters: dict[str, Any] | None = None
    truncation: Text2TextGenerationTruncationStrategy | None = None


class Text2TextGenerationInput(Record):
    """A text to make another of."""

    inputs: str
    parameters: Text2TextGenerationParameters | dict[str, Any] | None = None


class TextClassificationParameters(Record):
    """Options of `text_classification`."""

    function_to_apply: TextClassificationOutputTransform | None = None
    top_k: int | None = None


class TextClassificationInput(Record):
    """A question to a text classifier."""

    inputs: str
    parameters: TextClassificationParameters | dict[str, Any] | None = None


class TextGenerationInputGenerateParameters(Record):
    """Options of `text_generation`, as its server takes them."""

    adapter_id: str | None = None
    best_of: int | None = None
    decoder_input_details: bool | None = None
    details: bool | None = None
    do_sample: bool | None = None
    frequency_penalty: float | None = None
    grammar: TextGenerationInputGrammarType | dict[str, Any] | None = None
    max_new_tokens: int | None = None
    repetition_penalty: float | None = None
    return_full_text: bool | None = None
    seed: int | None = None
    stop: list[str] | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_n_tokens: int | None = None
    top_p: float | None = None
    truncate: int | None = None
    typical_p: float | None = None
    watermark: bool | None = None


class TextGenerationInput(Record):
    """A text to continue."""

    inputs: str
    parameters: TextGenerationInputGenerateParameters | dict[str, Any] | None = None
    stream: bool | None = None


class TokenClassificationParameters(Record):
    """Options of `token_classification`."""

    aggregation_strategy: TokenClassificationAggregationStrategy | None = None
    ignore_labels: list[str] | None = None
    stride: int | None = None


class TokenClassificationInput(Record):
    """A text whose words are to be labelled."""

    inputs: str
    parameters: TokenClassificationParameters | dict[str, Any] | None = None


class TranslationParameters(Record):
    """Options of `translation`."""

    clean_up_tokenization_spaces: bool | None = None
    generate_parameters: dict[str, Any] | None = None
    src_lang: str | None = None
    tgt_lang: str | None = None
    truncation: TranslationTruncationStrategy | None = None


class TranslationInput(Record):
    """A text to translate."""

    inputs: str
    parameters: TranslationParameters | dict[str, Any] | None = None


class ZeroShotClassificationParameters(Record):
    """Options of `zero_shot_classification`."""

    candidate_labels: list[str]
    hypothesis_template: str | None = None
    multi_label: bool | None = None


class ZeroShotClassificationInput(Record):
    """A text, and the labels that may fit it."""

    inputs: str
    parameters: ZeroShotClassificationParameters | dict[str, Any]


# What releases 0.22 to 0.26 of huggingface_hub had.


class ZeroShotClassificationInputData(Record):
    """A text, and the labels that may fit it."""

    candidate_labels: list[str]
    text: str


SummarizationGenerationParameters = SummarizationParameters
TranslationGenerationParameters = TranslationParameters
