"""Conversations with providers that queue: what is asked, in turn, of whom and with which key; and what comes of it."""

from __future__ import annotations

import json

import pytest

from contract.server import Answer
from infermux import errors

from .jobs import KEYS, QUEUES, WHY, conversation, look, submission, to_the_end
from .promised import PROMISED
from .table import ASKED, HUB_MODEL, OWN, ROUTED, WORDS, hub

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
    check = told(to_the_end(provider, task, key))
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
    assert ("not JSON" in str(caught.value)) == (said == b"<html>gone</html>")
    assert caught.value.response.text == said.decode()


@pytest.mark.parametrize(
    ("provider", "task"),
    [(name, task) for name, queue in QUEUES.items() for task, job in queue.tasks.items() if job.left_out],
)
def test_what_is_left_out_is_told(provider, task, ask, told):
    """An option that the provider does not take is left out with a warning that names it."""
    job = QUEUES[provider].tasks[task]
    told(to_the_end(provider, task, OWN))
    with pytest.warns(UserWarning, match=job.left_out):
        ask(provider, task, OWN)


ALONE = {
    "black-forest-labs": "BFL_API_KEY",
    "fal-ai": "FAL_KEY",
    "replicate": "REPLICATE_API_TOKEN",
    "wavespeed": "WAVESPEED_API_KEY",
}
"""Providers that only queue → the variable that their own tools read."""
PICTURES = [cell for cell in CELLS if cell.values[1] in ("text-to-image", "image-to-image") and cell.values[2] == OWN]


def _first(provider):
    """A task of the provider, and how it is asked for."""
    task = next(iter(QUEUES[provider].tasks))
    return task, ASKED[task]


@pytest.mark.parametrize("provider", ALONE)
def test_a_key_is_found_where_its_own_tools_look(provider, call, server, told, monkeypatch):
    """The provider's own variable holds a key for its own host, and only for it."""
    monkeypatch.setenv(ALONE[provider], OWN)
    task, said = _first(provider)
    server.always("GET huggingface.co/api/", hub(provider, task))
    check = told(to_the_end(provider, task, OWN))
    call({"provider": provider, "model": HUB_MODEL}, said.method, said.given, **said.options)
    check()
    (looked_up,) = [one for one in server.requests if one.host == "huggingface.co"]
    assert "authorization" not in looked_up.headers


@pytest.mark.proves("AUT-09")
@pytest.mark.parametrize("provider", ALONE)
def test_without_a_key_the_error_says_how_to_pass_one(provider, call, server):
    """No key anywhere: nothing is sent."""
    _, said = _first(provider)
    with pytest.raises(errors.InputError, match="api_key"):
        call({"provider": provider, "model": HUB_MODEL}, said.method, said.given, **said.options)
    assert server.requests == []


@pytest.mark.proves("CON-07")
@pytest.mark.parametrize("provider", ALONE)
def test_a_model_must_be_named(provider, call, server):
    """Without a model nothing is sent."""
    _, said = _first(provider)
    with pytest.raises(errors.InputError, match="model"):
        call({"provider": provider, "api_key": OWN}, said.method, said.given, **said.options)
    assert server.requests == []


@pytest.mark.proves("ROU-03")
@pytest.mark.parametrize("key", [ROUTED, OWN], ids=["routed", "direct"])
@pytest.mark.parametrize("provider", ALONE)
def test_the_hub_is_asked_once_and_never_with_the_key_of_a_provider(provider, key, ask, server, told):
    """One look-up finds the provider's id of the model; it carries a Hugging Face key and no other."""
    task, _ = _first(provider)
    told(to_the_end(provider, task, key))
    ask(provider, task, key)
    (looked_up,) = [one for one in server.requests if one.host == "huggingface.co"]
    assert looked_up.headers.get("authorization") == ("Bearer " + ROUTED if key == ROUTED else None)
    assert "x-key" not in looked_up.headers


@pytest.mark.proves("BIL-02")
@pytest.mark.parametrize("provider", ALONE)
def test_who_is_billed_is_not_told_to_a_provider(provider, ask, told):
    """With a provider's own key, `bill_to` warns and is not sent."""
    task, _ = _first(provider)
    check = told(to_the_end(provider, task, OWN))
    with pytest.warns(UserWarning, match="bill_to"):
        ask(provider, task, OWN, bill_to="my-org")
    check()


@pytest.mark.proves("BIN-11")
@pytest.mark.parametrize(("provider", "task", "key"), PICTURES)
@pytest.mark.parametrize("own", [{}, {"extra_headers": {"Accept": "image/webp"}}], ids=["usual", "own"])
def test_a_picture_is_asked_for_as_png_unless_the_caller_says_otherwise(provider, task, key, own, ask, told, asked):
    """`Accept: image/png` goes along with the submission, and the caller's own wins; looks want JSON."""
    told(to_the_end(provider, task, key))
    ask(provider, task, key, **own)
    assert asked()[0].headers["accept"] == ("image/webp" if own else "image/png")
    assert all(not one.headers.get("accept", "").startswith("image/") for one in asked()[1:])


@pytest.mark.proves("PRV-23")
def test_zai_is_asked_for_english(ask, told, asked):
    """Its errors come in the language that is asked for, also those about a job."""
    told(to_the_end("zai-org", "text-to-image", OWN))
    ask("zai-org", "text-to-image", OWN)
    assert [one.headers.get("accept-language") for one in asked()] == ["en-US,en"] * 3 + [None]


@pytest.mark.parametrize("kind", ["path", "file", "bytearray"])
@pytest.mark.parametrize(
    ("provider", "task"),
    [
        ("fal-ai", "automatic-speech-recognition"),
        ("replicate", "automatic-speech-recognition"),
        ("wavespeed", "image-to-image"),
        ("together", "image-to-video"),
    ],
)
def test_a_file_goes_as_its_bytes_do(provider, task, kind, call, server, told, asked, tmp_path):
    """A path, an open file and what is like bytes are all the same."""
    said, job = ASKED[task], QUEUES[provider].tasks[task]
    path = tmp_path / "file"
    path.write_bytes(said.given)
    given = {"path": lambda: path, "file": lambda: path.open("rb"), "bytearray": lambda: bytearray(said.given)}[kind]()
    server.always("GET huggingface.co/api/", hub(provider, task))
    told(to_the_end(provider, task, OWN))
    settings = {"provider": provider, "model": HUB_MODEL, "api_key": OWN}
    try:
        call(settings, said.method, given, **said.options)
    finally:
        if kind == "file":
            given.close()
    assert asked()[0].json == job.body
