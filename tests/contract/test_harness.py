"""The harness itself: what the server heard and said, and that both clients are asked."""

from __future__ import annotations

import pytest

from infermux.errors import IncompleteAnswerError

from .server import Answer

MESSAGES = [{"role": "user", "content": "Hi"}]


def test_the_host_that_was_meant_is_recorded(call, server):
    """A call to a host of the internet arrives at the server, which knows the host."""
    server.say(Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]}))
    out = call({"provider": "openai", "api_key": "sk-1", "model": "gpt"}, "chat.completions.create", messages=MESSAGES)
    assert out.choices[0].message.content == "Hello"
    assert [asked.line for asked in server.requests] == ["POST api.openai.com/v1/chat/completions"]


def test_a_stream_comes_as_a_list(call, server):
    """A stream is read to its end, over any cut."""
    deltas = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("Grüße ", "🌍")]
    server.say(Answer.events(*deltas))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES, stream=True)
    assert "".join(chunk.choices[0].delta.content for chunk in out) == "Grüße 🌍"


def test_what_came_before_a_cut_is_kept(open_client, server):
    """A stream that breaks off raises, and its items are there to be looked at."""
    event = b'data: {"choices": [{"index": 0, "delta": {"content": "Hel"}}]}\n\n'
    server.say(Answer(headers={"content-type": "text/event-stream"}, pieces=[event, 0.05], is_cut=True))
    with open_client({"base_url": server.url}) as client:
        with pytest.raises(IncompleteAnswerError):
            client("chat_completion", MESSAGES, stream=True)
        assert client.items[0].choices[0].delta.content == "Hel"


def test_what_nothing_answers_is_told(call, server):
    """A request without an answer in the script is no success."""
    with pytest.raises(Exception, match="the script holds no answer"):
        call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert len(server.unanswered) == 1


def test_no_error_of_the_loop_reaches_nobody(open_client, server):
    """Closing a client leaves no exception in a callback of the loop."""
    server.always("POST", Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]}))
    with open_client({"base_url": server.url}) as client:
        client("chat_completion", MESSAGES)
    assert client.lost == []


@pytest.mark.proves("OAI-01", "OAI-02", "OAI-03")
def test_the_other_spelling_of_a_chat(open_client, server):
    """`chat.completions.create` makes the same request, and gives the same."""
    server.always("POST", Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]}))
    with open_client({"base_url": server.url, "api_key": "sk-1"}) as client:
        one = client("chat_completion", MESSAGES, max_tokens=5)
        two = client("chat.completions.create", messages=MESSAGES, max_tokens=5)
    assert one == two
    assert [(asked.line, asked.json) for asked in server.requests[:1]] == [
        (asked.line, asked.json) for asked in server.requests[1:]
    ]
