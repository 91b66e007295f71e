from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from infermux.sandbox import Request
from infermux.sandbox.server import Server

PATHS = [
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/images/generations",
    "/v1/audio/speech",
    "/v1/audio/transcriptions",
    "/generate",
    "/generate_stream",
    "/",
    "/hf-inference/models/sandbox/automatic-speech-recognition",
    "/hf-inference/models/org/name/pipeline/feature-extraction",
    "/hf-inference/models/org/name/pipeline/sentence-similarity",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("model", "messages", "prompt", "input", "inputs", "parameters", "stream", "tools", "tool_choice", "n", "stop"),
    *("response_format", "max_tokens", "dimensions", "size", "width", "stream_options", "guided_json", "content"),
]
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5)
MESSAGES = st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "tool"]), "content": VALUES}), max_size=2)
BODIES = VALUES | OBJECTS | st.builds(lambda one, two: {**one, "messages": two}, OBJECTS, MESSAGES)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(PATHS), BODIES)
def test_any_json_is_answered_or_refused(path: str, body: Any) -> None:
    """No body, however wrong, is more than a refusal, and the answer to it is always the same."""
    sent = json.dumps(body).encode()
    answers = [
        Server().answer(Request("POST", path, {"content-type": "application/json"}, sent, body, "http://127.0.0.1"))
        for _ in range(2)
    ]
    assert answers[0].status in (200, 400, 404, 422)
    assert answers[0] == answers[1]
