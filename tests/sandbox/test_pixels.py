"""PNG is decoded as Pillow decodes it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest

from infermux.sandbox import picture, pixels

Image: Any = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

WIDE, HIGH = 21, 13


def noise(mode: str) -> Any:
    """A picture that is smooth here and rough there, so that every filter is used."""
    rgb = Image.new("RGB", (WIDE, HIGH))
    rgb.putdata([(x * 12, y * 19, x * y * 37 % 256) for y in range(HIGH) for x in range(WIDE)])
    return rgb.convert(mode)


def saved(image: Any, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_modes(mode: str) -> None:
    """Every kind of pixel becomes RGB."""
    image = Image.new("I;16", (WIDE, HIGH), 0x8040) if mode == "I;16" else noise(mode)
    found = pixels.read(saved(image))
    assert found
    assert found.rows
    expected = Image.new("RGB", (WIDE, HIGH), (0x80,) * 3) if mode == "I;16" else image.convert("RGB")
    assert b"".join(found.rows) == expected.tobytes()


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_small_palettes(bits: int) -> None:
    """Several pixels in a byte are told apart."""
    image = noise("RGB").quantize(2**bits)
    found = pixels.read(saved(image, bits=bits))
    assert found
    assert found.rows
    assert b"".join(found.rows) == image.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", range(5))
def test_filters(kind: int) -> None:
    """Each of the five filters alone, undone as Pillow undoes it."""
    lines = b"".join(bytes([kind]) + bytes(x * 7 + y * kind & 255 for x in range(WIDE * 3)) for y in range(HIGH))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(lines))]
    data = b"\x89PNG\r\n\x1a\n"
    for name, inside in [*parts, (b"IEND", b"")]:
        data += struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
    found = pixels.read(data)
    assert found
    assert found.rows
    assert b"".join(found.rows) == Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "WEBP"])
def test_other_formats(kind: str) -> None:
    """Kind and size are read, no more."""
    found = pixels.read(saved(noise("RGB"), kind))
    assert found
    assert (found.kind.upper(), found.width, found.height, found.rows) == (kind, WIDE, HIGH, None)
    assert found.regions() == []


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}])
def test_webp(options: dict[str, Any]) -> None:
    """The two other kinds of WebP have their sizes elsewhere."""
    found = pixels.read(saved(noise("RGB"), "WEBP", **options))
    assert found
    assert (found.width, found.height) == (WIDE, HIGH)


def test_damage() -> None:
    """A picture that breaks off has a size still; bytes that are none have nothing."""
    whole = saved(noise("RGB"))
    found = pixels.read(whole[:90])
    assert found
    assert (found.width, found.rows) == (WIDE, None)
    assert pixels.read(b"no picture") is None
    assert pixels.read(b"") is None


def test_text_in_a_picture() -> None:
    """The sandbox's own note, and the chunks that other programs write."""
    found = pixels.read(picture.draw("a wörd", 32, 32))
    assert found
    assert found.note == "a wörd"
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Description", "hello")
    found = pixels.read(saved(noise("L"), pnginfo=info))
    assert found
    assert found.note == "hello"


def test_a_large_picture() -> None:
    """As Pillow writes a photograph: with filters of its own choice, and transparency, which is left out."""
    image = Image.effect_noise((300, 200), 60).convert("RGBA")
    image.putalpha(128)
    found = pixels.read(saved(image, optimize=True))
    assert found
    assert found.rows
    assert b"".join(found.rows) == image.convert("RGB").tobytes()
