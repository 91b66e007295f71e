"""Forms: what is built here, the standard library reads back."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infermux.wire import multipart


def parts(body: bytes, content_type: str) -> list[Message]:
    """The parts of a form, as the standard library reads them."""
    whole = message_from_bytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    assert whole.is_multipart()
    assert not whole.defects
    found = whole.get_payload()
    assert isinstance(found, list)
    return [part for part in found if isinstance(part, Message)]


def name(part: Message) -> Any:
    """The field that a part is for."""
    return part.get_param("name", header="content-disposition")


def test_file_and_fields() -> None:
    """The file keeps name, type and bytes; values become the texts that servers read."""
    fields = {"model": "m", "temperature": 0.5, "stream": False, "on": True, "n": 3, "list": ["a"], "é": "ü"}
    body, content_type = multipart.encode(("a.flac", b"\x00\xff\r\n--x", "audio/flac"), fields)
    file, *others = parts(body, content_type)
    assert (name(file), file.get_filename(), file.get_content_type()) == ("file", "a.flac", "audio/flac")
    assert file.get_payload(decode=True) == b"\x00\xff\r\n--x"
    told = {name(part): part.get_payload(decode=True) for part in others}
    assert told["model"] == b"m"
    assert told["temperature"] == b"0.5"
    assert told["stream"] == b"false"
    assert told["on"] == b"true"
    assert told["n"] == b"3"
    assert json.loads(told["list"]) == ["a"]
    assert len(told) == len(fields)


def test_length_and_end() -> None:
    """Each part begins with the boundary of the content type, and the last boundary ends the body."""
    body, content_type = multipart.encode(("a", b"x", "audio/wav"), {"b": "c"})
    boundary = content_type.partition("boundary=")[2].encode()
    assert body.startswith(b"--" + boundary + b"\r\n")
    assert body.endswith(b"\r\n--" + boundary + b"--\r\n")
    assert body.count(b"--" + boundary) == 3


@pytest.mark.parametrize("file_name", ['a"b.wav', "a\\b.wav", "a\r\nx-evil: 1.wav", "é.wav"])
def test_file_name_cannot_break_out(file_name: str) -> None:
    """No file name adds a header or a part."""
    body, content_type = multipart.encode((file_name, b"data", "audio/wav"), {"model": "m"})
    file, other = parts(body, content_type)
    assert file["x-evil"] is None
    assert file.get_payload(decode=True) == b"data"
    assert name(other) == "model"


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """Any bytes arrive unchanged."""
    body, content_type = multipart.encode(("a", data, "application/octet-stream"), {})
    boundary = content_type.partition("boundary=")[2].encode()
    head, _, rest = body.partition(b"\r\n\r\n")
    assert head.startswith(b"--" + boundary)
    assert rest == data + b"\r\n--" + boundary + b"--\r\n"


def test_boundary_is_not_in_the_data() -> None:
    """A file that holds its own form's boundary gets another one."""
    _, first = multipart.encode(("a", b"x", "audio/wav"), {})
    inner = first.partition("boundary=")[2].encode()
    data = b"\r\n--" + inner + b"--\r\n"
    body, content_type = multipart.encode(("a", data, "audio/wav"), {})
    assert parts(body, content_type)[0].get_payload(decode=True) == data
