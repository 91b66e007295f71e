"""Keeps secrets out of everything that is stored or shown: errors, logs, recordings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus

from ..errors import ReceivedResponse, SentRequest
from ..flow import Failure, Request

MARK = "<redacted>"
_SECRET_HEADER = r"authorization|cookie|key|token|secret|password|signature|credential"
_NOT_SECRET = r"ratelimit|tokens|keep-alive"
_SECRET_FIELD = (
    r'(?i)("(?:[\w-]*(?:api|access|secret|private)[-_]?(?:key|token)|token|authorization|password|secret)"\s*:\s*)'
    r'"[^"]*"'
)
_SECRET_QUERY = r"(?i)([?&](?:[\w-]*(?:key|token|sig|signature|secret|password|credential))=)[^&#]*"
_USER = r"(?<=://)[^/?#]*@"
_MAX_TEXT = 100_000


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """The headers with every value that could be a secret replaced; names in lower case."""
    return {name.lower(): MARK if is_secret(name) else url(value) for name, value in given.items()}


def is_secret(name: str) -> bool:
    """Whether a header of this name may hold a credential."""
    name = name.lower()
    return bool(re.search(_SECRET_HEADER, name)) and not re.search(_NOT_SECRET, name)


def url(given: str) -> str:
    """The address without user info and without signatures or keys in its query."""
    return re.sub(_SECRET_QUERY, rf"\1{MARK}", re.sub(_USER, "", given))


def text(given: str, secrets: tuple[str, ...] = ()) -> str:
    """Text without the given secrets and without the values of fields that are named like one."""
    for secret in secrets:
        given = given.replace(secret, MARK)
    return re.sub(_SECRET_FIELD, rf'\1"{MARK}"', given)


def secrets_of(request: Request) -> tuple[str, ...]:
    """The credentials that a request carries, to be searched for in what is stored of it."""
    found = [value.rpartition(" ")[2] for name, value in request.headers.items() if is_secret(name)]
    for name, value in request.headers.items():
        if name.lower() == "cookie":
            found += [pair.partition("=")[2].strip() for pair in value.split(";")]
    found += [match.group(0).partition("=")[2] for match in re.finditer(_SECRET_QUERY, request.url)]
    # In an answer a secret may stand as it was meant, as it stands in a URL, or as some write it in JSON.
    plain = [form for secret in found for form in (secret, unquote_plus(secret))]
    forms = [form for secret in plain for form in (secret, quote(secret, safe=""), secret.replace("/", "\\/"))]
    return tuple(dict.fromkeys(form for form in forms if len(form) > 5))


def failure(given: Failure, request: Request) -> Failure:
    """A failure that shows nothing of its request: its words may quote an echo of it, and the transport's own errors,
    which led to it, hold its headers. These are let go."""
    given.args = (text(str(given), secrets_of(request)),)
    given.__cause__ = given.__context__ = None
    return given


def body(given: bytes | None, secrets: tuple[str, ...] = ()) -> str | None:
    """A body as text; one that is no text, or very long, is told by its size."""
    if given is None:
        return None
    if len(given) > _MAX_TEXT or b"\x00" in given:
        return f"<{len(given)} bytes>"
    try:
        return text(given.decode("utf-8"), secrets)
    except UnicodeDecodeError:
        return f"<{len(given)} bytes>"


def sent(request: Request) -> SentRequest:
    """A request as errors keep it."""
    secrets = secrets_of(request)
    return SentRequest(
        request.method, text(url(request.url), secrets), headers(request.headers), body(request.body, secrets)
    )


def received(request: Request, status: int, given: Mapping[str, str], content: bytes) -> ReceivedResponse:
    """A response as errors keep it, without the secrets of its request."""
    secrets = secrets_of(request)
    kept = {name: text(value, secrets) for name, value in headers(given).items()}
    return ReceivedResponse(status, kept, body(content, secrets) or "")
