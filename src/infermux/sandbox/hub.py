"""The Hub, as far as a client asks it: what a model is for, who serves it, what is recommended, who asks."""

from __future__ import annotations

import re
from typing import Any
from zlib import crc32

from .exchange import Answer, Object, RefusalError, Reply, Request, reply

TASKS = (
    "audio-classification",
    "audio-to-audio",
    "automatic-speech-recognition",
    "conversational",
    "document-question-answering",
    "feature-extraction",
    "fill-mask",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "image-to-video",
    "object-detection",
    "question-answering",
    "sentence-similarity",
    "summarization",
    "table-question-answering",
    "tabular-classification",
    "tabular-regression",
    "text-classification",
    "text-generation",
    "text-to-audio",
    "text-to-image",
    "text-to-speech",
    "text-to-video",
    "token-classification",
    "translation",
    "visual-question-answering",
    "zero-shot-classification",
    "zero-shot-image-classification",
)

_CHAT = ("conversational",)
_TEXT = ("conversational", "text-generation")
# In the order of the mapping, so the first is what an automatic choice takes.
_PROVIDERS: dict[str, tuple[str, ...]] = {
    "together": (*_TEXT, "text-to-image", "image-to-image", "text-to-video", "image-to-video", "feature-extraction",
                 "text-to-speech", "automatic-speech-recognition"),
    "fal-ai": ("text-to-image", "image-to-image", "text-to-video", "image-to-video", "text-to-speech",
               "automatic-speech-recognition", "image-segmentation"),
    "hf-inference": TASKS,
    "groq": _CHAT,
    "cerebras": _CHAT,
    "cohere": _CHAT,
    "deepinfra": (*_TEXT, "text-to-image", "feature-extraction", "automatic-speech-recognition"),
    "featherless-ai": _TEXT,
    "fireworks-ai": _CHAT,
    "novita": (*_TEXT, "text-to-video"),
    "nscale": (*_CHAT, "text-to-image"),
    "replicate": ("text-to-image", "image-to-image", "text-to-video", "text-to-speech",
                  "automatic-speech-recognition"),
    "scaleway": (*_CHAT, "feature-extraction"),
    "wavespeed": ("text-to-image", "image-to-image", "text-to-video", "image-to-video"),
    "zai-org": (*_CHAT, "text-to-image"),
    "baseten": _CHAT,
    "clarifai": _CHAT,
    "ovhcloud": _TEXT,
    "publicai": _CHAT,
    "nvidia": _CHAT,
    "black-forest-labs": ("text-to-image",),
    "hyperbolic": (*_TEXT, "text-to-image"),
    "nebius": (*_TEXT, "text-to-image", "feature-extraction"),
    "sambanova": (*_CHAT, "feature-extraction"),
}  # fmt: skip
_RENAMED = {"bert-base-uncased": "google-bert/bert-base-uncased", "t5-small": "google-t5/t5-small"}
# What a name gives away, first match first.
_HINTS = (
    (r"video|ltx|wan2|mochi", "text-to-video"),
    (r"kontext|image-edit|pix2pix", "image-to-image"),
    (r"diffusion|flux|sdxl|sd-turbo|imagen|-image$|text-to-image", "text-to-image"),
    (r"whisper|wav2vec2-large-960h|wav2vec2-base-960h|\basr\b|speech-to-text", "automatic-speech-recognition"),
    (r"kokoro|\btts\b|\bbark\b|speecht5|parler|fastspeech", "text-to-speech"),
    (r"musicgen|audiogen|stable-audio", "text-to-audio"),
    (r"minilm|mpnet|bge-|e5-|gte-|embed|bart-base$|sentence-transformers|nomic", "feature-extraction"),
    (r"bart-large-mnli|zero-shot|deberta-v3.*mnli", "zero-shot-classification"),
    (r"bart-large-cnn|pegasus|samsum|summar", "summarization"),
    (r"opus-mt|mbart|nllb|translat|^google-t5/|t5-small", "translation"),
    (r"layoutlm|donut|docvqa", "document-question-answering"),
    (r"vilt|vqa", "visual-question-answering"),
    (r"tapas|tapex", "table-question-answering"),
    (r"squad|-qa$", "question-answering"),
    (r"-ner|conll03|token-class", "token-classification"),
    (r"sst-2|sentiment|finbert|emotion|text-class", "text-classification"),
    (r"blip|image-caption|vit-gpt2|git-base", "image-to-text"),
    (r"segformer|maskformer|mask2former|panoptic|segment", "image-segmentation"),
    (r"detr-|yolo|object-detect", "object-detection"),
    (r"clip-vit|siglip", "zero-shot-image-classification"),
    (r"vit-|resnet|convnext", "image-classification"),
    (r"wav2vec2|hubert|ast-finetuned|audio-class", "audio-classification"),
    (r"sepformer|speech-enhance|audio-to-audio|convtasnet", "audio-to-audio"),
    (r"bert", "fill-mask"),
)  # fmt: skip


def known_task(model: str) -> str | None:
    """Tell the task of a model by its name: `sandbox/<task>` says it, others give it away."""
    if model.startswith("sandbox/"):
        return model.removeprefix("sandbox/")
    low = model.lower()
    return next((task for hint, task in _HINTS if re.search(hint, low)), None)


def is_missing(model: str) -> bool:
    """Tell whether a model is one of those that do not exist."""
    return "does-not-exist" in model


def model(request: Request) -> Answer:
    """Describe a model, whole or only what `expand` names."""
    name = request.params["model"]
    if new := _RENAMED.get(name):
        location = request.path.replace(f"/{name}", f"/{new}", 1)
        message = f"Temporary Redirect. Redirecting to {location}"
        return Reply(message.encode(), 307, "text/plain; charset=utf-8", {"location": location})
    if is_missing(name):
        headers = {"x-error-code": "RepoNotFound", "x-error-message": "Repository not found"}
        raise RefusalError(reply({"error": "Repository not found"}, 404, headers))
    task = known_task(name) or "text-generation"
    whole: Object = {
        "_id": f"{crc32(name.encode()):024x}",
        "id": name,
        "modelId": name,
        "author": name.partition("/")[0],
        "private": False,
        "gated": False,
        "disabled": False,
        "pipeline_tag": "text-generation" if task == "conversational" else task,
        "tags": ["sandbox", *(["conversational"] if task in _TEXT else []), task],
        "library_name": "transformers",
        "inference": "warm",
        "siblings": [],
    }
    expand = request.query.get("expand", []) + request.query.get("expand[]", [])
    if not expand:
        return reply(whole)
    whole["inferenceProviderMapping"] = mapping(request, name, task)
    return reply({key: value for key, value in whole.items() if key in ("_id", "id", *expand)})


def mapping(request: Request, name: str, task: str) -> Any:
    """List who serves a model: as the sandbox was told, else everyone who does its task."""
    entry = {"status": "live", "providerId": name, "task": "conversational" if task == "text-generation" else task}
    told = request.settings.mappings.get(name)
    if isinstance(told, list):
        return told
    if told is not None:
        return {provider: {**entry, **more} for provider, more in told.items()}
    return {provider: entry for provider, tasks in _PROVIDERS.items() if entry["task"] in tasks}


def tasks(request: Request) -> Answer:
    """Recommend the sandbox's own model for every task."""
    listed = {
        task: {"id": task, "models": [{"id": f"sandbox/{task}"}], "widgetModels": [f"sandbox/{task}"]} for task in TASKS
    }
    return reply(listed)


def whoami(request: Request) -> Answer:
    """Say who asks; everyone is the same user here."""
    return reply(
        {
            "type": "user",
            "id": "sandbox",
            "name": "sandbox",
            "fullname": "Sandbox",
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": {"displayName": "sandbox", "role": "read"}},
        }
    )
