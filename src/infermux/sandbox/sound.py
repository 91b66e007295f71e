"""Sound: speech as one tone for each syllable, and what can be told from a recording without a speech model."""

from __future__ import annotations

import itertools
import math
import re
import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from zlib import crc32

RATE = 16_000
_SYLLABLE_S = 0.14
_PAUSE_S = 0.06
# A pentatonic scale: any order of these tones sounds like a tune.
_TONES_HZ = (220.0, 247.5, 277.2, 330.0, 370.0, 440.0, 495.0, 554.4)
_NOTE_S = 0.3
_FASTEST = 1_000_000
# Of longer sounds only the beginning is decoded.
_LONGEST_S = 30
_KINDS = {
    b"RIFF": ("WAV", "audio/wav"),
    b"fLaC": ("FLAC", "audio/flac"),
    b"OggS": ("Ogg", "audio/ogg"),
    b"ID3": ("MP3", "audio/mpeg"),
    b"\xff\xfb": ("MP3", "audio/mpeg"),
    b"\x1aE\xdf\xa3": ("WebM", "audio/webm"),
}


@dataclass(frozen=True)
class Wave:
    """The samples of a sound, its voices mixed into one."""

    samples: array[int]
    rate: int

    def loudness(self) -> float:
        """Tell how loud it is on the whole, from 0 to 1."""
        return math.sqrt(sum(value * value for value in self.samples) / max(len(self.samples), 1)) / 32_768

    def pitch(self) -> int:
        """Estimate the pitch of the first second."""
        return _pitch(self.samples[: self.rate], self.rate)

    def parted(self) -> tuple[bytes, bytes]:
        """Part the sound into low and high tones, each a WAV; added, they are the sound again."""
        low = array("h")
        level = 0.0
        for value in self.samples:
            level += 0.1 * (value - level)
            low.append(round(level))
        high = array("h", (max(min(a - b, 32_767), -32_768) for a, b in zip(self.samples, low, strict=True)))
        return wav(_little(low).tobytes(), rate=self.rate), wav(_little(high).tobytes(), rate=self.rate)


LONGEST_TEXT = 4096
"""The most characters that are said at once: as many as OpenAI takes."""


def speak(text: str) -> bytes:
    """Make a WAV that says the text in tones, and carries it as its comment."""
    samples = b"".join(_word(word) for word in re.findall(r"\w+|[.!?,;:]", text)) or _silence(_PAUSE_S)
    return wav(samples, comment=text)


def tune(text: str) -> bytes:
    """Make a WAV that plays one long note for each word of a text, and carries it as its comment."""
    notes = (crc32(word.lower().encode()) % len(_TONES_HZ) for word in re.findall(r"\w+", text))
    return wav(b"".join(map(_note, notes)) or _silence(_NOTE_S), comment=text)


def tone(frequency_hz: float, seconds: float) -> bytes:
    """Make samples of one tone that swells and fades."""
    count = round(seconds * RATE)
    turn = 2 * math.pi * frequency_hz / RATE
    swell = math.pi / count
    samples = array("h", (round(12_000 * math.sin(turn * i) * math.sin(swell * i)) for i in range(count)))
    return _little(samples).tobytes()


def wav(samples: bytes, comment: str = "", rate: int = RATE) -> bytes:
    """Put 16-bit mono samples into a WAV file."""
    note = comment.encode() + b"\0"
    info = b"INFO" + _chunk(b"ICMT", note)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    inside = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"LIST", info) * bool(comment) + _chunk(b"data", samples)
    return _chunk(b"RIFF", inside)


def transcript(recording: bytes) -> str:
    """Return the text of the sandbox's own speech; of any other sound, say what it is."""
    chunks = _chunks(recording)
    note = chunks.get(b"LIST", b"").partition(b"ICMT")[2]
    if len(note) > 4:
        (length,) = struct.unpack("<I", note[:4])
        return note[4 : 4 + length].rstrip(b"\0").decode(errors="replace")
    form = _form(chunks)
    if form is None:
        return f"[sandbox: {len(recording)} bytes of sound, {_kind(recording)[0]}]"
    channels, rate, _ = form
    voices = {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
    wave = decoded(recording)
    pitch = wave.pitch() if wave else 0
    heard = f"a tone near {pitch} Hz" if pitch else "silence"
    return f"[sandbox: {seconds(recording):.1f} seconds of sound at {rate} Hz, {voices}, {heard}]"


def seconds(recording: bytes) -> float:
    """Return how long a WAV lasts; other sounds count as one second."""
    chunks = _chunks(recording)
    form = _form(chunks)
    if form is None:
        return 1.0
    channels, rate, width = form
    return len(chunks.get(b"data", b"")) / max(channels * rate * width, 1)


def decoded(recording: bytes) -> Wave | None:
    """Read the samples of a WAV of 16 bits; others give None."""
    chunks = _chunks(recording)
    form = _form(chunks)
    if form is None or form[2] != 2:
        return None
    channels, rate, _ = form
    data = chunks.get(b"data", b"")[: _LONGEST_S * rate * channels * 2]
    every = _little(array("h", data[: len(data) // 2 // channels * channels * 2]))
    voices = [every[voice::channels] for voice in range(channels)]
    mixed = every if channels == 1 else array("h", (sum(one) // channels for one in zip(*voices, strict=True)))
    return Wave(mixed, rate)


def is_known(recording: bytes) -> bool:
    """Tell whether these are the first bytes of a sound of a known kind."""
    return recording[8:12] == b"WAVE" if recording[:4] == b"RIFF" else recording.startswith(tuple(_KINDS))


def media_type(recording: bytes) -> str:
    """Tell the media type of a sound by its first bytes."""
    return _kind(recording)[1]


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


@cache
def _note(place: int) -> bytes:
    return tone(_TONES_HZ[place], _NOTE_S)


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


def _form(chunks: dict[bytes, bytes]) -> tuple[int, int, int] | None:
    """Read channels, rate and bytes for each sample; None where they make no sense."""
    form = chunks.get(b"fmt ", b"")
    if len(form) < 16:
        return None
    channels, rate, bits = struct.unpack("<2xHI6xH", form[:16])
    return (channels, rate, bits // 8) if channels and 0 < rate <= _FASTEST else None


def _pitch(wave: array[int], rate: int) -> int:
    """Estimate a pitch by how often the wave crosses zero upwards."""
    rises = sum(1 for before, after in itertools.pairwise(wave) if before < 0 <= after)
    return round(rises * rate / len(wave)) if len(wave) else 0


def _little(samples: array[int]) -> array[int]:
    """WAV is little-endian on every machine."""
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _kind(recording: bytes) -> tuple[str, str]:
    known = (kind for mark, kind in _KINDS.items() if recording.startswith(mark))
    return next(known, ("of an unknown kind", "application/octet-stream"))
