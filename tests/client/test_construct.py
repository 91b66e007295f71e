"""Clients are made: what each argument means, what goes over the wire by default, what is readable afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

import pytest
from saying import MESSAGES, chunk, events_of, paris

import infermux
from contract.server import Answer, Server
from infermux import AsyncInferenceClient, InferenceClient, InputError, Timeout
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]
CLIENTS = [InferenceClient, AsyncInferenceClient]


@pytest.fixture(autouse=True)
def _hub(server: Server) -> None:
    """A Hub that knows which tasks there are and nothing of models."""
    tasks = {
        "text-generation": {"widgetModels": ["org/recommended"]},
        "text-to-image": {"widgetModels": [], "models": []},
    }
    server.always("GET huggingface.co/api/tasks", Answer.of(tasks))
    server.always("GET huggingface.co/api/models/", Answer.of({"pipeline_tag": None, "tags": []}))


def posts(server: Server) -> list[str]:
    """The lines of what was posted."""
    return [asked.line for asked in server.requests if asked.method == "POST"]


@pytest.mark.proves("CON-02")
def test_model(open_client: Call, server: Server) -> None:
    """The client's model is the default, and the call's wins."""
    server.always("POST ", Answer.of([{"generated_text": "x"}]))
    with open_client({"model": "org/one", "provider": "hf-inference"}) as client:
        client("text_generation", "Once")
        client("text_generation", "Once", model="org/two")
        client("text_generation", "Once")
    base = "POST router.huggingface.co/hf-inference/models/org"
    assert posts(server) == [f"{base}/one", f"{base}/two", f"{base}/one"]


@pytest.mark.proves("CON-03")
@pytest.mark.parametrize("path", ["", "/", "/deployed/here", "/deployed?x=1&y=a%20b"])
def test_url_is_used_as_given(call: Call, server: Server, path: str) -> None:
    """A URL for the model gets the POST as it stands, for all but chat."""
    server.say(Answer.of([{"generated_text": "x"}]))
    assert call({"model": server.url + path}, "text_generation", "Once") == "x"
    assert server.requests[0].path == (path or "/")


@pytest.mark.proves("CON-04")
def test_url_per_call(call: Call, server: Server) -> None:
    """A client without a model takes a URL in the call."""
    server.say(Answer.of([{"generated_text": "x"}]))
    assert call({}, "text_generation", "Once", model=f"{server.url}/deployed") == "x"
    assert server.requests[0].path == "/deployed"


@pytest.mark.proves("CON-05", "TGN-31", "ROU-02")
def test_recommended_model(open_client: Call, server: Server) -> None:
    """Without a model, HF Inference answers with the recommended one, asked for once."""
    server.always("POST ", Answer.of([{"generated_text": "x"}]))
    with open_client() as client:
        client("text_generation", "Once")
        client("text_generation", "Once")
    assert posts(server) == ["POST router.huggingface.co/hf-inference/models/org/recommended"] * 2
    assert [asked.line for asked in server.requests].count("GET huggingface.co/api/tasks") == 1


@pytest.mark.proves("CON-06")
def test_no_recommended_model(call: Call, server: Server) -> None:
    """A task for which the Hub recommends nothing is refused."""
    with pytest.raises(InputError, match="model="):
        call({}, "text_to_image", "a cat")
    assert posts(server) == []


@pytest.mark.proves("CON-07")
def test_provider_without_model(call: Call, server: Server) -> None:
    """A third-party provider without a model is not asked."""
    with pytest.raises(InputError, match="model"):
        call({"provider": "together", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("CON-08", "CON-22", "JSO-03")
def test_spellings_of_the_url(call: Call, server: Server) -> None:
    """`model`, `base_url` and `endpoint_url` make the same request."""
    for name in ("model", "base_url", "endpoint_url"):
        server.say(paris())
        call({name: server.url, "api_key": "key"}, "chat_completion", MESSAGES)
    one, *others = [(asked.line, asked.headers, asked.body) for asked in server.requests]
    assert others == [one, one]


@pytest.mark.proves("CON-10")
def test_spellings_of_the_key(call: Call, server: Server) -> None:
    """`token` and `api_key` make the same header."""
    for name in ("token", "api_key"):
        server.say(paris())
        call({"base_url": server.url, name: "key"}, "chat_completion", MESSAGES)
    assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer key"] * 2


@pytest.mark.proves("CON-09", "CON-11")
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "settings",
    [
        {"model": "m", "base_url": "http://h"},
        {"model": "http://h", "base_url": "http://h"},
        {"model": "m", "endpoint_url": "http://h"},
        {"token": "a", "api_key": "b"},
        {"token": "a", "api_key": "a"},
        {"base_url": "http://a", "endpoint_url": "http://b"},
        {"headers": {"a": "1"}, "default_headers": {"a": "2"}},
    ],
)
def test_two_words_for_one_thing(client: Any, settings: dict[str, Any]) -> None:
    """Two spellings that exclude each other, or differ, are a ValueError at once."""
    with pytest.raises(ValueError, match="=") as caught:
        client(**settings)
    assert isinstance(caught.value, InputError)


@pytest.mark.proves("CON-12")
@pytest.mark.parametrize("name", ["headers", "default_headers"])
def test_headers(call: Call, server: Server, name: str) -> None:
    """Headers are added to the default ones and override them, whatever their case; each goes once."""
    server.say(paris())
    given = {"User-Agent": "mine", "X-A": "1", "AUTHORIZATION": "Basic abc", "Content-Type": "application/json; a=b"}
    call({"base_url": server.url, "api_key": "key", name: given}, "chat_completion", MESSAGES)
    sent = server.requests[0].headers
    assert sent["user-agent"] == "mine"
    assert sent["x-a"] == "1"
    assert sent["authorization"] == "Basic abc"
    assert sent["content-type"] == "application/json; a=b"


@pytest.mark.proves("CON-12")
def test_headers_go_once() -> None:
    """On the wire, no header is there twice."""
    lines: list[bytes] = []

    def talk(peer: Peer) -> None:
        lines.extend((peer._until(b"\r\n\r\n") or b"").lower().split(b"\r\n"))
        peer.answer(b'{"choices": []}', "Content-Type: application/json")

    with RawServer(talk) as raw, InferenceClient(base_url=raw.url, headers={"User-Agent": "x", "X-A": "1"}) as client:
        client.chat_completion(MESSAGES)
    names = [line.partition(b":")[0] for line in lines[1:] if line]
    assert sorted(names) == sorted(set(names))


@pytest.mark.proves("CON-13")
def test_default_headers(call: Call, server: Server) -> None:
    """By itself a client says who it is, whose key it has, and what it sends; the rest is HTTP's own."""
    server.say(paris())
    call({"base_url": server.url, "api_key": "key", "http_client": None}, "chat_completion", MESSAGES)
    of_http = {"host", "content-length", "accept-encoding", "connection", "accept"}
    assert server.requests[0].headers.keys() - of_http == {"authorization", "user-agent", "content-type"}
    assert server.requests[0].headers["user-agent"].startswith("infermux/")


@pytest.mark.proves("CON-14")
def test_cookies(call: Call, server: Server) -> None:
    """Cookies go with every request."""
    server.say(paris())
    call({"base_url": server.url, "cookies": {"session": "abc", "b": "2"}}, "chat_completion", MESSAGES)
    assert server.requests[0].headers["cookie"] == "session=abc; b=2"


@pytest.mark.proves("CON-15")
@pytest.mark.parametrize("shape", ["url", "mapping"])
def test_proxies(call: Call, server: Server, shape: str) -> None:
    """A proxy, as one URL or by scheme, gets the request."""
    server.say(paris())
    proxies = server.url if shape == "url" else {"http": server.url}
    out = call(
        {"base_url": "http://somewhere.invalid/v1", "proxies": proxies, "http_client": None},
        "chat_completion",
        MESSAGES,
    )
    assert out.choices[0].message.content == "The capital of France is Paris."
    assert server.requests[0].path == "http://somewhere.invalid/v1/chat/completions"


@pytest.mark.proves("CON-16")
def test_trust_env(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxy is used only where it is trusted."""
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("http_proxy", server.url)
    server.always("POST ", paris())
    settings = {"base_url": "http://somewhere.invalid", "http_client": None, "max_retries": 0}
    assert call({**settings, "trust_env": True}, "chat_completion", MESSAGES).choices
    assert server.requests[0].path.startswith("http://somewhere.invalid/")
    with pytest.raises(infermux.InferenceConnectionError):
        call(settings, "chat_completion", MESSAGES)
    assert len(server.requests) == 1


@pytest.mark.proves("CON-17")
@pytest.mark.parametrize("kind", CLIENTS)
def test_by_position(kind: Any) -> None:
    """The five arguments that release 0.18 took by position are taken, with a warning."""
    with pytest.warns(FutureWarning, match="by name"):
        client = kind("m", "hf_x", 3.0, {"A": "1"}, {"b": "2"})
    assert (client.model, client.token, client.timeout) == ("m", "hf_x", 3.0)
    assert (client.headers, client.cookies) == ({"a": "1"}, {"b": "2"})
    with pytest.raises((InputError, TypeError)):
        kind("m", "hf_x", 3.0, {}, {}, "too much")
    with pytest.warns(FutureWarning), pytest.raises(InputError):
        kind("m", "hf_x", token="hf_y")


@pytest.mark.proves("CON-18")
@pytest.mark.parametrize("kind", CLIENTS)
def test_repr(kind: Any) -> None:
    """The repr shows the model and the timeout, and no key."""
    shown = repr(kind("org/m", token="hf_secret", timeout=3, headers={"x-key": "hf_secret"}))
    assert shown == f"<{kind.__name__}(model='org/m', timeout=3)>"
    shown = repr(kind("https://me:a-secret@host/v1?api_key=a-secret&version=2"))
    assert "a-secret" not in shown
    assert "host/v1" in shown


@pytest.mark.parametrize(
    "url", ["https://me:a-secret@host/v1?token=a-secret", "https://me:a-secret@ho st", "https://a-secret@[b"]
)
@pytest.mark.parametrize("kind", CLIENTS)
def test_refused_url_without_its_key(kind: Any, url: str) -> None:
    """An error about an address shows it without the key that is in it."""
    with pytest.raises(InputError, match="https://") as caught:
        kind(base_url=url, provider="groq")
    assert "a-secret" not in str(caught.value)


@pytest.mark.proves("CON-19")
@pytest.mark.parametrize("kind", CLIENTS)
def test_attributes(kind: Any) -> None:
    """What a client was made with is readable."""
    client = kind(
        "org/m",
        provider="groq",
        token="hf_1",
        timeout=Timeout(total=3),
        headers={"X-A": "1"},
        cookies={"c": "d"},
        proxies={"http": "http://p"},
        trust_env=True,
    )
    assert client.model == "org/m"
    assert client.token == "hf_1"
    assert client.provider == "groq"
    assert client.headers["x-a"] == "1"
    assert client.cookies == {"c": "d"}
    assert client.timeout == Timeout(total=3)
    assert client.proxies == {"http": "http://p"}
    assert client.trust_env is True
    assert kind(base_url="http://h/v1").model == "http://h/v1"


@pytest.mark.proves("CON-20")
@pytest.mark.parametrize("way", ["with", "close"])
def test_closing_frees_open_streams(way: str) -> None:
    """Closing a client, or leaving its block, closes the connections of streams that are not read to their end."""
    freed: SimpleQueue[bool] = SimpleQueue()

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin("Content-Type: text/event-stream")
        peer.chunk(events_of(chunk("a")))
        freed.put(peer.wait_for_end())

    with RawServer(talk) as raw:
        client = InferenceClient(base_url=raw.url)
        stream = client.chat_completion(MESSAGES, stream=True)
        assert next(stream).choices[0].delta.content == "a"
        if way == "with":
            with client:
                pass
        else:
            client.close()
        assert freed.get(timeout=10)


def test_closed_client_can_be_closed_again(open_client: Call, server: Server) -> None:
    """Closing twice, or without a call, does no harm."""
    with open_client({"base_url": server.url}) as client:
        client.run(client.client.close())
        client.run(client.client.close())


@pytest.mark.parametrize("stream", [False, True])
def test_closed_client(open_client: Call, server: Server, stream: bool) -> None:
    """A call on a client that was closed is an error of ours, and nothing is sent."""
    server.say(paris())
    with open_client({"base_url": server.url, "http_client": None}) as client:
        client("chat_completion", MESSAGES)
        client.run(client.client.close())
        with pytest.raises(infermux.InferenceError, match="closed"):
            client("chat_completion", MESSAGES, stream=stream)
    assert len(server.requests) == 1


def test_leaving_a_twin(server: Server) -> None:
    """Leaving the block of a client made by `endpoint` or `with_options` leaves the first one usable."""
    server.always("POST ", paris())
    with InferenceClient(base_url=server.url) as client:
        client.chat_completion(MESSAGES)
        with client.with_options(timeout=5) as twin:
            twin.chat_completion(MESSAGES)
        assert client.chat_completion(MESSAGES).choices


@pytest.mark.parametrize("made_first", [True, False])
def test_a_twin_shares_connections(made_first: bool) -> None:
    """A client made by `with_options` shares the connections of the first one, whenever it was made."""

    def talk(peer: Peer) -> None:
        while peer.request() is not None:
            peer.answer(b'{"choices": []}', "Content-Type: application/json")

    with RawServer(talk) as raw, InferenceClient(base_url=raw.url) as client:
        if not made_first:
            client.chat_completion(MESSAGES)
        twin = client.with_options(timeout=5)
        client.chat_completion(MESSAGES)
        twin.chat_completion(MESSAGES)
        assert raw.connections == 1


def test_none_is_not_sent(call: Call, server: Server) -> None:
    """None means "not sent", in queries as well."""
    server.say(paris())
    settings = {"base_url": server.url, "default_query": {"a": None, "b": "1"}}
    call(settings, "chat_completion", MESSAGES, extra_query={"c": None, "d": "2"})
    assert server.requests[0].path == "/v1/chat/completions?b=1&d=2"


def test_header_of_none(call: Call, server: Server) -> None:
    """A header that is None is refused or left out, and never sent as the word."""
    server.say(paris())
    with suppress(InputError):
        call({"base_url": server.url, "headers": {"x-a": None}}, "chat_completion", MESSAGES)
    assert all("x-a" not in asked.headers for asked in server.requests)


@pytest.mark.proves("CON-21")
def test_endpoint(open_client: Call, server: Server) -> None:
    """`endpoint(url)` is a client of the same class with the same options, bound to the URL."""
    server.always("POST ", Answer.of([{"generated_text": "x"}]))
    with open_client({"api_key": "key", "headers": {"x-a": "1"}, "timeout": 9, "cookies": {"c": "d"}}) as client:
        bound = client.client.endpoint(f"{server.url}/deployed")
        assert type(bound) is type(client.client)
        assert bound.timeout == 9
        assert bound.model == f"{server.url}/deployed"
        assert client.run(bound.text_generation("Once")) == "x"
    asked = server.requests[0]
    assert asked.path == "/deployed"
    assert (asked.headers["authorization"], asked.headers["x-a"], asked.headers["cookie"]) == ("Bearer key", "1", "c=d")


@pytest.mark.proves("CON-23")
@pytest.mark.parametrize("name", ["HfInference", "InferenceClientEndpoint"])
def test_old_names(name: str) -> None:
    """The names of the JavaScript client's past are the client, with one warning."""
    with pytest.warns(DeprecationWarning, match="InferenceClient"):
        client = getattr(infermux, name)("org/m")
    assert isinstance(client, InferenceClient)


@pytest.mark.proves("OAI-07")
class TestSpellingsOfOpenAI:
    """The arguments that OpenAI's client takes."""

    def test_query_and_headers(self, call: Call, server: Server) -> None:
        """`default_query`, `default_headers`, `organization` and `project` reach the server."""
        server.say(paris())
        settings = {
            "base_url": server.url,
            "default_query": {"api-version": "1"},
            "default_headers": {"X-A": "1"},
            "organization": "org-1",
            "project": "proj-1",
        }
        call(settings, "chat_completion", MESSAGES, extra_query={"b": "2"})
        asked = server.requests[0]
        assert asked.path == "/v1/chat/completions?api-version=1&b=2"
        assert asked.headers["x-a"] == "1"
        assert (asked.headers["openai-organization"], asked.headers["openai-project"]) == ("org-1", "proj-1")

    @pytest.mark.parametrize("max_retries", [0, 1, 3])
    def test_max_retries(self, call: Call, server: Server, max_retries: int) -> None:
        """`max_retries` counts the further attempts."""
        server.always("POST ", Answer(b"no", 500, {"retry-after": "0"}))
        with pytest.raises(infermux.InternalServerError):
            call({"base_url": server.url, "max_retries": max_retries}, "chat_completion", MESSAGES)
        assert len(server.requests) == max_retries + 1

    def test_with_options(self, open_client: Call, server: Server) -> None:
        """`with_options` gives a client with other settings, and leaves the first one as it was."""
        server.always("POST ", paris())
        with open_client({"base_url": server.url, "api_key": "one", "timeout": 5}) as client:
            twin = client.client.with_options(api_key="two", timeout=7, headers={"X-A": "1"})
            assert (twin.timeout, client.client.timeout) == (7, 5)
            client.run(twin.chat_completion(MESSAGES))
            client("chat_completion", MESSAGES)
        assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer two", "Bearer one"]
        assert [asked.headers.get("x-a") for asked in server.requests] == ["1", None]

    def test_http_client(self, call: Call, server: Server) -> None:
        """`http_client` moves the bytes: here the transport of the tests, which leads every host to the server."""
        server.say(paris())
        call({"base_url": "https://elsewhere.example"}, "chat_completion", MESSAGES)
        assert server.requests[0].line == "POST elsewhere.example/v1/chat/completions"

    @pytest.mark.parametrize("given", [5, "http://h", object()])
    def test_no_http_client(self, call: Call, server: Server, given: Any) -> None:
        """What moves no bytes is refused."""
        with pytest.raises(InputError, match="http_client"):
            call({"base_url": server.url, "http_client": given}, "chat_completion", MESSAGES)


class TestBilling:
    """Who pays."""

    @pytest.mark.proves("BIL-01")
    @pytest.mark.parametrize("provider", [None, "groq", "hf-inference"])
    def test_routed(self, call: Call, server: Server, provider: str | None) -> None:
        """`bill_to` names the organisation on calls through the router."""
        entry = {"provider": "groq", "providerId": "g", "status": "live", "task": "conversational"}
        server.always("GET huggingface.co/api/models/", Answer.of({"inferenceProviderMapping": [entry]}))
        server.say(paris())
        call(
            {"model": "org/m", "provider": provider, "api_key": "hf_1", "bill_to": "my-org"},
            "chat_completion",
            MESSAGES,
        )
        assert server.requests[-1].headers["x-hf-bill-to"] == "my-org"
        assert all("x-hf-bill-to" not in asked.headers for asked in server.requests[:-1])

    @pytest.mark.proves("BIL-02")
    def test_key_of_a_provider(self, call: Call, server: Server) -> None:
        """With a provider's own key it warns, and is not sent."""
        server.say(paris())
        settings = {"model": "gpt", "provider": "openai", "api_key": "sk-1", "bill_to": "my-org"}
        with pytest.warns(UserWarning, match="bill_to"):
            call(settings, "chat_completion", MESSAGES)
        assert "x-hf-bill-to" not in server.requests[0].headers

    @pytest.mark.proves("BIL-02")
    def test_foreign_url(self, call: Call, server: Server) -> None:
        """A foreign URL does not get it, and the caller is told."""
        server.say(paris())
        with pytest.warns(UserWarning, match="bill_to"):
            call({"base_url": server.url, "bill_to": "my-org", "api_key": "hf_1"}, "chat_completion", MESSAGES)
        assert "x-hf-bill-to" not in server.requests[0].headers

    @pytest.mark.proves("BIL-02")
    @pytest.mark.parametrize("way", ["variable", "function", "call"])
    def test_key_of_a_provider_from_elsewhere(
        self, call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        """However a provider's own key comes, it warns once, and is not sent."""
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        server.say(paris())
        settings = {"model": "gpt", "provider": "openai", "bill_to": "my-org"}
        settings |= {"function": {"api_key": lambda: "sk-2"}}.get(way, {})
        options = {"api_key": "sk-3"} if way == "call" else {}
        with pytest.warns(UserWarning, match="bill_to") as told:
            call(settings, "chat_completion", MESSAGES, **options)
        assert len(told) == 1
        assert "x-hf-bill-to" not in server.requests[0].headers

    @pytest.mark.proves("BIL-03")
    def test_over_a_header(self, call: Call, server: Server) -> None:
        """Another value in the headers is replaced, with a warning."""
        server.say(paris())
        settings = {"model": "org/m", "api_key": "hf_1", "bill_to": "new", "headers": {"X-HF-Bill-To": "old"}}
        with pytest.warns(UserWarning, match=r"new.*old"):
            call(settings, "chat_completion", MESSAGES)
        assert server.requests[0].headers["x-hf-bill-to"] == "new"

    @pytest.mark.proves("BIL-03")
    def test_over_a_header_of_the_call(self, call: Call, server: Server) -> None:
        """So is one that a call brings."""
        server.say(paris())
        settings = {"model": "org/m", "api_key": "hf_1", "bill_to": "new"}
        with pytest.warns(UserWarning, match=r"new.*old"):
            call(settings, "chat_completion", MESSAGES, extra_headers={"X-HF-Bill-To": "old"})
        assert server.requests[0].headers["x-hf-bill-to"] == "new"

    def test_the_same_header(self, call: Call, server: Server) -> None:
        """The same value in the headers says nothing."""
        server.say(paris())
        settings = {"model": "org/m", "api_key": "hf_1", "bill_to": "org", "headers": {"X-HF-Bill-To": "org"}}
        call(settings, "chat_completion", MESSAGES)
        assert server.requests[0].headers["x-hf-bill-to"] == "org"

    @pytest.mark.proves("BIL-04")
    def test_per_call(self, open_client: Call, server: Server) -> None:
        """A call names who pays for it alone."""
        server.always("POST ", paris())
        with open_client({"model": "org/m", "api_key": "hf_1", "bill_to": "one"}) as client:
            client("chat_completion", MESSAGES, bill_to="two")
            client("chat_completion", MESSAGES)
        assert [asked.headers["x-hf-bill-to"] for asked in server.requests] == ["two", "one"]
