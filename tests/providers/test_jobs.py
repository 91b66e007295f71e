"""Conversations with providers that queue: what is asked, in turn, of whom and with which key; and what comes of it."""

from __future__ import annotations

import json

import pytest

from contract.server import Answer
from infermux import errors

from .jobs import KEYS, QUEUES, WHY, conversation, download, look, submission
from .promised import PROMISED
from .table import OWN, ROUTED, WORDS

pytestmark = [pytest.mark.usefixtures("hurried"), pytest.mark.filterwarnings("ignore:.*left out")]

CELLS = [
    pytest.param(
        name,
        task,
        key,
        id=f"{name}-{task}-{'routed' if key == ROUTED else 'direct'}",
        marks=pytest.mark.proves(queue.proves, job.proves),
    )
    for name, queue in QUEUES.items()
    for task, job in queue.tasks.items()
    for key in (ROUTED, OWN)
]
"""Provider, task, key."""
WAITING = [cell for cell in CELLS if not QUEUES[cell.values[0]].tasks[cell.values[1]].at_once]
"""Those that wait for an answer."""


@pytest.fixture
def told(server, asked):
    """Has the server say its part; gives a check that it was asked just that, and by whom."""

    def begin(turns):
        server.say(*[turn.answer for turn in turns])

        def check():
            heard = [(one.line, {name: one.headers[name] for name in KEYS if name in one.headers}) for one in asked()]
            assert heard == [(turn.line, turn.headers) for turn in turns]

        return check

    return begin


@pytest.mark.proves("AUT-01", "ROU-06", "ROU-08")
@pytest.mark.parametrize(("provider", "task", "key"), CELLS)
def test_the_conversation_and_its_result(provider, task, key, ask, told, asked):
    """A job is submitted, looked at until it is done, and its result fetched; what comes back is as promised."""
    job = QUEUES[provider].tasks[task]
    check = told([*conversation(provider, task, key), *([download(job.media)] if job.media else [])])
    result = ask(provider, task, key)
    check()
    submitted = asked()[0]
    assert submitted.json == job.body
    assert submitted.headers["content-type"] == "application/json"
    assert all(one.body == b"" and "content-type" not in one.headers for one in asked()[1:])
    kind, tell, value = PROMISED[task]
    assert isinstance(result, kind)
    assert tell(result) == (job.told or value)


@pytest.mark.proves("ERR-03", "ERR-07", "ERR-16")
@pytest.mark.parametrize(("provider", "task", "key"), CELLS)
def test_a_refused_submission(provider, task, key, ask, told):
    """A refusal is told in the provider's words, without the key, and nothing more is asked."""
    status, body = QUEUES[provider].refusal
    refusal = Answer.of(json.loads(json.dumps(body).replace("{key}", key)), status, x_request_id="req-7")
    check = told([submission(provider, task, key, refusal)])
    with pytest.raises(errors.ProviderApiError) as caught:
        ask(provider, task, key)
    check()
    error = caught.value
    assert type(error) is errors.class_for(status)
    assert (error.status_code, error.request_id) == (status, "req-7")
    assert WORDS.partition("{")[0] in error.server_message
    assert all(key not in shown for shown in (str(error), repr(error), str(vars(error))))


@pytest.mark.parametrize(("provider", "task", "key"), WAITING)
def test_a_job_that_fails(provider, task, key, ask, told):
    """The error names the job and the reason; nothing is fetched, and a job that is over is not stopped."""
    check = told([submission(provider, task, key), look(provider, key, QUEUES[provider].failed)])
    with pytest.raises(errors.ProviderApiError) as caught:
        ask(provider, task, key)
    check()
    assert all(word in str(caught.value) for word in ("j-1", WHY, task, "try another model"))
    assert WHY in caught.value.server_message
    assert key not in str(vars(caught.value))


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task", "key"), CELLS)
def test_a_result_of_another_shape(provider, task, key, ask, told):
    """The error names the place and keeps the answer; nothing is fetched."""
    wrong, place = QUEUES[provider].tasks[task].wrong
    check = told(conversation(provider, task, key, wrong))
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, key)
    check()
    assert place in str(caught.value).partition("; status")[0]
    assert caught.value.response.json() == wrong


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task", "key"), [cell for cell in CELLS if cell.values[2] == OWN])
@pytest.mark.parametrize("said", [b"{}", b"[]", b"<html>gone</html>", b'"gone"', b"null"])
def test_a_submission_that_is_answered_by_something_else(provider, task, key, said, ask, told):
    """Without a job there is nothing to wait for."""
    check = told([submission(provider, task, key, Answer(said, headers={"content-type": "application/json"}))])
    with pytest.raises(errors.ProviderOutputError) as caught:
        ask(provider, task, key)
    check()
    assert said == b"<html>gone</html>" or "should be" in str(caught.value) or "another shape" in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "task"),
    [(name, task) for name, queue in QUEUES.items() for task, job in queue.tasks.items() if job.left_out],
)
def test_what_is_left_out_is_told(provider, task, ask, told):
    """An option that the provider does not take is left out with a warning that names it."""
    job = QUEUES[provider].tasks[task]
    told([*conversation(provider, task, OWN), download(job.media)])
    with pytest.warns(UserWarning, match=job.left_out):
        ask(provider, task, OWN)
