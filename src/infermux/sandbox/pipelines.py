"""The tasks of hf-inference and of dedicated endpoints: which one a request means, and its answer."""

from __future__ import annotations

from typing import Any

from . import generation, hub, media, openai, picture, sound, text
from .exchange import Answer, Handler, RefusalError, Reply, Request, is_list, is_object, reply


def answer(request: Request) -> Answer:
    """Answer a request for a model, or for whatever a dedicated endpoint holds."""
    model = request.params.get("model", "")
    if hub.is_missing(model):
        raise refuse(404, f"Model {model} does not exist")
    task = request.params.get("task") or _task(request, model)
    handler = PIPELINES.get(task)
    if handler is None:
        raise refuse(400, f"Task not found for this model: {task}")
    return handler(request)


def refuse(status: int, message: str) -> RefusalError:
    """Make the refusal that hf-inference sends."""
    return RefusalError(reply({"error": message}, status))


def _task(request: Request, model: str) -> str:
    """Find the task: by the model, else by the header, else by the shape of the body."""
    inputs, given = inputs_of(request), request.parameters()
    if is_object(inputs) and "source_sentence" in inputs:
        return "sentence-similarity"
    if known := hub.known_task(model):
        return known
    if request.json is None:
        return "automatic-speech-recognition"
    draws = given.keys() & {"num_inference_steps", "guidance_scale", "negative_prompt", "width", "height"}
    if draws or request.headers.get("accept", "").startswith("image/"):
        return "text-to-image"
    if "return_timestamps" in given:
        return "automatic-speech-recognition"
    return "text-generation" if isinstance(inputs, str) else "feature-extraction"


def inputs_of(request: Request) -> Any:
    """Return the `inputs` of a JSON body."""
    return request.json.get("inputs") if is_object(request.json) else None


def bytes_of(request: Request) -> bytes:
    """Return the media sent: the body itself, or its base64 `inputs`."""
    return request.body if request.json is None else media.decoded(inputs_of(request))


def _text_to_image(request: Request) -> Answer:
    given = request.parameters()
    drawn = picture.draw(str(inputs_of(request) or ""), given.get("width") or 512, given.get("height") or 512)
    return Reply(drawn, media="image/png")


def _speech_recognition(request: Request) -> Answer:
    recording = bytes_of(request)
    if not recording:
        raise refuse(400, "No sound was sent")
    heard = sound.transcript(recording)
    wanted = request.parameters().get("return_timestamps")
    if not wanted:
        return reply({"text": heard})
    length = sound.seconds(recording)
    pieces = sound.spans(heard, length) if wanted == "word" else [(heard, 0.0, round(length, 2))]
    return reply({"text": heard, "chunks": [{"text": word, "timestamp": [a, b]} for word, a, b in pieces]})


def _feature_extraction(request: Request) -> Answer:
    inputs = inputs_of(request)
    size = openai.dimensions(request.object())
    if is_list(inputs):
        return reply([text.embed(str(one), size) for one in inputs])
    return reply(text.embed(str(inputs), size))


def _sentence_similarity(request: Request) -> Answer:
    inputs = inputs_of(request)
    if not is_object(inputs) or not is_list(inputs.get("sentences")):
        raise refuse(400, "Expected `inputs` with `source_sentence` and `sentences`")
    source = str(inputs.get("source_sentence"))
    return reply([text.similarity(source, str(one)) for one in inputs["sentences"]])


PIPELINES: dict[str, Handler] = {
    "automatic-speech-recognition": _speech_recognition,
    "conversational": generation.listed,
    "feature-extraction": _feature_extraction,
    "sentence-similarity": _sentence_similarity,
    "text-generation": generation.listed,
    "text-to-image": _text_to_image,
}
