"""Requests of one's own: `post`, `request`, `streaming_request`, `run` (SURFACE 7)."""

from __future__ import annotations

import base64
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.server import Answer, Server, pieces_of
from infermux import (
    IncompleteAnswerError,
    InferenceError,
    InputError,
    NotFoundError,
    ProviderApiError,
    ProviderOutputError,
)

Call = Callable[..., Any]
ROUTER = "router.huggingface.co/hf-inference/models"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
MASK = [
    {"sequence": "the goal of life is life.", "score": 0.10933292657136917, "token": 2166, "token_str": "life"},
]
ZERO_SHOT = {
    "sequence": "Hi, I recently bought a device",
    "labels": ["refund", "faq", "legal"],
    "scores": [0.9378499388694763, 0.04914155602455139, 0.013008488342165947],
}


class TestAnswer:
    """What `post` gives."""

    @pytest.mark.proves("PST-01", "PST-02", "PST-04", "PST-12")
    def test_bytes(self, call: Call, server: Server) -> None:
        """The guide's picture: the body is sent as it is, and the bytes come back as `content` and as themselves."""
        server.say(Answer(PNG, headers={"content-type": "image/png", "x-request-id": "r1"}))
        body = {"inputs": "An astronaut riding a horse on the moon."}
        answer = call({}, "post", json=body, model="stabilityai/stable-diffusion-2-1")
        assert isinstance(answer, bytes)
        assert answer == PNG
        assert type(answer.content) is bytes
        assert answer.content == PNG
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == answer.headers["content-type"] == "image/png"
        assert "X-Request-Id" in answer.headers
        assert answer.headers.get("x-other") is None
        (asked,) = server.requests
        assert asked.line == f"POST {ROUTER}/stabilityai/stable-diffusion-2-1"
        assert asked.json == body
        assert asked.headers["content-type"] == "application/json"
        assert "authorization" not in asked.headers

    @pytest.mark.proves("PST-03")
    def test_json(self, call: Call, server: Server) -> None:
        """The guide's mask: `json()` parses the answer, `text` shows it."""
        server.say(Answer.of(MASK))
        answer = call({}, "post", json={"inputs": "The goal of life is [MASK]."}, model="bert-base-uncased")
        assert answer.json() == MASK
        assert answer.text == json.dumps(MASK)

    @pytest.mark.proves("PST-11")
    def test_parameters(self, call: Call, server: Server) -> None:
        """The guide's zero-shot example: options stand beside the inputs, as the caller wrote them."""
        server.say(Answer.of(ZERO_SHOT))
        body = {"inputs": ZERO_SHOT["sequence"], "parameters": {"candidate_labels": ["refund", "legal", "faq"]}}
        answer = call({"model": "typeform/distilbert-base-uncased-mnli"}, "post", json=body)
        assert answer.json() == ZERO_SHOT
        assert server.requests[0].json == body

    def test_text_of_another_charset(self, call: Call, server: Server) -> None:
        """`text` reads the charset that the server names."""
        server.say(Answer("é".encode("latin-1"), headers={"content-type": 'text/plain; charset="ISO-8859-1"'}))
        assert call({"base_url": server.url}, "post", json={}).text == "é"

    def test_unknown_charset(self, call: Call, server: Server) -> None:
        """An unknown charset is read as UTF-8."""
        server.say(Answer("é".encode(), headers={"content-type": "text/plain; charset=klingon"}))
        assert call({"base_url": server.url}, "post", json={}).text == "é"

    def test_pickle(self, call: Call, server: Server) -> None:
        """An answer can be sent to another process."""
        server.say(Answer.of(MASK))
        answer = pickle.loads(pickle.dumps(call({"base_url": server.url}, "post", json={})))
        assert (answer.json(), answer.status_code, answer.headers["CONTENT-TYPE"]) == (MASK, 200, "application/json")

    def test_refusal(self, call: Call, server: Server) -> None:
        """A refusal is an error like that of any task."""
        server.say(Answer.of({"error": "no such model"}, 404))
        with pytest.raises(NotFoundError, match="no such model"):
            call({"base_url": server.url}, "post", json={})

    def test_loading(self, call: Call, server: Server) -> None:
        """A model that loads is waited for (SURFACE 2.5)."""
        server.say(Answer.of({"error": "loading", "estimated_time": 0.01}, 503, retry_after="0"), Answer.of(MASK))
        assert call({}, "post", json={}, model="org/m").json() == MASK
        assert len(server.requests) == 2


class TestData:
    """A body that is no JSON."""

    @pytest.mark.proves("PST-05")
    @pytest.mark.parametrize("kind", ["bytes", "bytearray", "memoryview", "file", "str", "Path", "url", "data"])
    def test_kinds(self, call: Call, server: Server, tmp_path: Path, kind: str) -> None:
        """Everything that a task takes as media is sent as its bytes, with its type."""
        path = tmp_path / "sound.wav"
        path.write_bytes(WAV)
        server.always("GET ", Answer(WAV))
        server.always("POST ", Answer.of({"text": "hello"}))
        given: dict[str, Callable[[], Any]] = {
            "bytes": lambda: WAV,
            "bytearray": lambda: bytearray(WAV),
            "memoryview": lambda: memoryview(WAV),
            "file": lambda: path.open("rb"),
            "str": lambda: str(path),
            "Path": lambda: path,
            "url": lambda: f"{server.url}/sound.wav",
            "data": lambda: "data:audio/wav;base64," + base64.b64encode(WAV).decode(),
        }
        data = given[kind]()
        try:
            answer = call({}, "post", data=data, model="org/m")
        finally:
            if hasattr(data, "close"):
                data.close()
        assert answer.json() == {"text": "hello"}
        asked = server.requests[-1]
        assert asked.body == WAV
        assert "wav" in asked.headers["content-type"]

    @pytest.mark.proves("PST-05")
    def test_image(self, call: Call, server: Server) -> None:
        """A PIL image is encoded in its own format."""
        image = pytest.importorskip("PIL.Image").open(io.BytesIO(PNG))
        server.say(Answer.of([]))
        call({}, "post", data=image, model="org/m")
        assert server.requests[0].body.startswith(b"\x89PNG")
        assert server.requests[0].headers["content-type"] == "image/png"

    def test_unknown_type(self, call: Call, server: Server) -> None:
        """Bytes that nothing tells about are sent as such."""
        server.say(Answer.of([]))
        call({}, "post", data=b"abc", model="org/m")
        assert server.requests[0].headers["content-type"] == "application/octet-stream"

    @pytest.mark.proves("PST-06")
    def test_wins(self, call: Call, server: Server) -> None:
        """Where both are given, data is sent, and the caller is told."""
        server.say(Answer.of([]))
        with pytest.warns(UserWarning, match="data is sent"):
            call({}, "post", json={"a": 1}, data=b"abc", model="org/m")
        assert server.requests[0].body == b"abc"

    def test_missing_file(self, call: Call, server: Server) -> None:
        """A file that is not there is told before anything is sent."""
        with pytest.raises(FileNotFoundError):
            call({}, "post", data="no/such/file.wav", model="org/m")
        assert server.requests == []


class TestWhere:
    """Where a request goes."""

    @pytest.mark.proves("PST-07")
    @pytest.mark.parametrize("method", ["post", "request", "streaming_request"])
    def test_no_body(self, call: Call, server: Server, method: str) -> None:
        """Neither json nor data is an error before anything is sent."""
        with pytest.raises(InputError, match="there is no body"):
            call({"model": "org/m"}, method)
        assert server.requests == []

    @pytest.mark.proves("PST-09")
    @pytest.mark.parametrize("method", ["post", "request", "streaming_request"])
    def test_nobody(self, call: Call, server: Server, method: str) -> None:
        """Neither a model nor a task is an error before anything is sent."""
        with pytest.raises(ValueError, match="name a model or a task"):
            call({}, method, json={})
        assert server.requests == []

    @pytest.mark.proves("PST-08")
    @pytest.mark.parametrize(
        ("task", "path"), [("translation", ""), ("feature-extraction", "/pipeline/feature-extraction")]
    )
    def test_task(self, call: Call, server: Server, task: str, path: str) -> None:
        """With a task alone, the Hub's recommendation is asked; where one model does two tasks, the path says which."""
        server.always("GET huggingface.co/api/tasks", Answer.of({task: {"widgetModels": ["org/best"], "models": []}}))
        server.say(Answer.of([]))
        call({}, "post", json={"inputs": "a"}, task=task)
        assert server.requests[-1].line == f"POST {ROUTER}/org/best{path}"

    def test_url(self, call: Call, server: Server) -> None:
        """A URL is used exactly as given, its query included."""
        server.say(Answer.of([]), Answer.of([]))
        call({}, "post", json={}, model=f"{server.url}/a/b/?c=d", task="feature-extraction")
        assert server.requests[0].path == "/a/b/?c=d"

    def test_call_over_client(self, call: Call, server: Server) -> None:
        """The model of the call wins over the client's."""
        server.say(Answer.of([]))
        call({"model": "org/one"}, "post", json={}, model="org/two")
        assert server.requests[0].line == f"POST {ROUTER}/org/two"

    def test_path_at_a_provider(self, call: Call, server: Server) -> None:
        """Another provider is reached by a path below its own address, with its own key."""
        server.say(Answer.of({"id": "b1"}))
        settings = {"provider": "groq", "api_key": "gsk_1"}
        assert call(settings, "request", json={"a": 1}, path="batches") == {"id": "b1"}
        (asked,) = server.requests
        assert asked.line == "POST api.groq.com/openai/v1/batches"
        assert asked.headers["authorization"] == "Bearer gsk_1"

    def test_path_through_the_router(self, call: Call, server: Server) -> None:
        """A Hugging Face key takes the way through the router."""
        server.say(Answer.of({}))
        call({"provider": "groq", "api_key": "hf_1", "bill_to": "org"}, "post", json={}, path="/chat/completions")
        (asked,) = server.requests
        assert asked.line == "POST router.huggingface.co/groq/openai/v1/chat/completions"
        assert asked.headers["x-hf-bill-to"] == "org"

    def test_provider_without_path(self, call: Call, server: Server) -> None:
        """Without a path it is not known what a provider is asked."""
        with pytest.raises(InputError, match="path="):
            call({"provider": "groq", "api_key": "gsk_1", "model": "m"}, "post", json={})
        assert server.requests == []

    @pytest.mark.parametrize("options", [{"strem": True}, {"stream": "yes"}, {"json": object()}, {"temperature": 1}])
    def test_bad_options(self, call: Call, server: Server, options: dict[str, Any]) -> None:
        """Unknown options and values of the wrong type are told before anything is sent."""
        with pytest.raises((InputError, TypeError)):
            call({"model": "org/m"}, "post", **{"json": {}, **options})
        assert server.requests == []

    def test_offline(self, call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """Offline nothing is sent to the Hub or a provider."""
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        with pytest.raises(InferenceError, match="HF_HUB_OFFLINE"):
            call({"model": "org/m"}, "post", json={})
        assert server.requests == []


class TestStream:
    """Answers in pieces."""

    @pytest.mark.proves("PST-10", "PST-12")
    @pytest.mark.parametrize("size", [1, 3, 1000])
    def test_lines(self, call: Call, server: Server, size: int) -> None:
        """`stream=True` gives the lines as bytes, however the pieces fall."""
        server.say(Answer(pieces=pieces_of("data: é\r\n\r\nlast".encode(), size)))
        lines = call({"base_url": server.url}, "post", json={"stream": True}, stream=True)
        assert lines == ["data: é".encode(), b"", b"last"]

    def test_cut(self, open_client: Call, server: Server) -> None:
        """A connection that breaks is an error, after the lines that came."""
        server.say(Answer(pieces=[b"one\ntw"], is_cut=True))
        with open_client({"base_url": server.url}) as client:
            with pytest.raises(IncompleteAnswerError, match="broke off"):
                client("post", json={}, stream=True)
            assert client.items == [b"one"]

    @pytest.mark.proves("PST-13")
    def test_events(self, call: Call, server: Server) -> None:
        """`streaming_request` asks for a stream and gives its events, parsed."""
        events = [{"token": {"text": "a"}}, {"token": {"text": "b"}}, [1]]
        server.say(Answer.events(*events, end=""))
        got = call({"base_url": server.url}, "streaming_request", "hello", {"max_new_tokens": 2})
        assert got == events
        assert server.requests[0].json == {"stream": True, "inputs": "hello", "parameters": {"max_new_tokens": 2}}

    def test_end_mark(self, call: Call, server: Server) -> None:
        """An end mark ends the stream."""
        server.say(Answer.events({"a": 1}))
        assert call({"base_url": server.url}, "streaming_request", json={"b": 2}) == [{"a": 1}]

    def test_events_cut(self, open_client: Call, server: Server) -> None:
        """A connection that breaks is an error here as well."""
        server.say(Answer(headers={"content-type": "text/event-stream"}, pieces=[b'data: {"a": 1}\n\n'], is_cut=True))
        with open_client({"base_url": server.url}) as client:
            with pytest.raises(IncompleteAnswerError):
                client("streaming_request", json={})
            assert client.items == [{"a": 1}]

    def test_error_event(self, call: Call, server: Server) -> None:
        """An error within the stream is raised."""
        server.say(Answer.events({"error": "overheated", "error_type": "generation"}))
        with pytest.raises(ProviderApiError, match="overheated"):
            call({"base_url": server.url}, "streaming_request", json={})

    def test_no_stream(self, call: Call, server: Server) -> None:
        """An answer that is no stream is an error."""
        server.say(Answer.of({"a": 1}))
        with pytest.raises(ProviderApiError, match="a stream was asked for"):
            call({"base_url": server.url}, "streaming_request", json={})


class TestRequest:
    """`request` and `run`, which read the answer."""

    @pytest.mark.proves("PST-13")
    def test_json(self, call: Call, server: Server) -> None:
        """JSON is parsed."""
        server.say(Answer.of(MASK))
        assert call({"model": "org/m"}, "request", "The [MASK].", {"top_k": 1}) == MASK
        assert server.requests[0].json == {"inputs": "The [MASK].", "parameters": {"top_k": 1}}

    @pytest.mark.proves("PST-13")
    def test_bytes(self, call: Call, server: Server) -> None:
        """What is no JSON comes as bytes, which know their headers."""
        server.say(Answer(PNG, headers={"content-type": "image/png"}))
        answer = call({"model": "org/m"}, "request", inputs="a cat")
        assert answer == PNG
        assert answer.headers["content-type"] == "image/png"

    def test_broken_json(self, call: Call, server: Server) -> None:
        """An answer that is said to be JSON and is none is an error."""
        server.say(Answer(b"{oops", headers={"content-type": "application/json"}))
        with pytest.raises(ProviderOutputError, match="not JSON"):
            call({"model": "org/m"}, "request", "a")

    def test_two_bodies(self, call: Call, server: Server) -> None:
        """`json` is the whole body; there is no other."""
        with pytest.raises(InputError, match="whole body"):
            call({"model": "org/m"}, "request", "a", json={})
        assert server.requests == []

    @pytest.mark.parametrize("method", ["request", "run"])
    def test_parameters_are_a_mapping(self, call: Call, server: Server, method: str) -> None:
        """Parameters are options by name."""
        with pytest.raises(InputError, match="parameters must be"):
            call({"model": "org/m"}, method, "a", parameters="b")
        assert server.requests == []

    @pytest.mark.proves("PST-14")
    def test_run(self, call: Call, server: Server) -> None:
        """A task by its name: media are sent as they are."""
        depth = {"predicted_depth": [[0.5]], "depth": "aGk="}
        server.say(Answer.of(depth))
        assert call({"model": "org/m"}, "run", "depth-estimation", PNG) == depth
        assert server.requests[0].body == PNG

    @pytest.mark.proves("PST-14")
    def test_run_with_parameters(self, call: Call, server: Server, tmp_path: Path) -> None:
        """Media beside which options go travel as text."""
        path = tmp_path / "a.png"
        path.write_bytes(PNG)
        server.say(Answer.of([]))
        call({"model": "org/m"}, "run", "zero-shot-object-detection", path, {"candidate_labels": ["cat"]})
        body = server.requests[0].json
        assert base64.b64decode(body["inputs"]) == PNG
        assert body["parameters"] == {"candidate_labels": ["cat"]}

    @pytest.mark.proves("PST-14")
    def test_run_recommended(self, call: Call, server: Server) -> None:
        """Without a model, the one that the Hub recommends is asked."""
        server.always(
            "GET huggingface.co/api/tasks", Answer.of({"text2text-generation": {"models": [{"id": "org/best"}]}})
        )
        server.say(Answer.of([{"generated_text": "b"}]))
        out = call({}, "run", "text2text-generation", "a", {"max_new_tokens": 3})
        assert out == [{"generated_text": "b"}]
        assert server.requests[-1].line == f"POST {ROUTER}/org/best"
        assert server.requests[-1].json == {"inputs": "a", "parameters": {"max_new_tokens": 3}}

    def test_run_needs_a_task(self, call: Call, server: Server) -> None:
        """A task is a name."""
        with pytest.raises(InputError, match="task must be"):
            call({"model": "org/m"}, "run", None, "a")
        assert server.requests == []
