"""What comes back from a provider, and is no answer: refusals, other shapes, halves."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from contract.server import Answer
from infermux import errors

from .cases import CHATS, DOORS, PAIRS, TELLING
from .table import (
    PICTURE,
    WIRES,
    WORDS,
    address,
    doors,
)

_BY_STATUS = {401: errors.AuthenticationError, 429: errors.RateLimitError}


@pytest.mark.proves("ERR-03", "ERR-07", "ERR-09", "ERR-11", "ERR-16")
@pytest.mark.parametrize("status", _BY_STATUS)
@pytest.mark.parametrize(("provider", "task", "key"), DOORS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_a_refusal(provider, task, key, status, ask, server):
    """A refusal is an error of its class with the provider's words, its request and answer, and without the key."""
    body = json.loads(json.dumps(WIRES[provider].refusal).replace("{key}", key))
    server.say(Answer.of(body, status, x_request_id="req-7"))
    with pytest.raises(errors.ProviderApiError) as caught:
        ask(provider, task, key)
    error = caught.value
    assert type(error) is _BY_STATUS[status]
    assert WORDS.partition("{")[0] in str(error)
    assert (error.status_code, error.request_id) == (status, "req-7")
    assert error.request.method == "POST"
    assert address(provider, key, WIRES[provider].tasks[task]) in error.request.url
    shown = [
        str(error),
        repr(error),
        str(error.request),
        str(error.response),
        str(error.server_message),
        str(vars(error)),
    ]
    assert all(key not in text for text in shown)


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task"), PAIRS)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_an_answer_of_the_wrong_shape(provider, task, ask, server):
    """An answer that is not what it should be names the place, and shows the answer."""
    form = WIRES[provider].tasks[task].form
    server.say(Answer.of(form.wrong))
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, doors(provider)[0])
    assert form.place in str(caught.value).partition("; status")[0]
    assert caught.value.response.status == 200
    assert caught.value.response.json() == form.wrong


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task"), TELLING)
@pytest.mark.filterwarnings("ignore:.*left out")
def test_half_an_answer(provider, task, ask, server):
    """JSON, or a picture, that ends in the middle is no answer."""
    good = WIRES[provider].tasks[task].form.good
    server.say(replace(good, body=good.body[: len(good.body) // 2]))
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, doors(provider)[0])
    assert WIRES[provider].tasks[task].form is PICTURE or "JSON" in str(caught.value)


@pytest.mark.proves("ERR-03")
@pytest.mark.parametrize(("provider", "said"), CHATS)
def test_a_refusal_before_a_stream(provider, said, ask, server):
    """A stream that is refused raises at the call, with the words."""
    body = json.loads(json.dumps(WIRES[provider].refusal).replace("{key}", "?"))
    server.say(Answer(headers={"content-type": "application/json"}, status=429, pieces=[json.dumps(body).encode()]))
    with pytest.raises(errors.RateLimitError, match="no such key"):
        ask(provider, "chat-completion", doors(provider)[0], stream=True)
