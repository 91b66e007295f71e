"""What a caller sent and what goes back, before any of it touches a socket.

Every answer is worked out whole and first; only then is it sent, so that a fault can spoil the sending of any of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeGuard

from .jobs import USUAL_S, Jobs

Object: TypeAlias = dict[str, Any]
# For each Hub id its providers, in either of the two shapes that the Hub has sent: by name, or as a list.
Mappings: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]] | list[dict[str, str]]]


def is_object(value: object) -> TypeGuard[Object]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a JSON value is an array."""
    return isinstance(value, list)


def dump(value: object) -> str:
    """Write JSON as the providers do: compact, and with its letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Settings:
    """What a sandbox was told when it was made."""

    api_key: str | None = None
    mappings: Mappings = field(default_factory=dict[str, Any])
    job_s: float = USUAL_S


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are lower case, `path` holds the query too, `fault` is what spoils it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    json: Any
    base: str
    query: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    params: dict[str, str] = field(default_factory=dict[str, str])
    settings: Settings = field(default_factory=Settings)
    jobs: Jobs = field(default_factory=Jobs, repr=False, compare=False)
    fault: str = ""

    def object(self) -> Object:
        """Return the body as a JSON object, or refuse the request."""
        if is_object(self.json):
            return self.json
        raise refuse(400, "We could not parse the JSON body of your request.")

    def parameters(self) -> Object:
        """Return the `parameters` of a task request; none are an empty object."""
        found = self.json.get("parameters") if is_object(self.json) else None
        return found if is_object(found) else {}


@dataclass(frozen=True)
class Reply:
    """An answer sent in one piece, at once or after a wait."""

    body: bytes
    status: int = 200
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    after_s: float = 0


@dataclass(frozen=True)
class Events:
    """An answer sent as server-sent events, one for each payload."""

    payloads: list[str]
    is_openai: bool = True
    status: int = field(default=200, init=False)
    media: str = field(default="text/event-stream", init=False)
    headers: Mapping[str, str] = field(default_factory=lambda: {"cache-control": "no-cache"}, init=False)

    def wire(self, payload: str) -> bytes:
        """Write one event; TGI leaves out the space after the colon."""
        return f"data:{' ' if self.is_openai else ''}{payload}\n\n".encode()


Answer: TypeAlias = Reply | Events
Handler: TypeAlias = Callable[[Request], Answer]


class RefusalError(Exception):
    """Carries the answer to a request that cannot be served."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with JSON."""
    return Reply(dump(value).encode(), status, headers=headers or {})


def refuse(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> RefusalError:
    """Make the refusal that OpenAI-like servers send."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return RefusalError(reply({"error": error}, status, headers))
