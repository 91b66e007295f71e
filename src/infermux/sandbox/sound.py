"""Sound: speech as one tone for each syllable, and what can be told from a recording without a speech model."""

from __future__ import annotations

import itertools
import math
import re
import struct
import sys
from array import array
from functools import cache
from zlib import crc32

RATE = 16_000
_SYLLABLE_S = 0.14
_PAUSE_S = 0.06
# A pentatonic scale: any order of these tones sounds like a tune.
_TONES_HZ = (220.0, 247.5, 277.2, 330.0, 370.0, 440.0, 495.0, 554.4)


def speak(text: str) -> bytes:
    """Make a WAV that says the text in tones, and carries it as its comment."""
    samples = b"".join(_word(word) for word in re.findall(r"\w+|[.!?,;:]", text)) or _silence(_PAUSE_S)
    return wav(samples, comment=text)


def tone(frequency_hz: float, seconds: float) -> bytes:
    """Make samples of one tone that swells and fades."""
    count = round(seconds * RATE)
    turn = 2 * math.pi * frequency_hz / RATE
    swell = math.pi / count
    samples = array("h", (round(12_000 * math.sin(turn * i) * math.sin(swell * i)) for i in range(count)))
    return _little(samples).tobytes()


def wav(samples: bytes, comment: str = "") -> bytes:
    """Put 16-bit mono samples into a WAV file."""
    note = comment.encode() + b"\0"
    info = b"INFO" + _chunk(b"ICMT", note)
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    inside = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"LIST", info) * bool(comment) + _chunk(b"data", samples)
    return _chunk(b"RIFF", inside)


def transcript(recording: bytes) -> str:
    """Return the text of the sandbox's own speech; of any other sound, say what it is."""
    chunks = _chunks(recording)
    note = chunks.get(b"LIST", b"").partition(b"ICMT")[2]
    if note:
        (length,) = struct.unpack("<I", note[:4])
        return note[4 : 4 + length].rstrip(b"\0").decode()
    if b"fmt " not in chunks:
        return f"[sandbox: {len(recording)} bytes of sound, {_kind(recording)}]"
    channels, rate, width = _form(chunks[b"fmt "])
    voices = {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
    pitch = _pitch(chunks.get(b"data", b""), channels, rate) if width == 2 else 0
    heard = f"a tone near {pitch} Hz" if pitch else "silence"
    return f"[sandbox: {seconds(recording):.1f} seconds of sound at {rate} Hz, {voices}, {heard}]"


def seconds(recording: bytes) -> float:
    """Return how long a WAV lasts; other sounds count as one second."""
    chunks = _chunks(recording)
    if b"fmt " not in chunks:
        return 1.0
    channels, rate, width = _form(chunks[b"fmt "])
    return len(chunks.get(b"data", b"")) / max(channels * rate * width, 1)


def spans(text: str, duration_s: float) -> list[tuple[str, float, float]]:
    """Spread the words of a text evenly over a time."""
    words = text.split()
    step = duration_s / max(len(words), 1)
    return [(word, round(i * step, 2), round((i + 1) * step, 2)) for i, word in enumerate(words)]


def _word(word: str) -> bytes:
    syllables = re.findall(r"[^aeiouy]*[aeiouy]+|[^aeiouy]+$", word.lower()) if word[0].isalnum() else []
    return b"".join(_syllable(crc32(one.encode()) % len(_TONES_HZ)) for one in syllables) + _silence(_PAUSE_S)


@cache
def _syllable(place: int) -> bytes:
    return tone(_TONES_HZ[place], _SYLLABLE_S)


def _silence(length_s: float) -> bytes:
    return bytes(2 * round(length_s * RATE))


def _chunk(name: bytes, inside: bytes) -> bytes:
    return name + struct.pack("<I", len(inside)) + inside + b"\0" * (len(inside) % 2)


def _chunks(recording: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 12
    while recording.startswith(b"RIFF") and at + 8 <= len(recording):
        (length,) = struct.unpack("<I", recording[at + 4 : at + 8])
        found[recording[at : at + 4]] = recording[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return found


def _form(form: bytes) -> tuple[int, int, int]:
    channels, rate, bits = struct.unpack("<2xHI6xH", form[:16])
    return channels, rate, bits // 8


def _pitch(samples: bytes, channels: int, rate: int) -> int:
    """Estimate the pitch of the first second by how often the wave crosses zero upwards."""
    whole = min(len(samples) // 2, rate * channels) * 2
    wave = _little(array("h", samples[:whole]))[::channels]
    rises = sum(1 for before, after in itertools.pairwise(wave) if before < 0 <= after)
    return round(rises * rate / len(wave)) if len(wave) else 0


def _little(samples: array[int]) -> array[int]:
    """WAV is little-endian on every machine."""
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _kind(recording: bytes) -> str:
    marks = {b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3", b"\xff\xfb": "MP3", b"\x1aE\xdf\xa3": "WebM"}
    return next((kind for mark, kind in marks.items() if recording.startswith(mark)), "of an unknown kind")
