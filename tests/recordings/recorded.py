"""Recorded traffic, as its own README describes it: what was asked and what came back."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from checklist import SHARED

FOLDER = SHARED / "recordings"
_ON_THE_HUB = {"chat-completion": "conversational"}
"""Task of the recordings → its name on the Hub, where it has another."""
_PREFIXES = ("https://api-inference.huggingface.co", "https://huggingface.co/api/inference-proxy/hf-inference")
_TODAY = "https://router.huggingface.co/hf-inference"

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
        return _ON_THE_HUB.get(self.about["task"], self.about["task"])

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
        """What was asked of the provider, and of whom it names."""
        asked = [exchange for exchange in self._all if not exchange.is_lookup]
        return [*asked, *_rest_of_job(asked[-1].answer)] if asked else []

    @property
    def conversations(self) -> list[list[Exchange]]:
        """The same, call by call: what is submitted, then what is asked about it."""
        found = list[list[Exchange]]()
        for exchange in self.calls:
            if exchange.request.raw["method"] == "POST":
                found.append([])
            found[-1].append(exchange)
        return found

    @property
    def model(self) -> str:
        """The Hub id, or the only id that is known."""
        known = self._raw.get("hf_model"), self._raw.get("provider_model")
        return next((name for name in known if name), "org/model")

    @property
    def provider_model(self) -> str:
        """The provider's id."""
        name: str = self._raw.get("provider_model") or self.model
        return name

    @property
    def entry(self) -> Json:
        """What the Hub says of the model at this provider, where that was not recorded."""
        entry: Json = {"status": "live", "providerId": self.provider_model, "task": self.task}
        asked = self.calls[0].request.json if self.calls else None
        weights = asked.get("loras") if isinstance(asked, dict) else None
        if weights and isinstance(weights[0]["path"], str):
            entry |= {"adapter": "lora", "adapterWeightsPath": weights[0]["path"].partition("/resolve/main/")[2]}
        return entry

    @property
    def is_direct(self) -> bool:
        """Whether the call went to the provider's own host."""
        return bool(self.about["route"] == "direct")

    @property
    def why_not(self) -> str | None:
        """Why the request cannot be made again; None where it can."""
        body = self.conversations[-1][0].request.json
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
        return None


def recordings() -> list[Recording]:
    """All, but of a task that is older than chat; none where the folder is absent."""
    index = FOLDER / "index.json"
    if not index.is_file():
        return []
    return [Recording(about) for about in json.loads(index.read_text("utf-8")) if about["task"] != "conversational"]


def _rest_of_job(last: Message) -> list[Exchange]:
    """How a job ends that the recorder did not wait for: made up, and said here alone."""
    if last.status != 202:
        return []
    sound_url = "https://replicate.delivery/made-up/output.wav"
    done = {**last.json, "status": "succeeded", "output": sound_url}
    sound = base64.b64encode(b"RIFF\x24\x00\x00\x00WAVEfmt ").decode()
    answers: list[tuple[str, Json]] = [
        (last.json["urls"]["get"], {"headers": {"content-type": "application/json"}, "body_json": done}),
        (sound_url, {"headers": {"content-type": "audio/wav"}, "body_base64": sound}),
    ]
    return [
        Exchange(Message({"method": "GET", "url": url, "headers": {}}), Message({"status": 200, **answer}))
        for url, answer in answers
    ]
