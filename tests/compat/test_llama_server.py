"""Both clients against a real llama.cpp server, whose tiny model gives answers that are known beforehand.

Skipped where the server was not built yet; `python tests/compat/llama_server.py` builds it, once. Every test asks by
two callers, the sync client and the async one.
"""

from __future__ import annotations

import asyncio
import json
import math
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

import llama_server
import pytest
from typing_extensions import override

from infermux import AsyncInferenceClient, InferenceClient
from infermux.errors import (
    AuthenticationError,
    BadRequestError,
    IncompleteAnswerError,
    InferenceConnectionError,
    InferenceTimeoutError,
)

KEY = "sk-test"
SLOTS = 4
PLAIN = "Hello! I am a tiny test model."
NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty."
)
KNOWN = {
    "Who are you?": PLAIN,
    "Tell me about France": "The capital of France is Paris.",
    "please count": NUMBERS,
    "send an emoji": "é 🙂中! I am a tiny test model.",
}
FOREVER = [{"role": "user", "content": "go on forever"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place",
        "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
    },
}


def user(text: str) -> list[dict[str, str]]:
    """Return a conversation of one question."""
    return [{"role": "user", "content": text}]


# ------------------------------------------------------------------------------------------------ the server


class Server:
    """One llama-server process on a port of this host."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        command = [str(llama_server.binary_path()), "-m", str(llama_server.write_model())]
        command += ["--host", "127.0.0.1", "--port", str(port), "-c", "65536", "-t", "1", "-np", str(SLOTS)]
        command += ["--threads-http", str(SLOTS), "--jinja", "--api-key", KEY, "-a", "tiny", "--no-webui"]
        command += ["--embeddings", "--pooling", "mean"]
        with log.open("wb") as words:
            self.process = subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT)

    def wait_until_ready(self) -> None:
        """Return once the server answers; fail with its last words where it does not start."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.get("/health")
            except (OSError, urllib.error.URLError):
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"llama-server did not start:\n{self._log.read_text(errors='replace')[-2000:]}")

    def get(self, path: str) -> Any:
        """Ask the server something without either client."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def wait_until_busy(self, slots: int, within_s: float) -> None:
        """Return once exactly `slots` answers are being written."""
        deadline = time.monotonic() + within_s
        while (busy := sum(slot["is_processing"] for slot in self.get("/slots"))) != slots:
            assert time.monotonic() < deadline, f"{busy} slots are busy, not {slots}"
            time.sleep(0.02)

    def stop(self) -> None:
        """End exactly this process, in whatever state it is."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running_server(log: Path) -> Iterator[Server]:
    """Start a server of one's own, and end it."""
    if not llama_server.MODEL_MAKER.is_file():
        pytest.skip(f"the tiny model cannot be made: {llama_server.MODEL_MAKER} is not there (see INFERMUX_SHARED)")
    if not llama_server.binary_path().is_file():
        pytest.skip("llama-server is not built: run `python tests/compat/llama_server.py`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(port, log)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all tests share which leave it as it was."""
    with running_server(tmp_path_factory.mktemp("llama-server") / "log.txt") as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may kill."""
    with running_server(tmp_path / "log.txt") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every look-up elsewhere fail: a local server needs none."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("HF_TOKEN", raising=False)


# ------------------------------------------------------------------------------------------------ the callers

Each = Callable[[Any], object]


class Caller(ABC):
    """A client of either kind, bound to one server. Calls go to the server's root, or to `path` below it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def settings(self, path: str = "", **other: Any) -> dict[str, Any]:
        """What the client is made with."""
        return {"model": self.server.url + path, "api_key": KEY, "timeout": 30, **other}

    def chat(self, messages: list[Any], *, settings: dict[str, Any] | None = None, **options: Any) -> Any:
        """Ask for one whole chat answer, at temperature 0 unless told otherwise."""
        return self.ask("chat_completion", messages, settings=settings, **{"temperature": 0, **options})

    def chat_stream(self, messages: list[Any], *, settings: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        """Ask for one streamed chat answer, at temperature 0 unless told otherwise."""
        return self.stream("chat_completion", messages, settings=settings, **{"temperature": 0, **options})

    @abstractmethod
    def ask(self, method: str, *args: Any, settings: Any = None, times: int = 1, **options: Any) -> Any:
        """Call a method, `times` times on one client, and return its last answer."""

    @abstractmethod
    def stream(self, method: str, *args: Any, settings: Any = None, each: Each = id, **options: Any) -> list[Any]:
        """Call a method with `stream=True`; return all pieces, each shown to `each` as it comes."""

    @abstractmethod
    def leave(self, way: str, after: int, then: Callable[[], object]) -> None:
        """Leave an endless answer after some pieces, then look around while the client is still open."""


class SyncCaller(Caller):
    """Asks by the sync client."""

    @override
    def ask(self, method: str, *args: Any, settings: Any = None, times: int = 1, **options: Any) -> Any:
        with InferenceClient(**(settings or self.settings())) as client:
            return [attrgetter(method)(client)(*args, **options) for _ in range(times)][-1]

    @override
    def stream(self, method: str, *args: Any, settings: Any = None, each: Each = id, **options: Any) -> list[Any]:
        pieces = []
        with InferenceClient(**(settings or self.settings())) as client:
            for piece in attrgetter(method)(client)(*args, stream=True, **options):
                pieces.append(piece)
                each(piece)
        return pieces

    @override
    def leave(self, way: str, after: int, then: Callable[[], object]) -> None:
        with InferenceClient(**self.settings()) as client:
            if way == "break":
                for seen, _ in enumerate(client.chat_completion(FOREVER, stream=True), 1):
                    if seen == after:
                        break
            else:
                with client.chat_completion(FOREVER, stream=True) as stream:
                    for _ in range(after):
                        next(stream)
            then()


class AsyncCaller(Caller):
    """Asks by the async client, each time in an event loop of its own."""

    @override
    def ask(self, method: str, *args: Any, settings: Any = None, times: int = 1, **options: Any) -> Any:
        async def run() -> Any:
            async with AsyncInferenceClient(**(settings or self.settings())) as client:
                return [await attrgetter(method)(client)(*args, **options) for _ in range(times)][-1]

        return asyncio.run(run())

    @override
    def stream(self, method: str, *args: Any, settings: Any = None, each: Each = id, **options: Any) -> list[Any]:
        async def run() -> list[Any]:
            pieces = []
            async with AsyncInferenceClient(**(settings or self.settings())) as client:
                async for piece in await attrgetter(method)(client)(*args, stream=True, **options):
                    pieces.append(piece)
                    each(piece)
            return pieces

        return asyncio.run(run())

    @override
    def leave(self, way: str, after: int, then: Callable[[], object]) -> None:
        async def run() -> None:
            async with AsyncInferenceClient(**self.settings()) as client:
                if way == "break":
                    seen = 0
                    async for _ in await client.chat_completion(FOREVER, stream=True):
                        seen += 1
                        if seen == after:
                            break
                else:
                    async with await client.chat_completion(FOREVER, stream=True) as stream:
                        for _ in range(after):
                            await stream.__anext__()
                await asyncio.to_thread(then)

        asyncio.run(run())


@pytest.fixture(params=[SyncCaller, AsyncCaller], ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> type[Caller]:
    """The sync client, then the async one."""
    chosen: type[Caller] = request.param
    return chosen


@pytest.fixture
def both(kind: type[Caller], server: Server) -> Caller:
    """A client of either kind, for the shared server."""
    return kind(server)


@pytest.fixture
def doomed(kind: type[Caller], own_server: Server) -> Caller:
    """A client of either kind, for a server that the test kills."""
    return kind(own_server)


def said(pieces: list[Any]) -> str:
    """Join what a streamed chat answer said."""
    return "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)


# ------------------------------------------------------------------------------------------------ chat


@pytest.mark.parametrize(("question", "answer"), KNOWN.items(), ids=["plain", "France", "count", "emoji"])
def test_chat_gives_the_known_answer(both: Caller, question: str, answer: str) -> None:
    """A plain answer is typed and whole; the emoji came as one token a byte."""
    output = both.chat(user(question), model="tiny")
    choice = output.choices[0]
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", answer, "stop")
    assert output["choices"][0]["message"]["content"] == answer
    assert output.model == "tiny"
    assert output.usage.total_tokens == output.usage.prompt_tokens + output.usage.completion_tokens


@pytest.mark.parametrize("question", KNOWN)
def test_streamed_text_is_the_plain_answer(both: Caller, question: str) -> None:
    """The pieces join to the same text, in several pieces, none of them a broken character."""
    pieces = both.chat_stream(user(question))
    assert said(pieces) == KNOWN[question]
    assert len(pieces) > 5
    assert [piece.choices[0].finish_reason for piece in pieces if piece.choices][-1] == "stop"


def test_openai_spelling(both: Caller) -> None:
    """`chat.completions.create` is the same call, streamed or not."""
    asked: dict[str, Any] = {"messages": user("Tell me about France"), "model": "tiny", "temperature": 0}
    output = both.ask("chat.completions.create", **asked)
    assert output.choices[0].message.content == "The capital of France is Paris."
    assert said(both.stream("chat.completions.create", **asked)) == "The capital of France is Paris."


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/chat/completions"])
def test_any_form_of_the_address(both: Caller, path: str) -> None:
    """The root, `/v1` and the whole path of the route all lead to the route."""
    assert both.chat(user("hello"), settings=both.settings(path)).choices[0].message.content == PLAIN


def test_usage_comes_last_when_asked_for(both: Caller) -> None:
    """`stream_options` adds one piece with usage and no choices."""
    *pieces, last = both.chat_stream(user("hello"), stream_options={"include_usage": True})
    assert (last.choices, last.usage.completion_tokens) == ([], 10)
    assert not any(piece.usage for piece in pieces)
    assert said(pieces) == PLAIN


def test_answer_ends_at_stop_and_at_length(both: Caller) -> None:
    """`stop` cuts before the word, `max_tokens` after so many tokens."""
    stopped = both.chat(user("please count"), stop=[" four"]).choices[0]
    assert (stopped.message.content, stopped.finish_reason) == ("one two three", "stop")
    short = both.chat(FOREVER, max_tokens=4).choices[0]
    assert (short.message.content, short.finish_reason) == ("tick tock tick tock", "length")
    pieces = both.chat_stream(FOREVER, max_tokens=4)
    assert (said(pieces), pieces[-1].choices[0].finish_reason) == ("tick tock tick tock", "length")


def test_n_and_seed(both: Caller) -> None:
    """`n` gives that many choices; a seed always gives the same answer, and another seed another one."""
    several = both.chat(user("hello"), n=SLOTS, temperature=1.0)
    assert sorted(choice.index for choice in several.choices) == list(range(SLOTS))
    first_words = set()
    for seed in range(12):
        one, same = (both.chat(user("hello"), seed=seed, temperature=1.0).choices[0].message.content for _ in range(2))
        assert one == same
        first_words.add(one.split("!")[0])
    assert first_words == {"Hello", "Hi"}


def test_logprobs(both: Caller) -> None:
    """Each token tells its likelihood and its rivals, streamed or not."""
    asked: dict[str, Any] = {"logprobs": True, "top_logprobs": 2, "max_tokens": 2}
    plain = both.chat(user("hello"), **asked).choices[0].logprobs.content
    pieces = both.chat_stream(user("hello"), **asked)
    streamed = [token for piece in pieces if piece.choices[0].logprobs for token in piece.choices[0].logprobs.content]
    for tokens in (plain, streamed):
        assert [token.token for token in tokens] == ["Hello", "!"]
        assert tokens[0].logprob == pytest.approx(-0.3134, abs=1e-3)
        assert tokens[0].bytes == list(b"Hello")
        assert [rival.token for rival in tokens[0].top_logprobs] == ["Hello", "Hi"]
        assert tokens[0].top_logprobs[1].logprob == pytest.approx(-1.3134, abs=1e-3)


def test_reasoning(both: Caller) -> None:
    """What the model thinks is apart from what it says, under both of its names."""
    message = both.chat(user("please think")).choices[0].message
    assert (message.content, message.reasoning_content.strip()) == (PLAIN, "Let me see...")
    assert message.reasoning == message.reasoning_content
    pieces = both.chat_stream(user("please think"))
    assert said(pieces) == PLAIN
    thought = "".join(piece.choices[0].delta.reasoning_content or "" for piece in pieces)
    assert thought.strip() == "Let me see..."


# ------------------------------------------------------------------------------------------------ tools and schemas


def test_tool_call_and_second_turn(both: Caller) -> None:
    """The arguments are a JSON string; the message goes back as it came, and the tool's result is used."""
    asked: dict[str, Any] = {"tools": [WEATHER], "tool_choice": "auto"}
    choice = both.chat(user("How is the weather?"), **asked).choices[0]
    (call,) = choice.message.tool_calls
    assert (choice.finish_reason, call.type, call.function.name) == ("tool_calls", "function", "get_weather")
    assert isinstance(call.function.arguments, str)
    assert json.loads(call.function.arguments) == {"location": "Paris"}
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    turns = [*user("How is the weather?"), choice.message, result]
    assert both.chat(turns, **asked).choices[0].message.content == "It's sunny in Lisbon."


@pytest.mark.parametrize("choice", ["auto", "required"])
def test_streamed_tool_call(both: Caller, choice: str) -> None:
    """The first piece of a call names it; the arguments come in pieces that join to JSON."""
    pieces = both.chat_stream(user("How is the weather?"), tools=[WEATHER], tool_choice=choice)
    calls = [call for piece in pieces if piece.choices for call in piece.choices[0].delta.tool_calls or []]
    assert {call.index for call in calls} == {0}
    assert (calls[0].function.name, calls[0].type) == ("get_weather", "function")
    assert calls[0].id
    assert len(calls) > 1
    assert json.loads("".join(call.function.arguments or "" for call in calls)) == {"location": "Paris"}
    assert pieces[-1].choices[0].finish_reason == "tool_calls"


def test_json_schema_is_enforced(both: Caller) -> None:
    """The schema reaches the server in the form that it enforces, streamed or not."""
    schema = {
        "type": "object",
        "properties": {
            "mood": {"enum": ["calm", "wild"]},
            "sizes": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        },
        "required": ["mood", "sizes"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "thing", "schema": schema, "strict": True}}
    answer = both.chat(user("hello"), response_format=wanted).choices[0].message.content
    assert json.loads(answer) == {"mood": "calm", "sizes": [1, 1]}
    assert said(both.chat_stream(user("hello"), response_format=wanted)) == answer


# ------------------------------------------------------------------------------------------------ other routes


def test_embeddings(both: Caller) -> None:
    """`…/v1` speaks the OpenAI shape: a float32 row for each text; texts that share words are nearer."""
    numpy = pytest.importorskip("numpy")
    at = both.settings("/v1")
    rows = both.ask("feature_extraction", ["a tiny test", "a tiny model", "count"], settings=at)
    assert (rows.dtype, rows.shape) == (numpy.float32, (3, 512))
    near, far = rows[0] @ rows[1], rows[0] @ rows[2]
    assert near > far + 0.1
    single = both.ask("feature_extraction", "a tiny test", settings=at)
    assert (single.dtype, single.size) == (numpy.float32, 512)
    assert numpy.allclose(single.reshape(-1), rows[0], atol=1e-6)
    packed = both.ask("feature_extraction", "a tiny test", encoding_format="base64", settings=at)
    assert numpy.allclose(packed, single, atol=1e-6)


def test_text_generation(both: Caller) -> None:
    """`…/v1` speaks the OpenAI shape of completions; details tell why the answer ended."""
    at = both.settings("/v1")
    prompt = "The capital of France is"
    assert both.ask("text_generation", prompt, max_new_tokens=8, settings=at) == " Paris."
    ended = both.ask("text_generation", prompt, max_new_tokens=8, details=True, settings=at)
    assert ended.generated_text == " Paris."
    assert ended.details.finish_reason in {"eos_token", "stop_sequence", "stop"}
    cut = both.ask("text_generation", prompt, max_new_tokens=1, details=True, settings=at)
    assert (cut.generated_text, cut.details.finish_reason) == (" Paris", "length")


def test_streamed_text_generation(both: Caller) -> None:
    """The pieces are texts, or with details tokens of which the last tells the whole."""
    at = both.settings("/v1")
    prompt = "The capital of France is"
    assert "".join(both.stream("text_generation", prompt, max_new_tokens=8, settings=at)) == " Paris."
    pieces = both.stream("text_generation", prompt, max_new_tokens=8, details=True, settings=at)
    assert "".join(piece.token.text for piece in pieces) == " Paris."
    assert pieces[-1].generated_text == " Paris."
    assert pieces[-1].details.finish_reason in {"eos_token", "stop_sequence", "stop"}


def test_unlisted_model_name_passes(both: Caller) -> None:
    """A name that the server does not list is sent as it is, and leaves the server's list of models as it was."""
    before = both.server.get("/v1/models")["data"]
    assert [model["id"] for model in before] == ["tiny"]
    assert both.chat(user("hello"), model="nobody/knows").choices[0].message.content == PLAIN
    after = both.server.get("/v1/models")["data"]
    assert [(model["id"], model["meta"]) for model in after] == [(model["id"], model["meta"]) for model in before]


def test_many_calls_on_one_client(both: Caller) -> None:
    """The server closes a connection after 100 requests; the client goes on by itself."""
    output = both.ask("chat_completion", user("hello"), temperature=0, max_tokens=1, times=130)
    assert output.choices[0].message.content == "Hello"


# ------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("key", [None, "sk-wrong"])
@pytest.mark.parametrize("stream", [False, True])
def test_refused_without_the_key(both: Caller, key: str | None, stream: bool) -> None:
    """A missing or wrong key is the server's 401, in its own words, and is shown nowhere."""
    ask = both.chat_stream if stream else both.chat
    with pytest.raises(AuthenticationError, match="Invalid API Key") as caught:
        ask(user("hello"), settings=both.settings(api_key=key))
    assert caught.value.status_code == 401
    assert "sk-wrong" not in f"{caught.value} {caught.value!r} {caught.value.request} {caught.value.response}"


@pytest.mark.parametrize("stream", [False, True])
def test_question_longer_than_the_context(both: Caller, stream: bool) -> None:
    """The server's reason for a 400 is in the message."""
    ask = both.chat_stream if stream else both.chat
    with pytest.raises(BadRequestError, match="exceeds the available context size") as caught:
        ask(user("x" * 20_000))
    assert caught.value.status_code == 400


# ------------------------------------------------------------------------------------------------ ends that come early


@pytest.mark.parametrize("way", ["break", "with"])
def test_leaving_early_frees_the_slot(both: Caller, way: str) -> None:
    """An answer that nobody reads is not written on: alone it would keep the server busy for most of a minute."""
    both.server.wait_until_busy(0, within_s=5)
    both.leave(way, after=3, then=lambda: both.server.wait_until_busy(0, within_s=5))


class Signalled:
    """Sees the pieces of a stream, and sends the server a signal after the fourth."""

    def __init__(self, server: Server, what: signal.Signals) -> None:
        self.pieces: list[Any] = []
        self._server = server
        self._what = what
        self._sent_at = math.inf

    def __call__(self, piece: Any) -> None:
        self.pieces.append(piece)
        if len(self.pieces) == 4:
            self._server.process.send_signal(self._what)
            self._sent_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long ago the signal was sent."""
        return time.monotonic() - self._sent_at


def test_server_is_killed_in_the_middle(doomed: Caller) -> None:
    """A cut answer is never a success: the error is ours, comes at once, and holds exactly what had come."""
    each = Signalled(doomed.server, signal.SIGKILL)
    with pytest.raises((IncompleteAnswerError, InferenceConnectionError)) as caught:
        doomed.chat_stream(FOREVER, each=each)
    assert each.seconds < 2
    assert said(each.pieces).startswith("tick tock tick")
    assert caught.value.partial_text == said(each.pieces)
    with pytest.raises(InferenceConnectionError):
        doomed.chat(user("hello"), settings=doomed.settings(timeout=5, max_retries=0))


def test_server_is_told_to_end_in_the_middle(doomed: Caller) -> None:
    """A server that shuts down ends the answer by an error of ours, within the limit."""
    # llama.cpp 0c1e570 on SIGTERM: mostly falls silent and closes after 30 s, sometimes closes at once (2026-11-20).
    each = Signalled(doomed.server, signal.SIGTERM)
    with pytest.raises((IncompleteAnswerError, InferenceConnectionError, InferenceTimeoutError)) as caught:
        doomed.chat_stream(FOREVER, each=each, settings=doomed.settings(timeout=1))
    assert each.seconds < 2
    assert caught.value.partial_text == said(each.pieces)


def test_server_falls_silent_in_the_middle(doomed: Caller) -> None:
    """A stream is bounded at every gap; the error names the limit and holds what had come."""
    each = Signalled(doomed.server, signal.SIGSTOP)
    with pytest.raises(InferenceTimeoutError) as caught:
        doomed.chat_stream(FOREVER, each=each, settings=doomed.settings(timeout=1))
    assert 0.9 <= each.seconds < 2
    assert caught.value.limit == "gap"
    assert caught.value.partial_text == said(each.pieces)


@pytest.mark.parametrize(("stream", "limit"), [(False, "total"), (True, "first_token")])
def test_server_never_answers(doomed: Caller, stream: bool, limit: str) -> None:
    """A connection that is taken and never answered ends at the limit."""
    doomed.server.process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    ask = doomed.chat_stream if stream else doomed.chat
    with pytest.raises(InferenceTimeoutError) as caught:
        ask(user("hello"), settings=doomed.settings(timeout=1))
    assert 0.9 <= time.monotonic() - started < 2
    assert caught.value.limit == limit
