"""T14 to T16 and T36: streams that outlive their client, end whole or say that they do not, and lose no character."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import (
    AsyncInferenceClient,
    BadRequestError,
    IncompleteAnswerError,
    InferenceClient,
    OverloadedError,
    ProviderOutputError,
)

from .jobs import MODEL, hub

Call = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello"}]


def chunk(content: str | None, reason: str | None = None) -> dict[str, Any]:
    """A chunk of a streamed chat."""
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": reason}]}


def sse(text: str, **how: Any) -> Answer:
    """A streamed answer of these very characters."""
    return Answer(headers={"content-type": "text/event-stream"}, pieces=[text.encode()], **how)


def chat(call: Call, server: Server, answer: Answer) -> list[Any]:
    """The chunks of a streamed chat."""
    server.say(answer)
    chunks: list[Any] = call({"base_url": server.url}, "chat_completion", MESSAGES, stream=True)
    return chunks


def text_of(chunks: list[Any]) -> str:
    """The words in chunks."""
    return "".join(piece.choices[0].delta.content or "" for piece in chunks if piece.choices)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_t14_a_stream_lives_without_its_client(server: Server) -> None:
    """A stream is read to its end though nobody holds the client."""
    server.always("POST ", Answer.events(*map(chunk, "abcdef"), chunk(None, "stop"), size=3))

    def begun() -> Any:
        return InferenceClient(base_url=server.url).chat_completion(MESSAGES, stream=True)

    stream = begun()
    gc.collect()
    assert text_of(list(stream)) == "abcdef"

    async def main() -> list[Any]:
        stream = await AsyncInferenceClient(base_url=server.url).chat_completion(MESSAGES, stream=True)
        gc.collect()
        return [piece async for piece in stream]

    assert text_of(asyncio.run(main())) == "abcdef"
    gc.collect()


def test_t14_a_client_does_not_keep_what_it_answered(open_client: Call, server: Server) -> None:
    """Twenty calls leave nothing behind while the client is open."""
    server.always("POST ", Answer.events(chunk("a"), chunk(None, "stop")))
    with open_client({"base_url": server.url}) as client:
        kept = []
        for _ in range(20):
            stream = client.run(client.client.chat_completion(MESSAGES, stream=True))
            kept.append(weakref.ref(stream))
            assert text_of(client.drain(stream)) == "a"
            del stream
        gc.collect()
        assert [ref for ref in kept if ref() is not None] == []


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "data: /n", "n/", ":atad"])
def test_t15_no_character_ends_a_line_or_is_cut_off(call: Call, server: Server, odd: str) -> None:
    """What some count as the end of a line, and what looks like a frame of the stream, is text of the answer."""
    said = f"{odd}a{odd}"
    assert text_of(chat(call, server, Answer.events(chunk(said), chunk(None, "stop"), size=1000))) == said
    bare = f"data:{json.dumps(chunk(said), ensure_ascii=False)}\n\ndata:[DONE]\n\n"
    if ord(odd[0]) > 31:
        assert text_of(chat(call, server, sse(bare))) == said


def test_t15_data_may_stand_in_several_lines(call: Call, server: Server) -> None:
    """An event in several lines, with ends of lines of another kind and blanks around, is read whole."""
    lines = json.dumps(chunk("a b"), indent=1).splitlines()
    data = "\r\n".join(f"data: {line}" for line in lines)
    assert text_of(chat(call, server, sse(f": hello\r\n\r\n{data}\r\n\r\ndata: [DONE] \r\n\r\n"))) == "a b"


def test_t15_an_event_called_error_is_one(call: Call, server: Server) -> None:
    """`event: error` raises the server's words after what had come."""
    words = 'event: error\ndata: {"error": "queue is full", "error_type": "overloaded"}\n\n'
    with pytest.raises(OverloadedError, match="queue is full") as caught:
        chat(call, server, sse(f"data: {json.dumps(chunk('a'))}\n\n{words}"))
    assert caught.value.partial_text == "a"


@pytest.mark.parametrize("is_cut", [True, False], ids=["lost", "closed"])
def test_t15_a_stream_that_breaks_off_says_so(call: Call, server: Server, is_cut: bool) -> None:
    """An answer without its end is an error with the words so far, whether or not the connection ended well."""
    with pytest.raises(IncompleteAnswerError) as caught:
        chat(call, server, sse(f"data: {json.dumps(chunk('half'))}\n\n", is_cut=is_cut))
    assert caught.value.partial_text == "half"


def test_t15_an_unreadable_event_is_told(call: Call, server: Server) -> None:
    """What is no JSON is an error of the library with the words so far."""
    with pytest.raises(ProviderOutputError) as caught:
        chat(call, server, sse(f'data: {json.dumps(chunk("a"))}\n\ndata: {{"choices"\n\n'))
    assert caught.value.partial_text == "a"


def test_t15_an_empty_chunk_has_an_empty_list_of_choices(call: Call, server: Server) -> None:
    """`for choice in chunk.choices` never fails."""
    chunks = chat(call, server, Answer.events({}, {"choices": None}, chunk("a", "stop")))
    assert [choice.delta.content for piece in chunks for choice in piece.choices] == ["a"]


@pytest.mark.parametrize("provider", ["together", "novita", "deepinfra", "featherless-ai"])
def test_t15_text_generation_streams_from_completions(call: Call, server: Server, provider: str) -> None:
    """Providers that have OpenAI's completions stream words, or tokens where details are asked for."""
    server.always("GET ", hub(**{provider.replace("-", "_"): ("llama", "text-generation")}))
    parts = [{"choices": [{"index": 0, "text": text}]} for text in (" Hello", " world")]
    server.always("POST ", Answer.events(*parts, {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]}))
    settings = {"provider": provider, "api_key": "k", "model": MODEL}
    assert "".join(call(settings, "text_generation", "Say", stream=True)) == " Hello world"
    tokens = call(settings, "text_generation", "Say", stream=True, details=True)
    assert "".join(token.token.text for token in tokens) == tokens[-1].generated_text == " Hello world"
    assert tokens[-1].details.finish_reason == "stop"


def test_t15_both_clients_keep_the_blanks(call: Call, server: Server) -> None:
    """Blanks at either end of a token belong to it."""
    token = {"token": {"id": 1, "text": "  a \t ", "logprob": 0.0, "special": False}, "generated_text": "  a \t "}
    server.say(Answer.events(token, end=""))
    assert call({"base_url": server.url}, "text_generation", "Say", stream=True) == ["  a \t "]


@pytest.mark.parametrize("method", ["chat_completion", "text_generation"])
def test_t16_a_refusal_in_pieces_keeps_its_words(call: Call, server: Server, method: str) -> None:
    """A refused stream raises what the server said, though its words came in chunks."""
    pieces = [b'{"error": "the ', 0.05, b"prompt is ", b'too long"}']
    server.say(Answer(status=400, headers={"content-type": "application/json"}, pieces=pieces))
    given = MESSAGES if method == "chat_completion" else "Say"
    with pytest.raises(BadRequestError, match="the prompt is too long"):
        call({"base_url": server.url}, method, given, stream=True)


def test_t36_an_error_that_is_null_is_none(call: Call, server: Server) -> None:
    """A chunk with `"error": null` is a chunk, and the answer goes on."""
    chunks = [{**chunk("a"), "error": None}, {**chunk("b", "stop"), "error": None}]
    assert text_of(chat(call, server, Answer.events(*chunks))) == "ab"
    server.say(Answer.of({**chunk(None), "error": None}))
    assert call({"base_url": server.url}, "chat_completion", MESSAGES).choices
