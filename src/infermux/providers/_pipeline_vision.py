"""Pictures: what pipelines do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..tasks._ask import Ask
from ..tasks.depth_estimation import DepthEstimationAsk
from ..tasks.document_question_answering import DocumentQuestionAnsweringAsk
from ..tasks.image_classification import ImageClassificationAsk
from ..tasks.image_segmentation import ImageSegmentationAsk
from ..tasks.image_text_to_image import ImageTextToImageAsk
from ..tasks.image_to_image import ImageToImageAsk
from ..tasks.image_to_text import ImageToTextAsk
from ..tasks.object_detection import ObjectDetectionAsk
from ..tasks.visual_question_answering import VisualQuestionAnsweringAsk
from ..tasks.zero_shot_image_classification import ZeroShotImageClassificationAsk
from ..tasks.zero_shot_object_detection import ZeroShotObjectDetectionAsk
from ..types._json import Json, is_object
from ..types._record import Record, WrongShape
from ..types.vision import (
    DepthEstimationOutput,
    DocumentQuestionAnsweringOutputElement,
    ImageClassificationOutputElement,
    ImageSegmentationOutputElement,
    ImageToTextOutput,
    ObjectDetectionOutputElement,
    VisualQuestionAnsweringOutputElement,
    ZeroShotImageClassificationOutputElement,
    ZeroShotObjectDetectionOutputElement,
)
from ..wire import fetch
from ..wire.media import Media, of_bytes
from ._base import Dialect, Exchange, Route
from ._options import Direct, Options
from ._pictures import handed
from ._pipeline import decoded, drawn, first_of, listed, post_inputs, post_media, with_text

T = TypeVar("T")

_Looking = ImageClassificationAsk | ObjectDetectionAsk | ZeroShotImageClassificationAsk | ZeroShotObjectDetectionAsk


def _elements(record: type[Record]) -> Dialect:
    """The dialect that makes a list of records of a picture."""

    async def dialect(ask: _Looking, route: Route) -> list[Any]:
        return (await _post(ask.image, ask.parameters, route)).read(listed(record.parse))

    return dialect


async def _post(image: Media, parameters: Json, route: Route, accept: str | None = None) -> Exchange:
    return await post_media(await fetch.given(image, route.user_agent), parameters, route, accept)


async def image_to_text(ask: ImageToTextAsk, route: Route) -> ImageToTextOutput:
    """A picture to words: a list of one object, or the object."""
    exchange = await _post(ask.image, ask.parameters, route)
    return exchange.read(first_of(with_text("generated_text", ImageToTextOutput.parse)))


async def image_segmentation(ask: ImageSegmentationAsk, route: Route) -> Any:
    """A picture to its parts, whose masks come as base64."""
    exchange = await _post(ask.image, ask.parameters, route)
    if ask.output_type == "json":
        return exchange.json()
    parts = exchange.read(listed(_part))
    for part in parts:
        part["mask"] = await handed(ask, exchange, of_bytes(part["mask"]))
    return parts


def _part(value: Any) -> ImageSegmentationOutputElement:
    output = ImageSegmentationOutputElement.parse(value)
    output["mask"] = _drawn(output, "mask")
    return output


async def depth_estimation(ask: DepthEstimationAsk, route: Route) -> Any:
    """A picture to its depth, which comes as numbers and, as base64, drawn."""
    exchange = await _post(ask.image, ask.parameters, route)
    if ask.output_type == "json":
        return exchange.json()
    output = exchange.read(first_of(_depth))
    output["depth"] = await handed(ask, exchange, of_bytes(output["depth"]))
    return output


def _depth(value: Any) -> DepthEstimationOutput:
    output = DepthEstimationOutput.parse(value)
    output["depth"] = _drawn(output, "depth")
    return output


def _drawn(output: Json, field: str) -> bytes:
    text = output.get(field)
    if not isinstance(text, str):
        raise WrongShape("base64 text", text).at(field)
    return decoded(text)


async def _image_to_image(ask: ImageToImageAsk | ImageTextToImageAsk, given: Json, route: Route) -> Any:
    words = {} if ask.prompt is None else {"prompt": ask.prompt}
    parameters = {**words, **given}
    if ask.image is None:
        exchange = await route.post("", {"parameters": parameters}, accept="image/png")
    else:
        exchange = await _post(ask.image, parameters, route, accept="image/png")
    return await drawn(ask, exchange, route)


image_to_image = Direct(say=_image_to_image, options=Options(size="target", urls=False))
"""A picture, words or both to a picture; the words are a parameter, and without a picture there are no inputs."""


async def document_question_answering(
    ask: DocumentQuestionAnsweringAsk, route: Route
) -> list[DocumentQuestionAnsweringOutputElement]:
    """A page and a question to answers."""
    exchange = await post_inputs(await _asked(ask, route), ask.parameters, route)
    return exchange.read(_answers(DocumentQuestionAnsweringOutputElement.parse))


async def visual_question_answering(
    ask: VisualQuestionAnsweringAsk, route: Route
) -> list[VisualQuestionAnsweringOutputElement]:
    """A picture and a question to answers."""
    exchange = await post_inputs(await _asked(ask, route), ask.parameters, route)
    return exchange.read(_answers(VisualQuestionAnsweringOutputElement.parse))


async def visual_question_answering_at_root(
    ask: VisualQuestionAnsweringAsk, route: Route
) -> list[VisualQuestionAnsweringOutputElement]:
    """The same, as hf-inference wants it: the question beside the inputs, and the picture there once more."""
    inputs = await _asked(ask, route)
    exchange = await route.post("", {"inputs": inputs["image"], "parameters": ask.parameters, **inputs})
    return exchange.read(_answers(VisualQuestionAnsweringOutputElement.parse))


async def _asked(ask: DocumentQuestionAnsweringAsk | VisualQuestionAnsweringAsk, route: Route) -> Json:
    image = await fetch.given(ask.image, route.user_agent)
    return {"question": ask.question, "image": image.base64}


def _answers(parse: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """A reader of answers, of which a server may send a single one without a list."""

    def read(value: Any) -> list[T]:
        return listed(parse)([value] if is_object(value) and "answer" in value else value)

    return read


SAYS: dict[type[Ask[Any]], Dialect] = {
    DocumentQuestionAnsweringAsk: document_question_answering,
    ImageClassificationAsk: _elements(ImageClassificationOutputElement),
    ImageSegmentationAsk: image_segmentation,
    ImageToImageAsk: image_to_image,
    ImageToTextAsk: image_to_text,
    ObjectDetectionAsk: _elements(ObjectDetectionOutputElement),
    VisualQuestionAnsweringAsk: visual_question_answering_at_root,
    ZeroShotImageClassificationAsk: _elements(ZeroShotImageClassificationOutputElement),
}
"""What Hugging Face's servers and dedicated endpoints do with pictures."""

OF_ENDPOINTS: dict[type[Ask[Any]], Dialect] = {
    DepthEstimationAsk: depth_estimation,
    ImageTextToImageAsk: image_to_image,
    VisualQuestionAnsweringAsk: visual_question_answering,
    ZeroShotObjectDetectionAsk: _elements(ZeroShotObjectDetectionOutputElement),
}
"""What dedicated endpoints do besides, or otherwise."""
