"""What a scripted server says in these tests, and the shortest calls."""

from __future__ import annotations

import json
from typing import Any

from contract.server import Answer

MESSAGES = [{"role": "user", "content": "What is the capital of France?"}]

PARIS = {
    "choices": [
        {
            "finish_reason": "eos_token",
            "index": 0,
            "message": {"role": "assistant", "content": "The capital of France is Paris."},
            "logprobs": None,
        }
    ],
    "created": 1719907176,
    "id": "",
    "model": "meta-llama/Meta-Llama-3-8B-Instruct",
    "object": "text_completion",
    "system_fingerprint": "2.0.4-sha-f426a33",
    "usage": {"completion_tokens": 8, "prompt_tokens": 17, "total_tokens": 25},
}

TEXT = "100% open source and built to be easy to use."
TOKENS = ["100", "%", " open", " source", " and", " built", " to", " be", " easy", " to", " use", "."]
IDS = [1425, 16, 1314, 3178, 273, 3426, 271, 314, 1833, 271, 745, 25]


def paris(**headers: str) -> Answer:
    """The whole answer of the documents' example."""
    return Answer.of(PARIS, **headers)


def chunk(content: str | None = None, finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    """One chunk of a streamed chat."""
    found = {**({} if content is None else {"content": content}), **delta}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": found, "finish_reason": finish_reason}]}


CHUNKS = [chunk(role="assistant"), chunk("The capital "), chunk("is Paris."), chunk(finish_reason="stop")]


def events(*chunks: Any, **how: Any) -> Answer:
    """A streamed answer."""
    return Answer.events(*chunks, **how)


def sse(data: bytes, *, cut: bool = False) -> Answer:
    """A streamed answer of these bytes."""
    return Answer(headers={"content-type": "text/event-stream"}, pieces=[data] if data else [], is_cut=cut)


def tokens(details: bool = True) -> list[dict[str, Any]]:
    """The events of the documents' streamed text generation."""
    found: list[dict[str, Any]] = [
        {"token": {"id": id, "text": text, "logprob": -0.5, "special": False}, "generated_text": None, "details": None}
        for id, text in zip(IDS, TOKENS, strict=True)
    ]
    found[-1]["generated_text"] = TEXT
    if details:
        found[-1]["details"] = {"finish_reason": "length", "generated_tokens": 12, "seed": None}
    return found


def token_events(**how: Any) -> Answer:
    """A streamed text generation, as TGI sends it."""
    return Answer.events(*tokens(), end="", **how)


def error(status: int, message: str = "no", **more: Any) -> Answer:
    """A refusal."""
    return Answer.of({"error": message, **more}, status)


def mapping(**providers: Any) -> Answer:
    """The Hub's mapping of a model: provider → id, or the whole entry."""
    entries = [
        {"provider": name.replace("_", "-"), "status": "live", "task": "conversational"}
        | (told if isinstance(told, dict) else {"providerId": told})
        for name, told in providers.items()
    ]
    return Answer.of({"id": "org/m", "inferenceProviderMapping": entries})


def events_of(*values: Any) -> bytes:
    """Events as bytes."""
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
