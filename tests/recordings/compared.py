"""When a request is the one that was recorded, and what is asked otherwise today, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract.server import Asked

from .recorded import Exchange


@dataclass(frozen=True)
class Difference:
    """What must be asked otherwise today: `now` for what `was`; None is nothing, and `...` something or anything.

    `of` is a pattern for recordings, `place` begins with the method.
    """

    of: str
    place: str
    was: Any
    now: Any
    why: str

    def is_in(self, recording: str, exchange: Exchange) -> bool:
        """Whether an exchange has it."""
        if not fnmatchcase(recording, self.of) or self.place.split()[0] != exchange.request.raw["method"]:
            return False
        was = _recorded(exchange).get(self.place)
        return was is not None if self.was is ... else was == self.was


_BFL, _FAL, _REPLICATE = "*/black-forest-labs/*", "*/fal-ai/*", "*/replicate/*"
_SD_LORA = "*/fal-ai/*-sd-lo-ras*"
_NAMED = "it was sent without a model, which is always named here"
_SDXL = "stabilityai/stable-diffusion-xl-base-1.0"
_WITHOUT_BASE = "the general LoRA app refused this; it is told the base model today"
_AT_THE_TOP = "the provider refused it, as is recorded: `version` and `input` are all that may stand there"
DELIBERATE = (
    Difference("*/nebius/*", "POST host", "api.studio.nebius.ai", "api.tokenfactory.nebius.com", "the host has moved"),
    Difference("*/hyperbolic/text-generation/*", "POST body.model", None, ..., _NAMED),
    Difference("*/openai/chat-completion/*", "POST body.model", None, ..., _NAMED),
    Difference("*/together/text-to-image/*", "POST body.model", None, ..., _NAMED),
    Difference("*/together/*", "POST body.inputs", "", None, "an empty text, beside the prompt"),
    Difference(_BFL, "POST host", "api.us1.bfl.ai", "api.bfl.ai", "the documents name the global host"),
    Difference(_BFL, "POST body.num_inference_steps", ..., None, "the provider ignores this name"),
    Difference(_BFL, "POST body.steps", None, ..., "the provider's name for num_inference_steps"),
    Difference(_BFL, "GET query.attempt", ..., None, "the JavaScript client's own count of its looks"),
    Difference(_BFL, "GET header.content-type", "application/json", None, "a GET has no content"),
    Difference(_FAL, "POST body.response_format", "base64", None, "the provider ignores it, as the answers show"),
    Difference(_FAL, "POST body.sync_mode", True, None, "the picture is downloaded rather than sent within JSON"),
    Difference(_FAL, "POST body.model", ..., None, "the path names the model"),
    Difference(_SD_LORA, "POST body.model_name", None, _SDXL, _WITHOUT_BASE),
    Difference(_SD_LORA, "POST body.model_name", "nerijs/pixel-art-xl", _SDXL, _WITHOUT_BASE),
    Difference(_REPLICATE, "POST body.model", ..., None, _AT_THE_TOP),
    Difference(_REPLICATE, "POST body.provider", ..., None, _AT_THE_TOP),
    Difference(_REPLICATE, "POST body.input.model", ..., None, "the path or the version names the model"),
    Difference("*/replicate/*oute-tts*", "POST body.input.inputs", ..., None, "it goes by the name `text` today"),
    Difference("*/replicate/*oute-tts*", "POST body.input.text", None, ..., "it went by the name `inputs`"),
)


def differences(recording: str, exchange: Exchange, asked: Asked) -> list[str]:
    """What is neither as recorded nor as is meant to be otherwise."""
    was, now = _recorded(exchange), _sent(exchange, asked)
    wanted = was | {known.place: known.now for known in DELIBERATE if known.is_in(recording, exchange)}
    return [
        f"{place}: recorded {was.get(place)!r}, sent {now.get(place)!r}"
        for place in {**wanted, **now}
        if wanted.get(place) not in (..., now.get(place))
    ]


_HEADERS = ("content-type", "accept", "prefer")


def _recorded(exchange: Exchange) -> dict[str, Any]:
    """Place → what stood there."""
    wanted = exchange.request
    parts = urlsplit(exchange.url)
    headers = {name: wanted.raw["headers"][name] for name in _HEADERS if name in wanted.raw["headers"]}
    body = wanted.body if wanted.json is None and wanted.is_known else wanted.json
    return _places(wanted.raw["method"], parts.netloc, parts.path, parts.query, headers, body)


def _sent(exchange: Exchange, asked: Asked) -> dict[str, Any]:
    """The same of a request of today, as far as it is known of the recorded one."""
    wanted = exchange.request
    path, _, query = asked.path.partition("?")
    headers = {name: asked.headers[name] for name in wanted.raw["headers"].keys() & asked.headers.keys() & {*_HEADERS}}
    body = asked.json if wanted.json is not None else asked.body if wanted.is_known else None
    return _places(asked.method, asked.host, path, query, headers, body)


def _places(method: str, host: str, path: str, query: str, headers: dict[str, str], body: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"host": host, "path": path}
    found |= {f"query.{name}": value for name, value in parse_qsl(query)}
    found |= {f"header.{name}": value for name, value in headers.items()}
    found |= _flat("body", _plain(_folded(body)))
    return {f"{method} {place}": value for place, value in found.items()}


def _flat(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        return {name: value}
    return {place: item for key in value for place, item in _flat(f"{name}.{key}", value[key]).items()}


def _folded(body: Any) -> Any:
    """A question about a table: the server takes its parts inside of `inputs` and beside it."""
    if isinstance(body, dict) and "query" in body and "table" in body:
        inside = {"query": body["query"], "table": body["table"]}
        return {**{key: value for key, value in body.items() if key not in inside}, "inputs": inside}
    return body


_NOTHING = (("parameters", {}), ("stream", False))
"""Keys that say nothing, sent or not."""


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(item) for key, item in value.items() if item is not None}
    return {key: item for key, item in kept.items() if (key, item) not in _NOTHING}
