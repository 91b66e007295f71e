"""The tasks that look at pictures: from a recorded request to the call, and from its answer to the result."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from .recorded import Json, Message

TASKS = (
    "document-question-answering",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "object-detection",
    "visual-question-answering",
    "zero-shot-image-classification",
)


def asked(request: Message) -> tuple[bytes, Json]:
    """The picture and the options in a request of any time."""
    if request.json is None:
        return request.body, {}
    inputs = request.json.get("inputs") or request.json
    fields = {**request.json, **(inputs if isinstance(inputs, dict) else {"image": inputs})}
    options = {"question": fields["question"]} if "question" in fields else {}
    options |= {name: value for name, value in fields.get("parameters", {}).items() if name != "model"}
    if isinstance(options.get("candidate_labels"), str):
        options["candidate_labels"] = options["candidate_labels"].split(",")
    return base64.b64decode(fields["image"]), options


def check(answer: Message, result: Any) -> None:
    """Hold a result against the answer that it was read from."""
    if answer.json is None:
        assert result.tobytes() == Image.open(io.BytesIO(answer.body)).tobytes()
        return
    if not isinstance(result, list):
        assert [result] == answer.json
        assert result == answer.json[0]["generated_text"]
        return
    assert [{**item, "mask": None} for item in result] == [{**item, "mask": None} for item in answer.json]
    for item, told in zip(result, answer.json, strict=True):
        if "mask" in told:
            assert item.mask.tobytes() == Image.open(io.BytesIO(base64.b64decode(told["mask"]))).tobytes()
