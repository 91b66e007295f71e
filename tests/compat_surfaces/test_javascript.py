"""What the JavaScript client has besides (SURFACE 2.7 and 15)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import (
    AsyncInferenceClient,
    InferenceClient,
    InferenceConnectionError,
    InputError,
    InternalServerError,
    set_logger,
)
from infermux.flow import Limits, Request, Response
from infermux.plugins import OVERRIDES

Call = Callable[..., Any]
TALK = [{"role": "user", "content": "Hi"}]
HELLO = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}]}
LABELS = [[{"label": "a", "score": 1.0}]]
PICTURE = b"\x89PNG\r\n\x1a\n picture"


class TestTransport:
    """Bytes moved by the caller's own means."""

    @pytest.mark.proves("JSO-05")
    def test_own(self) -> None:
        """A transport of one's own gets each request, and its answer is the client's."""
        seen: list[Request] = []

        class Own:
            def send(self, request: Request, limits: Limits, max_bytes: int | None = None) -> Response:
                seen.append(request)
                return Response(200, {"content-type": "application/json"}, b'{"text": "hello"}')

            def open(self, request: Request, limits: Limits) -> Any:
                raise NotImplementedError

            def close(self) -> None:
                pass

        with InferenceClient("https://h.example/asr", http_client=Own()) as client:
            assert client.automatic_speech_recognition(b"fLaC").text == "hello"
        assert [request.url for request in seen] == ["https://h.example/asr"]


class TestUrlTransform:
    """`url_transform=` of the client."""

    @pytest.mark.proves("JSO-06")
    def test_changed(self, call: Call, server: Server) -> None:
        """Each address passes through the function before it is used."""
        seen: list[str] = []

        def through(url: str) -> str:
            seen.append(url)
            return url.replace("https://api.openai.com", f"{server.url}/proxy")

        server.say(Answer.of(HELLO))
        settings = {"provider": "openai", "api_key": "sk_1", "url_transform": through}
        assert call(settings, "chat_completion", TALK, model="m").choices[0].message.content == "Hello"
        assert seen == ["https://api.openai.com/v1/chat/completions"]
        (asked,) = server.requests
        assert asked.path == "/proxy/v1/chat/completions"
        assert asked.headers["authorization"] == "Bearer sk_1"

    @pytest.mark.proves("JSO-06")
    def test_streams_and_posts(self, open_client: Call, server: Server) -> None:
        """Streams and requests of one's own as well; a repeated request passes once."""
        calls: list[str] = []

        def through(url: str) -> str:
            calls.append(url)
            return f"{url}/x"

        server.say(
            Answer.of({"error": "busy"}, 500, retry_after="0"),
            Answer.events({"choices": [{"index": 0, "finish_reason": "stop", "delta": {"content": "a"}}]}),
            Answer.of({}),
        )
        with open_client({"base_url": f"{server.url}/v1", "url_transform": through}) as client:
            assert len(client("chat_completion", TALK, stream=True)) == 1
            client("post", json={})
        assert [asked.path for asked in server.requests] == ["/v1/chat/completions/x"] * 2 + ["/v1/x"]
        assert len(calls) == 2

    def test_not_the_hub(self, call: Call, server: Server) -> None:
        """Look-ups at the Hub stay where they are."""
        server.always("GET huggingface.co/api/tasks", Answer.of({"text-classification": {"widgetModels": ["org/m"]}}))
        server.say(Answer.of(LABELS))
        call({"url_transform": lambda url: f"{server.url}/mine"}, "text_classification", "a")
        assert [asked.path for asked in server.requests] == ["/api/tasks", "/mine"]

    @pytest.mark.parametrize("is_rewritten", [False, True], ids=["as sent", "rewritten"])
    def test_results_as_well(
        self, open_client: Call, server: Server, monkeypatch: pytest.MonkeyPatch, is_rewritten: bool
    ) -> None:
        """A gateway on this machine stands in for a provider and its media host, and may tell its own addresses."""
        monkeypatch.setitem(OVERRIDES, "fal-ai", {"org/m": "fal-ai/flux"})

        def through(url: str) -> str:
            return url if url.startswith(server.url) else url.replace("https://", f"{server.url}/to/")

        where = "https://fal.media/a.png"
        server.say(
            Answer.of({"images": [{"url": through(where) if is_rewritten else where}]}),
            Answer(PICTURE, headers={"content-type": "image/png"}),
        )
        settings = {"provider": "fal-ai", "api_key": "own", "model": "org/m", "url_transform": through}
        with open_client({**settings, "http_client": None}) as client:
            assert client("text_to_image", "a cat", output_type="bytes") == PICTURE
        assert [asked.path for asked in server.requests] == ["/to/fal.run/fal-ai/flux", "/to/fal.media/a.png"]
        assert "authorization" not in server.requests[1].headers

    @pytest.mark.parametrize("where", ["http://169.254.169.254/latest/meta-data", "{home}/secret"])
    def test_results_stay_public(
        self, open_client: Call, server: Server, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        """What clouds tell secrets at is never fetched, nor this machine where the function does not lead to it."""
        monkeypatch.setitem(OVERRIDES, "fal-ai", {"org/m": "fal-ai/flux"})
        answer = Answer.of({"images": [{"url": where.format(home=server.url)}]})
        led = "169" in where
        server.say(answer)

        def through(url: str) -> str:
            return url.replace("https://fal.run", f"{server.url}/fal") if led else url

        settings = {"provider": "fal-ai", "api_key": "own", "model": "org/m", "url_transform": through}
        settings |= {"max_retries": 0, **({"http_client": None} if led else {})}
        refused = pytest.raises(InferenceConnectionError, match="not a public address")
        with open_client(settings) as client, refused:
            client("text_to_image", "a cat", output_type="bytes")
        assert len(server.requests) == 1

    @pytest.mark.parametrize("given", [None, "h.example", "file:///etc/hosts", "http://"])
    def test_no_address(self, call: Call, server: Server, given: Any) -> None:
        """What is no address is refused before anything is sent."""
        with pytest.raises(InputError, match="url_transform"):
            call({"base_url": server.url, "url_transform": lambda url: given}, "chat_completion", TALK)
        assert server.requests == []


class Notes:
    """A logger of one's own."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def info(self, message: str) -> None:
        self.said.append(("info", message))

    def warning(self, message: str) -> None:
        self.said.append(("warning", message))


class TestLogger:
    """`set_logger`."""

    @pytest.fixture(autouse=True)
    def _back(self) -> Iterator[None]:
        yield
        set_logger(None)

    @pytest.mark.proves("JSO-07")
    def test_own(self, call: Call, server: Server) -> None:
        """Messages and warnings come to a logger of one's own."""
        notes = Notes()
        set_logger(notes)
        server.say(Answer.of({"error": "busy"}, 500, retry_after="0"), Answer.of([]))
        with pytest.warns(UserWarning, match="data is sent"):
            call({"base_url": server.url}, "post", json={}, data=b"a")
        (first, told), (second, retried) = notes.said
        assert (first, second) == ("warning", "info")
        assert "data is sent" in told
        assert "attempt 2" in retried

    @pytest.mark.proves("JSO-07")
    def test_standard(self, call: Call, server: Server, caplog: pytest.LogCaptureFixture) -> None:
        """A logger of the standard library will do."""
        set_logger(logging.getLogger("mine"))
        server.say(Answer.of({"error": "busy"}, 500, retry_after="0"), Answer.of([]))
        with caplog.at_level(logging.INFO):
            call({"base_url": server.url}, "post", json={})
        assert [record.name for record in caplog.records] == ["mine"]

    def test_none(self, call: Call, server: Server, caplog: pytest.LogCaptureFixture) -> None:
        """None leads back to the package's own log."""
        notes = Notes()
        set_logger(notes)
        set_logger(None)
        server.say(Answer.of({"error": "busy"}, 500, retry_after="0"), Answer.of([]))
        with caplog.at_level(logging.INFO, "infermux"):
            call({"base_url": server.url}, "post", json={})
        assert notes.said == []
        assert [record.name for record in caplog.records] == ["infermux"]

    def test_no_logger(self) -> None:
        """What cannot take messages is refused at once."""
        with pytest.raises(TypeError, match="info"):
            set_logger("mine")  # type: ignore[arg-type]


class TestOlderOptions:
    """Options of releases before 2025."""

    @pytest.mark.proves("JSO-08")
    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ({"use_cache": False}, {"x-use-cache": "false"}),
            ({"dont_load_model": True}, {"x-load-model": "0"}),
            ({"wait_for_model": True}, {"x-wait-for-model": "true"}),
            ({"use_cache": True, "dont_load_model": False, "wait_for_model": False, "use_gpu": True}, {}),
            ({"include_credentials": "include"}, {}),
        ],
    )
    def test_headers(self, call: Call, server: Server, given: dict[str, Any], sent: dict[str, str]) -> None:
        """At hf-inference they are headers."""
        server.always("GET huggingface.co/", Answer.of({"pipeline_tag": "text-classification"}))
        server.say(Answer.of(LABELS))
        call({"provider": "hf-inference", **given}, "text_classification", "a", model="org/m")
        headers = server.requests[-1].headers
        names = ("x-use-cache", "x-load-model", "x-wait-for-model")
        assert {name: headers[name] for name in names if name in headers} == sent

    @pytest.mark.proves("JSO-08")
    @pytest.mark.parametrize("option", ["use_cache", "dont_load_model", "wait_for_model", "use_gpu"])
    def test_elsewhere(self, call: Call, server: Server, option: str) -> None:
        """Elsewhere nobody knows them, and the caller is told."""
        server.say(Answer.of(HELLO))
        with pytest.warns(UserWarning, match=f"{option} mean something to hf-inference alone"):
            call({"base_url": server.url, option: True}, "chat_completion", TALK)
        assert not {"x-use-cache", "x-load-model", "x-wait-for-model"} & server.requests[0].headers.keys()

    @pytest.mark.proves("JSO-08")
    def test_no_waiting(self, call: Call, server: Server) -> None:
        """`wait_for_model=False` asks once, as `retry_on_error=False` does."""
        server.always("GET huggingface.co/", Answer.of({"pipeline_tag": "text-classification"}))
        server.say(Answer.of({"error": "loading"}, 503))
        settings = {"provider": "hf-inference", "wait_for_model": False}
        with pytest.raises(InternalServerError, match="loading"):
            call(settings, "text_classification", "a", model="org/m")

    @pytest.mark.proves("JSO-08")
    def test_of_a_client(self, open_client: Call, server: Server) -> None:
        """A client under such options can be made of another, and shares its connections."""
        server.always("GET huggingface.co/", Answer.of({"pipeline_tag": "text-classification"}))
        server.say(Answer.of(LABELS), Answer.of({"error": "loading"}, 503))
        with open_client({"provider": "hf-inference", "model": "org/m"}) as client:
            other = client.client.with_older_options(use_cache=False)
            client.run(other.text_classification("a"))
            assert server.requests[-1].headers["x-use-cache"] == "false"
            hasty = client.client.with_older_options(wait_for_model=False)
            with pytest.raises(InternalServerError):
                client.run(hasty.text_classification("a"))

    @pytest.mark.parametrize("kind", [InferenceClient, AsyncInferenceClient])
    def test_bad(self, kind: Any) -> None:
        """An unknown option of the constructor is a TypeError; a value that is none is told."""
        with pytest.raises(TypeError, match="no option 'modell'"):
            kind(modell="org/m")
        with pytest.raises(InputError, match="use_cache must be"):
            kind(use_cache="no")


class TestKeys:
    """Keys of the JavaScript client."""

    @pytest.mark.proves("JSO-03")
    def test_endpoint_url(self, call: Call, server: Server) -> None:
        """An endpoint and its key, at the construction."""
        server.say(Answer.of(HELLO))
        call({"endpoint_url": f"{server.url}/v1/", "api_key": "hf_1"}, "chat_completion", TALK)
        assert server.requests[0].path == "/v1/chat/completions"
        assert server.requests[0].headers["authorization"] == "Bearer hf_1"

    @pytest.mark.proves("JSO-09")
    def test_proxy(self, call: Call, server: Server) -> None:
        """Behind a proxy that holds the key, the caller needs none, and none is sent."""
        server.say(Answer.of(HELLO))
        assert call({"base_url": server.url}, "chat_completion", TALK, model="org/m")
        assert "authorization" not in server.requests[0].headers

    @pytest.mark.parametrize("word", ["token", "api_key", "access_token"])
    def test_access_token(self, call: Call, server: Server, word: str) -> None:
        """One key has three words, on every call."""
        server.say(Answer.of(HELLO))
        call({"base_url": server.url}, "chat_completion", TALK, **{word: "k"})
        assert server.requests[0].headers["authorization"] == "Bearer k"

    def test_two_keys(self, call: Call, server: Server) -> None:
        """Two of them that differ are refused."""
        with pytest.raises(InputError, match="two words for one thing"):
            call({"base_url": server.url}, "chat_completion", TALK, api_key="a", access_token="b")
        assert server.requests == []
