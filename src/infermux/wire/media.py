"""Media in and out: what callers may give as a picture, a sound or a film, and what its bytes are.

The media type comes from the file name, else from the bytes themselves.
"""

from __future__ import annotations

import base64
import codecs
import io
import os
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, BinaryIO, Union
from urllib.parse import unquote_to_bytes, urlsplit

from msgspec import Struct

from ..errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from PIL.Image import Image

Content = Union[bytes, bytearray, memoryview, BinaryIO, str, os.PathLike[str], "Image"]
"""What a task takes as media: bytes, an open binary file, a path, a URL (http, https or data), or a PIL image."""

ACCEPTED = "bytes, a binary file object, a path, a URL or a PIL image"


class Media(Struct, frozen=True):
    """Bytes and what they are; or the address of them, not fetched yet."""

    data: bytes = b""
    media_type: str | None = None
    name: str | None = None
    url: str | None = None

    @property
    def base64(self) -> str:
        """The bytes as base64 text."""
        return base64.b64encode(self.data).decode("ascii")

    @property
    def data_url(self) -> str:
        """The bytes as a data URL."""
        return f"data:{self.media_type or 'application/octet-stream'};base64,{self.base64}"

    @property
    def file_name(self) -> str:
        """A name with the extension of the media type, for servers that look at it."""
        if self.name and "." in self.name:
            return self.name
        return "file" + (_EXTENSIONS.get(self.media_type or "") or ".bin")


def read(source: Any) -> Media:
    """Read what the caller gave; may block on a file.

    An http(s) URL is kept as it is.

    Raises:
        FileNotFoundError: No such file.
        TypeError: The source is none of the accepted kinds, or a file opened as text.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        return of_bytes(bytes(source))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(source, str) and source[:8].lower().startswith(("http://", "https://")):
        return Media(url=source)
    if isinstance(source, str) and source[:5].lower() == "data:":
        return of_data_url(source)
    if isinstance(source, (str, os.PathLike)):
        path = os.fsdecode(source)  # pyright: ignore[reportUnknownArgumentType]
        if not os.path.isfile(path):
            what = "this is a folder" if os.path.isdir(path) else "no such file"
            raise FileNotFoundError(f"{what}: {path[:200]!r}; give {ACCEPTED}")
        with open(path, "rb") as file:
            return of_bytes(file.read(), os.path.basename(path))
    if callable(getattr(source, "read", None)):
        name = getattr(source, "name", None)
        return of_bytes(_whole(source), os.path.basename(name) if isinstance(name, str) else None)
    if callable(getattr(source, "save", None)) and hasattr(source, "format"):
        return of_image(source)
    raise TypeError(f"media must be {ACCEPTED}; this is {type(source).__name__}")


def _whole(file: Any) -> bytes:
    data = file.read()
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)  # pyright: ignore[reportUnknownArgumentType]
    name = getattr(file, "name", file)
    if isinstance(data, str):
        raise TypeError(f"the file {name!r} is open as text; open it with mode 'rb'")
    if isinstance(data, Coroutine):
        data.close()  # pyright: ignore[reportUnknownMemberType]
        raise TypeError(f"the file {name!r} is one to be awaited; give what it holds: `await file.read()`")
    raise TypeError(f"the file {name!r} gives {type(data).__name__} when it is read, not bytes")


def of_bytes(data: bytes, name: str | None = None) -> Media:
    """Say what these bytes are, by the name's extension, else by how they begin."""
    return Media(data, (type_of_name(name) if name else None) or sniff(data), name)


def type_of_name(name: str) -> str | None:
    """The media type that a file name's extension stands for."""
    import mimetypes

    return mimetypes.guess_type(name)[0]


def of_data_url(url: str) -> Media:
    """Decode a data URL (RFC 2397)."""
    head, comma, body = url[5:].partition(",")
    media_type, *options = head.split(";")
    try:
        if not comma:
            raise ValueError
        raw = unquote_to_bytes(body)
        data = decode_base64(raw) if any(option.strip().lower() == "base64" for option in options) else raw
    except ValueError:
        raise InputError(
            f"this data URL cannot be decoded: {url[:60]!r}…; it must be data:<type>;base64,<data>"
        ) from None
    return Media(data, media_type or sniff(data))


def decode_base64(text: str | bytes) -> bytes:
    """Bytes out of base64, which may be broken into lines.

    Raises:
        ValueError: It is no base64.
    """
    raw = text.encode() if isinstance(text, str) else text
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except ValueError as error:
        raise ValueError(f"the media is not base64: {error}") from None


def of_image(image: Any) -> Media:
    """Encode a PIL image in its own format, PNG where it has none or it cannot be written.

    Raises:
        InputError: PNG has no room for such a picture either.
    """
    buffer = io.BytesIO()
    wanted = image.format or "PNG"
    try:
        image.save(buffer, format=wanted)
    except (OSError, KeyError, ValueError):
        wanted, buffer = "PNG", io.BytesIO()
        try:
            image.save(buffer, format=wanted)
        except OSError as error:
            raise InputError(f"this picture cannot be sent: {error}; convert it, as by image.convert('RGB')") from None
    return Media(buffer.getvalue(), sniff(buffer.getvalue()) or f"image/{wanted.lower()}")


def of_url_answer(url: str, data: bytes, content_type: str | None) -> Media:
    """Media that a server answered: its bytes first, then its header, then the name in the address."""
    name = urlsplit(url).path.rpartition("/")[2] or None
    announced = (content_type or "").partition(";")[0].strip().lower() or None
    if announced in ("application/octet-stream", "binary/octet-stream"):
        announced = None
    return Media(data, sniff(data) or announced or (type_of_name(name) if name else None), name)


def to_image(data: bytes) -> Image:
    """Open picture bytes with Pillow.

    Raises:
        MissingExtraError: Pillow is not installed.
        ValueError: The bytes are no picture that Pillow knows.
    """
    image_module = require_pillow()
    try:
        picture: Image = image_module.open(io.BytesIO(data))
        picture.load()
    except image_module.UnidentifiedImageError as error:
        raise ValueError(f"no picture that Pillow knows: {_beginning(data)}") from error
    except (OSError, SyntaxError, image_module.DecompressionBombError) as error:
        raise ValueError(f"no picture that Pillow can open: {error}") from error
    return picture


def _beginning(data: bytes) -> str:
    return f"{len(data):,} bytes that begin with {data[:20]!r}" if data else "there are no bytes"


def require_pillow() -> Any:
    """The module `PIL.Image`, or the error that names the extra."""
    try:
        from PIL import Image as image_module
    except ImportError as error:
        raise MissingExtraError(
            "a picture comes back as a PIL image, and Pillow is not installed: "
            'run `pip install "infermux[image]"`, or ask for output_type="bytes"'
        ) from error
    return image_module


_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"%PDF-", "application/pdf"),
)
_EXTENSIONS = {
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "audio/x-flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
}


def reads_as_text(data: bytes) -> bool:
    """Whether the first bytes are words, as those of no picture, sound or film are (of drawings, SVG's are)."""
    head = data[:512]
    if any(byte < 0x20 and byte not in b"\t\n\f\r" for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes show, or None."""
    for offset, magic, media_type in _MAGIC:
        if data.startswith(magic, offset):
            return media_type
    # An MPEG audio frame begins with eleven set bits, then a layer that is not the reserved 00.
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06:
        return "audio/mpeg"
    return None
