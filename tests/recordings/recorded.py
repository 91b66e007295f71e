"""Recorded traffic, as its own README describes it: what was asked, what came back, and when two are the same."""

from __future__ import annotations

import base64
import itertools
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from checklist import SHARED
from contract.server import Answer, Asked

FOLDER = SHARED / "recordings"
TASKS = {
    "chat-completion": "conversational",
    "text-generation": "text-generation",
    "feature-extraction": "feature-extraction",
    "text-to-image": "text-to-image",
    "automatic-speech-recognition": "automatic-speech-recognition",
    "audio-classification": "audio-classification",
    "audio-to-audio": "audio-to-audio",
    "tabular-classification": "tabular-classification",
    "tabular-regression": "tabular-regression",
    "text-to-speech": "text-to-speech",
    **{task: task for task in ("fill-mask", "question-answering", "sentence-similarity", "summarization")},
    **{task: task for task in ("table-question-answering", "text-classification", "token-classification")},
    **{task: task for task in ("translation", "zero-shot-classification")},
    **{task: task for task in ("document-question-answering", "image-classification", "image-segmentation")},
    **{task: task for task in ("image-to-image", "image-to-text", "object-detection")},
    **{task: task for task in ("visual-question-answering", "zero-shot-image-classification")},
    "hub-metadata": "hub-metadata",
}
"""Task of the recordings → its name on the Hub."""
PROVIDERS = {
    *("hf-inference", "together", "fireworks-ai", "cerebras", "cohere", "novita", "nebius", "sambanova"),
    *("hyperbolic", "openai", "mistral", "hub"),
}
_PREFIXES = ("https://api-inference.huggingface.co", "https://huggingface.co/api/inference-proxy/hf-inference")
_TODAY = "https://router.huggingface.co/hf-inference"

_MOVED = {"api.studio.nebius.ai": "api.tokenfactory.nebius.com"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One half of an exchange, as it was recorded."""

    raw: Json

    @property
    def is_known(self) -> bool:
        """Whether the recorder kept the body."""
        return bool(self.raw.get("body_recorded", True))

    @property
    def json(self) -> Any:
        return self.raw.get("body_json")

    @property
    def body(self) -> bytes:
        if "body_json" in self.raw:
            return json.dumps(self.raw["body_json"], ensure_ascii=False).encode()
        if "body_base64" in self.raw:
            return base64.b64decode(self.raw["body_base64"])
        return self.raw.get("body_text", "").encode()

    @property
    def status(self) -> int:
        return int(self.raw["status"])

    @property
    def is_stream(self) -> bool:
        return str(self.raw["headers"].get("content-type", "")).startswith("text/event-stream")

    @property
    def events(self) -> list[Any]:
        """The JSON of an event stream, read in the plainest way."""
        lines = (line[5:].strip() for line in self.raw["body_text"].split("\n") if line.startswith("data:"))
        return [json.loads(line) for line in lines if line and line != "[DONE]"]


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; the address is the one of today."""

    request: Message
    answer: Message

    @property
    def url(self) -> str:
        url: str = self.request.raw["url"]
        return next((_TODAY + url.removeprefix(old) for old in _PREFIXES if url.startswith(old)), url)

    @property
    def is_lookup(self) -> bool:
        return self.url.startswith("https://huggingface.co/api/")


@dataclass(frozen=True)
class Recording:
    """A file of the recordings."""

    about: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.about["id"])

    @property
    def provider(self) -> str:
        return str(self.about["provider"])

    @property
    def task(self) -> str:
        return TASKS[self.about["task"]]

    @cached_property
    def _raw(self) -> Json:
        raw: Json = json.loads((FOLDER / f"{self.id}.json").read_text("utf-8"))
        return raw

    @cached_property
    def _all(self) -> list[Exchange]:
        return [Exchange(Message(raw["request"]), Message(raw["response"])) for raw in self._raw["exchanges"]]

    @property
    def lookups(self) -> list[Exchange]:
        """What was asked of the Hub."""
        return [exchange for exchange in self._all if exchange.is_lookup]

    @property
    def calls(self) -> list[Exchange]:
        """What was asked of the provider."""
        return [exchange for exchange in self._all if not exchange.is_lookup]

    @property
    def model(self) -> str:
        """The Hub id, or the only id that is known."""
        known = self._raw.get("hf_model"), self._raw.get("provider_model")
        return next((name for name in known if name), "org/model")

    @property
    def provider_model(self) -> str:
        """The provider's id."""
        return self._raw.get("provider_model") or self.model

    @property
    def is_direct(self) -> bool:
        """Whether the call went to the provider's own host."""
        return bool(self.about["route"] == "direct")

    @property
    def why_not(self) -> str | None:
        """Why the request cannot be made again; None where it can."""
        body = self.calls[-1].request.json
        if self.about["endpoint"] == "mistaken":
            return "the recording client sent a wrong request"
        if self.about["endpoint"] == "retired":
            if self.about["route"] not in ("api-inference", "inference-proxy"):
                return "the path is not in use any more"
            if len({exchange.url for exchange in self.calls}) > 1:
                return "the recording client went on to another path by itself"
            if self.calls[0].answer.status == 400 and not self.calls[0].request.is_known:
                return "it is not known which options were refused"
            if any(exchange.answer.status == 503 for exchange in self.calls):
                return "the model was still loading, and the wait is not made again"
            if self.task in ("feature-extraction", "sentence-similarity"):
                return f"the path of {self.task} has changed"
            if self.task == "question-answering" and "inputs" not in body:
                return "the body holds keys of its time"
            if isinstance(body, dict) and ("image" in body or "model" in body.get("parameters", {})):
                return "the body holds keys of its time"
            if self.task == "zero-shot-classification" and isinstance(body["parameters"]["candidate_labels"], str):
                return "the labels were one text"
            if isinstance(body, dict) and (
                "options" in body or body.get("model") == "tgi" or {"model", "inputs"} <= body.keys()
            ):
                return "the body holds keys of its time"
        elif isinstance(body, dict) and self.provider != "hf-inference" and not body.keys() & {"model", "model_name"}:
            return "it was sent without a model, which is always named here"
        return None


def recordings() -> list[Recording]:
    """Those of the tasks and providers that there are; none where the folder is absent."""
    index = FOLDER / "index.json"
    if not index.is_file():
        return []
    found = (Recording(about) for about in json.loads(index.read_text("utf-8")) if about["task"] in TASKS)
    return [recording for recording in found if recording.provider in PROVIDERS]


class Player:
    """Plays a recording to whoever asks: `server.always("", player)`.

    `wrong` holds what was not as recorded, `left` what was not asked yet.
    """

    def __init__(self, recording: Recording, calls: list[Exchange], is_strict: bool = True) -> None:
        self._recording = recording
        self._is_strict = is_strict
        self.left = deque(calls)
        self.wrong: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        if asked.line.startswith("GET huggingface.co/api/"):
            return self._looked_up(asked)
        if not self.left:
            self.wrong.append(f"asked too much: {asked.line}")
            return Answer(b"the recording is over", 418)
        exchange = self.left.popleft()
        if self._is_strict:
            self.wrong += differences(exchange, asked)
        return played(exchange.answer)

    def _looked_up(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        for exchange in self._recording.lookups:
            if urlsplit(exchange.url).path == path:
                return played(exchange.answer)
        entry = {"status": "live", "providerId": self._recording.provider_model, "task": self._recording.task}
        mapping = {self._recording.provider: entry}
        return Answer.of({"pipeline_tag": self._recording.task, "inferenceProviderMapping": mapping})


def played(answer: Message) -> Answer:
    """An answer as it is sent again: streams in pieces cut at odd places."""
    headers = {name: value for name, value in answer.raw["headers"].items() if isinstance(value, str)}
    if not answer.is_stream:
        return Answer(answer.body, answer.status, headers)
    return Answer(status=answer.status, headers=headers, pieces=list(odd_pieces(answer.body)))


def odd_pieces(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces of changing length, and inside every character of several bytes."""
    sizes = itertools.cycle((1, 5, 2, 89, 13, 211, 3, 31))
    start = 0
    while start < len(data):
        end = start + next(sizes)
        inside = next((at for at in range(start + 1, min(end, len(data))) if data[at] & 0xC0 == 0x80), end)
        yield data[start:inside]
        start = inside


def differences(exchange: Exchange, asked: Asked) -> list[str]:
    """What is not as recorded."""
    wanted = exchange.request
    parts = urlsplit(exchange.url)
    path, _, query = asked.path.partition("?")
    known = [name for name in ("content-type", "accept") if name in wanted.raw["headers"]]
    pairs = [
        ("method", wanted.raw["method"], asked.method),
        ("host", _MOVED.get(parts.netloc, parts.netloc), _MOVED.get(asked.host, asked.host)),
        ("path", parts.path, path),
        ("query", parse_qsl(parts.query), parse_qsl(query)),
        *((name, wanted.raw["headers"][name], asked.headers.get(name)) for name in known),
    ]
    if wanted.json is not None:
        pairs.append(("body", _plain(_folded(wanted.json)), _plain(asked.json)))
    elif wanted.is_known:
        pairs.append(("body", wanted.body, asked.body))
    return [f"{name}: recorded {was!r}, sent {now!r}" for name, was, now in pairs if was != now]


def _folded(body: Any) -> Any:
    """A question about a table: the server takes its parts inside of `inputs` and beside it."""
    if isinstance(body, dict) and "query" in body and "table" in body:
        inside = {"query": body["query"], "table": body["table"]}
        return {**{key: value for key, value in body.items() if key not in inside}, "inputs": inside}
    return body


_NOTHING = (("parameters", {}), ("stream", False), ("details", False))
"""Keys that say nothing, sent or not; `details` as older clients wrote it out."""


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(item) for key, item in value.items() if item is not None}
    return {key: item for key, item in kept.items() if (key, item) not in _NOTHING}
