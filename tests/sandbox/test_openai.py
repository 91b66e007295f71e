from __future__ import annotations

import base64
import io
import struct
import urllib.request
import wave
from typing import Any

import openai
import pytest

from infermux import providers
from infermux.sandbox import Sandbox
from infermux.sandbox.media import size
from infermux.sandbox.text import similarity

from .wire import CHAT, ask


def test_embeddings_as_base64_and_as_floats_agree(peer: openai.OpenAI) -> None:
    """The openai client asks for base64 by itself; both forms are the same vectors of length one."""
    packed = peer.embeddings.create(model="m", input=["a red fox", "the moon"])
    plain = peer.embeddings.create(model="m", input=["a red fox", "the moon"], encoding_format="float")
    for one, other in zip(packed.data, plain.data, strict=True):
        assert len(one.embedding) == 256
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
        assert sum(value * value for value in other.embedding) == pytest.approx(1)
    assert [one.index for one in plain.data] == [0, 1]
    assert plain.usage.prompt_tokens == 5


def test_embeddings_of_other_inputs(url: str) -> None:
    """One text, token ids, and shorter vectors."""
    one = ask(url, "/v1/embeddings", {"model": "m", "input": "x", "dimensions": 8}).json
    assert len(one["data"][0]["embedding"]) == 8
    assert len(ask(url, "/v1/embeddings", {"model": "m", "input": [1, 2, 3]}).json["data"]) == 1
    assert len(ask(url, "/v1/embeddings", {"model": "m", "input": [[1, 2], [3]]}).json["data"]) == 2


@pytest.mark.parametrize("body", [{}, {"input": ""}, {"input": []}, {"input": "x", "dimensions": 0}])
def test_bad_embeddings_are_refused(url: str, body: dict[str, Any]) -> None:
    """Nothing to embed is an error."""
    assert ask(url, "/v1/embeddings", body).status == 400


def test_near_texts_are_near() -> None:
    """The order of likeness is the one of common sense."""
    source = "Machine learning is so easy."
    others = ["Deep learning is so straightforward.", "This is so difficult, like rocket science.", "Blue cheese"]
    scores = [similarity(source, other) for other in others]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[2] + 0.2
    assert similarity(source, source) == pytest.approx(1)


def test_images_as_bytes_and_as_addresses(peer: openai.OpenAI) -> None:
    """The address leads to the very bytes that would have been sent."""
    options: Any = {"model": "m", "prompt": "a red/blue fox? 100%", "size": "256x128", "n": 2}
    packed = peer.images.generate(**options).data or []
    linked = peer.images.generate(**options, response_format="url").data or []
    assert len(packed) == len(linked) == 2
    drawn = base64.b64decode(packed[0].b64_json or "")
    assert size(drawn) == ("PNG", 256, 128)
    with urllib.request.urlopen(linked[0].url or "") as got:
        assert (got.headers["content-type"], got.read()) == ("image/png", drawn)


@pytest.mark.parametrize(
    ("more", "named"),
    [({"size": "8x64"}, "size"), ({"size": "64x5000"}, "size"), ({"width": 5000}, "size"), ({"n": 11}, "n")],
)
def test_bad_images_are_refused(url: str, more: dict[str, Any], named: str) -> None:
    """What cannot be drawn as it is asked for is not drawn otherwise."""
    got = ask(url, "/v1/images/generations", {"model": "m", "prompt": "x", **more})
    assert (got.status, got.json["error"]["param"]) == (400, named)


def test_images_in_each_providers_shape(url: str) -> None:
    """Together, Nebius, Nscale and Hyperbolic wrap a picture differently."""
    body = {"model": "m", "prompt": "x", "width": 64, "height": 32}
    together = ask(url, "/together/v1/images/generations", {**body, "response_format": "base64"})
    assert together.headers["retry-after"] == "2"
    assert {"id", "model", "object", "data"} == set(together.json)
    assert {"timings", "index", "b64_json"} == set(together.json["data"][0])
    assert {"data", "id"} == set(ask(url, "/nebius/v1/images/generations", body).json)
    sized = ask(url, "/nscale/v1/images/generations", {"model": "m", "prompt": "x", "size": "48x24"}).json
    assert {"created", "data"} == set(sized)
    assert size(base64.b64decode(sized["data"][0]["b64_json"])) == ("PNG", 48, 24)
    named = {"model_name": "SD2", "prompt": "x", "width": 64, "height": 32, "seed": 5}
    hyperbolic = ask(url, "/hyperbolic/v1/images/generations", named).json
    assert (hyperbolic["images"][0]["index"], hyperbolic["images"][0]["random_seed"]) == (0, 5)
    assert size(base64.b64decode(hyperbolic["images"][0]["image"])) == ("PNG", 64, 32)
    assert ask(url, "/v1/images/generations", {"model": "m"}).json["error"]["param"] == "prompt"


SAID = "Hello, déjà vu: world!"


def test_speech_is_heard_again(peer: openai.OpenAI) -> None:
    """What the sandbox says it also transcribes, in every format."""
    spoken = peer.audio.speech.create(model="m", voice="v", input=SAID).read()
    with wave.open(io.BytesIO(spoken)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 16_000)
        assert 0.5 < sound.getnframes() / 16_000 < 3
    ask_for: Any = peer.audio.transcriptions.create
    assert ask_for(model="m", file=("a.wav", spoken)).text == SAID
    assert ask_for(model="m", file=("a.wav", spoken), response_format="text") == f"{SAID}\n"
    told = ask_for(
        model="m", file=("a.wav", spoken), response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )
    assert [word.word for word in told.words] == SAID.split()
    assert told.words[-1].end == pytest.approx(told.segments[0].end)
    assert ask_for(model="m", file=("a.wav", spoken), response_format="srt").startswith("1\n00:00:00,000 --> 00:00:0")
    assert ask_for(model="m", file=("a.wav", spoken), response_format="vtt").startswith("WEBVTT\n\n00:00:00.000 --> 0")


def test_foreign_sound_is_described(peer: openai.OpenAI) -> None:
    """Of a sound without words it says what it is."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        square = [9000 if i // 10 % 2 else -9000 for i in range(9600)]
        sound.writeframes(b"".join(struct.pack("<hh", level, level) for level in square))
    heard = peer.audio.transcriptions.create(model="m", file=("a.wav", made.getvalue())).text
    assert heard == "[sandbox: 1.2 seconds of sound at 8000 Hz, stereo, a tone near 400 Hz]"
    heard = peer.audio.transcriptions.create(model="m", file=("a.flac", b"fLaC1234")).text
    assert heard == "[sandbox: 8 bytes of sound, FLAC]"


def test_bad_audio_requests_are_refused(url: str) -> None:
    """No form, no file, no text."""
    assert ask(url, "/v1/audio/transcriptions", {}).status == 400
    form = b'--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--x--\r\n'
    got = ask(url, "/v1/audio/transcriptions", form, Content_Type="multipart/form-data; boundary=x")
    assert got.json["error"]["param"] == "file"
    for said in ("", "la " * 2000):
        assert ask(url, "/v1/audio/speech", {"input": said}).json["error"]["param"] == "input"


def test_models(peer: openai.OpenAI) -> None:
    """The models that chat are listed, any is described; a model that says it does not exist does not."""
    assert [model.id for model in peer.models.list()] == ["sandbox/conversational", "sandbox/text-generation"]
    assert peer.models.retrieve("org/any").id == "org/any"
    with pytest.raises(openai.NotFoundError):
        peer.models.retrieve("does-not-exist")
    with pytest.raises(openai.NotFoundError, match="does-not-exist"):
        peer.chat.completions.create(model="does-not-exist", messages=[{"role": "user", "content": "x"}])


def test_keys_are_checked_when_told() -> None:
    """Only the right key is let in, in each way that providers take it; without one everyone is."""
    with Sandbox(api_key="right") as box:
        got = ask(box.url, "/v1/chat/completions", CHAT, Authorization="Bearer wrong")
        assert (got.status, got.json["error"]["code"]) == (401, "invalid_api_key")
        assert ask(box.url, "/v1/chat/completions", CHAT).status == 401
        for header in ({"Authorization": "Bearer right"}, {"Authorization": "Key right"}, {"X_Key": "right"}):
            assert ask(box.url, "/v1/chat/completions", CHAT, **header).status == 200
        assert ask(box.url, "/health").status == 200


def test_unknown_addresses(url: str) -> None:
    """An address nobody serves is a 404 that names it."""
    got = ask(url, "/v1/nothing", {})
    assert got.status == 404
    assert "POST /v1/nothing" in got.json["error"]["message"]
    for path in ("/chat/completions", "/v1/v1/chat/completions", "/api/chat/completions", "/acme-gateway/v1/nothing"):
        assert ask(url, path, CHAT).status == 404


@pytest.mark.parametrize("base", ["/acme-gateway", "/acme-gateway/v1", "/acme.ai/gateway/openai/v2"])
def test_providers_that_the_sandbox_does_not_know(url: str, base: str) -> None:
    """They have the routes of OpenAI below their name, wherever their own address has them."""
    assert "sandbox" in ask(url, f"{base}/chat/completions", CHAT).json["choices"][0]["message"]["content"]
    assert len(ask(url, f"{base}/embeddings", {"model": "m", "input": "x"}).json["data"]) == 1
    assert ask(url, f"{base}/models").json["object"] == "list"
    assert ask(url, f"{base}/models/org/models/m").json["id"] == "org/models/m"


@pytest.mark.parametrize("provider", [name for name in providers.names() if name not in ("auto", "fal-ai", "sandbox")])
def test_wrong_paths_of_known_providers(url: str, provider: str) -> None:
    """What a known provider does not serve is not served below its name."""
    got = ask(url, f"/{provider}/wrong/chat/completions", CHAT)
    assert (got.status, got.json["error"]["code"]) == (404, "unknown_url")
