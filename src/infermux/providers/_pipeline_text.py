"""Texts: what pipelines do with them.

One answer has many shapes: lists within lists, an object where a list is meant, labels apart from their scores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..tasks._ask import Ask
from ..tasks.fill_mask import FillMaskAsk
from ..tasks.question_answering import QuestionAnsweringAsk
from ..tasks.sentence_similarity import SentenceSimilarityAsk
from ..tasks.summarization import SummarizationAsk
from ..tasks.table_question_answering import TableQuestionAnsweringAsk
from ..tasks.text_classification import TextClassificationAsk
from ..tasks.token_classification import TokenClassificationAsk
from ..tasks.translation import TranslationAsk
from ..tasks.zero_shot_classification import ZeroShotClassificationAsk
from ..types._json import is_list, is_object
from ..types._record import WrongShape
from ..types._textual import TextRecord
from ..types.text import (
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    TranslationOutput,
    ZeroShotClassificationOutputElement,
)
from ._base import Dialect, Route
from ._pipeline import first_of, listed, post_inputs, with_text

_Parse = Callable[[Any], Any]


async def fill_mask(ask: FillMaskAsk, route: Route) -> Any:
    """A text with a hole to the words that fit."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _words))


async def question_answering(ask: QuestionAnsweringAsk, route: Route) -> Any:
    """A question and a context to the answer, or to several where several are asked for."""
    inputs = {"question": ask.question, "context": ask.context}
    exchange = await post_inputs(inputs, ask.parameters, route)
    several = (ask.parameters.get("top_k") or 1) > 1
    parse = with_text("answer", QuestionAnsweringOutputElement.parse)
    return exchange.read(_elements(parse) if several else first_of(parse))


async def sentence_similarity(ask: SentenceSimilarityAsk, route: Route) -> list[float]:
    """Sentences to numbers, at the URL itself."""
    return await _similarities(ask, route, "")


async def sentence_similarity_route(ask: SentenceSimilarityAsk, route: Route) -> list[float]:
    """Sentences to numbers at `/pipeline/sentence-similarity`, as one model may serve several pipelines."""
    return await _similarities(ask, route, "/pipeline/sentence-similarity")


async def _similarities(ask: SentenceSimilarityAsk, route: Route, path: str) -> list[float]:
    inputs = {"source_sentence": ask.sentence, "sentences": ask.other_sentences}
    exchange = await post_inputs(inputs, ask.parameters, route, path)

    def numbers(value: Any) -> list[float]:
        # A sentence-embedding container wraps its numbers in an object.
        found = listed(_number)(value["similarities"] if is_object(value) else value)
        if len(found) != len(ask.other_sentences):
            raise ValueError(f"{len(ask.other_sentences)} sentences went in, and {len(found)} numbers came back")
        return found

    return exchange.read(numbers)


async def summarization(ask: SummarizationAsk, route: Route) -> Any:
    """A long text to a short one."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _written(SummarizationOutput, "summary_text")))


async def table_question_answering(ask: TableQuestionAnsweringAsk, route: Route) -> TableQuestionAnsweringOutputElement:
    """A question about a table to its answer."""
    exchange = await post_inputs({"query": ask.query, "table": ask.table}, ask.parameters, route)
    return exchange.read(first_of(TableQuestionAnsweringOutputElement.parse))


async def text_classification(ask: TextClassificationAsk, route: Route) -> Any:
    """A text to the classes that it belongs to."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _elements(with_text("label", TextClassificationOutputElement.parse))))


async def token_classification(ask: TokenClassificationAsk, route: Route) -> Any:
    """A text to the kinds of its words."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _elements(TokenClassificationOutputElement.parse)))


async def translation(ask: TranslationAsk, route: Route) -> Any:
    """A text to the same in another language."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _written(TranslationOutput, "translation_text")))


async def zero_shot_classification(ask: ZeroShotClassificationAsk, route: Route) -> Any:
    """A text and labels to how well each fits."""
    exchange = await post_inputs(ask.text, ask.parameters, route)
    return exchange.read(_for_each(ask.text, _labels))


def _for_each(text: str | list[str], parse: _Parse) -> _Parse:
    """A reader of the answer to one text, or to a list of them."""
    if isinstance(text, str):
        return parse
    count = len(text)

    def read(value: Any) -> list[Any]:
        if is_list(value) and len(value) == count:
            return listed(parse)(value)
        # Some pipelines answer a list of one text as they answer the text.
        if count == 1:
            return [parse(value)]
        raise WrongShape(f"a list of {count}, one for each text", value)

    return read


def _elements(parse: _Parse) -> _Parse:
    """A reader of lists, which may lie in a list of one, or be an object where there is one item."""
    read = listed(parse)

    def elements(value: Any) -> Any:
        if is_object(value):
            return [parse(value)]
        return read(value[0] if is_list(value) and len(value) == 1 and is_list(value[0]) else value)

    return elements


def _words(value: Any) -> Any:
    read = _elements(FillMaskOutputElement.parse)
    # The words for each of several holes.
    return listed(read)(value) if is_list(value) and len(value) > 1 and is_list(value[0]) else read(value)


def _labels(value: Any) -> list[ZeroShotClassificationOutputElement]:
    item = value[0] if is_list(value) and len(value) == 1 else value
    if is_object(item) and "labels" in item:
        # The older form: labels and scores apart.
        pairs = zip(item["labels"], item["scores"], strict=True)
        value = [{"label": label, "score": score} for label, score in pairs]
    return _elements(with_text("label", ZeroShotClassificationOutputElement.parse))(value)  # type: ignore[no-any-return]


def _written(kind: type[TextRecord], field: str) -> _Parse:
    return first_of(with_text(field, kind.parse))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WrongShape("a number", value)
    return float(value)


SAYS: dict[type[Ask[Any]], Dialect] = {
    FillMaskAsk: fill_mask,
    QuestionAnsweringAsk: question_answering,
    SentenceSimilarityAsk: sentence_similarity_route,
    SummarizationAsk: summarization,
    TableQuestionAnsweringAsk: table_question_answering,
    TextClassificationAsk: text_classification,
    TokenClassificationAsk: token_classification,
    TranslationAsk: translation,
    ZeroShotClassificationAsk: zero_shot_classification,
}
"""What Hugging Face's servers and dedicated endpoints do with texts."""
