"""chat_completion, whole answers: the documents' example, every option in the body, and what comes back."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from saying import MESSAGES, PARIS, error, paris

import infermux
from contract.server import Answer, Server
from infermux import ChatCompletionInputMessage, ChatCompletionOutput, ProviderOutputError

Call = Callable[..., Any]


def body(call: Call, server: Server, messages: Any = MESSAGES, **options: Any) -> Any:
    """What a chat with these options posts."""
    server.say(paris())
    call({"base_url": server.url}, "chat_completion", messages, **options)
    return server.requests[-1].json


@pytest.mark.proves("CHA-01", "CHA-02", "CHA-03", "CHA-04", "CHA-23")
def test_example(call: Call, server: Server) -> None:
    """The example of the documents: what is sent, and each field of what comes back."""
    server.say(paris())
    out = call({"base_url": server.url}, "chat_completion", MESSAGES, max_tokens=100, model="m")
    assert server.requests[0].json == {"model": "m", "messages": MESSAGES, "max_tokens": 100}
    assert isinstance(out, ChatCompletionOutput)
    assert out == PARIS
    choice = out.choices[0]
    assert choice.message.content == out["choices"][0]["message"]["content"] == "The capital of France is Paris."
    assert (choice.finish_reason, choice.index, choice.logprobs) == ("eos_token", 0, None)
    assert choice.message.role == "assistant"
    assert choice.message.name is None
    assert choice.message.tool_calls is None
    assert (out.created, out.id, out.model) == (1719907176, "", "meta-llama/Meta-Llama-3-8B-Instruct")
    assert (out.object, out.system_fingerprint) == ("text_completion", "2.0.4-sha-f426a33")
    assert (out.usage.completion_tokens, out.usage.prompt_tokens, out.usage.total_tokens) == (8, 17, 25)


OPTIONS = {
    "temperature": 0.5,
    "frequency_penalty": 0.1,
    "presence_penalty": -0.1,
    "logprobs": True,
    "top_logprobs": 2,
    "n": 2,
    "seed": 42,
    "stop": ["a", "b"],
    "top_p": 0.9,
    "stream_options": {"include_usage": True},
    "tool_prompt": "Tools:",
    "max_tokens": 5,
    "max_completion_tokens": 6,
    "reasoning_effort": "low",
    "parallel_tool_calls": False,
    "user": "u",
    "metadata": {"a": "b"},
    "store": False,
    "service_tier": "auto",
    "modalities": ["text", "audio"],
    "audio": {"voice": "alloy", "format": "wav"},
    "prediction": {"type": "content", "content": "x"},
    "web_search_options": {},
    "verbosity": "low",
    "safety_identifier": "s",
    "prompt_cache_key": "k",
    "prompt_cache_retention": "24h",
    "prompt_cache_options": {"a": 1},
    "moderation": {"a": 1},
    "function_call": "auto",
    "functions": [{"name": "f", "parameters": {}}],
}


@pytest.mark.proves("CHA-05", "CHA-06", "CHA-10", "CHA-12", "CHA-14", "CHA-15")
@pytest.mark.parametrize("option", OPTIONS)
def test_option(call: Call, server: Server, option: str) -> None:
    """Each option goes in the body by its own name, and nothing else does."""
    sent = body(call, server, **{option: OPTIONS[option]})
    assert sent.pop(option) == OPTIONS[option]
    assert sent.keys() == {"model", "messages"}


@pytest.mark.proves("CHA-07")
@pytest.mark.parametrize(
    ("bias", "sent"),
    [({"1": -100, "2": 5.5}, {"1": -100, "2": 5.5}), ({50256: -100}, {"50256": -100}), ([0.5, -1],) * 2],
)
def test_logit_bias(call: Call, server: Server, bias: Any, sent: Any) -> None:
    """Biases go as a mapping, whose ids may be numbers, or as a list."""
    assert body(call, server, logit_bias=bias)["logit_bias"] == sent


@pytest.mark.proves("CHA-10")
def test_stop_as_text(call: Call, server: Server) -> None:
    """A single stop may be a text."""
    assert body(call, server, stop="a")["stop"] == "a"


def test_nothing_of_ours(call: Call, server: Server) -> None:
    """Nothing is sent that the caller did not ask for, and None is not sent."""
    assert body(call, server, temperature=None, stream=None, tools=None).keys() == {"model", "messages"}


def test_zero_is_sent(call: Call, server: Server) -> None:
    """Zero and False are values."""
    sent = body(call, server, temperature=0, seed=0, logprobs=False)
    assert (sent["temperature"], sent["seed"], sent["logprobs"]) == (0, 0, False)


@pytest.mark.proves("CHA-08")
def test_logprobs(call: Call, server: Server) -> None:
    """Log probabilities are read token by token, with their rivals."""
    content = [{"token": "Hi", "logprob": -0.1, "bytes": [72, 105], "top_logprobs": [{"token": "Yo", "logprob": -2.0}]}]
    server.say(
        Answer.of({"choices": [{"index": 0, "message": {"role": "assistant"}, "logprobs": {"content": content}}]})
    )
    out = call({"base_url": server.url}, "chat_completion", MESSAGES, logprobs=True, top_logprobs=1)
    found = out.choices[0].logprobs.content[0]
    assert (found.token, found.logprob, found.bytes) == ("Hi", -0.1, [72, 105])
    assert (found.top_logprobs[0].token, found.top_logprobs[0].logprob, found.top_logprobs[0].bytes) == (
        "Yo",
        -2.0,
        None,
    )


@pytest.mark.proves("CHA-09")
def test_choices(call: Call, server: Server) -> None:
    """Each of `n` answers is there."""
    choices = [{"index": index, "message": {"role": "assistant", "content": text}} for index, text in enumerate("ab")]
    server.say(Answer.of({"choices": choices}))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES, n=2)
    assert [(choice.index, choice.message.content) for choice in out.choices] == [(0, "a"), (1, "b")]


@pytest.mark.proves("CHA-13")
def test_extra_body(call: Call, server: Server) -> None:
    """A provider's own options stand at the top and win over the named ones, but for the model."""
    sent = body(call, server, temperature=0.5, model="m", extra_body={"temperature": 1, "top_k": 3, "model": "evil"})
    assert (sent["temperature"], sent["top_k"], sent["model"]) == (1, 3, "m")


@pytest.mark.proves("CHA-13")
def test_extra_body_stays_as_it_is(call: Call, server: Server) -> None:
    """The caller's dicts are not changed, and null inside them is sent; an option that is None is not."""
    extra = {"a": {"b": None}, "c": None}
    sent = body(call, server, extra_body=extra)
    assert sent["a"] == {"b": None}
    assert "c" not in sent
    assert extra == {"a": {"b": None}, "c": None}


@pytest.mark.proves("CHA-16")
def test_headers_and_query_per_call(open_client: Call, server: Server) -> None:
    """A call adds headers and parameters of the query, for itself alone."""
    server.always("POST ", paris())
    with open_client({"base_url": server.url, "headers": {"x-a": "client", "x-b": "client"}}) as client:
        client("chat_completion", MESSAGES, extra_headers={"X-A": "call"}, extra_query={"v": "1", "w": "a b"})
        client("chat_completion", MESSAGES, headers={"X-A": "call"})
        client("chat_completion", MESSAGES)
    first, second, third = server.requests
    assert first.path.partition("?")[2] in ("v=1&w=a+b", "v=1&w=a%20b")
    assert (first.headers["x-a"], first.headers["x-b"]) == ("call", "client")
    assert second.headers["x-a"] == "call"
    assert (third.headers["x-a"], third.path) == ("client", "/v1/chat/completions")


@pytest.mark.proves("CHA-16")
def test_timeout_per_call(open_client: Call, server: Server) -> None:
    """A call has its own limit of time."""
    server.always("POST ", Answer(pieces=[0.4, b'{"choices": []}'], headers={"content-type": "application/json"}))
    with open_client({"base_url": server.url, "timeout": 5}) as client:
        with pytest.raises(infermux.InferenceTimeoutError):
            client("chat_completion", MESSAGES, timeout=0.1)
        assert client("chat_completion", MESSAGES).choices == []


@pytest.mark.proves("CHA-17")
@pytest.mark.parametrize("url", ["https://h/cat.png", "data:image/png;base64,iVBORw0KGgo="])
def test_pictures(call: Call, server: Server, url: str) -> None:
    """Pictures in messages go as they are; nothing is downloaded."""
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    messages = [{"role": "user", "content": parts}]
    assert body(call, server, messages)["messages"] == messages
    assert len(server.requests) == 1


@pytest.mark.proves("CHA-18")
def test_typed_messages(call: Call, server: Server) -> None:
    """Typed messages and dicts are mixed as one likes."""
    typed = ChatCompletionInputMessage(role="system", content="Be kind.")
    assert body(call, server, [typed, *MESSAGES])["messages"] == [{"role": "system", "content": "Be kind."}, *MESSAGES]
    assert body(call, server, (typed,))["messages"] == [{"role": "system", "content": "Be kind."}]


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant", "tool", "some-new-role"])
def test_roles(call: Call, server: Server, role: str) -> None:
    """Any role goes; the server knows which ones it takes."""
    assert body(call, server, [{"role": role, "content": "x"}])["messages"][0]["role"] == role


def test_nulls_in_messages_and_tools(call: Call, server: Server) -> None:
    """null with a meaning is sent: the content of a message that calls tools, a default in a schema (T23)."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"default": None, "enum": [None, 1]}}}
    messages = [*MESSAGES, {"role": "assistant", "content": None, "tool_calls": []}]
    sent = body(call, server, messages, tools=[tool])
    assert sent["messages"] == messages
    assert sent["tools"] == [tool]


@pytest.mark.proves("CHA-19")
def test_messages_are_not_changed(call: Call, server: Server) -> None:
    """The caller's list stays as it was, whatever is done with it."""
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    before = copy.deepcopy(messages)
    body(call, server, messages, stream=None)
    assert messages == before


@pytest.mark.proves("CHA-20")
def test_model_stands_first(call: Call, server: Server) -> None:
    """The body begins with the model, where the router looks for it."""
    server.say(paris())
    call({"model": "org/m", "api_key": "hf_1"}, "chat_completion", MESSAGES, temperature=1, extra_body={"a": 1})
    assert server.requests[0].body.replace(b" ", b"").startswith(b'{"model":"org/m"')


@pytest.mark.proves("CHA-21")
@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning(call: Call, server: Server, name: str) -> None:
    """Thoughts are readable under both names."""
    server.say(Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": "a", name: "so"}}]}))
    message = call({"base_url": server.url}, "chat_completion", MESSAGES).choices[0].message
    assert message.reasoning == message.reasoning_content == "so"


@pytest.mark.parametrize("reason", ["stop", "length", "tool_calls", "content_filter", "eos_token", "whatever"])
def test_finish_reason(call: Call, server: Server, reason: str) -> None:
    """The reason for the end is the server's own word."""
    server.say(Answer.of({"choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant"}}]}))
    assert call({"base_url": server.url}, "chat_completion", MESSAGES).choices[0].finish_reason == reason


def test_answer_goes_back(open_client: Call, server: Server) -> None:
    """An answer's message is passed back as it came."""
    server.always("POST ", paris())
    with open_client({"base_url": server.url}) as client:
        out = client("chat_completion", MESSAGES)
        client("chat_completion", [*MESSAGES, out.choices[0].message, {"role": "user", "content": "And of Italy?"}])
    assert server.requests[1].json["messages"][1] == PARIS["choices"][0]["message"]  # type: ignore[index]


@pytest.mark.proves("TYP-13", "TYP-14")
def test_plain_forms(call: Call, server: Server) -> None:
    """A real answer is copied, pickled and put into JSON."""
    server.say(paris(x_inference_provider="groq"))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert json.loads(json.dumps(out)) == dict(out) == out.to_dict() == out.model_dump() == PARIS
    assert json.loads(out.model_dump_json()) == PARIS
    for twin in (pickle.loads(pickle.dumps(out)), copy.deepcopy(out), copy.copy(out)):
        assert twin == out
        assert type(twin.choices[0].message) is type(out.choices[0].message)
        assert twin.served_by == "groq"


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(
    ("said", "path"),
    [
        (b'{"choices": {"0": 1}}', "choices"),
        (b'{"choices": ["x"]}', r"choices\[0\]"),
        (b'{"choices": [{"message": "x"}]}', r"choices\[0\]\.message"),
        (b'{"choices": [{"message": {"tool_calls": "x"}}]}', r"choices\[0\]\.message\.tool_calls"),
        (b'{"id": "x"}', "choices"),
        (b'{"choices": null}', "choices"),
        (b"[1]", "object"),
        (b'"text"', "object"),
        (b"", "empty body"),
        (b'{"choices": [{"ind', "not JSON"),
        (b"<html>welcome</html>", "<html>welcome"),
        (b"\xff\xfe\x00", "not JSON"),
    ],
)
def test_no_chat(call: Call, server: Server, said: bytes, path: str) -> None:
    """An answer of another shape is told with its path, status and beginning: F07."""
    server.say(Answer(said, headers={"content-type": "application/json"}))
    with pytest.raises(ProviderOutputError, match=path) as caught:
        call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert isinstance(caught.value, ValueError)
    assert caught.value.response is not None
    assert caught.value.response.status == 200
    assert caught.value.request is not None


def test_204(call: Call, server: Server) -> None:
    """No content is no answer."""
    server.say(Answer(status=204))
    with pytest.raises(ProviderOutputError, match="204"):
        call({"base_url": server.url}, "chat_completion", MESSAGES)


def test_missing_and_unknown_fields(call: Call, server: Server) -> None:
    """A server that leaves out nearly everything, and adds its own, is understood (T32): F06."""
    server.say(Answer.of({"choices": [{"message": {"content": "Hi"}}], "x_groq": {"id": 1}}))
    out = call({"base_url": server.url}, "chat_completion", MESSAGES)
    assert out.choices[0].message.content == "Hi"
    assert out.usage is out.id is out.choices[0].finish_reason is None
    assert out.x_groq == {"id": 1}


@pytest.mark.proves("TMO-13")
def test_504(call: Call, server: Server) -> None:
    """A gateway that gave up suggests streaming."""
    server.say(error(504, "Gateway Time-out"))
    with pytest.raises(infermux.InternalServerError, match="stream=True"):
        call({"base_url": server.url, "max_retries": 0}, "chat_completion", MESSAGES)
