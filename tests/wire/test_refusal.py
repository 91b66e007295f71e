"""Refusals: the server's words are found in every known shape of error body (wire facts, section 17)."""

from __future__ import annotations

import json

import pytest

from infermux.errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GenerationError,
    HTTPStatusError,
    HubApiError,
    IncompleteGenerationError,
    InputError,
    InternalServerError,
    NotFoundError,
    OverloadedError,
    PaymentRequiredError,
    PermissionDeniedError,
    ProviderApiError,
    RateLimitError,
    UnknownError,
    UnprocessableEntityError,
    ValidationError,
)
from infermux.flow import Purpose, Request
from infermux.wire import refusal

REQUEST = Request("POST", "https://h/v1/chat/completions", {"authorization": "Bearer sk-secret-secret"}, b"{}")


def error(status: int, body: object, hub: bool = False, **headers: str) -> HTTPStatusError:
    """The error for an answer with this body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal.error(REQUEST, Purpose("chat at h", hub=hub), status, headers, content)


SHAPES = {
    "1 openai": ({"error": {"message": "words", "type": "t", "param": None, "code": "c"}}, "words"),
    "1 tgi chat": ({"error": {"message": "words", "http_status_code": 422}}, "words"),
    "2 text": ({"error": "words", "error_type": "overloaded"}, "words"),
    "2 loading": ({"error": "words", "estimated_time": 22.3}, "words"),
    "3 list": ({"error": ["words", "more"]}, "words"),
    "4 object": ({"object": "error", "message": "words", "type": "t", "code": 400}, "words"),
    "5 detail": ({"detail": "words"}, "words"),
    "5 details": ({"detail": [{"loc": ["body", "prompt"], "msg": "words", "type": "missing"}]}, "words"),
    "6 problem": ({"detail": "words", "title": "Invalid", "status": 422, "invalid_fields": []}, "words"),
    "7 message": ({"message": "words", "request_id": "r"}, "words"),
    "8 plain": (b"words", "words"),
    "8 html": (b"<html><body>words</body></html>", "words"),
    "title": ({"title": "words"}, "words"),
    "reason": ({"code": 400, "reason": "words"}, "words"),
    "reason beside a message": ({"code": 400, "reason": "A_CODE", "message": "words"}, "words"),
    "json text": (b'"words"', "words"),
}


@pytest.mark.proves("ERR-16")
@pytest.mark.parametrize("shape", SHAPES)
def test_words(shape: str) -> None:
    """The server's words are in the message and in `server_message`."""
    body, words = SHAPES[shape]
    found = error(400, body)
    assert words in (found.server_message or "")
    assert words in str(found)
    assert "400" in str(found)


def test_all_words_of_a_list() -> None:
    """A list of reasons is told whole, with the place of each."""
    found = refusal.read(b'{"error": ["one", "two"]}')
    assert found.message == "one; two"
    found = refusal.read(b'{"detail": [{"loc": ["body", "x"], "msg": "one"}, {"loc": ["y"], "msg": "two"}]}')
    assert found.message == "body.x: one; y: two"


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[]", b"5", b"\xff\xfe", b'{"error": null}', b'{"error": {}}'])
def test_no_words(body: bytes) -> None:
    """A body without words still gives an error that tells the status."""
    found = error(502, body)
    assert isinstance(found, InternalServerError)
    assert "502" in str(found)


def test_unknown_shape_is_shown() -> None:
    """Of a shape that is not known, the beginning is shown."""
    assert "because" in refusal.read(b'{"why": "because"}').message


def test_loading() -> None:
    """The time that a server expects to need is kept."""
    assert refusal.read(b'{"error": "loading", "estimated_time": 22.3}').estimated_time == 22.3
    assert getattr(error(503, {"error": "loading", "estimated_time": 5}), "estimated_time", None) == 5.0


@pytest.mark.proves("ERR-19")
@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, PaymentRequiredError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, ProviderApiError),
        (422, UnprocessableEntityError),
        (429, RateLimitError),
        (500, InternalServerError),
        (502, InternalServerError),
        (503, InternalServerError),
        (529, InternalServerError),
    ],
)
def test_class_by_status(status: int, cls: type[ProviderApiError]) -> None:
    """Each status has its class, and carries the status."""
    found = error(status, {"error": "x"})
    assert type(found) is cls
    assert found.status_code == found.status == status
    assert isinstance(found, OSError)


@pytest.mark.parametrize(
    ("error_type", "cls"),
    [
        ("generation", GenerationError),
        ("incomplete_generation", IncompleteGenerationError),
        ("overloaded", OverloadedError),
        ("validation", ValidationError),
        ("tool_error", UnknownError),
    ],
)
def test_class_by_error_type(error_type: str, cls: type[ProviderApiError]) -> None:
    """TGI's `error_type` decides the class."""
    found = error(422, {"error": "x", "error_type": error_type})
    assert type(found) is cls
    assert isinstance(found, InputError) is (cls is ValidationError)


def test_hub() -> None:
    """What the Hub refuses is the Hub's error, whatever the status."""
    assert type(error(404, {"error": "Repository not found"}, hub=True)) is HubApiError


@pytest.mark.proves("ERR-15")
def test_422_shows_the_body() -> None:
    """At 422 the message holds the whole text of the answer."""
    body = {"error": "x", "detail": [{"loc": ["a"], "msg": "hidden reason"}]}
    assert "hidden reason" in str(error(422, body))


@pytest.mark.parametrize("name", ["x-request-id", "x-amzn-trace-id", "x-amz-cf-id"])
def test_request_id(name: str) -> None:
    """The operator's id of the call is in the message and on the error."""
    found = error(500, b"x", **{name: "req-1"})
    assert found.request_id == "req-1"
    assert "req-1" in str(found)


def test_request_id_order() -> None:
    """`x-request-id` wins over the others."""
    found = error(500, b"x", **{"x-amz-cf-id": "c", "x-amzn-trace-id": "b", "x-request-id": "a"})
    assert found.request_id == "a"


@pytest.mark.proves("ERR-11")
@pytest.mark.parametrize("status", [401, 422, 500])
@pytest.mark.parametrize("shape", [{"error": "bad key sk-secret-secret"}, {"detail": [{"msg": "sk-secret-secret"}]}])
def test_echoed_key(status: int, shape: object) -> None:
    """A key that the server repeats in its words is in no part of the error."""
    found = error(status, shape)
    assert "sk-secret-secret" not in f"{found}{found!r}{found.__dict__}"


@pytest.mark.proves("TMO-13")
def test_504_of_a_chat_suggests_streaming() -> None:
    """A gateway's timeout on a chat tells of streaming."""
    assert "stream=True" in str(error(504, b"Gateway Timeout"))
