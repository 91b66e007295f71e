"""What pipelines do with sounds: words, classes, parts, speech and tunes."""

from __future__ import annotations

import base64
import zlib

from . import sound, tokens
from .exchange import Answer, Handler, Object, Reply, Request, is_object, reply
from .inputs import bytes_of, inputs_of, refuse, scored, text_of, whole, wrong

_SHARP = 8.0
_HIGH_HZ = 400


def _speech_recognition(request: Request) -> Answer:
    recording = _heard(request)
    text = sound.transcript(recording)
    wanted = request.parameters().get("return_timestamps")
    if not wanted:
        return reply({"text": text})
    length = sound.seconds(recording)
    pieces = sound.spans(text, length) if wanted == "word" else [(text, 0.0, round(length, 2))]
    return reply({"text": text, "chunks": [{"text": word, "timestamp": [a, b]} for word, a, b in pieces]})


def _audio_classification(request: Request) -> Answer:
    """Tell a WAV by its loudness and its pitch; of other kinds only how densely they are packed."""
    recording = _heard(request)
    wave = sound.decoded(recording)
    if wave is None:
        dense = min(len(zlib.compress(recording, 1)) / len(recording), 1)
        return reply(scored(request, {"dense": _SHARP * (dense - 0.5), "sparse": _SHARP * (0.5 - dense)}))
    loud, pitch = wave.loudness(), wave.pitch()
    weights = {
        "silence": _SHARP * (0.02 - loud) / 0.02,
        "low tones": _SHARP * (_HIGH_HZ - pitch) / _HIGH_HZ if pitch else -_SHARP,
        "high tones": _SHARP * (pitch - _HIGH_HZ) / _HIGH_HZ,
    }
    return reply(scored(request, {label: max(min(weight, _SHARP), -_SHARP) for label, weight in weights.items()}))


def _audio_to_audio(request: Request) -> Answer:
    """Part a WAV into its low and its high tones, which give it again when they are added; others stay whole."""
    recording = _heard(request)
    wave = sound.decoded(recording)
    if wave is None:
        return reply([_part("unchanged", recording, sound.media_type(recording))])
    low, high = wave.parted()
    return reply([_part("low", low, "audio/wav"), _part("high", high, "audio/wav")])


def _text_to_speech(request: Request) -> Answer:
    return Reply(sound.speak(_said(request)), media="audio/wav")


def _text_to_audio(request: Request) -> Answer:
    return Reply(sound.tune(_said(request)), media="audio/wav")


def _said(request: Request) -> str:
    """Return the text to say, cut where a limit is set."""
    limit = whole(request, "max_new_tokens", whole(request, "max_length", None))
    inputs = inputs_of(request)
    text = str(inputs["text"]) if is_object(inputs) and inputs.get("text") else text_of(request)
    said = tokens.cut(text, limit, [])[0]
    if len(said) > sound.LONGEST_TEXT:
        raise wrong("inputs", f"a text of at most {sound.LONGEST_TEXT} characters is needed")
    return said


def _heard(request: Request) -> bytes:
    recording = bytes_of(request)
    if not recording:
        raise refuse(400, "No sound was sent")
    return recording


def _part(label: str, recording: bytes, media_type: str) -> Object:
    return {"label": label, "blob": base64.b64encode(recording).decode(), "content-type": media_type}


AUDIO: dict[str, Handler] = {
    "audio-classification": _audio_classification,
    "audio-to-audio": _audio_to_audio,
    "automatic-speech-recognition": _speech_recognition,
    "text-to-audio": _text_to_audio,
    "text-to-speech": _text_to_speech,
}
