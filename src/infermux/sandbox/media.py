"""What can be told from the bytes of a picture or a message's parts without looking at the picture."""

from __future__ import annotations

import base64
import struct
from typing import Any

from . import sound
from .exchange import is_list, is_object


def spoken(content: Any) -> str:
    """Return the text of a message, whatever its form."""
    if is_list(content):
        return " ".join(str(part.get("text") or "") for part in content if is_object(part) and "text" in part)
    return str(content or "")


def described(content: Any) -> str:
    """Describe the pictures and sounds of a message; nothing when there are none."""
    parts = [part for part in content if is_object(part)] if is_list(content) else []
    pictures = [_picture(part["image_url"]) for part in parts if "image_url" in part]
    sounds = [sound.transcript(decoded(part["input_audio"]["data"])) for part in parts if "input_audio" in part]
    shown = f"{len(pictures)} image{'s' * (len(pictures) > 1)}: {'; '.join(pictures)}." if pictures else ""
    return " ".join(part for part in (shown, *sounds) if part)


def decoded(text: Any) -> bytes:
    """Decode base64, with or without the head of a data URL; anything else is empty."""
    try:
        return base64.b64decode(str(text).rpartition(",")[2])
    except ValueError:
        return b""


def size(picture: bytes) -> tuple[str, int, int] | None:
    """Read kind, width and height from the head of a PNG, JPEG, GIF, BMP or WebP."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n") and len(picture) > 24:
        return "PNG", *struct.unpack(">II", picture[16:24])
    if picture.startswith((b"GIF87a", b"GIF89a")) and len(picture) > 10:
        return "GIF", *struct.unpack("<HH", picture[6:10])
    if picture.startswith(b"BM") and len(picture) > 26:
        width, height = struct.unpack("<ii", picture[18:26])
        return "BMP", abs(width), abs(height)
    if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP" and len(picture) > 30:
        return "WebP", *_webp_size(picture)
    at = 2
    while picture.startswith(b"\xff\xd8") and at + 9 < len(picture):
        marker, length = struct.unpack(">xBH", picture[at : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", picture[at + 5 : at + 9])
            return "JPEG", width, height
        at += 2 + length
    return None


def _webp_size(picture: bytes) -> tuple[int, int]:
    """Read the size from the first chunk, of which there are three kinds: VP8X, VP8L and VP8."""
    if picture[12:16] == b"VP8X":
        return int.from_bytes(picture[24:27], "little") + 1, int.from_bytes(picture[27:30], "little") + 1
    if picture[12:16] == b"VP8L":
        bits = int.from_bytes(picture[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", picture[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _picture(given: Any) -> str:
    url = str(given.get("url") if is_object(given) else given)
    if not url.startswith("data:"):
        return f"at {url}, which the sandbox did not open"
    picture = decoded(url)
    known = size(picture)
    kind = f"{known[0]} of {known[1]}x{known[2]} pixels" if known else "of an unknown kind"
    return f"{kind}, {len(picture)} bytes"
