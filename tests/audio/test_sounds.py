"""Sounds heard, changed and made, at a dedicated endpoint and on hf-inference (SURFACE 4.1)."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import (
    AudioClassificationOutputElement,
    AudioToAudioOutputElement,
    InputError,
    ProviderOutputError,
    TextToAudioOutput,
    TextToSpeechOutput,
)

Call = Callable[..., Any]
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(range(256))
BLOB = base64.b64encode(FLAC).decode()
HEARERS = ["audio_classification", "audio_to_audio"]
MAKERS = ["text_to_speech", "text_to_audio"]

DOCUMENTED = [{"score": 0.4976358711719513, "label": "hap"}, {"score": 0.3677836060523987, "label": "neu"}]
SEPARATED = [
    {"label": "voice", "content-type": "audio/flac", "blob": BLOB},
    {"label": "noise", "content-type": "audio/flac", "blob": f"data:audio/flac;base64,{BLOB}"},
]
ANSWERS = {"audio_classification": DOCUMENTED, "audio_to_audio": SEPARATED}
GENERATION = {
    "do_sample": True,
    "early_stopping": "never",
    "epsilon_cutoff": 0.0003,
    "eta_cutoff": 0.002,
    "max_length": 200,
    "max_new_tokens": 100,
    "min_length": 20,
    "min_new_tokens": 10,
    "num_beam_groups": 2,
    "num_beams": 4,
    "penalty_alpha": 0.6,
    "temperature": 0.5,
    "top_k": 50,
    "top_p": 0.9,
    "typical_p": 0.95,
    "use_cache": False,
}


def here(server: Server) -> dict[str, Any]:
    """A client of an endpoint on this server."""
    return {"base_url": f"{server.url}/here", "api_key": "key"}


@pytest.mark.proves("AUD-01")
def test_classes(call: Call, server: Server) -> None:
    """The sound goes as it is, with its type; the documented example comes back, as mappings and as objects."""
    server.say(Answer.of(DOCUMENTED))
    out = call(here(server), "audio_classification", FLAC)
    (asked,) = server.requests
    assert (asked.line.partition("/")[2], asked.body) == ("here", FLAC)
    assert asked.headers["content-type"] == "audio/flac"
    assert out == DOCUMENTED
    assert isinstance(out[0], AudioClassificationOutputElement)
    assert (out[0].label, out[0]["label"], out[0].score) == ("hap", "hap", 0.4976358711719513)


@pytest.mark.proves("AUD-02")
def test_classes_with_options(call: Call, server: Server) -> None:
    """Options stand among the parameters, beside the sound as base64."""
    server.say(Answer.of(DOCUMENTED))
    call(here(server), "audio_classification", FLAC, top_k=2, function_to_apply="softmax", extra_body={"own": 1})
    (asked,) = server.requests
    assert asked.json == {"inputs": BLOB, "parameters": {"top_k": 2, "function_to_apply": "softmax", "own": 1}}


@pytest.mark.proves("AUD-03", "TYP-11")
def test_sounds(call: Call, server: Server) -> None:
    """Of base64, bare or in a data URL, bytes are made; `content-type` reads as `content_type`."""
    server.say(Answer.of(SEPARATED))
    out = call(here(server), "audio_to_audio", FLAC)
    assert server.requests[0].body == FLAC
    assert all(isinstance(sound, AudioToAudioOutputElement) for sound in out)
    assert [(sound.label, sound.content_type, sound.blob) for sound in out] == [
        ("voice", "audio/flac", FLAC),
        ("noise", "audio/flac", FLAC),
    ]
    assert out[0]["content_type"] == "audio/flac"
    assert out[0]["blob"] == FLAC


@pytest.mark.parametrize("method", HEARERS)
@pytest.mark.parametrize("kind", ["path", "file", "memory", "bytearray", "url"])
def test_every_kind_of_sound(call: Call, server: Server, tmp_path: Path, method: str, kind: str) -> None:
    """Whatever holds the sound, its bytes are sent with their type (T19)."""
    (tmp_path / "a.flac").write_bytes(FLAC)
    server.always("GET files.example/", Answer(FLAC, headers={"content-type": "audio/flac"}))
    server.say(Answer.of(ANSWERS[method]))
    with (tmp_path / "a.flac").open("rb") as file:
        given = {
            "path": str(tmp_path / "a.flac"),
            "file": file,
            "memory": io.BytesIO(FLAC),
            "bytearray": bytearray(FLAC),
            "url": "https://files.example/a",
        }
        call(here(server), method, given[kind])
    assert server.requests[-1].body == FLAC
    assert server.requests[-1].headers["content-type"] in ("audio/flac", "audio/x-flac")


@pytest.mark.parametrize("method", HEARERS)
def test_no_sound_is_refused(call: Call, server: Server, tmp_path: Path, method: str) -> None:
    """What is no sound, and a file that is not there, are told before anything is sent."""
    with pytest.raises(TypeError):
        call(here(server), method, 5)
    with pytest.raises(FileNotFoundError):
        call(here(server), method, tmp_path / "gone.flac")
    assert server.requests == []


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("audio_classification", {"top_k": "two"}),
        ("audio_classification", {"function_to_apply": "relu"}),
        ("audio_classification", {"topk": 2}),
        ("audio_to_audio", {"top_k": 2}),
    ],
)
def test_wrong_options_are_refused(call: Call, server: Server, method: str, options: dict[str, Any]) -> None:
    """An option that there is not, or of the wrong type, is told before anything is sent."""
    with pytest.raises(InputError, match=method):
        call(here(server), method, FLAC, **options)
    assert server.requests == []


@pytest.mark.parametrize("method", HEARERS)
@pytest.mark.parametrize("said", [{}, {"label": "hap"}, ["hap"], "hap", None, 5])
def test_answers_of_another_shape(call: Call, server: Server, method: str, said: Any) -> None:
    """What is no list of objects is no answer."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call(here(server), method, FLAC)


@pytest.mark.parametrize("blob", [None, 5, "", "no base64!", "data:audio/flac,"])
def test_a_blob_that_holds_no_sound(call: Call, server: Server, blob: Any) -> None:
    """A sound that cannot be decoded, or is empty, is none."""
    server.say(Answer.of([{"label": "voice", "content-type": "audio/flac", "blob": blob}]))
    with pytest.raises(ProviderOutputError):
        call(here(server), "audio_to_audio", FLAC)


def test_unknown_fields_are_kept(call: Call, server: Server) -> None:
    """What a server says besides stays there; what it leaves out reads as None."""
    server.say(Answer.of([{"label": "hap", "own": 1}]))
    (found,) = call(here(server), "audio_classification", FLAC)
    assert (found["own"], found.score) == (1, None)


@pytest.mark.proves("AUD-07")
def test_speech(call: Call, server: Server) -> None:
    """Words go as inputs, and bytes come back."""
    server.say(Answer(FLAC, headers={"content-type": "audio/flac"}))
    assert call(here(server), "text_to_speech", "Hello world") == FLAC
    (asked,) = server.requests
    assert (asked.path, asked.json) == ("/here", {"inputs": "Hello world"})


@pytest.mark.proves("AUD-08")
def test_the_sixteen_options_of_speech(call: Call, server: Server) -> None:
    """Each option of the generation stands among the parameters."""
    assert len(GENERATION) == 16
    server.say(Answer(FLAC, headers={"content-type": "audio/flac"}))
    call(here(server), "text_to_speech", "Hello", **GENERATION)
    assert server.requests[0].json == {"inputs": "Hello", "parameters": GENERATION}


@pytest.mark.proves("AUD-09")
def test_own_options_of_speech(call: Call, server: Server) -> None:
    """The server's own options join the parameters, and win."""
    server.say(Answer(FLAC, headers={"content-type": "audio/flac"}))
    own = {"voice": "af_nicole", "genres": "pop", "top_k": 5}
    call(here(server), "text_to_speech", "Hello", top_k=9, extra_body=own)
    assert server.requests[0].json == {"inputs": "Hello", "parameters": own}


@pytest.mark.proves("AUD-10")
def test_a_sound_of_words(call: Call, server: Server) -> None:
    """Words go as inputs, options as parameters, and bytes come back."""
    server.say(Answer(FLAC, headers={"content-type": "audio/flac"}))
    out = call(
        here(server), "text_to_audio", "rain", generation_parameters={"do_sample": True}, extra_body={"seconds": 3}
    )
    assert out == FLAC
    assert server.requests[0].json == {
        "inputs": "rain",
        "parameters": {"generation_parameters": {"do_sample": True}, "seconds": 3},
    }


@pytest.mark.parametrize("method", MAKERS)
@pytest.mark.parametrize(
    "headers",
    [{}, {"content-type": "application/octet-stream"}, {"content-type": "text/plain"}, {"content-type": "video/mp4"}],
    ids=str,
)
def test_headers_that_lie(call: Call, server: Server, method: str, headers: dict[str, str]) -> None:
    """The first bytes tell that it is a sound, whatever was announced."""
    server.say(Answer(FLAC, headers=headers))
    assert call(here(server), method, "Hello") == FLAC


@pytest.mark.parametrize("method", MAKERS)
@pytest.mark.parametrize("data", [b"\x1aE\xdf\xa3\x01", b"\x00\x00\x00\x20ftypisom"], ids=["webm", "mp4"])
def test_sounds_in_containers_of_videos(call: Call, server: Server, method: str, data: bytes) -> None:
    """WebM and MP4 hold sounds as well."""
    server.say(Answer(data, headers={"content-type": "audio/webm"}))
    assert call(here(server), method, "Hello") == data


@pytest.mark.parametrize("method", MAKERS)
@pytest.mark.parametrize("text", [BLOB, f"data:audio/flac;base64,{BLOB}", "https://files.example/a.flac"])
@pytest.mark.parametrize("is_list", [False, True])
def test_a_sound_in_json(call: Call, server: Server, method: str, text: str, is_list: bool) -> None:
    """Where the sound comes in JSON, as the task's schema has it, its bytes come back; no key goes to its address."""
    server.always("GET files.example/", Answer(FLAC, headers={"content-type": "audio/flac"}))
    said = {"audio": text, "sampling_rate": 16000}
    server.say(Answer.of([said] if is_list else said))
    assert call(here(server), method, "Hello") == FLAC
    assert all("authorization" not in asked.headers for asked in server.requests[1:])


@pytest.mark.parametrize("method", MAKERS)
@pytest.mark.parametrize(
    "said",
    [
        Answer(),
        Answer(b"<html>", headers={"content-type": "text/html"}),
        Answer(b"\x89PNG\r\n\x1a\n", headers={"content-type": "audio/flac"}),
        Answer.of({"error": "no voice"}),
        Answer.of({"audio": None}),
        Answer.of({"audio": [0.5]}),
        Answer.of({"audio": "no base64!"}),
        Answer.of({"audio": ""}),
        Answer.of([]),
        Answer.of([[]]),
    ],
    ids=lambda said: repr(said.body[:20]),
)
def test_no_sound_came(call: Call, server: Server, method: str, said: Answer) -> None:
    """Nothing, a page, a picture and JSON without a sound are no sound."""
    server.say(said)
    with pytest.raises(ProviderOutputError):
        call(here(server), method, "Hello")


@pytest.mark.parametrize("method", MAKERS)
@pytest.mark.parametrize(
    ("text", "options"), [(5, {}), (b"Hello", {}), ("Hello", {"voice": "a"}), ("Hello", {"timeout": None, "tpo_k": 1})]
)
def test_wrong_words_are_refused(call: Call, server: Server, method: str, text: Any, options: dict[str, Any]) -> None:
    """What is no text, and an option that there is not, is told before anything is sent."""
    with pytest.raises(InputError, match=method):
        call(here(server), method, text, **options)
    assert server.requests == []


@pytest.mark.parametrize("kind", [TextToSpeechOutput, TextToAudioOutput])
def test_the_types_of_sounds_in_json(kind: Any) -> None:
    """The types of the schemas are there, for what is read by hand."""
    found = kind.parse_obj_as_instance(b'{"audio": "AAAA", "sampling-rate": 16000}')
    assert (found.audio, found.sampling_rate) == ("AAAA", 16000)
    assert kind.parse({"audio": ""}).sampling_rate is None
