"""What a server says when it refuses: one reader for the shapes of error bodies that are out there."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ..errors import HTTPStatusError, HubApiError, class_for
from ..flow import Purpose, Request
from ..types._json import is_list, is_object
from . import redact

_LONGEST_S = 1e7
"""Nobody loads a model for longer; what is more is no time."""


class Refusal(Struct, frozen=True):
    """The server's own words; and where it tells them, TGI's `error_type`, the seconds of loading it expects, and the
    code of what went wrong."""

    message: str
    error_type: str | None = None
    estimated_time: float | None = None
    code: str | None = None


def read(body: bytes) -> Refusal:
    """Find the message in an error body of any known shape, or show how the body begins."""
    import json

    try:
        return of_value(json.loads(body))
    except (ValueError, RecursionError):
        shown = body[:300].decode("utf-8", "replace").strip()
        return Refusal(shown)


def of_value(value: Any) -> Refusal:
    """Find the message in a parsed error body."""
    if not is_object(value):
        return Refusal(_words(value))
    error = value.get("error")
    code = error.get("code") if is_object(error) else value.get("code")
    error_type = value.get("error_type")
    message = next(
        (words for words in map(_words, (error, *map(value.get, ("detail", "message", "title", "reason")))) if words),
        "",
    )
    return Refusal(
        message or f"{value}"[:300],
        error_type if isinstance(error_type, str) else None,
        _seconds(value.get("estimated_time")),
        str(code) if isinstance(code, (str, int)) else None,
    )


def _seconds(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= _LONGEST_S else None


def _words(value: Any) -> str:
    if is_object(value):
        inner = next((value[key] for key in ("message", "msg", "error", "detail", "reason") if value.get(key)), "")
        place = ".".join(map(str, value["loc"])) if is_list(value.get("loc")) else ""
        return f"{place}: {_words(inner)}" if place and inner else _words(inner)
    if is_list(value):
        return "; ".join(filter(None, map(_words, value)))
    return "" if value is None else str(value)


NO_CREDIT = frozenset({"insufficient_quota", "1113"})
"""Codes of an account without credit that come with status 429: OpenAI's
(https://platform.openai.com/docs/guides/error-codes) and Z.ai's (https://docs.z.ai/api-reference/api-code)."""

_ADVICE = {
    401: "check the key: `infermux doctor` tells which one was used",
    402: "add credit to the account behind the key, or use another provider",
    403: "the key may not use this model: accept the model's licence on its page, or use another key",
    404: "check the model id and, for a URL, its path",
    413: "send less at once",
    429: "slow down, or raise max_retries",
    504: "the answer took longer than a gateway allows",
}
_ADVICE_5XX = "try again later, or another provider; if the server is yours, look at its log"


def error(request: Request, purpose: Purpose, status: int, headers: Any, body: bytes) -> HTTPStatusError:
    """The error for an answer with an error status."""
    said = read(body)
    usual = _ADVICE_5XX if status >= 500 else "change the call as the server says"
    advice = _ADVICE.get(402 if said.code in NO_CREDIT else status, usual)
    if status == 504 and request.url.partition("?")[0].endswith("/chat/completions"):
        advice += "; stream=True gets the words as they are written"
    response = redact.received(request, status, headers, body)
    said_safely = redact.text(said.message, redact.secrets_of(request))
    message = f"{purpose.text} was answered with status {status}: {said_safely or 'no words'}"
    if status == 422 and response.text and response.text != said_safely:
        message += f" (body: {response.text[:1000]})"
    if response.request_id:
        message += f" (request id {response.request_id})"
    cls = HubApiError if purpose.hub else class_for(status, said.error_type)
    return cls(
        f"{message}; {advice}",
        request=redact.sent(request),
        response=response,
        server_message=said_safely,
        estimated_time=said.estimated_time,
        code=said.code,
    )
