"""The examples of the guides and the reference: what a server said, and what the caller is told to get for it."""

from __future__ import annotations

import copy
import json

import pytest

from infermux.errors import ProviderApiError
from infermux.types.chat import ChatCompletionInputMessage

from .server import Answer

MESSAGES = [{"role": "user", "content": "What is the capital of France?"}]
CAPITAL = {
    "choices": [
        {
            "finish_reason": "eos_token",
            "index": 0,
            "message": {"role": "assistant", "content": "The capital of France is Paris."},
            "logprobs": None,
        }
    ],
    "created": 1719907176,
    "id": "",
    "model": "meta-llama/Meta-Llama-3-8B-Instruct",
    "object": "text_completion",
    "system_fingerprint": "2.0.4-sha-f426a33",
    "usage": {"completion_tokens": 8, "prompt_tokens": 17, "total_tokens": 25},
}
PROMPT, SENTENCE = "The huggingface_hub library is ", "100% open source and built to be easy to use."
_TOKENS = [
    *((1425, "100", -1.0175781), (16, "%", -0.0463562), (1314, " open", -1.3359375), (3178, " source", -0.28100586)),
    *((273, " and", -0.5961914), (3426, " built", -1.9423828), (271, " to", -1.4121094), (314, " be", -1.5224609)),
    *((1833, " easy", -2.1132812), (271, " to", -0.08520508), (745, " use", -0.39453125), (25, ".", -0.5703125)),
]
TOKENS = [{"id": name, "text": text, "logprob": logprob, "special": False} for name, text, logprob in _TOKENS]
PREFILL = [
    {"id": 487, "text": "The", "logprob": None},
    {"id": 53789, "text": " hugging", "logprob": -13.171875},
    {"id": 204, "text": " ", "logprob": -7.0390625},
]
DETAILS = {"finish_reason": "length", "generated_tokens": 12, "seed": None}


@pytest.fixture
def ask(call, server):
    """Asks the server for a chat, after it was told what to say."""

    def one(answer, method="chat_completion", given=MESSAGES, **options):
        server.say(answer if isinstance(answer, Answer) else Answer.of(answer))
        return call({"base_url": server.url}, method, given, **options)

    return one


@pytest.mark.proves("CHA-01", "CHA-02", "CHA-03", "CHA-04", "CHA-23")
def test_a_chat(ask):
    """The first example of the guide."""
    out = ask(CAPITAL, max_tokens=100)
    (choice,) = out.choices
    assert (choice.finish_reason, choice.index, choice.logprobs) == ("eos_token", 0, None)
    assert (choice.message.role, choice.message.content) == ("assistant", "The capital of France is Paris.")
    assert (choice.message.name, choice.message.tool_calls) == (None, None)
    assert (out.created, out.id, out.model) == (1719907176, "", "meta-llama/Meta-Llama-3-8B-Instruct")
    assert (out.object, out.system_fingerprint) == ("text_completion", "2.0.4-sha-f426a33")
    assert (out.usage.completion_tokens, out.usage.prompt_tokens, out.usage.total_tokens) == (8, 17, 25)
    assert out == CAPITAL


@pytest.mark.proves("OAI-01", "OAI-02", "OAI-03")
def test_the_other_spelling_of_a_chat(call, ask, server):
    """`chat.completions.create` makes the same request, and gives the same."""
    one = ask(CAPITAL, max_tokens=5)
    server.say(Answer.of(CAPITAL))
    two = call({"base_url": server.url}, "chat.completions.create", messages=MESSAGES, max_tokens=5)
    assert one == two
    assert server.requests[0].json == server.requests[1].json
    assert server.requests[0].path == server.requests[1].path


@pytest.mark.proves("CHA-08")
def test_log_probabilities(ask):
    """They are read down to the rivals of each token."""
    rival = {"token": "b", "logprob": -2.0, "bytes": [98]}
    token = {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [rival]}
    choice = {**CAPITAL["choices"][0], "logprobs": {"content": [token]}}
    (read,) = ask({**CAPITAL, "choices": [choice]}, logprobs=True, top_logprobs=1).choices[0].logprobs.content
    assert (read.token, read.logprob, read.bytes, read.top_logprobs[0].token) == ("a", -0.5, [97], "b")


@pytest.mark.proves("CHA-09")
def test_more_than_one_answer(ask):
    """`n` answers are `n` choices."""
    choices = [{**CAPITAL["choices"][0], "index": index} for index in (0, 1)]
    assert [choice.index for choice in ask({**CAPITAL, "choices": choices}, n=2).choices] == [0, 1]


@pytest.mark.proves("CHA-17")
def test_pictures_in_a_message(ask, server):
    """Parts travel as they are given, a URL as well as a data URL."""
    parts = [{"type": "text", "text": "What is this?"}] + [
        {"type": "image_url", "image_url": {"url": url, "detail": "low"}}
        for url in ("https://host.example/a.png", "data:image/png;base64,AAAA")
    ]
    ask(CAPITAL, given=[{"role": "user", "content": parts}])
    assert server.requests[0].json["messages"] == [{"role": "user", "content": parts}]


@pytest.mark.proves("CHA-18", "CHA-19")
def test_typed_messages_among_plain_ones(ask, server):
    """Both are one on the wire, and neither is changed."""
    given = [{"role": "system", "content": None}, ChatCompletionInputMessage(role="user", content="Hi")]
    before = copy.deepcopy(given)
    ask(CAPITAL, given=given)
    assert server.requests[0].json["messages"] == [
        {"role": "system", "content": None},
        {"role": "user", "content": "Hi"},
    ]
    assert given == before


@pytest.mark.proves("CHA-21")
@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning_has_two_names(name, ask):
    """Whichever the server uses, both read."""
    message = {"role": "assistant", "content": "4", name: "2 + 2"}
    read = ask({**CAPITAL, "choices": [{"index": 0, "message": message}]}).choices[0].message
    assert (read.reasoning, read.reasoning_content) == ("2 + 2", "2 + 2")


_CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}


@pytest.mark.proves("CHT-02", "CHT-05")
@pytest.mark.parametrize(
    "sent",
    [_CALL, {"id": 0, "type": "function", "function": {"name": "weather", "arguments": {"city": "Paris"}}}],
    ids=["today", "older"],
)
def test_a_call_of_a_tool(sent, ask):
    """Arguments are JSON text and the id is a text, also from servers that send an object and a number."""
    message = {"role": "assistant", "content": None, "tool_calls": [sent]}
    (read,) = ask({**CAPITAL, "choices": [{"index": 0, "message": message}]}).choices[0].message.tool_calls
    assert (read.type, read.function.name, type(read.id)) == ("function", "weather", str)
    assert json.loads(read.function.arguments) == {"city": "Paris"}


@pytest.mark.proves("CHT-04")
def test_an_answer_goes_back_with_the_result_of_its_tool(ask, server):
    """The message that called, as it came, and the tool's answer are sent with their nulls."""
    message = {"role": "assistant", "content": None, "tool_calls": [_CALL]}
    answer = ask({**CAPITAL, "choices": [{"index": 0, "message": message}]}).choices[0].message
    told = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
    ask(CAPITAL, given=[*MESSAGES, answer, told])
    assert server.requests[-1].json["messages"] == [*MESSAGES, message, told]


@pytest.mark.proves("CHS-01", "CHS-04")
def test_a_streamed_chat(ask):
    """The deltas join to the answer."""
    chunks = [{"choices": [{"index": 0, "delta": {"content": word}}]} for word in ("The capital", " is", " Paris.")]
    out = ask(Answer.events(*chunks), stream=True)
    assert "".join(chunk.choices[0].delta.content for chunk in out) == "The capital is Paris."


@pytest.mark.proves("CHS-06")
def test_a_streamed_call_of_a_tool(ask):
    """The call of a tool comes in parts, which are lists."""
    calls = [
        {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}},
        {"index": 0, "function": {"arguments": '{"city":'}},
        {"index": 0, "function": {"arguments": ' "Paris"}'}},
    ]
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": [part]}}]} for part in calls]
    parts = [chunk.choices[0].delta.tool_calls[0] for chunk in ask(Answer.events(*chunks), stream=True)]
    assert (parts[0].id, parts[0].function.name, parts[1].id) == ("call_1", "weather", None)
    assert json.loads("".join(part.function.arguments for part in parts)) == {"city": "Paris"}


@pytest.mark.proves("CHS-05")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("colon", ["data:", "data: "], ids=["tight", "spaced"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_any_framing_of_events(end, colon, size, ask):
    """Comments, other fields, every end of a line, odd cuts, and separators of Unicode inside the text are all one."""
    texts = ["Grüße\u2028", "🌍\u0085", "\x0c!"]
    lines = [": ping", "retry: 10", ""]
    for at, text in enumerate(texts):
        chunk = json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}, ensure_ascii=False)
        lines += [f"id: {at}", "event: message", ": keepalive", colon + chunk, ""]
    data = end.join([*lines, f"{colon}[DONE]", "", ""]).encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    answer = Answer(headers={"content-type": "text/event-stream; charset=utf-8"}, pieces=[b"\xef\xbb\xbf", *pieces])
    assert [chunk.choices[0].delta.content for chunk in ask(answer, stream=True)] == texts


@pytest.mark.proves("ERR-17")
@pytest.mark.parametrize("mark", ["", "event: error\n"], ids=["object", "event"])
def test_an_error_after_two_chunks(mark, open_client, server):
    """What came is given, then the error is raised."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "a"}}]}
    said = {"message": "out of memory"} if mark else {"error": {"message": "out of memory"}, "usage": None}
    server.say(Answer.events(chunk, {**chunk, "error": None}, end=f"{mark}data: {json.dumps(said)}\n\n"))
    with open_client({"base_url": server.url}) as client:
        with pytest.raises(ProviderApiError, match="out of memory") as caught:
            client("chat_completion", MESSAGES, stream=True)
        assert len(client.items) == 2
    assert caught.value.partial_text == "aa"


@pytest.mark.proves("TGN-01", "TGN-05")
def test_a_text(ask):
    """The first case of the reference."""
    answer = [{"generated_text": SENTENCE}]
    assert ask(answer, "text_generation", PROMPT, max_new_tokens=12) == SENTENCE


def _streamed():
    events = [
        {"index": at, "token": token, "generated_text": None, "details": None} for at, token in enumerate(TOKENS, 1)
    ]
    events[-1] |= {"generated_text": SENTENCE, "details": DETAILS}
    return Answer.events(*events, end="")


@pytest.mark.proves("TGN-02", "TGN-05")
def test_a_streamed_text(ask):
    """The second case: twelve texts."""
    out = ask(_streamed(), "text_generation", PROMPT, stream=True)
    assert out == [text for _, text, _ in _TOKENS]
    assert "".join(out) == SENTENCE


@pytest.mark.proves("TGN-03", "TGN-05", "TGN-17")
def test_the_details_of_a_text(ask):
    """The third case: tokens before and after, and why it ended."""
    answer = [{"generated_text": SENTENCE, "details": {**DETAILS, "prefill": PREFILL, "tokens": TOKENS}}]
    out = ask(answer, "text_generation", PROMPT, details=True, decoder_input_details=True)
    details = out.details
    assert (out.generated_text, details.finish_reason, details.generated_tokens) == (SENTENCE, "length", 12)
    assert [(token.id, token.text, token.logprob, token.special) for token in details.tokens] == [
        (*token, False) for token in _TOKENS
    ]
    assert [(token.id, token.logprob) for token in details.prefill] == [
        (487, None),
        (53789, -13.171875),
        (204, -7.0390625),
    ]
    assert (details.seed, details.best_of_sequences) == (None, None)


@pytest.mark.proves("TGN-04", "TGN-05")
def test_the_details_of_a_streamed_text(ask):
    """The fourth case: the last token tells the whole."""
    out = ask(_streamed(), "text_generation", PROMPT, stream=True, details=True)
    assert [(item.token.id, item.generated_text, item.details) for item in out[:-1]] == [
        (name, None, None) for name, _, _ in _TOKENS[:-1]
    ]
    last = out[-1]
    assert (last.generated_text, last.details.finish_reason, last.details.generated_tokens) == (SENTENCE, "length", 12)


@pytest.mark.proves("TGN-08", "TGN-18")
def test_the_rivals_of_a_text(ask):
    """`best_of_sequences` and `top_tokens` are read."""
    details = {**DETAILS, "prefill": [], "tokens": TOKENS[:1], "top_tokens": [TOKENS[1:3]]}
    best = {**details, "generated_text": "another"}
    answer = [{"generated_text": "100", "details": {**details, "best_of_sequences": [best]}}]
    read = ask(answer, "text_generation", PROMPT, details=True, best_of=2, do_sample=True, top_n_tokens=2).details
    assert (read.best_of_sequences[0].generated_text, read.best_of_sequences[0].tokens[0].id) == ("another", 1425)
    assert [token.id for token in read.top_tokens[0]] == [16, 1314]
