"""Errors: one family, with the request and the answer, and no secret (SURFACE 3)."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from saying import MESSAGES, error, mapping

import infermux
from contract.server import Answer, Server
from infermux import (
    HTTPError,
    HTTPStatusError,
    HubApiError,
    IncompleteAnswerError,
    InferenceConnectionError,
    InferenceError,
    InferenceTimeoutError,
    InputError,
    ProviderApiError,
    ProviderOutputError,
)
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]
SECRET = "sk-SeCrEt-SeCrEt"


def fail(call: Call, server: Server, *answers: Answer, **settings: Any) -> Any:
    """The error of a chat that the server answers so."""
    server.say(*answers)
    with pytest.raises(InferenceError) as caught:
        call(
            {"base_url": server.url, "max_retries": 0, "retry_on_error": False, **settings}, "chat_completion", MESSAGES
        )
    return caught.value


@pytest.mark.proves("ERR-01", "ERR-02", "ERR-22")
def test_names() -> None:
    """The errors are public, under the JavaScript client's names as well."""
    for name in ("", "Input", "Routing", "ProviderApi", "HubApi", "ProviderOutput"):
        assert issubclass(getattr(infermux, f"InferenceClient{name}Error"), InferenceError)
    assert infermux.InferenceClientError is InferenceError
    assert infermux.InferenceClientInputError is InputError
    assert issubclass(InputError, ValueError)
    assert infermux.InferenceClientProviderApiError is ProviderApiError
    assert infermux.InferenceClientHubApiError is HubApiError
    assert infermux.InferenceClientProviderOutputError is ProviderOutputError
    assert infermux.HfHubHTTPError is HTTPStatusError
    assert infermux.InferenceTimeoutError is InferenceTimeoutError


@pytest.mark.proves("ERR-03", "ERR-07", "ERR-12", "ERR-13", "ERR-19")
@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (402, "PaymentRequiredError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
    ],
)
def test_status(call: Call, server: Server, status: int, name: str) -> None:
    """Each status has its class, the same in both clients, and the message holds the server's words."""
    found = fail(call, server, error(status, "the server's words"))
    assert type(found) is getattr(infermux, name)
    assert isinstance(found, (ProviderApiError, HTTPStatusError, HTTPError, OSError))
    assert found.status_code == found.status == status
    assert "the server's words" in found.message == str(found)
    assert str(status) in found.message
    assert "127.0.0.1" in found.message


@pytest.mark.proves("ERR-04")
@pytest.mark.parametrize("status", [401, 404, 500])
def test_hub(call: Call, server: Server, status: int) -> None:
    """What the Hub refuses is another class than what a provider refuses."""
    server.always("GET huggingface.co/api/models/", error(status, "Repository not found"))
    settings = {"model": "org/m", "provider": "groq", "api_key": "hf_1", "max_retries": 0}
    with pytest.raises(HubApiError, match="Repository not found") as caught:
        call(settings, "chat_completion", MESSAGES)
    assert not isinstance(caught.value, ProviderApiError)
    assert caught.value.status_code == status


@pytest.mark.proves("ERR-08", "ERR-09", "ERR-10", "ERR-14")
def test_evidence(call: Call, server: Server) -> None:
    """The request and the answer stay on the error."""
    said = Answer.of({"error": {"message": "no", "code": "x"}}, 400, x_request_id="req-1", x_more="y")
    found = fail(call, server, said, api_key=SECRET)
    assert found.request.url == f"{server.url}/v1/chat/completions"
    assert found.request.method == "POST"
    assert found.request.headers["content-type"] == "application/json"
    assert "capital of France" in str(found.request.body)
    assert found.response.status == found.response.status_code == 400
    assert found.response.headers["x-more"] == "y"
    assert found.response.body == {"error": {"message": "no", "code": "x"}} == found.response.json()
    assert found.response.text == said.body.decode()
    assert found.http_request is found.request
    assert found.http_response is found.response
    assert found.request_id == found.response.request_id == "req-1"
    assert found.server_message == "no"
    found.append_to_message("\nmore")
    assert str(found).endswith("\nmore")


@pytest.mark.proves("ERR-09")
def test_body_that_is_no_json(call: Call, server: Server) -> None:
    """A body that is no JSON is its text: F07."""
    found = fail(call, server, Answer(b"<html>502 Bad Gateway</html>", 502, {"content-type": "text/html"}))
    assert found.response.body == found.response.text == "<html>502 Bad Gateway</html>"
    assert "502 Bad Gateway" in str(found)


class TestSecrets:
    """No key, cookie or signature is in any part of an error or a log."""

    @pytest.mark.proves("ERR-11")
    @pytest.mark.parametrize("status", [400, 401, 422, 500, 200])
    @pytest.mark.parametrize("name", ["Authorization", "X-Key", "Api-Key", "Cookie", "X-Auth-Token"])
    def test_header(self, call: Call, server: Server, caplog: pytest.LogCaptureFixture, status: int, name: str) -> None:
        """Not even where the server repeats it, in its words, its headers or an answer that cannot be read."""
        caplog.set_level(logging.DEBUG)
        said = Answer(f'{{"error": "bad {SECRET}", "k": "{SECRET}"}}'.encode(), status, {"x-echo": SECRET})
        found = fail(call, server, said, headers={name: SECRET})
        assert server.requests[0].headers[name.lower()] == SECRET
        assert found.request.headers[name.lower()] != SECRET
        everything = f"{found}{found!r}{found.__dict__}{found.__cause__!r}{found.__context__!r}{caplog.text}"
        assert SECRET not in everything

    @pytest.mark.proves("ERR-11")
    @pytest.mark.parametrize("setting", ["api_key", "cookies", "default_query", "user info"])
    def test_setting(self, call: Call, server: Server, setting: str) -> None:
        """Wherever the secret was given."""
        settings = {
            "api_key": {"api_key": SECRET},
            "cookies": {"cookies": {"session": SECRET, "theme": "dark"}},
            "default_query": {"default_query": {"api_key": SECRET}},
            "user info": {"base_url": server.url.replace("://", f"://user:{SECRET}@")},
        }[setting]
        found = fail(
            call, server, error(400, f"bad {SECRET}" if setting in ("api_key", "cookies") else "bad"), **settings
        )
        assert SECRET not in f"{found}{found!r}{found.__dict__}{found.__cause__!r}"

    @pytest.mark.proves("ERR-11")
    @pytest.mark.parametrize("body", [f'{{"token": "{SECRET}"}}', f'"{SECRET}"', f'[{{"x": "{SECRET}"}}]', SECRET])
    def test_unreadable_answer(self, call: Call, server: Server, body: str) -> None:
        """An answer that cannot be read does not show it either."""
        found = fail(call, server, Answer(body.encode(), headers={"content-type": "application/json"}), api_key=SECRET)
        assert isinstance(found, ProviderOutputError)
        assert SECRET not in f"{found}{found!r}{found.__dict__}{found.__cause__!r}{found.__context__!r}"

    @pytest.mark.proves("ERR-11")
    def test_no_stream(self, call: Call, server: Server) -> None:
        """Nor does an answer that is no stream."""
        server.say(Answer.of({"error": f"bad key {SECRET}"}))
        with pytest.raises(InferenceError) as caught:
            call({"base_url": server.url, "api_key": SECRET}, "chat_completion", MESSAGES, stream=True)
        assert SECRET not in f"{caught.value}{caught.value.__dict__}"

    @pytest.mark.proves("ERR-11")
    def test_nobody_there(self, call: Call, server: Server) -> None:
        """Nor does the error of a server that is not there."""
        settings = {"base_url": f"http://user:{SECRET}@127.0.0.1:1/v1?token={SECRET}", "api_key": SECRET}
        found = fail(call, server, **settings)
        assert isinstance(found, InferenceConnectionError)
        assert SECRET not in f"{found}{found.__dict__}{found.__cause__!r}{found.__context__!r}"

    def test_binary_bodies(self, call: Call, server: Server) -> None:
        """A body that is no text is told by its size."""
        server.say(error(400))
        with pytest.raises(InferenceError) as caught:
            call({"base_url": server.url}, "automatic_speech_recognition", b"fLaC\xff\xfe" + bytes(94))
        assert caught.value.request is not None
        assert "100" in str(caught.value.request.body)
        assert len(str(caught.value.request.body)) < 40


@pytest.mark.proves("ERR-15")
def test_422(call: Call, server: Server) -> None:
    """At 422 the whole body is in the message."""
    found = fail(call, server, Answer.of({"error": "invalid", "hint": "use another model"}, 422))
    assert "use another model" in str(found)


@pytest.mark.proves("ERR-16")
@pytest.mark.parametrize(
    "said",
    [{"error": "words"}, {"error": {"message": "words"}}, {"detail": "words"}, {"message": "words"}, None],
)
def test_words(call: Call, server: Server, said: Any) -> None:
    """The server's words are found wherever it puts them."""
    found = fail(call, server, Answer(b"words", 400) if said is None else Answer.of(said, 400))
    assert found.server_message == "words"


_DEEP = b"[" * 100_000
_FRAMES = {
    "a refusal": (400, "application/json", _DEEP),
    "words of a refusal": (400, "application/json", b'{"error": ' + b"[" * 900 + b"]" * 900 + b"}"),
    "an answer": (200, "application/json", _DEEP),
    "an event": (200, "text/event-stream", b"data: " + _DEEP + b"\n\n"),
    "an error event": (200, "text/event-stream", b'data: {"error": ' + b"[" * 900 + b"]" * 900 + b"}\n\n"),
    "a named event": (200, "text/event-stream", b"event: error\ndata: " + _DEEP + b"\n\n"),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", _FRAMES)
def test_nested_without_end(call: Call, server: Server, kind: str, stream: bool) -> None:
    """JSON that no reader can hold is an error of ours, which can be shown, stored and asked."""
    status, content_type, body = _FRAMES[kind]
    server.say(Answer(body, status, {"content-type": content_type}))
    with pytest.raises(ProviderApiError if status == 400 else InferenceError) as caught:
        call({"base_url": server.url}, "chat_completion", MESSAGES, stream=stream)
    assert caught.value.response is not None
    assert caught.value.response.body
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message


@pytest.mark.parametrize("told", ["1" + "0" * 400, "-1", "NaN", "Infinity", "1e999", "true", '"soon"', "null"])
def test_impossible_estimate(call: Call, server: Server, told: str) -> None:
    """An expected time that is none does not count."""
    found = fail(call, server, Answer(b'{"error": "loading", "estimated_time": %s}' % told.encode(), 503))
    assert found.status_code == 503
    assert found.estimated_time is None


@pytest.mark.parametrize("status", [200, 400])
def test_no_stream_and_cut(call: Call, status: int) -> None:
    """An answer that is no stream is shown as far as it came before the connection was lost."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.answer(b'{"error": "the reas', "Content-Type: application/json", status=status, length=100)

    with RawServer(talk) as raw, pytest.raises(ProviderApiError, match="the reas"):
        call({"base_url": raw.url, "http_client": None}, "chat_completion", MESSAGES, stream=True)


@pytest.mark.parametrize("status", [200, 400])
def test_no_stream_and_endless(call: Call, status: int) -> None:
    """An answer that is no stream and never ends is not read for ever."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.send(f"HTTP/1.1 {status} Any\r\nContent-Type: text/html\r\n\r\n")
        while True:
            peer.send(b"word " * 1000)

    with RawServer(talk) as raw, pytest.raises(ProviderApiError, match="word"):
        call({"base_url": raw.url, "http_client": None, "timeout": 20}, "chat_completion", MESSAGES, stream=True)


def test_event_without_end(call: Call) -> None:
    """An event of a stream that never ends is not kept for ever."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin("Content-Type: text/event-stream")
        peer.chunk(b"data: ")
        while True:
            peer.chunk(b"x" * (1 << 20))

    with RawServer(talk) as raw, pytest.raises(ProviderOutputError, match="no end"):
        call({"base_url": raw.url, "http_client": None, "timeout": 60}, "chat_completion", MESSAGES, stream=True)


_LONG = b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"


class TestConnection:
    """Servers that are not there, or go away."""

    def test_refused(self, call: Call, server: Server) -> None:
        """A port where nobody listens."""
        found = fail(call, server, base_url="http://127.0.0.1:1", http_client=None)
        assert type(found) is InferenceConnectionError
        assert isinstance(found, ConnectionError)
        assert "127.0.0.1:1" in str(found)
        assert found.request.method == "POST"

    def test_no_such_host(self, call: Call, server: Server) -> None:
        """A name that nobody has."""
        found = fail(call, server, base_url="http://nobody.invalid", http_client=None)
        assert type(found) is InferenceConnectionError
        assert "nobody.invalid" in str(found)

    @pytest.mark.parametrize("stream", [False, True])
    def test_dropped(self, call: Call, stream: bool) -> None:
        """A connection that is closed before any byte of an answer, and again."""

        def talk(peer: Peer) -> None:
            peer.request()
            peer.reset()

        with RawServer(talk) as raw:
            settings = {"base_url": raw.url, "http_client": None, "max_retries": 0}
            with pytest.raises(InferenceConnectionError):
                call(settings, "chat_completion", MESSAGES, stream=stream)
            assert len(raw.requests) == 1

    @pytest.mark.parametrize("times", [1, 2])
    def test_dropped_then_well(self, call: Call, times: int) -> None:
        """After a reset the call is made again: S05."""
        left = [times]

        def talk(peer: Peer) -> None:
            peer.request()
            if left[0]:
                left[0] -= 1
                peer.reset()
            else:
                peer.answer(b'{"choices": []}', "Content-Type: application/json")

        with RawServer(talk) as raw:
            assert call({"base_url": raw.url, "http_client": None}, "chat_completion", MESSAGES).choices == []
            assert len(raw.requests) == times + 1

    def test_kept_connection_that_the_server_closed(self, open_client: Call) -> None:
        """A connection that was closed between two calls is replaced unnoticed: F13."""

        def talk(peer: Peer) -> None:
            peer.request()
            peer.answer(b'{"choices": []}', "Content-Type: application/json")

        with (
            RawServer(talk) as raw,
            open_client({"base_url": raw.url, "http_client": None, "max_retries": 0}) as client,
        ):
            for _ in range(3):
                assert client("chat_completion", MESSAGES).choices == []

    @pytest.mark.parametrize("length", [5, 5000])
    def test_cut_answer(self, call: Call, length: int) -> None:
        """An answer that is shorter than announced is no answer, even if what came can be read: F11."""

        def talk(peer: Peer) -> None:
            peer.request()
            peer.answer(b'{"choices": []}', "Content-Type: application/json", length=15 + length)

        with RawServer(talk) as raw, pytest.raises((IncompleteAnswerError, InferenceConnectionError)):
            call({"base_url": raw.url, "http_client": None, "max_retries": 0}, "chat_completion", MESSAGES)

    @pytest.mark.parametrize(
        "said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x46", _LONG]
    )
    def test_no_http(self, call: Call, said: bytes) -> None:
        """What is no HTTP is an error of ours."""

        def talk(peer: Peer) -> None:
            peer.request()
            peer.send(said)

        with RawServer(talk) as raw, pytest.raises(InferenceError):
            call({"base_url": raw.url, "http_client": None, "max_retries": 0}, "chat_completion", MESSAGES)

    @pytest.mark.parametrize("location", ["http://[::1", "https://host:port/", "file:///etc/passwd", "http://other/x"])
    @pytest.mark.parametrize("stream", [False, True])
    def test_redirect(self, call: Call, server: Server, location: str, stream: bool) -> None:
        """A call that is redirected elsewhere is refused, whatever the place is called: F08."""
        server.say(Answer(b"", 307, {"location": location}))
        with pytest.raises(InferenceError):
            call(
                {"base_url": server.url, "api_key": SECRET, "max_retries": 0},
                "chat_completion",
                MESSAGES,
                stream=stream,
            )
        assert len(server.requests) == 1


@pytest.mark.proves("ERR-21")
@pytest.mark.parametrize("kind", ["status", "timeout", "connection", "output", "input", "stream"])
def test_pickle(call: Call, server: Server, kind: str) -> None:
    """Errors are pickled with all they know."""
    found: Any
    if kind == "status":
        found = fail(call, server, error(400, "words"))
    elif kind == "timeout":
        found = fail(call, server, Answer(pieces=[0.3, b"{}"]), timeout=0.05)
    elif kind == "connection":
        found = fail(call, server, base_url="http://127.0.0.1:1")
    elif kind == "output":
        found = fail(call, server, Answer(b"?"))
    elif kind == "input":
        found = fail(call, server, base_url=None)
    else:
        server.say(Answer.events({"choices": [{"index": 0, "delta": {"content": "a"}}]}, end=""))
        with pytest.raises(IncompleteAnswerError) as caught:
            call({"base_url": server.url}, "chat_completion", MESSAGES, stream=True)
        found = caught.value
    twin = pickle.loads(pickle.dumps(found))
    assert type(twin) is type(found)
    assert str(twin) == str(found)
    assert twin.__dict__ == found.__dict__


@pytest.mark.proves("ERR-14")
def test_hub_error_tells_the_reason(call: Call, server: Server) -> None:
    """The Hub's own words are there."""
    server.always("GET huggingface.co/api/models/", Answer.of({"error": "gated"}, 403, x_error_code="GatedRepo"))
    with pytest.raises(infermux.HfHubHTTPError) as caught:
        call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert caught.value.server_message == "gated"
    assert caught.value.response is not None
    assert caught.value.response.headers["x-error-code"] == "GatedRepo"


def test_mapping_error_is_told(call: Call, server: Server) -> None:
    """An error of the look-up names the Hub and the model."""
    server.always("GET huggingface.co/api/models/", mapping())
    with pytest.raises(InputError, match="org/m"):
        call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
