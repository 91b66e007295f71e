"""The tasks of hf-inference and of dedicated endpoints: which one a request means, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from . import generation, hub, media, sound
from .audio import AUDIO
from .captions import CAPTIONS
from .exchange import Answer, Handler, Request, is_object
from .inputs import inputs_of, refuse
from .labels import LABELS
from .language import LANGUAGE
from .studio import STUDIO
from .tables import TABLES
from .vision import VISION

PIPELINES: dict[str, Handler] = {
    "conversational": generation.listed,
    "text-generation": generation.listed,
    **AUDIO,
    **CAPTIONS,
    **LABELS,
    **LANGUAGE,
    **STUDIO,
    **TABLES,
    **VISION,
}

_Clues: TypeAlias = "tuple[tuple[set[str], str], ...]"

# What the members of an object give away, first match first.
_BY_MEMBERS: _Clues = (
    ({"source_sentence"}, "sentence-similarity"),
    ({"sentences"}, "sentence-similarity"),
    ({"context"}, "question-answering"),
    ({"query"}, "table-question-answering"),
    ({"question", "table"}, "table-question-answering"),
    ({"data"}, "tabular-classification"),
    ({"table"}, "tabular-classification"),
    ({"image", "question"}, "document-question-answering"),
    ({"image"}, "zero-shot-image-classification"),
)
# What one of these parameters gives away, for a text, a picture and a sound.
_OF_TEXTS: _Clues = (
    ({"candidate_labels", "multi_label", "hypothesis_template"}, "zero-shot-classification"),
    ({"targets"}, "fill-mask"),
    ({"src_lang", "tgt_lang"}, "translation"),
    ({"aggregation_strategy", "ignore_labels", "stride"}, "token-classification"),
    ({"function_to_apply"}, "text-classification"),
    ({"generate_parameters", "clean_up_tokenization_spaces", "truncation"}, "summarization"),
    ({"num_frames"}, "text-to-video"),
    ({"num_inference_steps", "guidance_scale", "negative_prompt", "width", "height", "scheduler"}, "text-to-image"),
)
_OF_PICTURES: _Clues = (
    ({"candidate_labels", "hypothesis_template"}, "zero-shot-image-classification"),
    ({"num_frames"}, "image-to-video"),
    ({"prompt", "target_size", "num_inference_steps", "guidance_scale", "negative_prompt"}, "image-to-image"),
    ({"subtask", "mask_threshold", "overlap_mask_area_threshold"}, "image-segmentation"),
    ({"threshold"}, "object-detection"),
    ({"max_new_tokens", "generation_parameters"}, "image-to-text"),
    (set(), "image-classification"),
)
_OF_SOUNDS: _Clues = (
    ({"function_to_apply", "top_k"}, "audio-classification"),
    (set(), "automatic-speech-recognition"),
)
_FILM = re.compile(rb"....ftyp|\x1aE\xdf\xa3", re.DOTALL)
_BASE64 = re.compile(r"(?:data:[\w/+.;-]+,)?[A-Za-z0-9+/\s]+={0,2}")


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


def _task(request: Request, model: str) -> str:
    """Find the task: by the model, else by the shape of the body."""
    body, inputs = request.json, inputs_of(request)
    if is_object(inputs) and "source_sentence" in inputs:
        return "sentence-similarity"
    if known := hub.meant(request, model):
        return known
    given = set(request.parameters())
    if body is None:
        return _of_media(request.body, request.headers.get("content-type", ""), given, request)
    if is_object(body) and {"question", "image"} <= body.keys():
        return "visual-question-answering"
    if is_object(inputs) and (found := _first(_BY_MEMBERS, inputs.keys(), every=True)):
        return found
    if isinstance(inputs, str):
        sent = media.decoded(inputs) if _BASE64.fullmatch(inputs) else b""
        if media.size(sent) or _is_film(sent) or sound.is_known(sent):
            return _of_media(sent, "", given, request)
        if "return_timestamps" in given:
            return "automatic-speech-recognition"
        return _of_text(inputs, given, request)
    return _first(_OF_TEXTS, given) or "feature-extraction"


def _of_text(told: str, given: set[str], request: Request) -> str:
    if found := _first(_OF_TEXTS, given):
        return found
    accepted = request.headers.get("accept", "")
    for kind, task in (("image/", "text-to-image"), ("audio/", "text-to-speech"), ("video/", "text-to-video")):
        if accepted.startswith(kind):
            return task
    return "fill-mask" if re.search(r"\[MASK\]|<mask>", told) else "text-generation"


def _of_media(sent: bytes, media_type: str, given: set[str], request: Request) -> str:
    """Find the task for media; first their bytes tell what they are, then the header, and a sound is the usual."""
    if _is_film(sent) or (media_type.startswith("video/") and not media.size(sent)):
        return "video-classification"
    if media.size(sent) or (media_type.startswith("image/") and not sound.is_known(sent)):
        wants_picture = request.headers.get("accept", "").startswith("image/")
        return "image-to-image" if wants_picture else _first(_OF_PICTURES, given)
    return _first(_OF_SOUNDS, given)


def _is_film(sent: bytes) -> bool:
    return bool(_FILM.match(sent))


def _first(clues: _Clues, given: Iterable[str], *, every: bool = False) -> str:
    """Return the first task with a word that was given, or whose words were all given; no words always fit."""
    found = set(given)
    return next((task for words, task in clues if not words or (words <= found if every else words & found)), "")
