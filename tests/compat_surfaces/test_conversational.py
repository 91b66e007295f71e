"""`conversational`, carried on by chat (SURFACE 4.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import ConversationalOutput, ConversationalOutputConversation, InputError

Call = Callable[..., Any]
KNOCKS = "I am the one who knocks."
pytestmark = pytest.mark.filterwarnings("ignore:conversational is a task of the past:DeprecationWarning")


def knocks() -> Answer:
    """The documented answer, as a chat server sends it."""
    message = {"role": "assistant", "content": KNOCKS}
    return Answer.of({"choices": [{"index": 0, "finish_reason": "stop", "message": message}]})


@pytest.mark.proves("NLP-30", "ASY-05")
def test_documented(call: Call, server: Server) -> None:
    """The documented example, made by a chat; the new turn is part of the lists."""
    server.say(knocks())
    out = call({"base_url": server.url}, "conversational", "Hi, who are you?")
    assert out == {
        "generated_text": KNOCKS,
        "conversation": {"generated_responses": [KNOCKS], "past_user_inputs": ["Hi, who are you?"]},
        "warnings": [],
    }
    assert isinstance(out, ConversationalOutput)
    assert isinstance(out.conversation, ConversationalOutputConversation)
    (asked,) = server.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.json["messages"] == [{"role": "user", "content": "Hi, who are you?"}]
    assert asked.json.keys() == {"model", "messages"}


@pytest.mark.proves("NLP-31", "ASY-05")
def test_history(call: Call, server: Server) -> None:
    """The talk so far goes along, in turn, and comes back one turn longer: the documented second call."""
    server.say(knocks())
    out = call(
        {"base_url": server.url},
        "conversational",
        "Wow, that's scary!",
        generated_responses=[KNOCKS],
        past_user_inputs=["Hi, who are you?"],
    )
    assert server.requests[0].json["messages"] == [
        {"role": "user", "content": "Hi, who are you?"},
        {"role": "assistant", "content": KNOCKS},
        {"role": "user", "content": "Wow, that's scary!"},
    ]
    assert out.conversation == {
        "generated_responses": [KNOCKS, KNOCKS],
        "past_user_inputs": ["Hi, who are you?", "Wow, that's scary!"],
    }


@pytest.mark.proves("NLP-31")
def test_lists_are_left_alone(call: Call, server: Server) -> None:
    """The caller's lists stay as they were."""
    server.say(knocks())
    answers, sayings = [KNOCKS], ["Hi"]
    call({"base_url": server.url}, "conversational", "And now?", answers, sayings)
    assert (answers, sayings) == ([KNOCKS], ["Hi"])


@pytest.mark.proves("NLP-32")
@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"max_length": 50}, {"max_tokens": 50}),
        (
            {"max_new_tokens": 50, "temperature": 0.5, "top_p": 0.9},
            {"max_tokens": 50, "temperature": 0.5, "top_p": 0.9},
        ),
        ({"max_length": 50, "max_new_tokens": 50}, {"max_tokens": 50}),
        ({"top_k": 5, "repetition_penalty": 1.1}, {"top_k": 5, "repetition_penalty": 1.1}),
        ({"seed": 1, "extra_body": {"a": 2}, "min_length": 3}, {"seed": 1, "a": 2, "min_length": 3}),
        ({}, {}),
    ],
)
def test_parameters(call: Call, server: Server, given: dict[str, Any], sent: dict[str, Any]) -> None:
    """Options are those of chat; the lengths get its name, and what it does not know goes as it is."""
    server.say(knocks())
    call({"base_url": server.url}, "conversational", "Hi", parameters=given)
    body = server.requests[0].json
    assert {name: body[name] for name in body.keys() - {"model", "messages"}} == sent


def test_recommended(call: Call, server: Server) -> None:
    """A bare client asks hf-inference for the recommended model, as it did in its time."""
    server.always("GET huggingface.co/api/tasks", Answer.of({"text-generation": {"widgetModels": ["org/best"]}}))
    server.say(knocks())
    assert call({}, "conversational", "Hi").generated_text == KNOCKS
    assert server.requests[-1].line == ("POST router.huggingface.co/hf-inference/models/org/best/v1/chat/completions")


@pytest.mark.parametrize(
    ("settings", "options"),
    [({"model": "org/m", "api_key": "hf_1"}, {}), ({"api_key": "hf_1"}, {"model": "org/m"})],
)
def test_routed(call: Call, server: Server, settings: dict[str, str], options: dict[str, str]) -> None:
    """With a model it goes where a chat goes."""
    server.say(knocks())
    call(settings, "conversational", "Hi", **options)
    assert server.requests[0].line == "POST router.huggingface.co/v1/chat/completions"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((5,), "text must be"),
        (("Hi", ["a"]), "1 turns|has 0 turns"),
        (("Hi", ["a"], ["b", "c"]), "2 turns"),
        (("Hi", "a", "b"), "generated_responses must be"),
        (("Hi", [1], ["b"]), "each of generated_responses"),
    ],
)
def test_bad(call: Call, server: Server, args: tuple[Any, ...], words: str) -> None:
    """What cannot be a talk is told before anything is sent."""
    with pytest.raises(InputError, match=words):
        call({"base_url": server.url}, "conversational", *args)
    assert server.requests == []


@pytest.mark.parametrize(
    "parameters", ["a", {"max_length": 1, "max_new_tokens": 2}, {"temperature": "hot"}], ids=["str", "lengths", "type"]
)
def test_bad_parameters(call: Call, server: Server, parameters: Any) -> None:
    """So are options that cannot be meant."""
    with pytest.raises(InputError):
        call({"base_url": server.url}, "conversational", "Hi", parameters=parameters)
    assert server.requests == []


def test_no_words(call: Call, server: Server) -> None:
    """An answer without text is an empty one."""
    server.say(Answer.of({"choices": [{"index": 0, "message": {"role": "assistant", "content": None}}]}))
    assert call({"base_url": server.url}, "conversational", "Hi").generated_text == ""


@pytest.mark.proves("NLP-30")
def test_told(call: Call, server: Server) -> None:
    """The caller is told that the task is one of the past."""
    server.say(knocks())
    with pytest.warns(DeprecationWarning, match="chat_completion"):
        call({"base_url": server.url}, "conversational", "Hi")
