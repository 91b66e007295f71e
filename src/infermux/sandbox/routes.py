"""Every address the sandbox answers at, in one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from . import chat, generation, hub, openai, pipelines
from .exchange import Answer, Handler, Reply, Request, refuse
from .queues import QUEUES

# Where the OpenAI routes of each provider start; the root stands for api.openai.com and for dedicated endpoints.
_OPENAI_BASES = (
    "/v1",
    "/baseten/v1",
    "/cerebras/v1",
    "/clarifai/v2/ext/openai/v1",
    "/cohere/compatibility/v1",
    "/deepinfra/v1/openai",
    "/featherless-ai/v1",
    "/fireworks-ai/inference/v1",
    "/groq/openai/v1",
    "/hyperbolic/v1",
    "/nebius/v1",
    "/novita/v3/openai",
    "/nscale/v1",
    "/nvidia/v1",
    "/openai/v1",
    "/ovhcloud/v1",
    "/publicai/v1",
    "/sambanova/v1",
    "/scaleway/v1",
    "/together/v1",
    "/zai-org/api/paas/v4",
    "/hf-inference/models/.+/v1",
)
_KNOWN = ("api", "chat", "files", "openai", "pipeline", "queue.fal.run", "v1", *hub.PROVIDERS)
# A provider that other packages bring has them below its name, wherever its own address has them.
_OF_STRANGERS = rf"/(?!(?:{'|'.join(map(re.escape, _KNOWN))})/)[^/]+(?:/.+?)??"
_OPENAI: dict[tuple[str, str], Handler] = {
    ("POST", "/chat/completions"): chat.complete,
    ("POST", "/completions"): chat.write,
    ("POST", "/embeddings"): openai.embeddings,
    ("POST", "/images/generations"): openai.images,
    ("POST", "/audio/speech"): openai.speech,
    ("POST", "/audio/transcriptions"): openai.transcriptions,
    ("GET", "/models"): openai.models,
    ("GET", "/models/(?P<model>.+)"): openai.model,
}


def _health(request: Request) -> Answer:
    return Reply(b"", media="text/plain")


_OTHERS: dict[tuple[str, str], Handler] = {
    ("POST", "/"): pipelines.answer,
    ("POST", "/generate"): generation.generate,
    ("POST", "/generate_stream"): generation.stream,
    ("GET", "/info"): generation.info,
    ("GET", "/health"): _health,
    ("GET", "/ping"): _health,
    ("POST", "/pipeline/(?P<task>[a-z-]+)"): pipelines.answer,
    ("POST", "/hf-inference/models/(?P<model>.+)/pipeline/(?P<task>[a-z-]+)"): pipelines.answer,
    ("POST", "/hf-inference/models/(?P<model>.+)"): pipelines.answer,
    ("GET", "/api/models"): hub.models,
    ("GET", "/api/models/(?P<model>.+)"): hub.model,
    ("GET", "/api/partners/(?P<partner>[a-z0-9-]+)/models"): hub.partner,
    ("GET", "/api/tasks"): hub.tasks,
    ("GET", "/api/whoami-v2"): hub.whoami,
    ("GET", r"/files/(?P<width>\d+)x(?P<height>\d+)/(?P<prompt>.+)\.png"): openai.file,
}


def _table() -> Iterator[tuple[str, re.Pattern[str], Handler]]:
    for (method, path), handler in QUEUES.items():
        yield method, re.compile(path), handler
    for base in (*_OPENAI_BASES, _OF_STRANGERS):
        for (method, path), handler in _OPENAI.items():
            yield method, re.compile(base + path), handler
    for (method, path), handler in _OTHERS.items():
        yield method, re.compile(path), handler


_TABLE = tuple(_table())


def find(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """Find who answers at an address, and what its parts are; refuse an unknown one."""
    for allowed, pattern, handler in _TABLE:
        if method == allowed and (found := pattern.fullmatch(path)):
            params = {"provider": path.split("/")[1]} | {
                name: unquote(part) for name, part in found.groupdict().items()
            }
            return handler, params
    raise refuse(404, f"Unknown request URL: {method} {path}.", code="unknown_url")
