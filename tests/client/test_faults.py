"""Every fault that the sandbox offers by name, met by both clients: a whole answer, or an error that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infermux import (
    BadRequestError,
    HTTPStatusError,
    IncompleteAnswerError,
    InferenceTimeoutError,
    InternalServerError,
    ProviderApiError,
    ProviderOutputError,
    RateLimitError,
)
from infermux.sandbox import Sandbox

Call = Callable[..., Any]

LONG = [{"role": "user", "content": "Say all of this: " + " ".join(f"w{number}" for number in range(60))}]
END = "w59"

WHOLE = {
    "S01:0.2": 2,
    "S03": 2,
    "S05": 2,
    "F12:0.1": 3,
    "F13": 1,
}
"""Fault → how many requests the whole answer takes."""

REFUSED: dict[str, tuple[type[Exception], int]] = {
    "S02": (RateLimitError, 3),
    "S12": (BadRequestError, 1),
    "S13": (BadRequestError, 1),
    "F07a": (InternalServerError, 3),
    "F07b": (ProviderOutputError, 1),
    "F07c": (ProviderOutputError, 1),
    "F07d": (ProviderOutputError, 1),
    "F07e": (ProviderOutputError, 1),
    "F08": (HTTPStatusError, 1),
    "F11a": (IncompleteAnswerError, 1),
    "F11b": (IncompleteAnswerError, 1),
    "504": (InternalServerError, 3),
}
"""Fault → the error, and how many requests were made before it."""

STREAMED = ("S03", "S05", "S07:0.3", "S11", "F01:0.02", "F04", "F06")
"""Faults through which a stream comes whole."""

BROKEN: dict[str, type[Exception]] = {
    "S08": IncompleteAnswerError,
    "S08b": IncompleteAnswerError,
    "S10": ProviderOutputError,
    "F05": ProviderApiError,
    "F05b": ProviderApiError,
}
"""Fault → the error that ends a stream, with the text so far."""


@pytest.mark.parametrize("fault", WHOLE)
def test_whole(call: Call, fault: str) -> None:
    """The fault passes, and the caller gets the whole answer."""
    with Sandbox(fault=fault) as box:
        out = call({"base_url": box.url, "timeout": 20, "http_client": None}, "chat_completion", LONG)
        assert out.choices[0].message.content.endswith(END)
        assert len(box.requests) == WHOLE[fault]


@pytest.mark.parametrize("fault", REFUSED)
def test_refused(call: Call, fault: str) -> None:
    """The caller gets the reason, after as many attempts as make sense."""
    error, attempts = REFUSED[fault]
    with Sandbox(fault=fault) as box:
        with pytest.raises(error):
            call({"base_url": box.url, "timeout": 20, "http_client": None}, "chat_completion", LONG)
        assert len(box.requests) == attempts


@pytest.mark.parametrize("fault", STREAMED)
def test_streamed(call: Call, fault: str) -> None:
    """A stream that is odd, late or slow, but whole, is read to its end."""
    with Sandbox(fault=fault) as box:
        chunks: Any = call(
            {"base_url": box.url, "timeout": 20, "http_client": None}, "chat_completion", LONG, stream=True
        )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices).endswith(END)


@pytest.mark.parametrize("fault", BROKEN)
def test_broken(call: Call, fault: str) -> None:
    """A stream that breaks is never a success, and what came of it is kept."""
    with Sandbox(fault=fault) as box, pytest.raises(BROKEN[fault]) as caught:
        call({"base_url": box.url, "timeout": 20, "http_client": None}, "chat_completion", LONG, stream=True)
    partial = getattr(caught.value, "partial_text", None)
    assert partial
    assert not partial.endswith(END)


@pytest.mark.parametrize(("fault", "limit"), [("S06", "total"), ("S04", "total")])
def test_out_of_time(call: Call, fault: str, limit: str) -> None:
    """A server that is silent, or down for good, costs no more than the caller's limit."""
    with Sandbox(fault=fault) as box, pytest.raises(InferenceTimeoutError) as caught:
        call({"base_url": box.url, "timeout": 1, "http_client": None}, "chat_completion", LONG)
    assert caught.value.limit == limit


@pytest.mark.parametrize("fault", ["S06", "S09:20"])
def test_silent_stream(call: Call, fault: str) -> None:
    """A stream that falls silent is ended by the limit that a number stands for."""
    with Sandbox(fault=fault) as box, pytest.raises(InferenceTimeoutError) as caught:
        call({"base_url": box.url, "timeout": 1, "http_client": None}, "chat_completion", LONG, stream=True)
    assert caught.value.limit == ("first_token" if fault == "S06" else "gap")
