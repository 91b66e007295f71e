"""Every task of every provider in huggingface_hub's own registry: asked with what it needs, and with everything."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from huggingface_hub.inference._providers import PROVIDERS as REGISTRY
from PIL import Image

from infermux.sandbox.sound import speak

from .cases import MESSAGES, Case


@dataclass(frozen=True)
class Call:
    """How a task is asked for: `needs` goes along always, `options` where everything is given."""

    method: str
    given: Any
    needs: dict[str, Any] = field(default_factory=dict[str, Any])
    options: dict[str, Any] = field(default_factory=dict[str, Any])


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


PICTURE, SOUND = _picture(), speak("Hello there")
_TABLE = {"Height": ["11.52", "12.48"], "Species": ["Bream", "Bream"]}
_QUESTION = "Where does Clara live?"
_DRAWN: dict[str, Any] = {"negative_prompt": "blue", "num_inference_steps": 4, "guidance_scale": 2.5}
_SIZE = {"width": 64, "height": 32}
CALLS = {
    "audio-classification": Call("audio_classification", SOUND, options={"top_k": 1, "function_to_apply": "softmax"}),
    "audio-to-audio": Call("audio_to_audio", SOUND),
    "automatic-speech-recognition": Call(
        "automatic_speech_recognition", SOUND, options={"extra_body": {"language": "en", "temperature": 0.5}}
    ),
    "conversational": Call("chat_completion", MESSAGES),
    "document-question-answering": Call(
        "document_question_answering",
        PICTURE,
        {"question": "Which?"},
        {"lang": "en", "max_answer_len": 9, "top_k": 1, "word_boxes": ["us-001", [0.0, 0.0, 9.0, 9.0]]},
    ),
    "feature-extraction": Call("feature_extraction", ["Hello", "there"]),
    "fill-mask": Call("fill_mask", "A [MASK].", options={"top_k": 2, "targets": ["cat", "dog"]}),
    "image-classification": Call("image_classification", PICTURE, options={"top_k": 1, "function_to_apply": "softmax"}),
    "image-segmentation": Call(
        "image_segmentation", PICTURE, options={"subtask": "panoptic", "threshold": 0.5, "mask_threshold": 0.4}
    ),
    "image-to-image": Call(
        "image_to_image",
        PICTURE,
        {"prompt": "A cat"},
        {**_DRAWN, "target_size": _SIZE},
    ),
    "image-to-text": Call("image_to_text", PICTURE),
    "image-to-video": Call(
        "image_to_video",
        PICTURE,
        {"prompt": "It rains"},
        {**_DRAWN, "num_frames": 8, "seed": 7, "target_size": _SIZE},
    ),
    "object-detection": Call("object_detection", PICTURE, options={"threshold": 0.4}),
    "question-answering": Call(
        "question_answering",
        _QUESTION,
        {"context": "Clara lives in Berkeley."},
        {"align_to_words": True, "doc_stride": 8, "max_answer_len": 9, "top_k": 1},
    ),
    "sentence-similarity": Call("sentence_similarity", "A cat", {"other_sentences": ["A dog", "A car"]}),
    "summarization": Call(
        "summarization",
        "A long text. It goes on.",
        options={
            "clean_up_tokenization_spaces": True,
            "generate_parameters": {"max_length": 9},
            "truncation": "only_first",
        },
    ),
    "table-question-answering": Call(
        "table_question_answering",
        _TABLE,
        {"query": "How many are a Bream?"},
        {"padding": "longest", "sequential": True, "truncation": True},
    ),
    "tabular-classification": Call("tabular_classification", _TABLE),
    "text-classification": Call("text_classification", "Fine", options={"top_k": 1, "function_to_apply": "softmax"}),
    "text-generation": Call("text_generation", "Once upon a time"),
    "text-to-image": Call("text_to_image", "A cat", _SIZE, {**_DRAWN, "scheduler": "ddim", "seed": 7}),
    "text-to-speech": Call(
        "text_to_speech",
        "Hello",
        {"extra_body": {"voice": "af_alloy"}},
        {"do_sample": True, "max_new_tokens": 9, "temperature": 0.5, "top_k": 5, "top_p": 0.9},
    ),
    "text-to-video": Call(
        "text_to_video", "A cat", options={**_DRAWN, "negative_prompt": ["blue", "grey"], "num_frames": 8, "seed": 7}
    ),
    "token-classification": Call(
        "token_classification", "Clara lives in Berkeley", options={"aggregation_strategy": "simple", "stride": 2}
    ),
    "translation": Call(
        "translation", "Hello", options={"src_lang": "en", "tgt_lang": "fr", "clean_up_tokenization_spaces": True}
    ),
    "visual-question-answering": Call("visual_question_answering", PICTURE, {"question": "Who?"}, {"top_k": 2}),
    "zero-shot-classification": Call(
        "zero_shot_classification",
        "Fine",
        {"candidate_labels": ["good", "bad"]},
        {"multi_label": True, "hypothesis_template": "It is {}."},
    ),
    "zero-shot-image-classification": Call(
        "zero_shot_image_classification",
        PICTURE,
        {"candidate_labels": ["dog", "cat"]},
        {"hypothesis_template": "a {}"},
    ),
}
"""The tasks by their names at the Hub."""

_PICTURES, _FILMS = ("text-to-image", "image-to-image"), ("text-to-video", "image-to-video")
_ADAPTABLE = {
    "fal-ai": (*_PICTURES, *_FILMS),
    "replicate": _PICTURES,
    "together": _PICTURES,
    "wavespeed": (*_PICTURES, *_FILMS),
}
"""The tasks for which LoRA weights can go along."""
_WEIGHTS = {"adapter": "lora", "adapterWeightsPath": "fine/weights.safetensors"}


def _own_id(provider: str, task: str) -> str:
    return f"own/{provider}-{task}"


def _mapped(task: str, **more: str) -> dict[str, dict[str, str]]:
    able = (name for name, tasks in REGISTRY.items() if task in tasks)
    return {name: {"providerId": _own_id(name, task), "task": task, **more} for name in able}


MAPPINGS = {
    **{f"sandbox/{task}": _mapped(task) for task in CALLS},
    **{f"weights/{task}": _mapped(task, **_WEIGHTS) for task in (*_PICTURES, *_FILMS)},
    "weights/general": {
        "fal-ai": {"providerId": "fal-ai/lora", "task": "text-to-image", **_WEIGHTS},
    },
    "versions/text-to-image": {
        "replicate": {"providerId": "own/replicate-text-to-image:0123abc", "task": "text-to-image"},
    },
}
"""What the Hub knows of the models that are asked here."""

SLOW = "a slow job"
FAILED = "a job that fails"
_AT_ONCE = {"x-sandbox-job-seconds": "0"}
_HEADERS = {
    # Longer than the sandbox lets its caller wait for a prediction.
    SLOW: {"x-sandbox-job-seconds": "1.2"},
    FAILED: {**_AT_ONCE, "x-sandbox-fault": "F10"},
}
_JOBS = {
    "fal-ai": "text-to-video",
    "replicate": "text-to-image",
    "together": "text-to-video",
    "wavespeed": "text-to-image",
    "zai-org": "text-to-image",
}


def _case(provider: str, task: str, name: str, model: str, key: str, options: dict[str, Any]) -> Case:
    call = CALLS[task]
    place = provider if key.startswith("hf_") else f"{provider} direct"
    settings = {"provider": provider, "model": model, "token": key, "headers": _HEADERS.get(name, _AT_ONCE)}
    return Case(place, name, settings, call.method, call.given, {**call.needs, **options})


def _cases() -> Iterator[Case]:
    for provider, tasks in REGISTRY.items():
        for task in CALLS.keys() & tasks:
            # OpenAI's models are called by their names there, and no key of Hugging Face's opens it.
            model = "gpt-4o" if provider == "openai" else f"sandbox/{task}"
            if provider != "openai":
                yield _case(provider, task, f"{task}, as needed", model, "hf_x", {})
            if provider != "hf-inference":
                yield _case(provider, task, f"{task}, by its own key", model, "sk-x", CALLS[task].options)
            elif CALLS[task].options:
                yield _case(provider, task, f"{task}, everything", model, "hf_x", CALLS[task].options)
            if task in _ADAPTABLE.get(provider, ()):
                yield _case(provider, task, f"{task}, with an adapter", f"weights/{task}", "sk-x", {})
    yield _case("fal-ai", "text-to-image", "the general adapter app", "weights/general", "hf_x", {})
    yield _case("replicate", "text-to-image", "a version", "versions/text-to-image", "hf_x", {})
    yield _case("replicate", "text-to-image", SLOW, "sandbox/text-to-image", "hf_x", {})
    for provider, task in _JOBS.items():
        yield _case(provider, task, FAILED, f"sandbox/{task}", "hf_x", {})


CASES = tuple(sorted(_cases(), key=str))
