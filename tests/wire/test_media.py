"""Media: every kind that callers may give, what its bytes are, and the errors for all else."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from checklist import SHARED
from infermux.errors import InputError, MissingExtraError
from infermux.wire import media
from infermux.wire.media import Media

MEDIA = SHARED / "media"

TYPES = {
    "cats.png": "image/png",
    "sample1.flac": "audio/flac",
    "standin.flac": "audio/flac",
    "standin.jpg": "image/jpeg",
    "standin.mp3": "audio/mpeg",
    "standin.mp4": "video/mp4",
    "standin.png": "image/png",
    "standin.wav": "audio/wav",
    "standin.webp": "image/webp",
}

FLAC = b"fLaC\x00\x00\x00\x22" + bytes(34)


def png(mode: str = "RGB") -> bytes:
    """The bytes of a small picture."""
    buffer = io.BytesIO()
    Image.new(mode, (2, 2)).save(buffer, format="PNG")
    return buffer.getvalue()


@pytest.mark.skipif(not MEDIA.is_dir(), reason="the shared media are not on this machine")
@pytest.mark.parametrize("name", TYPES)
def test_sniffing_of_real_files(name: str) -> None:
    """The first bytes of real files tell their type, without a name."""
    assert media.sniff((MEDIA / name).read_bytes()) == TYPES[name]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"OggS\0", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf3\x44\xc4", "audio/mpeg"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\x1aE\xdf\xa3\x9f", "video/webm"),
        (b"%PDF-1.7", "application/pdf"),
        (b"hello", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_sniff(data: bytes, media_type: str | None) -> None:
    """The first bytes tell the type; unknown ones tell nothing."""
    assert media.sniff(data) == media_type


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_like(kind: type) -> None:
    """Bytes, bytearrays and memoryviews are taken as they are."""
    assert media.read(kind(FLAC)) == Media(FLAC, "audio/flac")


def test_memoryview_that_is_not_contiguous() -> None:
    """A strided memoryview gives its own bytes."""
    assert media.read(memoryview(b"a1b2c3")[::2]).data == b"abc"


@pytest.mark.parametrize("kind", [str, Path])
def test_path(kind: type, tmp_path: Path) -> None:
    """A path, as str or Path, is read; its extension tells the type."""
    (tmp_path / "speech.mp3").write_bytes(b"not really")
    assert media.read(kind(tmp_path / "speech.mp3")) == Media(b"not really", "audio/mpeg", "speech.mp3")


def test_path_without_extension(tmp_path: Path) -> None:
    """Where the name does not tell the type, the bytes do."""
    (tmp_path / "speech").write_bytes(FLAC)
    assert media.read(tmp_path / "speech").media_type == "audio/flac"


@pytest.mark.parametrize("kind", [str, Path])
def test_missing_file(kind: type, tmp_path: Path) -> None:
    """A missing file is told by its name."""
    with pytest.raises(FileNotFoundError, match=r"gone\.flac"):
        media.read(kind(tmp_path / "gone.flac"))


def test_directory(tmp_path: Path) -> None:
    """A directory is no file."""
    with pytest.raises(OSError, match=tmp_path.name):
        media.read(tmp_path)


def test_binary_file(tmp_path: Path) -> None:
    """An open binary file is read, and its name tells the type."""
    (tmp_path / "a.wav").write_bytes(b"x")
    with (tmp_path / "a.wav").open("rb") as file:
        assert media.read(file) == Media(b"x", "audio/wav" if sys.platform == "win32" else "audio/x-wav", "a.wav")


def test_file_object_without_name() -> None:
    """A file object without a name is known by its bytes."""
    assert media.read(io.BytesIO(FLAC)) == Media(FLAC, "audio/flac")


def test_text_file(tmp_path: Path) -> None:
    """A file opened as text is refused with advice."""
    (tmp_path / "a.txt").write_text("x")
    with (tmp_path / "a.txt").open() as file, pytest.raises(TypeError, match="'rb'"):
        media.read(file)


@pytest.mark.parametrize("given", [None, 5, 1.5, ["a.png"], {"a": 1}, object()])
def test_other_kinds(given: object) -> None:
    """Anything else is refused, and the accepted kinds are listed."""
    with pytest.raises(TypeError, match=r"bytes.*file.*path.*URL.*PIL"):
        media.read(given)


@pytest.mark.parametrize("url", ["http://host/a.png", "https://host/a", "HTTPS://HOST/a"])
def test_url_is_kept(url: str) -> None:
    """An http(s) URL is not a path, and is not fetched here."""
    assert media.read(url) == Media(url=url)


@pytest.mark.parametrize(
    ("url", "data", "media_type"),
    [
        ("data:image/gif;base64,R0lGODlh", b"GIF89a", "image/gif"),
        ("data:;base64,iVBORw0KGgo=", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("data:text/plain,a%20b", b"a b", "text/plain"),
        ("data:text/plain;charset=utf-8;base64,YQ==", b"a", "text/plain"),
        ("DATA:image/gif;base64,R0lGODlh", b"GIF89a", "image/gif"),
        ("data:image/gif;BASE64,R0lGODlh", b"GIF89a", "image/gif"),
        ("data:image/gif;base64,R0lG\nODlh\n", b"GIF89a", "image/gif"),
    ],
)
def test_data_url(url: str, data: bytes, media_type: str) -> None:
    """A data URL is decoded on the spot."""
    assert media.read(url) == Media(data, media_type)


@pytest.mark.parametrize("url", ["data:image/png;base64,@@@", "data:image/png;base64", "data:"])
def test_broken_data_url(url: str) -> None:
    """A data URL that cannot be decoded is refused."""
    with pytest.raises(InputError, match="data URL"):
        media.read(url)


@pytest.mark.parametrize(("format", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif")])
def test_pil_image_in_its_own_format(format: str, media_type: str) -> None:
    """A PIL image that was opened from a file is encoded in that file's format."""
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(buffer, format=format)
    found = media.read(Image.open(buffer))
    assert found.media_type == media_type
    assert Image.open(io.BytesIO(found.data)).size == (3, 2)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_pil_image_without_format(mode: str) -> None:
    """A PIL image that was made in memory is encoded as PNG."""
    found = media.read(Image.new(mode, (2, 2)))
    assert found.media_type == "image/png"
    assert found.data == png(mode)


def test_pil_image_that_its_format_cannot_hold() -> None:
    """An image whose format cannot hold it any more is encoded as PNG."""
    picture = Image.new("RGBA", (2, 2))
    picture.format = "JPEG"
    assert media.read(picture).media_type == "image/png"


def test_base64_and_data_url() -> None:
    """Media are given as base64 and as a data URL that reads back."""
    found = media.read(FLAC)
    assert base64.b64decode(found.base64) == FLAC
    assert media.read(found.data_url) == Media(FLAC, "audio/flac")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (Media(b"", "audio/wav"), "file.wav"),
        (Media(b"", "image/jpeg"), "file.jpg"),
        (Media(b"", None), "file.bin"),
        (Media(b"", "audio/wav", "speech.mp3"), "speech.mp3"),
        (Media(b"", "audio/wav", "speech"), "file.wav"),
    ],
)
def test_file_name(given: Media, name: str) -> None:
    """The name that a form carries has an extension that tells the type."""
    assert given.file_name == name


@pytest.mark.parametrize(
    ("url", "data", "announced", "media_type"),
    [
        ("http://h/a.png", b"\xff\xd8\xff", "image/png", "image/jpeg"),
        ("http://h/a.png", b"?", "image/tiff; q=1", "image/tiff"),
        ("http://h/a.png?x=1", b"?", "application/octet-stream", "image/png"),
        ("http://h/a.png", b"?", None, "image/png"),
        ("http://h/", b"?", None, None),
    ],
)
def test_type_of_a_download(url: str, data: bytes, announced: str | None, media_type: str | None) -> None:
    """The bytes tell the type first, then the header, then the name in the address."""
    assert media.of_url_answer(url, data, announced).media_type == media_type


def test_to_image() -> None:
    """Picture bytes become a loaded PIL image."""
    assert media.to_image(png()).size == (2, 2)


@pytest.mark.parametrize("data", [b"", b"<html>", png()[:40]])
def test_no_image(data: bytes) -> None:
    """Bytes that are no whole picture raise."""
    with pytest.raises(ValueError, match="no picture"):
        media.to_image(data)


@pytest.mark.proves("BIN-12")
def test_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pillow, the error names the extra and the raw alternative."""
    data = png()
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"infermux\[image\].*output_type") as caught:
        media.to_image(data)
    assert isinstance(caught.value, MissingExtraError)
