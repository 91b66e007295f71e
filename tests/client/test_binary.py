"""Media in: every kind that callers give, as it reaches the server (SURFACE 2.3)."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from saying import error, paris

from contract.server import Answer, Server
from infermux import AutomaticSpeechRecognitionOutput, InferenceError, InputError, ProviderOutputError

Call = Callable[..., Any]
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(range(256))
HEARD = Answer.of({"text": "hello world"})
ASR = "automatic_speech_recognition"


def heard(call: Call, server: Server, audio: Any, **options: Any) -> Any:
    """What the server got."""
    server.say(HEARD)
    out = call({"base_url": f"{server.url}/here"}, ASR, audio, **options)
    assert out == "hello world"
    return server.requests[-1]


@pytest.mark.proves("BIN-01", "AUD-04")
def test_bytes(call: Call, server: Server) -> None:
    """Bytes are sent as they are; the type is known by their beginning; the answer acts as its text."""
    server.say(HEARD)
    out = call({"base_url": f"{server.url}/here"}, ASR, FLAC)
    asked = server.requests[0]
    assert (asked.path, asked.body, asked.headers["content-type"]) == ("/here", FLAC, "audio/flac")
    assert isinstance(out, AutomaticSpeechRecognitionOutput)
    assert out == "hello world"
    assert (out.text, out["text"], str(out), f"{out}") == ("hello world",) * 4


def test_unknown_bytes(call: Call, server: Server) -> None:
    """Bytes that nobody knows go with the type of all bytes."""
    assert heard(call, server, b"???").headers["content-type"] == "application/octet-stream"


@pytest.mark.proves("BIN-08")
@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_bytes_like(call: Call, server: Server, kind: type) -> None:
    """What is like bytes is sent as bytes."""
    assert heard(call, server, kind(FLAC)).body == FLAC


@pytest.mark.proves("BIN-02")
@pytest.mark.parametrize("kind", ["file", "memory"])
def test_file_object(call: Call, server: Server, tmp_path: Path, kind: str) -> None:
    """A file object is read; its name tells the type."""
    (tmp_path / "a.mp3").write_bytes(FLAC)
    with (tmp_path / "a.mp3").open("rb") as file:
        asked = heard(call, server, file if kind == "file" else io.BytesIO(FLAC))
    assert asked.body == FLAC
    assert asked.headers["content-type"] == ("audio/mpeg" if kind == "file" else "audio/flac")


@pytest.mark.proves("BIN-03")
@pytest.mark.parametrize("kind", [str, Path])
def test_path(call: Call, server: Server, tmp_path: Path, kind: type) -> None:
    """A path is read; its extension tells the type."""
    (tmp_path / "speech.mp3").write_bytes(FLAC)
    asked = heard(call, server, kind(tmp_path / "speech.mp3"))
    assert (asked.body, asked.headers["content-type"]) == (FLAC, "audio/mpeg")


@pytest.mark.proves("BIN-04")
def test_url(call: Call, server: Server) -> None:
    """A URL is downloaded, without the key, and its bytes are sent."""
    server.always("GET ", Answer(FLAC, headers={"content-type": "audio/flac"}))
    server.say(HEARD)
    settings = {"base_url": f"{server.url}/here", "api_key": "key", "cookies": {"a": "b"}, "headers": {"x-key": "k"}}
    assert call(settings, ASR, "https://files.example/a.flac?x=1") == "hello world"
    download, asked = server.requests
    assert download.line == "GET files.example/a.flac?x=1"
    assert not {"authorization", "cookie", "x-key"} & download.headers.keys()
    assert (asked.body, asked.headers["content-type"]) == (FLAC, "audio/flac")


def test_data_url(call: Call, server: Server) -> None:
    """A data URL is decoded here."""
    asked = heard(call, server, "data:audio/ogg;base64," + base64.b64encode(FLAC).decode())
    assert (asked.body, asked.headers["content-type"]) == (FLAC, "audio/ogg")
    assert len(server.requests) == 1


@pytest.mark.proves("BIN-05")
@pytest.mark.parametrize("kind", [str, Path])
def test_missing_file(call: Call, server: Server, tmp_path: Path, kind: type) -> None:
    """A file that is not there is told, and nothing is sent."""
    with pytest.raises(FileNotFoundError, match=r"gone\.flac"):
        call({"base_url": server.url}, ASR, kind(tmp_path / "gone.flac"))
    assert server.requests == []


@pytest.mark.proves("BIN-06")
def test_text_file(call: Call, server: Server, tmp_path: Path) -> None:
    """A file opened as text is refused."""
    (tmp_path / "a.flac").write_bytes(b"abc")
    with (tmp_path / "a.flac").open() as file, pytest.raises(TypeError, match="'rb'"):
        call({"base_url": server.url}, ASR, file)
    assert server.requests == []


class Upload:
    """A file as web frameworks have them: to be awaited."""

    name = "a.flac"

    async def read(self) -> bytes:
        return FLAC


class Memory:
    """A file that gives what is like bytes."""

    def read(self) -> bytearray:
        return bytearray(FLAC)


def test_file_to_be_awaited(call: Call, server: Server) -> None:
    """A file whose `read` is to be awaited is refused with the way to read it, and nothing is left unawaited."""
    with pytest.raises(TypeError, match=r"await file\.read\(\)"):
        call({"base_url": server.url}, ASR, Upload())
    assert server.requests == []


def test_file_of_what_is_like_bytes(call: Call, server: Server) -> None:
    """A file may give a bytearray."""
    assert heard(call, server, Memory()).body == FLAC


@pytest.mark.parametrize("empty", [b"", bytearray(), io.BytesIO(), "data:audio/flac;base64,"])
def test_nothing_in_it(call: Call, server: Server, empty: Any) -> None:
    """Empty media are refused, and nothing is sent."""
    with pytest.raises(InputError, match="empty"):
        call({"base_url": server.url}, ASR, empty)
    assert server.requests == []


def test_file_that_was_read_before(call: Call, server: Server) -> None:
    """A file at its end is not sent as an empty one; the error says how to go back."""
    file = io.BytesIO(FLAC)
    assert heard(call, server, file).body == FLAC
    with pytest.raises(InputError, match=r"seek\(0\)"):
        heard(call, server, file)
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["CMYK", "F"])
def test_picture_that_png_cannot_hold(call: Call, server: Server, mode: str) -> None:
    """A PIL image that cannot be written is refused with the way to convert it."""
    with pytest.raises(InputError, match=f"{mode}.*convert"):
        call({"base_url": server.url}, "image_classification", Image.new(mode, (2, 2)))
    assert server.requests == []


def test_page_in_place_of_a_file(call: Call, server: Server) -> None:
    """The address of a page about a file is not the file: the page is not sent on as a sound."""
    server.always("GET ", Answer(b"<!doctype html>", headers={"content-type": "text/html; charset=utf-8"}))
    with pytest.raises(InputError, match=r"web page.*the file itself"):
        call({"base_url": server.url}, ASR, "https://files.example/blob/a.flac")
    assert [asked.method for asked in server.requests] == ["GET"]


@pytest.mark.proves("BIN-07")
def test_picture(call: Call, server: Server) -> None:
    """A PIL image is sent as a PNG."""
    asked = heard(call, server, Image.new("RGB", (3, 2), "red"))
    assert asked.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(asked.body)).size == (3, 2)


@pytest.mark.proves("BIN-09")
@pytest.mark.parametrize("status", [403, 404, 500])
def test_failed_download(call: Call, server: Server, status: int) -> None:
    """An input that cannot be fetched is an error that names it; its error page is not sent on (T25)."""
    server.always("GET ", Answer(b"<html>gone</html>", status))
    with pytest.raises(InferenceError, match=r"a\.flac"):
        call({"base_url": server.url, "max_retries": 0}, ASR, f"{server.url}/a.flac")
    assert [asked.method for asked in server.requests] == ["GET"]


@pytest.mark.proves("BIN-10")
def test_parameters(call: Call, server: Server) -> None:
    """With parameters the bytes go as base64, in JSON beside them."""
    asked = heard(call, server, FLAC, return_timestamps=True, extra_body={"own": 1})
    assert asked.headers["content-type"] == "application/json"
    assert base64.b64decode(asked.json["inputs"]) == FLAC
    assert asked.json["parameters"] == {"return_timestamps": True, "own": 1}


@pytest.mark.proves("AUD-06")
def test_extra_body(call: Call, server: Server) -> None:
    """The server's own options stand among the parameters."""
    assert heard(call, server, FLAC, extra_body={"language": "de"}).json["parameters"] == {"language": "de"}


@pytest.mark.proves("AUD-05")
def test_chunks(call: Call, server: Server) -> None:
    """Stretches of the sound come with their times."""
    server.say(Answer.of({"text": "a b", "chunks": [{"text": "a", "timestamp": [0.0, 0.5]}]}))
    out = call({"base_url": server.url}, ASR, FLAC, return_timestamps=True)
    assert (out.chunks[0].text, out.chunks[0].timestamp) == ("a", [0.0, 0.5])


@pytest.mark.proves("BIN-11")
@pytest.mark.parametrize(("headers", "accept"), [({}, "image/png"), ({"Accept": "image/webp"}, "image/webp")])
def test_accept(call: Call, server: Server, headers: dict[str, str], accept: str) -> None:
    """A picture is asked for as PNG, unless the caller says otherwise."""
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, format="PNG")
    server.say(Answer(buffer.getvalue(), headers={"content-type": "image/png"}))
    assert call({"base_url": server.url, "headers": headers}, "text_to_image", "a cat").size == (3, 2)
    assert server.requests[0].headers["accept"] == accept


@pytest.mark.proves("BIN-12")
def test_without_pillow(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pillow a picture is not even asked for; the error tells the extra, and the way to the raw bytes."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"infermux\[image\].*output_type"):
        call({"base_url": server.url}, "text_to_image", "a cat")
    assert server.requests == []
    server.say(Answer(b"\x89PNG\r\n\x1a\n", headers={"content-type": "image/png"}))
    assert call({"base_url": server.url}, "text_to_image", "a cat", output_type="bytes") == b"\x89PNG\r\n\x1a\n"


def test_form_at_an_openai_server(call: Call, server: Server, tmp_path: Path) -> None:
    """At the root of an OpenAI API the sound goes in a form, with a name that tells the type."""
    (tmp_path / "speech.wav").write_bytes(FLAC)
    server.say(HEARD)
    settings = {"base_url": f"{server.url}/v1", "api_key": "key"}
    assert (
        call(settings, ASR, tmp_path / "speech.wav", model="whisper-1", extra_body={"language": "de"}) == "hello world"
    )
    asked = server.requests[0]
    assert asked.path == "/v1/audio/transcriptions"
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.body, policy=HTTP).get_payload()
    told = {part.get_param("name", header="content-disposition"): part for part in parts}  # type: ignore[union-attr]
    assert told.keys() == {"file", "model", "language"}
    assert told["file"].get_payload(decode=True) == FLAC  # type: ignore[union-attr]
    assert told["file"].get_filename() == "speech.wav"  # type: ignore[union-attr]
    assert told["model"].get_payload(decode=True) == b"whisper-1"  # type: ignore[union-attr]


@pytest.mark.parametrize("said", [{}, {"text": None}, [], "x", {"text": 5}])
def test_no_words(call: Call, server: Server, said: Any) -> None:
    """An answer without words is none."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call({"base_url": server.url}, ASR, FLAC)


def test_refused(call: Call, server: Server) -> None:
    """A refusal is told."""
    server.say(error(415, "unsupported"))
    with pytest.raises(InferenceError, match="unsupported"):
        call({"base_url": server.url}, ASR, FLAC)
    server.say(paris())
