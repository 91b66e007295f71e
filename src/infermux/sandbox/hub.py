"""The Hub, as far as a client asks it: what a model is for, who serves it, what is recommended, who asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from .exchange import Answer, Object, RefusalError, Reply, Request, is_object, reply

TASKS = (
    "audio-classification",
    "audio-to-audio",
    "automatic-speech-recognition",
    "conversational",
    "depth-estimation",
    "document-question-answering",
    "feature-extraction",
    "fill-mask",
    "image-classification",
    "image-segmentation",
    "image-text-to-image",
    "image-text-to-video",
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
    "video-classification",
    "visual-question-answering",
    "zero-shot-classification",
    "zero-shot-image-classification",
    "zero-shot-object-detection",
)

_CHAT = ("conversational",)
TEXT = ("conversational", "text-generation")
# In the order of the mapping, so the first is what an automatic choice takes.
PROVIDERS: dict[str, tuple[str, ...]] = {
    "together": (*TEXT, "text-to-image", "image-to-image", "text-to-video", "image-to-video", "feature-extraction",
                 "text-to-speech", "automatic-speech-recognition"),
    "fal-ai": ("text-to-image", "image-to-image", "text-to-video", "image-to-video", "text-to-speech",
               "automatic-speech-recognition", "image-segmentation", "text-to-audio", "audio-to-audio",
               "image-text-to-image", "image-text-to-video"),
    "hf-inference": TASKS,
    "groq": TEXT,
    "cerebras": _CHAT,
    "cohere": (*_CHAT, "feature-extraction"),
    "deepinfra": (*TEXT, "text-to-image", "text-to-video", "feature-extraction", "text-to-speech",
                  "automatic-speech-recognition"),
    "featherless-ai": TEXT,
    "fireworks-ai": _CHAT,
    "novita": (*TEXT, "text-to-video"),
    "nscale": (*_CHAT, "text-to-image"),
    "replicate": ("text-to-image", "image-to-image", "text-to-video", "text-to-speech",
                  "automatic-speech-recognition"),
    "scaleway": (*TEXT, "feature-extraction", "automatic-speech-recognition"),
    "wavespeed": ("text-to-image", "image-to-image", "text-to-video", "image-to-video", "image-text-to-image",
                  "image-text-to-video"),
    "zai-org": (*_CHAT, "text-to-image", "image-to-text"),
    "baseten": _CHAT,
    "clarifai": _CHAT,
    "ovhcloud": (*TEXT, "feature-extraction", "automatic-speech-recognition"),
    "publicai": _CHAT,
    "nvidia": _CHAT,
    "black-forest-labs": ("text-to-image",),
    "hyperbolic": (*TEXT, "text-to-image"),
    "nebius": (*TEXT, "text-to-image", "feature-extraction"),
    "sambanova": (*_CHAT, "feature-extraction"),
}  # fmt: skip
_RENAMED = {"bert-base-uncased": "google-bert/bert-base-uncased", "t5-small": "google-t5/t5-small"}
# What a name gives away, first match first.
_HINTS = (
    (r"videomae|timesformer|vivit|video-class", "video-classification"),
    (r"img2vid|image-to-video|\bi2v", "image-to-video"),
    (r"video|ltx|\bwan(?:2|\b)|mochi|\bveo\d|hailuo|kling|seedance", "text-to-video"),
    (r"kontext|image-edit|pix2pix|controlnet", "image-to-image"),
    (r"depth-anything|dpt-|midas|depth-est", "depth-estimation"),
    (r"diffusion|openjourney|flux|sdxl|sd-turbo|imagen|openjourney|-image$|text-to-image", "text-to-image"),
    (r"whisper|wav2vec2-large-960h|wav2vec2-base-960h|\basr\b|speech-to-text", "automatic-speech-recognition"),
    (r"kokoro|\btts\b|\bbark\b|speecht5|parler|fastspeech|_vits|amadeus", "text-to-speech"),
    (r"musicgen|audiogen|stable-audio", "text-to-audio"),
    (r"minilm|mpnet|paraphrase-|bge-|\be5|gte-|embed|bart-base$|sentence-transformers|nomic", "feature-extraction"),
    (r"mnli|zero-shot", "zero-shot-classification"),
    (r"bart-large-cnn|pegasus|samsum|summar", "summarization"),
    (r"opus-mt|mbart|nllb|translat|(?:^|/)t5-", "translation"),
    (r"layoutlm|donut|docvqa|document-qa", "document-question-answering"),
    (r"vilt|vqa", "visual-question-answering"),
    (r"tapas|tapex", "table-question-answering"),
    (r"wine-quality|titanic", "tabular-classification"),
    (r"fish-weight|housing", "tabular-regression"),
    (r"squad|-qa$", "question-answering"),
    (r"-ner|conll03|token-class", "token-classification"),
    (r"sst-2|sentiment|finbert|emotion|text-class", "text-classification"),
    (r"blip|image-caption|vit-gpt2|git-base", "image-to-text"),
    (r"segformer|maskformer|mask2former|panoptic|segment|birefnet|rembg", "image-segmentation"),
    (r"owlvit|owlv2|grounding-dino", "zero-shot-object-detection"),
    (r"detr-|yolo|object-detect", "object-detection"),
    (r"clip-vit|siglip", "zero-shot-image-classification"),
    (r"vit-|resnet|convnext", "image-classification"),
    (r"wav2vec2|hubert|ast-finetuned|audio-class", "audio-classification"),
    (r"sepformer|speech-enhance|audio-to-audio|convtasnet", "audio-to-audio"),
    (r"bert", "fill-mask"),
)
# Well-known models, so that a list is not the sandbox's own models alone.
_CATALOGUE = (
    "facebook/bart-large-cnn", "facebook/bart-large-mnli", "facebook/detr-resnet-50",
    "facebook/mbart-large-50-many-to-many-mmt", "deepset/roberta-base-squad2", "dandelin/vilt-b32-finetuned-vqa",
    "dbmdz/bert-large-cased-finetuned-conll03-english", "google-bert/bert-base-uncased",
    "google/tapas-base-finetuned-wtq", "google/vit-base-patch16-224", "impira/layoutlm-document-qa",
    "meta-llama/Llama-3.1-8B-Instruct", "black-forest-labs/FLUX.1-dev", "openai/whisper-large-v3",
    "sentence-transformers/all-MiniLM-L6-v2", "Narsil/deberta-large-mnli-zero-cls", "bigcode/starcoder",
)  # fmt: skip
_LIBRARIES = {
    "diffusers": ("image-to-image", "image-to-video", "text-to-image", "text-to-video"),
    "sentence-transformers": ("feature-extraction", "sentence-similarity"),
    "sklearn": ("tabular-classification", "tabular-regression"),
}
_PAGE = 1000


def known_task(model: str) -> str | None:
    """Tell the task of a model by its name: `sandbox/<task>` says it, others give it away."""
    if model.startswith("sandbox/"):
        task = model.removeprefix("sandbox/")
        return "conversational" if task == "chat-completion" else task
    low = model.lower()
    return next((task for hint, task in _HINTS if re.search(hint, low)), None)


def meant(request: Request, model: str) -> str:
    """Tell the task of a model by its name, else by what the client says that it is for; empty where nobody knows."""
    told = request.headers.get("x-sandbox-task", "")
    return known_task(model) or (told if told in TASKS else "")


def is_missing(model: str) -> bool:
    """Tell whether a model is one of those that do not exist."""
    return "does-not-exist" in model


def model(request: Request) -> Answer:
    """Describe a model."""
    name = request.params["model"]
    if new := _RENAMED.get(name):
        location = request.path.replace(f"/{name}", f"/{new}", 1)
        message = f"Temporary Redirect. Redirecting to {location}"
        return Reply(message.encode(), 307, "text/plain; charset=utf-8", {"location": location})
    if is_missing(name):
        headers = {"x-error-code": "RepoNotFound", "x-error-message": "Repository not found"}
        raise RefusalError(reply({"error": "Repository not found"}, 404, headers))
    return reply(_described(request, name))


def models(request: Request) -> Answer:
    """List the models that fit the query, page by page."""
    wanted = {name: values for name, values in request.query.items() if values != [""]}
    fitting = [name for name in sorted(_known(request), key=str.lower) if _fits(name, wanted)]
    limit = min(max(int(wanted.get("limit", [_PAGE])[0]), 1), _PAGE)
    start = int(wanted.get("cursor", ["0"])[0])
    headers: dict[str, str] = {}
    if start + limit < len(fitting):
        query = urlencode({**wanted, "cursor": [str(start + limit)]}, doseq=True)
        headers["link"] = f'<{request.base}/api/models?{query}>; rel="next"'
    return reply([_described(request, name) for name in fitting[start : start + limit]], headers=headers)


def partner(request: Request) -> Answer:
    """List the models of a provider by task."""
    provider, status = request.params["partner"], request.query.get("status", ["live"])
    if provider not in PROVIDERS:
        raise RefusalError(reply({"error": f"Unknown provider {provider}"}, 404))
    found: dict[str, Object] = {}
    for name in _known(request) if "live" in status else ():
        entries = mapping(request, name)
        if is_object(entries):
            entries = [{"provider": one, **entry} for one, entry in entries.items()]
        for served in (entry for entry in entries if entry["provider"] == provider):
            details = {"_id": f"{crc32(name.encode()):024x}", "providerId": served["providerId"], "status": "live"}
            found.setdefault(served["task"], {})[name] = details
    return reply(found)


def task_of(model: str) -> str:
    """Tell the task of a model; one that gives nothing away writes texts."""
    return known_task(model) or "text-generation"


def _known(request: Request) -> list[str]:
    """List the sandbox's own models, the well-known ones, and those that it was told of."""
    return list(dict.fromkeys([*(f"sandbox/{task}" for task in TASKS), *_CATALOGUE, *request.settings.mappings]))


def _fits(name: str, wanted: Mapping[str, list[str]]) -> bool:
    task = task_of(name)
    marks = {task, *_tags(task), _library(task)}
    providers = wanted.get("inference_provider", [])
    return (
        all(one in marks for key in ("pipeline_tag", "filter", "library", "tags") for one in wanted.get(key, ()))
        and all(one.lower() in name.lower() for one in wanted.get("search", ()))
        and all(name.startswith(f"{one}/") for one in wanted.get("author", ()))
        and all(one == "all" or _serves(one, task) for many in providers for one in many.split(","))
    )


def _serves(provider: str, task: str) -> bool:
    return ("conversational" if task == "text-generation" else task) in PROVIDERS.get(provider, ())


def _tags(task: str) -> list[str]:
    if task in TEXT:
        return ["conversational", "text-generation-inference", task]
    # One model serves both, and the Hub says so by its tags.
    both = ("feature-extraction", "sentence-similarity")
    return list(both) if task in both else [task]


def _library(task: str) -> str:
    return next((library for library, tasks in _LIBRARIES.items() if task in tasks), "transformers")


def _described(request: Request, name: str) -> Object:
    """Describe one model, whole or only what `expand` names."""
    task = task_of(name)
    whole: Object = {
        "_id": f"{crc32(name.encode()):024x}",
        "id": name,
        "modelId": name,
        "author": name.partition("/")[0],
        "private": False,
        "gated": False,
        "disabled": False,
        "pipeline_tag": "text-generation" if task == "conversational" else task,
        "tags": ["sandbox", *(_tags(task) if known_task(name) else TASKS)],
        "library_name": _library(task),
        "inference": "warm",
        "siblings": [],
    }
    expand = request.query.get("expand", []) + request.query.get("expand[]", [])
    if not expand:
        return whole
    whole["inferenceProviderMapping"] = mapping(request, name)
    return {key: value for key, value in whole.items() if key in ("_id", "id", *expand)}


def mapping(request: Request, name: str) -> Any:
    """List who serves a model: as the sandbox was told, else everyone who does its task.

    One that writes texts talks as well, and one whose name gives nothing away may be meant for anything.
    """
    task = known_task(name)
    served = TASKS if task is None else TEXT if task in TEXT else (task,)
    entry = {"status": "live", "providerId": name, "task": "conversational" if task in (None, *TEXT) else task}
    told = request.settings.mappings.get(name)
    if isinstance(told, list):
        return told
    if told is not None:
        return {provider: {**entry, **more} for provider, more in told.items()}
    if len(served) == 1:
        return {provider: entry for provider, tasks in PROVIDERS.items() if task in tasks}
    # Who looks for a provider only takes its first entry, so that is the chat's.
    ordered = sorted(served, key=_CHAT.__contains__, reverse=True)
    return [
        {"provider": provider, **entry, "task": one}
        for provider, tasks in PROVIDERS.items()
        for one in ordered
        if one in tasks
    ]


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
