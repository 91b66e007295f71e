"""What is told of a provider is what it gets: each claim is held against a request."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from contract.server import Answer
from infermux import errors, providers
from infermux.providers import _capabilities

from .jobs import QUEUES
from .table import ASKED, OWN, ROUTED, SCHEMA, doors, hub, model

TOLD = {name: _capabilities.of(providers.find(name)) for name in providers.names() if name != "sandbox"}
TASKS = [(name, task) for name, told in TOLD.items() for task in told.tasks]

pytestmark = pytest.mark.filterwarnings("ignore:.*left out")


def _cells(*claims: str) -> list:
    """Provider, task, and each thing that is claimed of them."""
    return [
        pytest.param(name, task.task, one, id=f"{name}-{task.task}-{one}")
        for name, task in TASKS
        for claim in claims
        for one in getattr(task, claim)
    ]


def _pairs(claimed) -> list:
    """Provider and the task of which something is claimed."""
    return [pytest.param(name, task, id=f"{name}-{task.task}") for name, task in TASKS if claimed(task)]


@pytest.fixture
def sending(ask, server, asked):
    """Gives the options of the one request that a provider gets; it refuses, as nothing else matters here."""

    def one(provider, task, key=None, **options):
        server.always("POST ", Answer.of({"error": {"message": "not now"}}, 400))
        with pytest.raises(errors.ProviderApiError, match="not now"):
            ask(provider, task, key or doors(provider)[0], **options)
        (request,) = asked()
        body = request.json if request.headers["content-type"] == "application/json" else {}
        return {**body, **body.get("parameters", {}), **(body["input"] if isinstance(body.get("input"), dict) else {})}

    return one


@pytest.mark.parametrize(("provider", "task", "option"), _cells("drops"))
@pytest.mark.filterwarnings("default:.*left out")
def test_what_is_left_out_warns_and_is_not_sent(provider, task, option, sending):
    """The warning names the option and the provider."""
    with pytest.warns(UserWarning, match=rf"{TOLD[provider].title} does not take .*\b{option}\b.*; left out"):
        sent = sending(provider, task, extra_body={option: 1})
    assert option not in sent


_WITH = {"decoder_input_details": {"details": True}}
"""What the task itself wants beside an option."""


@pytest.mark.parametrize(("provider", "task", "option"), _cells("refuses"))
def test_what_is_refused_raises_before_anything_is_sent(provider, task, option, ask, asked):
    """The error names the option, the provider and the way out."""
    with pytest.raises(errors.InputError, match=rf"{TOLD[provider].title} has no {option}; .*extra_body"):
        ask(provider, task, doors(provider)[0], extra_body={option: 0.5}, **_WITH.get(option, {}))
    assert asked() == []


@pytest.mark.parametrize(("provider", "task", "option"), _cells("needs"))
def test_what_is_needed_is_asked_for_before_anything_is_sent(provider, task, option, ask, asked, sending):
    """The error names what is missing; with it the request goes out."""
    with pytest.raises(errors.InputError, match=rf"{TOLD[provider].title} needs {option}; .*extra_body"):
        ask(provider, task, doors(provider)[0], extra_body={})
    assert asked() == []
    assert sending(provider, task, extra_body={option: "one"})[option] == "one"


@pytest.mark.parametrize(("provider", "task", "option"), _cells("renames"))
def test_what_is_renamed_arrives_under_its_new_name(provider, task, option, sending):
    """Its value is the same, and the old name is gone."""
    (said,) = [one for one in TOLD[provider].tasks if one.task == task]
    sent = sending(provider, task, extra_body={option: 3})
    assert sent[said.renames[option]] == 3
    assert option not in sent


_SIZES = {
    "as_given": {"width": 64, "height": 32},
    "sides": {"width": 64, "height": 32},
    "text": {"size": "64x32"},
    "object": {"image_size": {"width": 64, "height": 32}},
    "target": {"target_size": {"width": 64, "height": 32}},
}


@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.size))
def test_a_size_arrives_in_its_form(provider, task, sending):
    """In this form and in no other one."""
    sent = sending(provider, task.task, extra_body={"target_size": {"width": 64, "height": 32}})
    told = {name: sent[name] for name in ("width", "height", "size", "image_size", "target_size") if name in sent}
    assert told == _SIZES[task.size]


@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.fixed))
def test_what_is_fixed_gives_way_to_the_caller(provider, task, sending, server):
    """It is sent where nothing else is given."""
    sent = sending(provider, task.task)
    assert {name: sent[name] for name in task.fixed} == {
        name: ASKED[task.task].options.get(name, value) for name, value in task.fixed.items()
    }
    server.reset()
    own = dict.fromkeys(task.fixed, 5)
    sent = sending(provider, task.task, extra_body=own)
    assert {name: sent[name] for name in own} == own


@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.urls is not None))
def test_the_address_of_a_picture_is_to_be_had_or_not(provider, task, ask, asked, sending):
    """Where it is not, the request does not go out."""
    if task.urls:
        sending(provider, task.task, output_type="url")
    else:
        with pytest.raises(errors.InputError, match=r"has no URL"):
            ask(provider, task.task, doors(provider)[0], output_type="url")
        assert asked() == []


@pytest.mark.proves("CHX-01", "CHX-05")
@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.tools))
def test_tools_arrive(provider, task, sending):
    """Whatever is said of tools goes along as it is."""
    function = {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    values = [[{"type": "function", "function": function}], "required", False]
    given = dict(zip(["tools", "tool_choice", "parallel_tool_calls"], values, strict=True))
    sent = sending(provider, task.task, **given)
    assert {name: sent[name] for name in task.tools} == {name: given[name] for name in task.tools}


@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.schema))
def test_a_schema_arrives_as_is_told(provider, task, sending):
    """With the name and the schema in the places of what is shown, and nothing besides."""
    given = {"type": "json_schema", "json_schema": {"name": "count", "schema": SCHEMA}}
    sent = sending(provider, task.task, response_format=given)
    shown = json.dumps(task.schema, ensure_ascii=False)
    told = json.loads(shown.replace("{}", json.dumps(SCHEMA)).replace("…", "count"))
    assert {name: sent[name] for name in ("response_format", "guided_json") if name in sent} == told


@pytest.mark.proves("CHX-01")
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("provider", "task"), _pairs(lambda task: task.schema))
def test_strictness_reaches_those_who_have_it(provider, task, strict, sending):
    """It stands where the provider reads it; the forms that have no place for it hold the schema itself."""
    given = {"type": "json_schema", "json_schema": {"name": "count", "schema": SCHEMA, "strict": strict}}
    form = sending(provider, task.task, response_format=given)["response_format"]
    if "json_schema" in task.schema["response_format"]:
        never = task.schema["response_format"]["json_schema"].get("strict") is False
        assert form["json_schema"] == {"name": "count", "schema": SCHEMA, "strict": strict and not never}
    else:
        assert SCHEMA in form.values()


def test_who_has_jobs():
    """What is told of jobs is what their conversations, written from the documents, say."""
    told = {(name, task.task): task.jobs.can_cancel for name, task in TASKS if task.jobs}
    known = {(name, task): bool(queue.cancel) for name, queue in QUEUES.items() for task in queue.tasks}
    assert {cell: known[cell] for cell in told} == told
    assert {cell for cell in known if not QUEUES[cell[0]].tasks[cell[1]].at_once} <= told.keys()


_PRINTED = {"replicate": {"logs": "step 1\nstep 2"}}
"""What a provider tells only where the model prints something."""


@pytest.mark.parametrize("provider", QUEUES)
def test_what_is_told_of_a_job(provider, open_client, server):
    """A status holds what `tells` names, while the job goes on, and nothing else besides its state."""
    queue = QUEUES[provider]
    (task, *_) = [task for task in TOLD[provider].tasks if task.task in queue.tasks]
    looks = [{**told, **_PRINTED.get(provider, {})} for told in queue.pending]
    server.always("GET huggingface.co/api/models/org/name", hub(provider, task.task))
    server.say(queue.submitted, *map(Answer.of, looks))
    one = ASKED[task.task]
    with open_client({"provider": provider, "model": model(provider), "api_key": OWN}) as client:
        job = client.run(getattr(client.client.submit, one.method)(one.given, **one.options))
        seen = [client.run(job.status()) for _ in looks]
    names = ("progress", "position", "logs")
    assert [name for name in names if any(getattr(status, name) is not None for status in seen)] == task.jobs.tells


@pytest.mark.parametrize("provider", TOLD)
def test_keys(provider, call, server, asked, sending):
    """Which key will do, in which header, and what happens without one."""
    told, (task, *_) = TOLD[provider], TOLD[provider].tasks
    header, value = told.key_header.split(": ")
    if told.key_env:
        sending(provider, task.task, OWN)
        assert asked()[0].headers[header] == value.replace("…", OWN)
        assert asked()[0].host == urlsplit(told.address).hostname or asked()[0].host == QUEUES[provider].host
    server.reset()
    if told.takes_hf_key:
        sending(provider, task.task, ROUTED)
        assert asked()[0].host == "router.huggingface.co"
    server.reset()
    server.always("GET huggingface.co/api/models/org/name", hub(provider, task.task))
    server.always("POST ", Answer.of({"error": {"message": "not now"}}, 400))
    settings = {"provider": provider, "model": model(provider), "token": False}
    one = ASKED[task.task]
    with pytest.raises(errors.InferenceError) as caught:
        call(settings, one.method, one.given, **one.options)
    assert len(asked()) == (0 if told.needs_key else 1), caught.value
