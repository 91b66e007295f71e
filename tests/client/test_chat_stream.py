"""chat_completion, streamed: chunks, what is no chunk, and what becomes of the connection."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from saying import CHUNKS, MESSAGES, chunk, events, events_of, sse

from contract.server import Answer, Server, pieces_of
from infermux import (
    AsyncInferenceClient,
    ChatCompletionStreamOutput,
    IncompleteAnswerError,
    InferenceClient,
    InferenceError,
    OverloadedError,
    ProviderApiError,
    ProviderOutputError,
    ValidationError,
)
from loopback.server import Peer
from loopback.server import Server as RawServer

Call = Callable[..., Any]
USAGE = {"id": "c", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}


def streamed(call: Call, server: Server, *answers: Answer, **options: Any) -> Any:
    """The chunks of a chat."""
    server.say(*answers)
    return call({"base_url": server.url}, "chat_completion", MESSAGES, stream=True, **options)


def text(chunks: list[ChatCompletionStreamOutput]) -> str:
    """The deltas, joined as the documents do."""
    return "".join(piece.choices[0].delta.content or "" for piece in chunks if piece.choices)


@pytest.mark.proves("CHS-01", "CHS-02", "CHS-04")
def test_chunks(call: Call, server: Server) -> None:
    """Chunks come as they are sent; a delta without content is None; the request asks for a stream."""
    out = streamed(call, server, events(*CHUNKS), model="m", max_tokens=5)
    assert server.requests[0].json == {"model": "m", "messages": MESSAGES, "max_tokens": 5, "stream": True}
    assert out == CHUNKS
    assert all(isinstance(piece, ChatCompletionStreamOutput) for piece in out)
    assert out[0].choices[0].delta.content is None
    assert out[0].choices[0].delta.role == "assistant"
    assert out[1].choices[0].delta.role is None
    assert text(out) == "The capital is Paris."
    assert out[-1].choices[0].finish_reason == "stop"


@pytest.mark.proves("CHS-03", "CHA-11")
def test_usage(call: Call, server: Server) -> None:
    """The chunk with the usage alone is given, with no choices."""
    out = streamed(call, server, events(*CHUNKS, USAGE), stream_options={"include_usage": True})
    assert server.requests[0].json["stream_options"] == {"include_usage": True}
    assert out[-1].choices == []
    assert out[-1].usage.total_tokens == 3
    assert out[0].usage is None


def test_odd_chunks(call: Call, server: Server) -> None:
    """Chunks without choices, without a delta, with nulls and unknown fields do no harm: F06."""
    odd = [
        {},
        {"id": "x"},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": None},
        {**chunk("a"), "error": None},
    ]
    out = streamed(call, server, events(*odd, {**chunk("b", "stop"), "x": {"y": 1}}))
    assert out[0].choices == []
    assert getattr(out[2].choices[0].delta, "content", None) is None
    assert out[3].choices == []
    assert out[4].choices[0].delta.content == "a"
    assert out[5].x == {"y": 1}


ODD = (
    b"\xef\xbb\xbf: keep-alive\r\n\r\n"
    + b"data:"
    + json.dumps(chunk("Gr\u00fc\u00dfe\u2028\u0085\U0001f30d"), ensure_ascii=False).encode()
    + b"\r\n\r\n: ping\n\nevent: message\nid: 1\ndata: {\ndata: "
    + json.dumps(chunk("!", "stop")).encode()[1:]
    + b"\n\ndata: \n\ndata:[DONE]\n\n"
)


@pytest.mark.proves("CHS-05")
@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 10_000])
def test_bytes(call: Call, server: Server, size: int) -> None:
    """Comments, CRLF, BOM, no blank after the colon, lines of data, and characters cut in the middle: F04."""
    answer = Answer(headers={"content-type": "text/event-stream; charset=utf-8"}, pieces=pieces_of(ODD, size))
    assert text(streamed(call, server, answer)) == "Gr\u00fc\u00dfe\u2028\u0085\U0001f30d!"


@pytest.mark.parametrize("content_type", ["text/event-stream", "text/plain", "application/octet-stream", None])
def test_content_types(call: Call, server: Server, content_type: str | None) -> None:
    """Servers that label their streams carelessly are understood."""
    headers = {} if content_type is None else {"content-type": content_type}
    out = streamed(call, server, Answer(headers=headers, pieces=events(*CHUNKS).pieces))
    assert text(out) == "The capital is Paris."


@pytest.mark.proves("CHS-06")
def test_tool_calls(call: Call, server: Server) -> None:
    """Pieces of a tool call come as a list, to be joined by index."""
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"city": '}}
    second = {"index": 0, "function": {"arguments": '"Paris"}'}}
    out = streamed(
        call, server, events(chunk(tool_calls=[first]), chunk(tool_calls=[second]), chunk(finish_reason="tool_calls"))
    )
    pieces = [piece.choices[0].delta.tool_calls for piece in out]
    assert pieces[2] is None
    assert (pieces[0][0].id, pieces[0][0].function.name, pieces[1][0].function.name) == ("call_1", "f", None)
    assert json.loads(pieces[0][0].function.arguments + pieces[1][0].function.arguments) == {"city": "Paris"}


@pytest.mark.proves("CHS-08")
def test_other_spelling(call: Call, server: Server) -> None:
    """`chat_completion_stream` gives the same chunks."""
    server.say(events(*CHUNKS))
    assert call({"base_url": server.url}, "chat_completion_stream", MESSAGES) == CHUNKS
    assert server.requests[0].json["stream"] is True


@pytest.mark.parametrize("end", ["", "data: [DONE]", "data: [DONE]\n\n", "data: [DONE] \n\n"])
def test_ends(call: Call, server: Server, end: str) -> None:
    """A stream whose choices have all ended is whole, with or without the end mark: S11."""
    assert text(streamed(call, server, events(*CHUNKS, USAGE, end=end))) == "The capital is Paris."


def test_nothing_after_the_end_mark(call: Call, server: Server) -> None:
    """What comes after the end mark is not read."""
    out = streamed(call, server, sse(events_of(*CHUNKS) + b"data: [DONE]\n\n" + events_of(chunk("more"))))
    assert out == CHUNKS


class TestBroken:
    """Streams that do not end well: never a cut answer as success."""

    @pytest.mark.parametrize("how", ["ended", "cut", "in an event", "one of two"])
    def test_cut(self, open_client: Call, server: Server, how: str) -> None:
        """A stream that breaks off raises after its last chunk, with the text so far: S08."""
        data = {
            "ended": events_of(*CHUNKS[:-1]),
            "cut": events_of(*CHUNKS[:-1]),
            "in an event": events_of(*CHUNKS[:-1]) + b'data: {"choices": [{"ind',
            "one of two": events_of(
                *CHUNKS[:-1],
                {"choices": [{"index": 1, "delta": {"content": "x"}}]},
                {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]},
            ),
        }[how]
        server.say(sse(data, cut=how in ("cut", "in an event")))
        with open_client({"base_url": server.url}) as client:
            with pytest.raises((IncompleteAnswerError, ProviderOutputError)) as caught:
                client("chat_completion", MESSAGES, stream=True)
            assert text(client.items).startswith("The capital is Paris.")
        assert caught.value.partial_text == "The capital is Paris."

    def test_empty(self, call: Call, server: Server) -> None:
        """A stream without a single chunk is no answer."""
        with pytest.raises(IncompleteAnswerError):
            streamed(call, server, sse(b""))

    @pytest.mark.proves("ERR-17")
    @pytest.mark.parametrize(
        ("event", "cls", "words"),
        [
            (b'data: {"error": {"message": "out of memory", "code": 500}}\n\n', ProviderApiError, "out of memory"),
            (b'data: {"error": "busy", "error_type": "overloaded"}\n\n', OverloadedError, "busy"),
            (b'data: {"error": "bad", "error_type": "validation"}\n\n', ValidationError, "bad"),
            (b'event: error\ndata: {"message": "no such tool"}\n\n', ProviderApiError, "no such tool"),
            (b"event: error\ndata: gone away\n\n", ProviderApiError, "gone away"),
            (b'data: {"error": {"message": "m", "http_status_code": 422}}\n\n', ProviderApiError, "m"),
        ],
    )
    def test_error_inside(self, open_client: Call, server: Server, event: bytes, cls: type, words: str) -> None:
        """An error in a stream is raised at its place, with the reason and the text so far: F05."""
        server.say(sse(events_of(*CHUNKS[:3]) + event + events_of(CHUNKS[3]) + b"data: [DONE]\n\n"))
        with open_client({"base_url": server.url}) as client:
            with pytest.raises(cls, match=words) as caught:
                client("chat_completion", MESSAGES, stream=True)
            assert client.items == CHUNKS[:3]
        assert caught.value.partial_text == "The capital is Paris."  # type: ignore[attr-defined]
        assert caught.value.request.url == f"{server.url}/v1/chat/completions"  # type: ignore[attr-defined]

    @pytest.mark.proves("ERR-11")
    @pytest.mark.parametrize(
        "event",
        [
            b'data: {"error": "bad key sk-secret-secret"}\n\n',
            b"data: sk-secret-secret\n\n",
            b'data: ["sk-secret-secret"]\n\n',
        ],
    )
    def test_echoed_key(self, call: Call, server: Server, event: bytes) -> None:
        """A key that the server repeats within a stream is in no part of the error."""
        server.say(sse(event))
        with pytest.raises(InferenceError) as caught:
            call({"base_url": server.url, "api_key": "sk-secret-secret"}, "chat_completion", MESSAGES, stream=True)
        error = caught.value
        assert "sk-secret-secret" not in f"{error}{error!r}{error.__dict__}"

    def test_no_json(self, open_client: Call, server: Server) -> None:
        """An event that is no JSON is an error that shows it, and the next call is well: S10."""
        server.say(sse(events_of(*CHUNKS[:3]) + b"data: <html>oops\n\n" + events_of(CHUNKS[3])), events(*CHUNKS))
        with open_client({"base_url": server.url}) as client:
            with pytest.raises(ProviderOutputError, match="<html>oops") as caught:
                client("chat_completion", MESSAGES, stream=True)
            assert caught.value.partial_text == "The capital is Paris."
            assert client("chat_completion", MESSAGES, stream=True) == CHUNKS

    @pytest.mark.proves("ERR-18")
    @pytest.mark.parametrize(
        "said",
        [
            Answer.of({"choices": [{"index": 0, "message": {"content": "Hi"}}]}),
            Answer.of({"error": "streaming is off"}),
            Answer(b"<html>", headers={"content-type": "text/html"}),
        ],
    )
    def test_no_stream(self, call: Call, server: Server, said: Answer) -> None:
        """An answer that is no stream raises, with what was said."""
        with pytest.raises(ProviderApiError, match="stream") as caught:
            streamed(call, server, said)
        assert caught.value.response is not None
        assert caught.value.response.text == said.body.decode()

    def test_refused(self, call: Call, server: Server) -> None:
        """A refusal of a streamed call, chunked or not, is told with the server's words (T16)."""
        body = Answer(status=400, headers={"content-type": "application/json"}, pieces=[b'{"error": ', b'"bad words"}'])
        with pytest.raises(ProviderApiError, match="bad words"):
            streamed(call, server, body)


@pytest.fixture
def dripping() -> Iterator[tuple[str, list[bool], threading.Event]]:
    """A server that sends one chunk and waits; the list tells whether the client closed the connection."""
    freed: list[bool] = []
    done = threading.Event()

    def talk(peer: Peer) -> None:
        peer.request()
        peer.begin("Content-Type: text/event-stream")
        peer.chunk(events_of(chunk("a"), chunk("b")))
        freed.append(peer.wait_for_end())
        done.set()

    with RawServer(talk) as raw:
        yield raw.url, freed, done


def _fail_in(stream: Any) -> None:
    for _ in stream:
        raise KeyError


async def _fail_in_async(stream: Any) -> None:
    async for _ in stream:
        raise KeyError


@pytest.mark.proves("CHS-07")
class TestLeaving:
    """Whoever leaves a stream frees its connection at once: F14."""

    @pytest.mark.parametrize("way", ["break", "close", "with", "raise", "forget"])
    def test_sync(self, dripping: tuple[str, list[bool], threading.Event], way: str) -> None:
        """By leaving the loop, by `close`, by a `with` block, by an exception, by forgetting it."""
        url, freed, done = dripping
        with InferenceClient(base_url=url) as client:
            stream = client.chat_completion(MESSAGES, stream=True)
            if way == "break":
                for _ in stream:
                    break
            elif way == "close":
                next(stream)
                stream.close()
                stream.close()
            elif way == "with":
                with stream:
                    next(iter(stream))
            elif way == "raise":
                with pytest.raises(KeyError):
                    _fail_in(stream)
            else:
                next(stream)
                del stream
                gc.collect()
            assert done.wait(1)
        assert freed == [True]

    @pytest.mark.parametrize("way", ["break", "close", "aclose", "with", "raise", "cancel"])
    def test_async(self, dripping: tuple[str, list[bool], threading.Event], way: str) -> None:
        """The same on an event loop, and by a cancelled task."""
        url, freed, done = dripping

        async def leave(client: AsyncInferenceClient) -> None:
            stream = await client.chat_completion(MESSAGES, stream=True)
            if way == "break":
                async for _ in stream:
                    break
            elif way == "close":
                await stream.__anext__()
                stream.close()
            elif way == "aclose":
                await stream.__anext__()
                await stream.aclose()
            elif way == "with":
                async with stream:
                    await stream.__anext__()
            elif way == "raise":
                with pytest.raises(KeyError):
                    await _fail_in_async(stream)
            else:

                async def read() -> None:
                    async for _ in stream:
                        pass

                task = asyncio.create_task(read())
                await asyncio.sleep(0.1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        async def main() -> None:
            async with AsyncInferenceClient(base_url=url) as client:
                await leave(client)
                assert await asyncio.to_thread(done.wait, 1)

        asyncio.run(main())
        assert freed == [True]

    def test_left_stream_is_not_read_on(self, dripping: tuple[str, list[bool], threading.Event]) -> None:
        """A stream that was left cannot be read on as if it had ended."""
        url, _, _ = dripping
        with InferenceClient(base_url=url) as client:
            stream = client.chat_completion(MESSAGES, stream=True)
            for _ in stream:
                break
            with pytest.raises(InferenceError):
                list(stream)


def test_next_then_for(server: Server) -> None:
    """A stream is read by `next` and by `for`, each item once."""
    server.say(events(*CHUNKS, size=10_000))
    with InferenceClient(base_url=server.url) as client:
        stream = client.chat_completion(MESSAGES, stream=True)
        first = next(stream)
        assert [first, *stream] == CHUNKS
        assert list(stream) == []


def test_client_that_is_not_kept(server: Server) -> None:
    """A stream lives on where nobody holds its client (T14)."""
    server.say(events(*CHUNKS))
    stream = InferenceClient(base_url=server.url).chat_completion(MESSAGES, stream=True)
    gc.collect()
    assert list(stream) == CHUNKS


def test_connection_is_used_again() -> None:
    """After a stream that was read to its end, the next call uses the same connection."""

    def talk(peer: Peer) -> None:
        while peer.request() is not None:
            peer.begin("Content-Type: text/event-stream")
            peer.chunk(events_of(*CHUNKS) + b"data: [DONE]\n\n")
            peer.chunk(b"")

    with RawServer(talk) as raw, InferenceClient(base_url=raw.url) as client:
        for _ in range(3):
            assert list(client.chat_completion(MESSAGES, stream=True)) == CHUNKS
        assert raw.connections == 1


def test_first_chunk_is_given_at_once(dripping: tuple[str, list[bool], threading.Event]) -> None:
    """A chunk does not wait for those after it."""
    with InferenceClient(base_url=dripping[0], timeout=1) as client:
        stream = client.chat_completion(MESSAGES, stream=True)
        assert [next(stream).choices[0].delta.content for _ in range(2)] == ["a", "b"]
        stream.close()
