"""T7 to T11, T26 and T37: what a server answers is not trusted, and keys go nowhere but where they belong."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import (
    AuthenticationError,
    InferenceError,
    InputError,
    NotFoundError,
    PermissionDeniedError,
    ProviderOutputError,
)
from loopback.server import Peer
from loopback.server import Server as RawServer

from .jobs import JOBS, MODEL, hub, play

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]
CHAT = Answer.of({"choices": []})
ONCE = {"max_retries": 0}


def names_and_values(server: Server, host: str) -> str:
    """All headers that went to a host, in one text."""
    return "\n".join(
        f"{name}: {asked.headers[name]}" for asked in server.requests if asked.host == host for name in asked.headers
    )


@pytest.mark.parametrize("provider", JOBS)
def test_t07_a_result_on_a_private_address_is_not_fetched(call: Call, server: Server, provider: str) -> None:
    """A provider on the internet cannot have this machine's own servers asked."""
    job = JOBS[provider]
    settings = play(server, provider, file=f"{server.url}/secret")
    with pytest.raises(InferenceError, match=r"127\.0\.0\.1"):
        call({**settings, **ONCE}, job.method, "a cat", **({"output_type": "bytes"} if job.is_picture else {}))
    assert not [asked for asked in server.requests if asked.path == "/secret"]


@pytest.mark.parametrize("host", ["localhost", "[::1]", "0.0.0.0", "127.1"])
def test_t07_no_other_name_of_this_machine_is_fetched(call: Call, server: Server, host: str) -> None:
    """However it is spelt."""
    file = server.url.replace("127.0.0.1", host) + "/secret"
    settings = play(server, "wavespeed", file=file)
    with pytest.raises(InferenceError):
        call({**settings, **ONCE}, "text_to_video", "a cat")
    assert not [asked for asked in server.requests if asked.host == server.url[7:] and asked.path == "/secret"]


def test_t07_a_result_may_not_lead_to_a_private_address(call: Call, server: Server) -> None:
    """Nor by a redirect."""
    settings = play(server, "wavespeed", made=Answer(status=302, headers={"location": f"{server.url}/secret"}))
    with pytest.raises(InferenceError, match=r"127\.0\.0\.1"):
        call({**settings, **ONCE}, "text_to_video", "a cat")
    assert not [asked for asked in server.requests if asked.path == "/secret"]


@pytest.mark.parametrize("file", ["file:///etc/passwd", "ftp://files.example/a", "/etc/passwd", "gopher://h/"])
def test_t07_a_result_is_fetched_by_http_alone(call: Call, server: Server, file: str) -> None:
    """Another scheme is refused, and shown."""
    with pytest.raises(ProviderOutputError, match=r"not http\(s\)"):
        call(play(server, "wavespeed", file=file), "text_to_video", "a cat")


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (Answer(b"<html>Not found</html>", 404, {"content-type": "text/html"}), NotFoundError),
        (Answer(b"<html>Sign in</html>", headers={"content-type": "text/html"}), ProviderOutputError),
        (Answer.of({"error": "expired"}), ProviderOutputError),
        (Answer(), ProviderOutputError),
    ],
    ids=["missing", "a page", "json", "nothing"],
)
@pytest.mark.parametrize("provider", ["fal-ai", "replicate", "together", "wavespeed", "zai-org"])
def test_t07_an_error_page_is_no_result(
    call: Call, server: Server, provider: str, made: Answer, error: type[InferenceError]
) -> None:
    """What stands in the place of a result is not handed over as one."""
    job = JOBS[provider]
    with pytest.raises(error):
        call(play(server, provider, made=made), job.method, "a cat")


def test_t07_an_endless_result_is_not_swallowed(call: Call, server: Server) -> None:
    """A result that says to be larger than any memory is refused before it is read."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.answer(b"RIFF", "Content-Type: audio/wav", length=1 << 40)
        peer.wait_for_end()

    with RawServer(talk) as raw:
        server.always("POST ", Answer.of({"audio": f"{raw.url}/a.wav"}))
        with pytest.raises(InferenceError, match="bytes"):
            call({"base_url": f"{server.url}/here", **ONCE}, "text_to_speech", "Hello")


@pytest.mark.parametrize(
    "where", ["https://evil.example/get_result", "https://bfl.ai.evil.example/", "http://api.bfl.ai/x"]
)
def test_t07_the_polling_address_of_bfl_does_not_get_the_key_anywhere(call: Call, server: Server, where: str) -> None:
    """The key goes to hosts of bfl.ai by https, whatever address is answered; the caller's own headers, too."""
    settings = play(server, "black-forest-labs", "Ready")
    server.always("POST api.bfl.ai/", Answer.of({"id": "1", "polling_url": where}))
    server.always(f"GET {where.partition('://')[2]}", Answer.of({"status": "Error", "details": "over"}))
    with pytest.raises(InferenceError, match="over"):
        call({**settings, "headers": {"x-own": "own-secret"}}, "text_to_image", "a cat")
    asked = server.requests[-1]
    assert asked.method == "GET"
    assert not {"x-key", "x-own", "authorization"} & asked.headers.keys()


def test_t07_the_polling_address_of_bfl_is_no_private_one(call: Call, server: Server) -> None:
    """An address on this machine is not asked at all."""
    settings = play(server, "black-forest-labs", "Ready")
    server.always("POST api.bfl.ai/", Answer.of({"id": "1", "polling_url": f"{server.url}/secret"}))
    with pytest.raises(InferenceError):
        call({**settings, **ONCE}, "text_to_image", "a cat", timeout=2)
    assert not [asked for asked in server.requests if asked.path == "/secret"]


SECRETS = {"headers": {"x-own": "own-secret"}, "cookies": {"session": "cookie-secret"}}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "settings", [{"api_key": "bfl-key"}, {"api_key": "hf_1", "bill_to": "an-org"}], ids=["own", "hf"]
)
def test_t08_a_redirect_does_not_carry_a_key_away(
    call: Call, server: Server, status: int, settings: dict[str, Any]
) -> None:
    """A question that is led to another host is not asked there with keys, cookies or headers of the caller's."""
    moved = Answer(status=status, headers={"location": "https://evil.example/x"})
    play(server, "black-forest-labs", "Ready")
    server.always("POST ", moved)
    with pytest.raises(InferenceError, match=r"evil\.example"):
        call({"model": MODEL, "provider": "black-forest-labs", **settings, **SECRETS}, "text_to_image", "a cat")
    assert not [asked for asked in server.requests if asked.host == "evil.example"]


@pytest.mark.parametrize(
    "settings", [{"api_key": "ws-key"}, {"api_key": "hf_1", "bill_to": "an-org"}], ids=["own", "hf"]
)
def test_t08_a_redirected_poll_leaves_the_key_behind(call: Call, server: Server, settings: dict[str, Any]) -> None:
    """A poll may be led elsewhere, and goes there bare."""
    play(server, "wavespeed", "completed")
    taken = Answer.of(JOBS["wavespeed"].taken)
    server.always("POST ", taken)
    moved = Answer(status=302, headers={"location": "https://evil.example/x"})
    server.always("GET api.wavespeed.ai/", moved)
    server.always("GET router.huggingface.co/", moved)
    server.always("GET evil.example/x", Answer.of({"data": {"status": "failed", "error": "over"}}))
    with pytest.raises(InferenceError, match="over"):
        call({"model": MODEL, "provider": "wavespeed", **settings, **SECRETS}, "text_to_video", "a cat")
    *_, before, after = server.requests
    assert before.headers["authorization"] == f"Bearer {settings['api_key']}"
    assert (before.headers["x-own"], before.headers["cookie"]) == ("own-secret", "session=cookie-secret")
    assert not {"authorization", "x-own", "cookie", "x-hf-bill-to"} & after.headers.keys()


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://foreign.example", False),
        ("https://huggingface.co.evil.example", False),
        ("http://router.huggingface.co/v1", False),
        ("http://x.endpoints.huggingface.cloud", False),
        ("http://plain.example/v1", False),
        ("https://x.endpoints.huggingface.cloud", True),
    ],
)
@pytest.mark.parametrize("by", ["model", "base_url"])
def test_t09_the_saved_token_goes_to_hugging_face_alone(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, url: str, goes: bool, by: str
) -> None:
    """A token that lies around is not sent to a URL of others, nor to any by plain http."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")
    server.always("POST ", CHAT)
    call({by: url}, "chat_completion", MESSAGES)
    assert server.requests[-1].headers.get("authorization") == ("Bearer hf_of_the_machine" if goes else None)


@pytest.mark.parametrize("token", ["api_org_1234567", "some-other-word"])
def test_t10_a_token_of_the_machine_is_never_taken_for_a_providers_key(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """Whatever `HF_TOKEN` begins with, it is a token of Hugging Face, and goes to its router."""
    monkeypatch.setenv("HF_TOKEN", token)
    server.always("GET huggingface.co/", hub(groq=("llama", "conversational")))
    server.always("POST ", CHAT)
    call({"model": MODEL, "provider": "groq"}, "chat_completion", MESSAGES)
    assert {asked.host for asked in server.requests} == {"huggingface.co", "router.huggingface.co"}
    assert server.requests[-1].headers["authorization"] == f"Bearer {token}"


def test_t10_openai_does_not_get_a_token_of_the_machine(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no router leads, the token helps nobody: it is an error, and nothing is sent."""
    monkeypatch.setenv("HF_TOKEN", "api_org_1234567")
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        call({"model": "gpt", "provider": "openai"}, "chat_completion", MESSAGES)
    assert not server.requests


def test_t11_bill_to_is_not_sent_with_a_providers_key(call: Call, server: Server) -> None:
    """What is told to be ignored does not travel."""
    server.always("GET huggingface.co/", hub(groq=("llama", "conversational")))
    server.always("POST ", CHAT)
    with pytest.warns(match="bill_to has no effect"):
        call({"model": MODEL, "provider": "groq", "api_key": "gsk_1", "bill_to": "my-org"}, "chat_completion", MESSAGES)
    assert server.requests[-1].host == "api.groq.com"
    assert "my-org" not in names_and_values(server, "api.groq.com")


@pytest.mark.parametrize("key", [None, "hf_1"])
def test_t11_bill_to_is_not_sent_to_any_url(call: Call, server: Server, key: str | None) -> None:
    """Nor to a URL, whose owner has no need to know; the router is told."""
    server.always("POST ", CHAT)
    with pytest.warns(UserWarning, match="bill_to has no effect"):
        call({"base_url": "https://foreign.example", "api_key": key, "bill_to": "my-org"}, "chat_completion", MESSAGES)
    assert "my-org" not in names_and_values(server, "foreign.example")
    call({"model": MODEL, "api_key": "hf_1", "bill_to": "my-org"}, "chat_completion", MESSAGES)
    assert server.requests[-1].headers["x-hf-bill-to"] == "my-org"


@pytest.mark.parametrize("key", ["", "  "])
def test_t26_an_empty_key_is_refused(call: Call, server: Server, key: str) -> None:
    """An empty text is no key: it is told, and nothing is sent."""
    with pytest.raises(InputError, match="empty"):
        call({"model": MODEL, "provider": "groq", "api_key": key}, "chat_completion", MESSAGES)
    assert not server.requests


@pytest.mark.parametrize(
    "settings",
    [
        {"provider": "black-forest-labs", "api_key": "s3cret-value", "model": MODEL},
        {"base_url": "https://foreign.example", "headers": {"api-key": "s3cret-value"}},
        {"base_url": "https://foreign.example", "headers": {"X-Key": "s3cret-value"}},
        {"base_url": "https://foreign.example", "cookies": {"session": "s3cret-value"}},
        {"base_url": "https://foreign.example/here?api_key=s3cret-value"},
        {"base_url": "https://foreign.example/here", "default_query": {"token": "s3cret-value"}},
    ],
    ids=["x-key", "api-key", "own x-key", "cookie", "url", "query"],
)
@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationError), (403, PermissionDeniedError)])
def test_t37_an_error_shows_no_secret(
    call: Call, server: Server, settings: dict[str, Any], status: int, error: type[InferenceError]
) -> None:
    """No header, cookie, URL or echo of the server brings a secret into an error, however it is shown or stored."""
    play(server, "black-forest-labs", "Ready")
    server.always("POST ", Answer.of({"error": "the key s3cret-value is wrong"}, status))
    with pytest.raises(error) as caught:
        call(settings, "text_to_image", "a cat")
    sent = server.requests[-1]
    assert "s3cret-value" in f"{sent.headers} {sent.path}"
    found = caught.value
    shown = f"{found} {found!r} {found.__dict__} {found.request} {found.response} {found.__cause__!r}".encode()
    assert b"s3cret-value" not in shown + pickle.dumps(found)


_SECRET = "sk-s3cret-value"
_ECHOES = {
    "no answer": f"WHAT {_SECRET}\r\n\r\n",
    "no header": f"HTTP/1.1 200 OK\r\nnot a header {_SECRET}\r\n\r\n",
    "no length": f"HTTP/1.1 200 OK\r\nContent-Length: {_SECRET}\r\n\r\n",
    "no chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz{_SECRET}\r\n",
    "too short": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
    "no address": f"HTTP/1.1 307 Any\r\nLocation: ftp://host/{_SECRET}\r\nContent-Length: 0\r\n\r\n",
    "another host": f"HTTP/1.1 307 Any\r\nLocation: http://{_SECRET}.example/\r\nContent-Length: 0\r\n\r\n",
    "nothing": "",
}


def shown_of(error: BaseException | None) -> str:
    """All that an error shows, and every error that led to it."""
    if error is None:
        return ""
    words = f"{error} {error!r} {vars(error)!r}"
    return f"{words}\n{shown_of(error.__cause__)}\n{shown_of(error.__context__)}"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("settings", [{"api_key": _SECRET}, {"default_query": {"key": _SECRET}}], ids=["key", "query"])
@pytest.mark.parametrize("echo", _ECHOES.values(), ids=_ECHOES)
def test_t37_what_led_to_an_error_shows_no_secret(
    call: Call, settings: dict[str, Any], echo: str, stream: bool
) -> None:
    """The transport's own errors hold the request and quote the answer: nothing of that is in an error's history."""

    def talk(peer: Peer) -> None:
        peer.request()
        peer.send(echo)

    with RawServer(talk) as raw:
        given = {"base_url": raw.url, "http_client": None, **ONCE, **settings}
        with pytest.raises(InferenceError) as caught:
            call(given, "chat_completion", MESSAGES, stream=stream)
    assert _SECRET not in shown_of(caught.value).lower() + "".join(traceback.format_exception(caught.value))
