"""Sounds that go to a provider as a form, and so come with a name."""

from __future__ import annotations

import pytest

from .cases import SOUNDS
from .table import FLAC, MODEL, OWN, hub, model

_MP3 = b"ID3" + bytes(20)


@pytest.fixture
def transcribe(call, server, sent):
    """Has a sound written down; gives the parts of the form that was sent, in their order: name, head, content."""

    def one(provider, said, audio, **options):
        server.always("GET huggingface.co/api/models/org/name", hub(provider, "automatic-speech-recognition"))
        server.say(said.form.good)
        settings = {"provider": provider, "api_key": OWN, "model": model(provider)}
        call(settings, "automatic_speech_recognition", audio, **options)
        kind, _, boundary = sent().headers["content-type"].partition("; boundary=")
        assert kind == "multipart/form-data"
        parts = sent().body.split(b"--" + boundary.encode())
        assert (parts[0], parts[-1]) == (b"", b"--\r\n")
        found = [part.removeprefix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n\r\n", 1) for part in parts[1:-1]]
        return [(head.partition(b' name="')[2].partition(b'"')[0], head, content) for head, content in found]

    return one


@pytest.mark.proves("AUD-06")
@pytest.mark.parametrize(("provider", "said"), SOUNDS)
def test_a_sound_is_sent_as_a_form(provider, said, transcribe):
    """The file comes first, with a name and a type that tell its format; then the options, and the model last."""
    options = {"model": "x", "language": "de", "temperature": 0.5, "diarize": True, "timestamp_granularities": ["word"]}
    file, *fields = transcribe(provider, said, FLAC, extra_body=options)
    assert file == (
        b"file",
        b'content-disposition: form-data; name="file"; filename="file.flac"\r\ncontent-type: audio/flac',
        FLAC,
    )
    assert [(name, content) for name, _, content in fields] == [
        (b"language", b"de"),
        (b"temperature", b"0.5"),
        (b"diarize", b"true"),
        (b"timestamp_granularities", b'["word"]'),
        (b"model", MODEL.encode()),
    ]


@pytest.mark.parametrize(("provider", "said"), SOUNDS)
@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (_MP3, b"file.mp3", b"audio/mpeg"),
        (b"\x00\x01\x02\x03", b"audio.wav", b"application/octet-stream"),
        ("data:audio/x-unheard-of;base64,AAE=", b"audio.wav", b"audio/x-unheard-of"),
    ],
    ids=["mp3", "unknown", "type-without-extension"],
)
def test_the_name_of_a_sound(provider, said, content, name, kind, transcribe):
    """The services look at the name's extension: it is that of the format, or `.wav` where none is known."""
    (_, head, _), *_ = transcribe(provider, said, content)
    assert head.endswith(b'filename="%s"\r\ncontent-type: %s' % (name, kind))


@pytest.mark.parametrize(("provider", "said"), SOUNDS)
def test_the_callers_name_of_a_sound(provider, said, transcribe, tmp_path):
    """A file keeps its name."""
    path = tmp_path / "talk.ogg"
    path.write_bytes(b"OggS" + bytes(20))
    (_, head, _), *_ = transcribe(provider, said, path)
    assert head.endswith(b'filename="talk.ogg"\r\ncontent-type: audio/ogg')


@pytest.mark.parametrize(("provider", "said"), SOUNDS)
def test_the_times_of_a_sound(provider, said, transcribe):
    """Times are asked for by the form of the answer that has them."""
    _, *fields = transcribe(provider, said, FLAC, return_timestamps=True)
    assert [(name, content) for name, _, content in fields] == [
        (b"response_format", b"verbose_json"),
        (b"model", MODEL.encode()),
    ]
