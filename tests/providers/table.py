"""How each provider is spoken to, by hand from its documents: what one ask is on the wire, and what may come back."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from contract.server import Answer

Json = dict[str, Any]

HUB_MODEL, MODEL = "org/name", "their/own-name"
"""The model as the caller names it, and as the provider does."""

_buffer = io.BytesIO()
Image.new("RGB", (4, 2), "red").save(_buffer, "PNG")
PNG = _buffer.getvalue()
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(34)
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(12)
_PICTURE = base64.b64encode(PNG).decode()
TABLE = {"Height": ["11.52", "12.48"], "Species": ["Bream", "Bream"]}


@dataclass(frozen=True)
class Asked:
    """A call that is made of every provider that can do the task."""

    method: str
    given: Any
    options: Json


MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Grüße 🌍"}]
PARAMETERS = {"width": 64, "height": 32, "num_inference_steps": 4, "guidance_scale": 2.5, "seed": 7}
ASKED = {
    "chat-completion": Asked("chat_completion", MESSAGES, {"max_tokens": 5, "temperature": 0.5}),
    "text-generation": Asked("text_generation", "Hello", {"max_new_tokens": 5, "stop": ["."]}),
    "feature-extraction": Asked("feature_extraction", ["a", "b"], {"dimensions": 2}),
    "text-to-image": Asked(
        "text_to_image",
        "A cat",
        {"width": 64, "height": 32, "num_inference_steps": 4, "guidance_scale": 2.5, "seed": 7},
    ),
    "automatic-speech-recognition": Asked("automatic_speech_recognition", FLAC, {}),
    "audio-classification": Asked("audio_classification", FLAC, {}),
    "audio-to-audio": Asked("audio_to_audio", FLAC, {}),
    "tabular-classification": Asked("tabular_classification", TABLE, {}),
    "tabular-regression": Asked("tabular_regression", TABLE, {}),
    "text-to-audio": Asked("text_to_audio", "Rain", {"extra_body": {"duration": 2}}),
    "text-to-speech": Asked("text_to_speech", "Hello", {"temperature": 0.5, "extra_body": {"voice": "af_alloy"}}),
    "fill-mask": Asked("fill_mask", "A [MASK]", {"top_k": 2}),
    "question-answering": Asked("question_answering", "Who?", {"context": "It is Clara.", "max_answer_len": 9}),
    "sentence-similarity": Asked("sentence_similarity", "A cat", {"other_sentences": ["A dog", "A car"]}),
    "summarization": Asked("summarization", "A long text", {"extra_body": {"max_length": 9}}),
    "table-question-answering": Asked("table_question_answering", TABLE, {"query": "How high?", "sequential": True}),
    "text-classification": Asked("text_classification", "Fine", {"top_k": 1}),
    "token-classification": Asked("token_classification", "Clara", {"aggregation_strategy": "simple"}),
    "translation": Asked("translation", "Hello", {"src_lang": "en", "tgt_lang": "fr"}),
    "zero-shot-classification": Asked("zero_shot_classification", "Fine", {"candidate_labels": ["good", "bad"]}),
    "document-question-answering": Asked(
        "document_question_answering", PNG, {"question": "Which?", "lang": "en", "word_boxes": ["us-001", [0, 0, 9, 9]]}
    ),
    "image-classification": Asked("image_classification", PNG, {}),
    "image-segmentation": Asked("image_segmentation", PNG, {"subtask": "panoptic", "threshold": 0.5}),
    "image-text-to-image": Asked("image_text_to_image", PNG, {"prompt": "A cat", **PARAMETERS}),
    "image-text-to-video": Asked("image_text_to_video", PNG, {"prompt": "It rains", "num_frames": 8, "seed": 7}),
    "image-to-image": Asked("image_to_image", PNG, {"prompt": "A cat", **PARAMETERS}),
    "image-to-text": Asked("image_to_text", PNG, {}),
    "image-to-video": Asked(
        "image_to_video", PNG, {"prompt": "It rains", "target_size": {"width": 64, "height": 32}, "seed": 7}
    ),
    "object-detection": Asked("object_detection", PNG, {"threshold": 0.5}),
    "text-to-video": Asked("text_to_video", "A cat", {"num_frames": 8, "guidance_scale": 2.5, "seed": 7}),
    "visual-question-answering": Asked("visual_question_answering", PNG, {"question": "Who?", "top_k": 2}),
    "zero-shot-image-classification": Asked(
        "zero_shot_image_classification", PNG, {"candidate_labels": ["dog", "cat"], "hypothesis_template": "a {}"}
    ),
}
"""Task → the ask."""


@dataclass(frozen=True)
class Form:
    """The form of an answer: a good one, and one of the wrong shape with the place that the error names."""

    good: Answer
    wrong: Any
    place: str


_USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
_HEAD = {"id": "chat-1", "object": "chat.completion", "created": 1_700_000_000, "model": MODEL}
_SPOKEN = {"index": 0, "message": {"role": "assistant", "content": " wörld"}, "finish_reason": "stop"}
_SAID = {**_HEAD, "choices": [_SPOKEN], "usage": _USAGE}
_VECTORS = [{"object": "embedding", "index": at, "embedding": [at + 0.5, at - 0.5]} for at in (1, 0)]

CHAT = Form(Answer.of(_SAID), {"choices": [{"index": 0, "message": "Hello"}]}, "choices[0].message")
COMPLETION = Form(
    Answer.of({"id": "c", "choices": [{"index": 0, "text": " wörld", "finish_reason": "length"}], "usage": _USAGE}),
    {"choices": []},
    "choices",
)
AS_CHAT = Form(Answer.of(_SAID), {"choices": []}, "choices")
TGI = Form(Answer.of([{"generated_text": " wörld"}]), {"generated_text": None}, "generated_text")
EMBEDDINGS = Form(Answer.of({"object": "list", "data": _VECTORS}), {"data": [{"index": 0}, {"index": 1}]}, "embedding")
VECTORS = Form(Answer.of([[0.5, -0.5], [1.5, 0.5]]), {"vectors": []}, "embeddings")
IMAGES = Form(Answer.of({"created": 1, "data": [{"b64_json": _PICTURE}]}), {"data": [{}]}, "b64_json")
IMAGE = Form(Answer.of({"images": [{"index": 0, "image": _PICTURE}]}), {"images": [{}]}, "image")
PICTURE = Form(Answer(PNG, headers={"content-type": "image/jpeg"}), {"picture": "none"}, "image")
TRANSCRIPT = Form(Answer.of({"text": "hello world"}), {"words": []}, "text")
CLASSES = Form(Answer.of([{"score": 0.75, "label": "hap"}]), [{"label": "hap"}, "sad"], "[1]")
SOUNDS = Form(
    Answer.of([{"label": "voice", "content-type": "audio/flac", "blob": base64.b64encode(FLAC).decode()}]),
    [{"label": "voice", "content-type": "audio/flac"}],
    "[0].blob",
)
LABELS = Form(Answer.of(["5", "7"]), {"labels": []}, "a list")
NUMBERS = Form(Answer.of([110, 120.5]), [110, "120.5"], "[1]")
WORDS_FOR_HOLE = Form(
    Answer.of([{"score": 0.5, "token": 7, "token_str": " cat", "sequence": "A cat"}]), [["A cat"]], "[0]"
)
FOUND = Form(Answer.of({"score": 0.5, "start": 6, "end": 11, "answer": "Clara"}), [], "not empty")
NEARNESS = Form(Answer.of([0.75, 0.25]), [0.75, "far"], "[1]")
SUMMARY = Form(Answer.of([{"summary_text": "A text"}]), [{"generated_text": None}], "summary_text")
CELLS = Form(Answer.of({"answer": "11.52", "coordinates": [[0, 0]], "cells": ["11.52"]}), "11.52", "an object")
MOODS = Form(Answer.of([[{"label": "POSITIVE", "score": 0.75}]]), [["POSITIVE"]], "[0]")
NAMES = Form(Answer.of([{"entity_group": "PER", "score": 0.5, "word": "Clara", "start": 0, "end": 5}]), "PER", "a list")
TRANSLATED = Form(Answer.of([{"translation_text": "Salut"}]), {"translation_text": 5}, "translation_text")
FITTING = Form(Answer.of([{"label": "good", "score": 0.75}, {"label": "bad", "score": 0.25}]), {"labels": []}, "scores")
PAGE = Form(Answer.of([{"score": 0.5, "answer": "us-001", "start": 16, "end": 16}]), {"page": 1}, "a list")
MASKS = Form(
    Answer.of([{"score": 0.5, "label": "LABEL_1", "mask": _PICTURE}]), [{"label": "LABEL_1", "mask": None}], "[0].mask"
)
CAPTION = Form(Answer.of([{"generated_text": "a cat "}]), [{"summary_text": "a cat"}], "generated_text")
_BOX = {"xmin": 59, "ymin": 39, "xmax": 420, "ymax": 510}
THINGS = Form(Answer.of([{"score": 0.5, "label": "person", "box": _BOX}]), [{"label": "a", "box": [1, 2]}], "[0].box")
ANSWERS = Form(Answer.of([{"score": 0.75, "answer": "laying down"}]), ["laying down"], "[0]")
WRITTEN = Form(Answer.of({"id": "1", "md_results": "a cat ", "model": "GLM"}), {"layout_details": []}, "md_results")
VIDEO = Form(
    Answer.of({"video": f"data:video/mp4;base64,{base64.b64encode(FILM).decode()}", "seed": "7"}),
    {"video": None},
    "video should be",
)
SOUND = Form(Answer(FLAC, headers={"content-type": "audio/flac"}), {"sound": "none"}, "audio")


@dataclass(frozen=True)
class Said:
    """One task of a provider: where it is asked, what is sent, and the form of the answer."""

    path: str
    body: Json | bytes | None
    form: Form
    proves: str = ""
    left_out: str = ""
    """What the provider does not take, of which the caller is warned."""
    at_root: bool = False
    """Whether it stands beside the API's root instead of below it."""


@dataclass(frozen=True)
class Wire:
    """A provider: its host, its ways of refusing, what it does.

    `path` is the API's root: the same on its own host and, behind its name, at the router.
    """

    host: str
    path: str
    tasks: Mapping[str, Said]
    refusal: Json
    proves: str
    key_env: str = ""
    """The variables that its own tools read, with blanks between."""
    schema: Json = field(default_factory=dict)
    """What `response_format` with a JSON schema becomes."""
    chunk: Json = field(default_factory=dict)
    """What a chunk of a stream has besides the usual."""


_CHAT_BODY = {"model": MODEL, "messages": MESSAGES, "max_tokens": 5, "temperature": 0.5}
_PROMPT_BODY = {"model": MODEL, "prompt": "Hello", "max_tokens": 5, "stop": ["."]}
_PROMPT_AS_CHAT = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "Hello"}],
    "max_tokens": 5,
    "stop": ["."],
}
_INPUT_BODY = {"model": MODEL, "input": ["a", "b"], "dimensions": 2}
_SIZE = {"width": 64, "height": 32}


def _chat(proves: str = "") -> Said:
    return Said("/chat/completions", _CHAT_BODY, CHAT, proves)


def _completions(proves: str = "") -> Said:
    return Said("/completions", _PROMPT_BODY, COMPLETION, proves)


def _as_chat(proves: str) -> Said:
    return Said("/chat/completions", _PROMPT_AS_CHAT, AS_CHAT, proves)


def _embeddings(proves: str = "") -> Said:
    return Said("/embeddings", _INPUT_BODY, EMBEDDINGS, proves)


def _images(proves: str = "", left_out: str = "", **options: Any) -> Said:
    body = {"model": MODEL, "prompt": "A cat", **options}
    return Said("/images/generations", body, IMAGES, proves, left_out)


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "default": None}}, "required": ["n"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "count", "schema": SCHEMA, "strict": True}}
_AS_GIVEN = {"response_format": FORMAT}
_JSON_OBJECT = {"response_format": {"type": "json_object", "schema": SCHEMA}}


def _error(message: str, **more: Any) -> Json:
    """The usual body of a refusal."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}, **more}


def _speech(proves: str = "") -> Said:
    body = {"model": MODEL, "input": "Hello", "temperature": 0.5, "voice": "af_alloy"}
    return Said("/audio/speech", body, SOUND, proves)


def _transcriptions(proves: str = "") -> Said:
    return Said("/audio/transcriptions", None, TRANSCRIPT, proves)


WORDS = "no such key: {key}"
"""What a server says that repeats the key."""

WIRES: dict[str, Wire] = {
    "baseten": Wire(
        "inference.baseten.co",
        "/v1",
        {"chat-completion": _chat("PXB-01")},
        _error(WORDS),
        "PRV-20",
        "BASETEN_API_KEY",
        _AS_GIVEN,
    ),
    "cerebras": Wire(
        "api.cerebras.ai",
        "/v1",
        {"chat-completion": _chat("PXT-02")},
        {"message": WORDS, "type": "invalid_request_error", "param": "api_key", "code": "wrong_api_key"},
        "PRV-02",
        "CEREBRAS_API_KEY",
        _AS_GIVEN,
        {"time_info": {"queue_time": 0.1}},
    ),
    "clarifai": Wire(
        "api.clarifai.com",
        "/v2/ext/openai/v1",
        {"chat-completion": _chat("PXB-02")},
        _error(WORDS),
        "PRV-24",
        "CLARIFAI_PAT",
        _AS_GIVEN,
    ),
    "cohere": Wire(
        "api.cohere.com",
        "/compatibility/v1",
        {"chat-completion": _chat("PXT-03"), "feature-extraction": _embeddings()},
        {"message": WORDS, "id": "1"},
        "PRV-03",
        "CO_API_KEY COHERE_API_KEY",
        _JSON_OBJECT,
    ),
    "deepinfra": Wire(
        "api.deepinfra.com",
        "/v1/openai",
        {
            "chat-completion": _chat("PXB-04"),
            "text-generation": _completions("PXB-06"),
            "feature-extraction": _embeddings("PXB-05"),
            "automatic-speech-recognition": _transcriptions("PXB-03"),
            "text-to-speech": _speech("PXB-07"),
            "text-to-image": _images(
                "", "guidance_scale, num_inference_steps, seed", size="64x32", response_format="b64_json"
            ),
            "text-to-video": Said(
                f"/v1/inference/{MODEL}",
                {"prompt": "A cat", "num_frames": 8, "guidance_scale": 2.5, "seed": 7},
                VIDEO,
                at_root=True,
            ),
        },
        {"detail": {"error": WORDS}},
        "PRV-21",
        "DEEPINFRA_API_KEY DEEPINFRA_TOKEN",
        _AS_GIVEN,
    ),
    "featherless-ai": Wire(
        "api.featherless.ai",
        "/v1",
        {"chat-completion": _chat("PXT-07"), "text-generation": _completions("PXT-08")},
        _error(WORDS),
        "PRV-05",
        "FEATHERLESS_API_KEY",
        _AS_GIVEN,
    ),
    "fireworks-ai": Wire(
        "api.fireworks.ai",
        "/inference/v1",
        {"chat-completion": _chat("PXT-09")},
        _error(WORDS),
        "PRV-06",
        "FIREWORKS_API_KEY",
        _JSON_OBJECT,
        {"usage": None},
    ),
    "groq": Wire(
        "api.groq.com",
        "/openai/v1",
        {"chat-completion": _chat("PXT-10"), "text-generation": _as_chat("PXB-16")},
        _error(WORDS),
        "PRV-07",
        "GROQ_API_KEY",
        _AS_GIVEN,
        {"x_groq": {"id": "req_1"}},
    ),
    "hyperbolic": Wire(
        "api.hyperbolic.xyz",
        "/v1",
        {
            "chat-completion": _chat("PXT-38"),
            "text-generation": _as_chat("PXT-39"),
            "text-to-image": Said(
                "/images/generations",
                {"model_name": MODEL, "prompt": "A cat", **_SIZE, "steps": 4, "cfg_scale": 2.5, "seed": 7},
                IMAGE,
                "PXT-40",
            ),
        },
        {"object": "error", "message": WORDS, "type": "AuthenticationError", "code": 401},
        "PRV-09",
        "HYPERBOLIC_API_KEY",
        _AS_GIVEN,
        {"usage": _USAGE},
    ),
    "nebius": Wire(
        "api.tokenfactory.nebius.com",
        "/v1",
        {
            "chat-completion": _chat("PXT-41"),
            "feature-extraction": _embeddings("PXT-42"),
            "text-generation": _completions("PXT-43"),
            "text-to-image": _images(
                "PXT-44", "guidance_scale", **_SIZE, num_inference_steps=4, seed=7, response_format="b64_json"
            ),
        },
        {"detail": WORDS},
        "PRV-10",
        "NEBIUS_API_KEY",
        {**_AS_GIVEN, "guided_json": SCHEMA},
    ),
    "novita": Wire(
        "api.novita.ai",
        "/v3/openai",
        {"chat-completion": _chat("PXT-45"), "text-generation": _completions("PXT-46")},
        {"code": 401, "reason": "INVALID_API_KEY", "message": WORDS, "metadata": {}},
        "PRV-11",
        "NOVITA_API_KEY",
        _AS_GIVEN,
        {"usage": _USAGE, "system_fingerprint": ""},
    ),
    "nscale": Wire(
        "inference.api.nscale.com",
        "/v1",
        {
            "chat-completion": _chat("PXB-19"),
            "text-to-image": _images(
                "PXB-20", "guidance_scale, num_inference_steps", size="64x32", seed=7, response_format="b64_json"
            ),
        },
        _error(WORDS),
        "PRV-12",
        "NSCALE_API_KEY NSCALE_SERVICE_TOKEN",
        _AS_GIVEN,
    ),
    "nvidia": Wire(
        "integrate.api.nvidia.com",
        "/v1",
        {"chat-completion": _chat("PXB-21")},
        _error(WORDS),
        "PRV-25",
        "NVIDIA_API_KEY",
        _AS_GIVEN,
    ),
    "openai": Wire(
        "api.openai.com",
        "/v1",
        {
            "chat-completion": _chat("PXB-22"),
            "text-generation": _completions(),
            "feature-extraction": _embeddings(),
            "text-to-image": _images("", "guidance_scale, num_inference_steps", size="64x32", seed=7),
            "automatic-speech-recognition": _transcriptions(),
            "text-to-speech": _speech(),
        },
        _error(WORDS),
        "PRV-19",
        "OPENAI_API_KEY",
        _AS_GIVEN,
    ),
    "ovhcloud": Wire(
        "oai.endpoints.kepler.ai.cloud.ovh.net",
        "/v1",
        {
            "chat-completion": _chat("PXB-23"),
            "text-generation": _completions("PXB-24"),
            "feature-extraction": _embeddings(),
            "automatic-speech-recognition": _transcriptions(),
        },
        _error(WORDS),
        "PRV-13",
        "OVH_AI_ENDPOINTS_ACCESS_TOKEN OVHCLOUD_API_KEY",
        _AS_GIVEN,
    ),
    "publicai": Wire(
        "api.publicai.co",
        "/v1",
        {"chat-completion": _chat("PXB-25")},
        _error(WORDS),
        "PRV-14",
        "PUBLICAI_API_KEY",
        _AS_GIVEN,
    ),
    "sambanova": Wire(
        "api.sambanova.ai",
        "/v1",
        {"chat-completion": _chat("PXT-50"), "feature-extraction": _embeddings("PXT-51")},
        _error(WORDS),
        "PRV-16",
        "SAMBANOVA_API_KEY",
        {"response_format": {"type": "json_schema", "json_schema": {**FORMAT["json_schema"], "strict": False}}},
    ),
    "scaleway": Wire(
        "api.scaleway.ai",
        "/v1",
        {
            "chat-completion": _chat("PXB-28"),
            "text-generation": _completions("PXB-30"),
            "feature-extraction": _embeddings("PXB-29"),
            "automatic-speech-recognition": _transcriptions(),
        },
        _error(WORDS),
        "PRV-17",
        "SCW_SECRET_KEY SCALEWAY_API_KEY",
        _AS_GIVEN,
    ),
    "together": Wire(
        "api.together.xyz",
        "/v1",
        {
            "chat-completion": _chat("PXT-52"),
            "text-generation": _completions("PXT-53"),
            "feature-extraction": _embeddings("PXB-32"),
            "automatic-speech-recognition": _transcriptions("PXB-31"),
            "image-to-image": _images(
                "PXB-33",
                reference_images=[f"data:image/png;base64,{_PICTURE}"],
                **_SIZE,
                steps=4,
                guidance_scale=2.5,
                seed=7,
                response_format="base64",
            ),
            "text-to-image": _images("PXT-54", **_SIZE, steps=4, guidance_scale=2.5, seed=7, response_format="base64"),
            "text-to-speech": _speech("PXB-35"),
        },
        _error(WORDS, id="9026c5ba"),
        "PRV-18",
        "TOGETHER_API_KEY",
        {"response_format": {**FORMAT, "schema": SCHEMA}},
    ),
    "zai-org": Wire(
        "api.z.ai",
        "/api/paas/v4",
        {
            "chat-completion": _chat("PXB-43"),
            "image-to-text": Said(
                "/layout_parsing", {"model": MODEL, "file": f"data:image/png;base64,{_PICTURE}"}, WRITTEN, "PXB-44"
            ),
        },
        {"error": {"code": "1002", "message": WORDS}},
        "PRV-23",
        "ZAI_API_KEY",
        _AS_GIVEN,
    ),
}
"""Provider → how it is spoken to; `hf-inference` and `auto`, which are the router's own, stand below."""

_AT_HF = f"/models/{HUB_MODEL}"

WIRES["hf-inference"] = Wire(
    "router.huggingface.co",
    "/hf-inference",
    {
        "chat-completion": Said(f"{_AT_HF}/v1/chat/completions", {**_CHAT_BODY, "model": HUB_MODEL}, CHAT, "PXT-14"),
        "text-generation": Said(
            _AT_HF,
            {"inputs": "Hello", "parameters": {"max_new_tokens": 5, "stop": ["."]}},
            TGI,
            "PXT-30",
        ),
        "feature-extraction": Said(
            f"{_AT_HF}/pipeline/feature-extraction", {"inputs": ["a", "b"], "dimensions": 2}, VECTORS, "PXT-16"
        ),
        "text-to-image": Said(_AT_HF, {"inputs": "A cat", "parameters": PARAMETERS}, PICTURE, "PXT-31"),
        "automatic-speech-recognition": Said(_AT_HF, FLAC, TRANSCRIPT, "PXT-13"),
        "audio-classification": Said(_AT_HF, FLAC, CLASSES, "PXT-11"),
        "audio-to-audio": Said(_AT_HF, FLAC, SOUNDS, "PXT-12"),
        "tabular-classification": Said(_AT_HF, {"inputs": {"data": TABLE}}, LABELS, "PXT-27"),
        "tabular-regression": Said(_AT_HF, {"inputs": {"data": TABLE}}, NUMBERS, "PXT-28"),
        "text-to-audio": Said(_AT_HF, {"inputs": "Rain", "parameters": {"duration": 2}}, SOUND, "PXB-17"),
        "text-to-speech": Said(
            _AT_HF, {"inputs": "Hello", "parameters": {"temperature": 0.5, "voice": "af_alloy"}}, SOUND, "PXT-32"
        ),
        "fill-mask": Said(_AT_HF, {"inputs": "A [MASK]", "parameters": {"top_k": 2}}, WORDS_FOR_HOLE, "PXT-17"),
        "question-answering": Said(
            _AT_HF,
            {"inputs": {"question": "Who?", "context": "It is Clara."}, "parameters": {"max_answer_len": 9}},
            FOUND,
            "PXT-23",
        ),
        "sentence-similarity": Said(
            f"{_AT_HF}/pipeline/sentence-similarity",
            {"inputs": {"source_sentence": "A cat", "sentences": ["A dog", "A car"]}},
            NEARNESS,
            "PXT-24",
        ),
        "summarization": Said(_AT_HF, {"inputs": "A long text", "parameters": {"max_length": 9}}, SUMMARY, "PXT-25"),
        "table-question-answering": Said(
            _AT_HF,
            {"inputs": {"query": "How high?", "table": TABLE}, "parameters": {"sequential": True}},
            CELLS,
            "PXT-26",
        ),
        "text-classification": Said(_AT_HF, {"inputs": "Fine", "parameters": {"top_k": 1}}, MOODS, "PXT-29"),
        "token-classification": Said(
            _AT_HF, {"inputs": "Clara", "parameters": {"aggregation_strategy": "simple"}}, NAMES, "PXT-33"
        ),
        "translation": Said(
            _AT_HF, {"inputs": "Hello", "parameters": {"src_lang": "en", "tgt_lang": "fr"}}, TRANSLATED, "PXT-34"
        ),
        "zero-shot-classification": Said(
            _AT_HF, {"inputs": "Fine", "parameters": {"candidate_labels": ["good", "bad"]}}, FITTING, "PXT-36"
        ),
        "document-question-answering": Said(
            _AT_HF,
            {
                "inputs": {"question": "Which?", "image": _PICTURE},
                "parameters": {"lang": "en", "word_boxes": ["us-001", [0, 0, 9, 9]]},
            },
            PAGE,
            "PXT-15",
        ),
        "image-classification": Said(_AT_HF, PNG, CLASSES, "PXT-18"),
        "image-segmentation": Said(
            _AT_HF, {"inputs": _PICTURE, "parameters": {"subtask": "panoptic", "threshold": 0.5}}, MASKS, "PXT-19"
        ),
        "image-to-image": Said(
            _AT_HF,
            {
                "inputs": _PICTURE,
                "parameters": {
                    "prompt": "A cat",
                    "target_size": _SIZE,
                    "num_inference_steps": 4,
                    "guidance_scale": 2.5,
                    "seed": 7,
                },
            },
            PICTURE,
            "PXT-20",
        ),
        "image-to-text": Said(_AT_HF, PNG, CAPTION, "PXT-21"),
        "object-detection": Said(_AT_HF, {"inputs": _PICTURE, "parameters": {"threshold": 0.5}}, THINGS, "PXT-22"),
        "visual-question-answering": Said(
            _AT_HF,
            {"inputs": _PICTURE, "parameters": {"top_k": 2}, "question": "Who?", "image": _PICTURE},
            ANSWERS,
            "PXT-35",
        ),
        "zero-shot-image-classification": Said(
            _AT_HF,
            {
                "inputs": _PICTURE,
                "parameters": {"candidate_labels": ["dog", "cat"], "hypothesis_template": "a {}"},
            },
            CLASSES,
            "PXT-37",
        ),
    },
    {"error": WORDS},
    "PRV-08",
    schema={"response_format": {"type": "json_object", "value": SCHEMA}},
)
WIRES["auto"] = Wire(
    "router.huggingface.co",
    "/v1",
    {"chat-completion": Said("/chat/completions", {**_CHAT_BODY, "model": HUB_MODEL}, CHAT, "ROU-04")},
    {"error": WORDS},
    "ROU-01",
    schema=_AS_GIVEN,
)
ROUTED, OWN = "hf_key_of_an_account", "key-of-the-provider"
"""The two kinds of keys."""


def model(provider: str) -> str:
    """The model as a caller names it; OpenAI's are not on the Hub."""
    return MODEL if provider == "openai" else HUB_MODEL


def doors(provider: str) -> list[str]:
    """With which keys a provider can be reached."""
    return {"openai": [OWN], "auto": [ROUTED]}.get(provider, [ROUTED, OWN])


def address(provider: str, key: str, said: Said) -> str:
    """Host and path of a call."""
    wire = WIRES[provider]
    path = said.path if said.at_root else wire.path + said.path
    if key == ROUTED and provider not in ("auto", "hf-inference"):
        return f"router.huggingface.co/{provider}{path}"
    return wire.host + path


def hub(provider: str, task: str) -> Answer:
    """What the Hub says of the model."""
    named = {"chat-completion": "conversational"}.get(task, task)
    entry = {"status": "live", "providerId": MODEL, "task": named}
    tag = "text-generation" if task == "chat-completion" else task
    return Answer.of({"id": HUB_MODEL, "pipeline_tag": tag, "inferenceProviderMapping": {provider: entry}})
