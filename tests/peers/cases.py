"""Every call that both libraries make: where it goes, and what is asked there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from huggingface_hub.inference._providers import PROVIDERS as REGISTRY

from infermux.sandbox.sound import speak

from .leading import PROVIDERS


@dataclass(frozen=True)
class Case:
    """One call: the client's settings, the method, what it is given."""

    place: str
    name: str
    settings: Mapping[str, Any]
    method: str
    given: Any
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.method}-{self.place}-{self.name}"

    @property
    def is_mapped(self) -> bool:
        """Whether the Hub is asked for the provider's id of the model."""
        return self.place.removesuffix(" direct") in PROVIDERS or (self.place == "auto" and not self.is_chat)

    @property
    def is_variant(self) -> bool:
        """Whether only the key or the way to give the URL is another one than in a case beside it."""
        return _is_variant(self.place)

    @property
    def is_chat(self) -> bool:
        return self.method in ("chat_completion", "chat.completions.create")


def _able(task: str) -> tuple[str, ...]:
    return tuple(name for name in PROVIDERS if task in REGISTRY[name])


def _mapping(task: str, *providers: str) -> dict[str, dict[str, str]]:
    return {name: {"providerId": f"own/{name}-id", "task": task} for name in providers}


_CHAT_MODEL = "meta-llama/Llama-3.3-70B-Instruct"
TEXT_MODEL = "openai-community/gpt2"
_VECTOR_MODEL = "BAAI/bge-small-en"
_PICTURE_MODEL = "black-forest-labs/FLUX.1-schnell"
MAPPINGS = {
    _CHAT_MODEL: _mapping("conversational", *_able("conversational")),
    TEXT_MODEL: _mapping("text-generation", *_able("text-generation")),
    _VECTOR_MODEL: _mapping("feature-extraction", *_able("feature-extraction"), "hf-inference"),
    _PICTURE_MODEL: _mapping("text-to-image", "nscale", "together"),
}
"""What the Hub knows, so that every provider has ids of its own."""


def _urls(model: str) -> dict[str, dict[str, Any]]:
    # {box} is where the sandbox listens.
    return {
        "url": {"model": "{box}", "token": "hf_x"},
        "url without a key": {"model": "{box}"},
        "url v1": {"base_url": "{box}/v1", "api_key": "hf_x"},
        "url in call": {"token": "hf_x"},
        "hf-inference": {"provider": "hf-inference", "model": model, "token": "hf_x"},
        "hf-inference without a key": {"provider": "hf-inference", "model": model},
    }


def _providers(names: tuple[str, ...], model: str) -> dict[str, dict[str, Any]]:
    routed = {name: {"provider": name, "model": model, "token": "hf_x"} for name in names}
    direct = {f"{name} direct": {"provider": name, "model": model, "api_key": "sk-x"} for name in names}
    return routed | direct


_FEW = ("plain", "stream", "tools", "json schema", "extra body")
"""What is asked where only the key or the way to give the URL is another one."""


def _is_variant(place: str) -> bool:
    return place.endswith((" direct", " without a key", " in call"))


_AUTO = {"auto": {"model": _CHAT_MODEL, "token": "hf_x"}}
MESSAGES = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "What is the weather in Paris?"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}
_TIME = {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}}
_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "hot": {"type": "boolean"}},
    "required": ["city"],
}
JSON_SCHEMA = {"type": "json_schema", "json_schema": {"name": "weather", "schema": _SCHEMA, "strict": True}}
_CHAT_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "stream": {"stream": True},
    "stream with usage": {"stream": True, "stream_options": {"include_usage": True}},
    "tools": {"tools": [WEATHER, _TIME]},
    "tools streamed": {"tools": [WEATHER, _TIME], "tool_choice": "auto", "stream": True},
    "tool choice required": {"tools": [WEATHER, _TIME], "tool_choice": "required"},
    "tool choice none": {"tools": [WEATHER, _TIME], "tool_choice": "none"},
    "tool choice named": {
        "tools": [WEATHER, _TIME],
        "tool_choice": {"type": "function", "function": {"name": "get_time"}},
    },
    "json schema": {"response_format": JSON_SCHEMA},
    "json schema streamed": {"response_format": JSON_SCHEMA, "stream": True},
    "json object": {"response_format": {"type": "json_object"}},
    "text format": {"response_format": {"type": "text"}},
    "logprobs": {"logprobs": True, "top_logprobs": 1, "max_tokens": 4},
    "logprobs streamed": {"logprobs": True, "top_logprobs": 1, "stream": True},
    "all options": {
        "frequency_penalty": 0.5,
        "logit_bias": [0.1, 0.2],
        "logprobs": False,
        "max_tokens": 9,
        "n": 2,
        "presence_penalty": -0.5,
        "seed": 7,
        "stop": ["a stop", "another"],
        "temperature": 0.0,
        "tool_prompt": "Use the tools.",
        "top_p": 0.9,
    },
    "extra body": {"extra_body": {"reasoning_effort": "low", "nested": {"one": 1}, "store": False}},
}
_PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
_CALL = {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
_TALK = [
    {"role": "user", "content": [{"type": "text", "text": "And here?"}, _PICTURE]},
    {"role": "assistant", "content": "", "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
]
_NULLS = [{"role": "user", "content": "Hi", "name": None}]


def _chats() -> Iterator[Case]:
    places = _urls(_CHAT_MODEL) | _providers(_able("conversational"), _CHAT_MODEL) | _AUTO
    for place, settings in places.items():
        at = {"model": "{box}"} if place == "url in call" else {}
        for name, options in _CHAT_OPTIONS.items():
            if not _is_variant(place) or name in _FEW:
                yield Case(place, name, settings, "chat_completion", MESSAGES, {**at, **options})
        yield Case(place, "a talk with pictures and tools", settings, "chat_completion", _TALK, at)
        yield Case(place, "nulls in messages", settings, "chat_completion", _NULLS, at)
    at_url = {"model": "{box}", "token": "hf_x"}
    yield Case("url", "by the OpenAI spelling", at_url, "chat.completions.create", MESSAGES, {"max_tokens": 3})
    for path in ("/v1/", "/v1/chat/completions", "/v1?x=1", "/groq/path/", "/"):
        yield Case("url", f"ending in {path}", {"model": "{box}" + path}, "chat_completion", MESSAGES)
    yield Case("auto", "model in the call", {"token": "hf_x"}, "chat_completion", MESSAGES, {"model": _CHAT_MODEL})
    yield Case("auto", "policy", {"token": "hf_x"}, "chat_completion", MESSAGES, {"model": f"{_CHAT_MODEL}:fastest"})
    billed = {**_AUTO["auto"], "bill_to": "acme"}
    yield Case("auto", "billed", billed, "chat_completion", MESSAGES)
    yield Case("groq", "billed", {**billed, "provider": "groq"}, "chat_completion", MESSAGES)
    own = {**_AUTO["auto"], "headers": {"X-Mine": "1"}, "cookies": {"a": "b"}}
    yield Case("auto", "headers and cookies", own, "chat_completion", MESSAGES)
    accept = {**_AUTO["auto"], "headers": {"Authorization": "Bearer other"}}
    yield Case("auto", "a header over the key", accept, "chat_completion", MESSAGES)


_MODES: dict[str, dict[str, Any]] = {
    "plain": {},
    "details": {"details": True},
    "stream": {"stream": True},
    "stream with details": {"stream": True, "details": True},
}
_SAMPLING: dict[str, Any] = {
    "frequency_penalty": 0.5,
    "max_new_tokens": 5,
    "repetition_penalty": 1.1,
    "seed": 3,
    "stop": ["end"],
    "temperature": 0.5,
    "top_k": 5,
    "top_p": 0.9,
}
_TGI_ONLY: dict[str, Any] = {
    "adapter_id": "a/b",
    "decoder_input_details": True,
    "do_sample": True,
    "grammar": {"type": "json", "value": _SCHEMA},
    "return_full_text": True,
    "top_n_tokens": 1,
    "truncate": 90,
    "typical_p": 0.9,
    "watermark": True,
}


def _generations() -> Iterator[Case]:
    method, prompt = "text_generation", "The huggingface_hub library is "
    by_openai = _providers(_able("text-generation"), TEXT_MODEL)
    for place, settings in (_urls(TEXT_MODEL) | by_openai).items():
        if place == "url v1":
            continue  # There a URL that ends in /v1 has no text generation.
        at = {"model": "{box}"} if place == "url in call" else {}
        for name, options in _MODES.items():
            yield Case(place, name, settings, method, prompt, {**at, **options})
            yield Case(place, f"sampled, {name}", settings, method, prompt, {**at, **options, **_SAMPLING})
        if place not in by_openai:
            yield Case(place, "everything", settings, method, prompt, {**at, "details": True, **_SAMPLING, **_TGI_ONLY})
            sequences = {**at, "details": True, "best_of": 2, "do_sample": True}
            yield Case(place, "best of", settings, method, prompt, sequences)
    yield Case("hf-inference", "recommended model", {"token": "hf_x"}, method, prompt)
    yield Case("auto", "first of the mapping", {"model": TEXT_MODEL, "token": "hf_x"}, method, prompt)


def _embeddings() -> Iterator[Case]:
    method = "feature_extraction"
    everything = {"normalize": True, "prompt_name": "q", "truncate": True, "truncation_direction": "left"}
    options = {
        "one text": ("Hello", {}),
        "two texts": (["Hello", "there"], {}),
        "options": (["Hello"], everything),
        "short": ("Hello", {"dimensions": 8}),
    }
    model = _VECTOR_MODEL
    # Its root tells the task by the body, which for a text alone is text generation.
    for place, settings in (_urls(model) | _providers(_able("feature-extraction"), model)).items():
        if place == "url v1":
            continue
        at = {"model": "{box}/pipeline/feature-extraction"} if place == "url in call" else {}
        if place.startswith("url"):
            settings = {**settings, **({} if at else {"model": "{box}/pipeline/feature-extraction"})}
        for name, (text, more) in options.items():
            yield Case(place, name, settings, method, text, {**at, **more})
    yield Case("auto", "first of the mapping", {"model": model, "token": "hf_x"}, method, "Hello")


def _images() -> Iterator[Case]:
    method, prompt, model = "text_to_image", "a red fox", _PICTURE_MODEL
    options = {
        "plain": {},
        "size": {"width": 64, "height": 32},
        "everything": {"negative_prompt": "blue", "width": 64, "height": 32, "num_inference_steps": 4, "seed": 5},
        "scheduler": {"scheduler": "ddim", "width": 32, "height": 32},
        "guidance": {"guidance_scale": 3.5, "width": 32, "height": 32},
        "extra body": {"width": 32, "height": 32, "extra_body": {"output_quality": 100}},
    }
    for place, settings in (_urls(model) | _providers(("nscale", "together"), model)).items():
        if place == "url v1":
            continue
        at = {"model": "{box}"} if place == "url in call" else {}
        for name, more in options.items():
            yield Case(place, name, settings, method, prompt, {**at, **more})
    yield Case("auto", "first of the mapping", {"model": model, "token": "hf_x"}, method, prompt, options["size"])
    own = {"model": "{box}", "headers": {"Accept": "image/webp"}}
    yield Case("url without a key", "own accept", own, method, prompt, options["size"])


def _sounds() -> Iterator[Case]:
    method, sound, model = "automatic_speech_recognition", speak("Hello there"), "openai/whisper-large-v3"
    for place, settings in _urls(model).items():
        if place == "url v1":
            continue
        at = {"model": "{box}"} if place == "url in call" else {}
        yield Case(place, "bytes", settings, method, sound, at)
        yield Case(place, "file", settings, method, "{wav}", at)
        yield Case(place, "options", settings, method, sound, {**at, "extra_body": {"return_timestamps": True}})


def _faults() -> Iterator[Case]:
    def spoilt(fault: str) -> dict[str, Any]:
        return {"model": "{box}", "headers": {"x-sandbox-fault": fault}}

    for fault in ("S12", "S13", "F07b", "F07c", "F07d"):
        yield Case("url", f"fault {fault}", spoilt(fault), "chat_completion", MESSAGES)
    for fault in ("S08", "S08b", "S10", "S11", "F05", "F05b", "F06"):
        yield Case("url", f"fault {fault} streamed", spoilt(fault), "chat_completion", MESSAGES, {"stream": True})
    slow = {**spoilt("S06:1"), "timeout": 0.1}
    yield Case("url", "timeout", slow, "chat_completion", MESSAGES)
    yield Case("url", "timeout streamed", slow, "chat_completion", MESSAGES, {"stream": True})
    at = {"model": "{box}"}
    stops = {"stop": ["a", "b", "c", "d", "e"]}
    yield Case("url", "refused", at, "text_generation", "Hello", stops)
    yield Case("url", "refused streamed", at, "text_generation", "Hello", {**stops, "stream": True})
    yield Case("url", "refused", at, "text_to_image", "Hello", {"width": -1, "height": 4})


CASES = (*_chats(), *_generations(), *_embeddings(), *_images(), *_sounds(), *_faults())
