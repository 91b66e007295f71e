"""Recorded traffic, played again to both clients: the same requests go out, and the answers are understood."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from contract.server import Answer
from infermux.errors import InferenceError, InputError
from providers.table import WIRES

from .calls import HF_KEY, Call, call_of, calls, check, failure, key_header, settings, words
from .compared import DELIBERATE
from .player import Player
from .recorded import recordings

if not recordings():
    pytest.skip("the recordings are not on this machine", allow_module_level=True)

pytestmark = [
    # The look-ups are of 2025, when not every entry was live, and old servers refuse options that are new to them.
    pytest.mark.filterwarnings("ignore:.* is in staging", "ignore:.*last check", "ignore:text_generation.* the server"),
]

_PROVED = {
    "chat-completion": ("CHA-01", "CHA-02", "CHA-03", "CHA-23"),
    "text-generation": ("TGN-06", "TGN-26"),
}
_QUEUED = {
    ("black-forest-labs", "text-to-image"): "PXT-01",
    ("fal-ai", "automatic-speech-recognition"): "PXT-04",
    ("fal-ai", "text-to-image"): "PXT-05",
    ("replicate", "text-to-image"): "PXT-47",
    ("replicate", "text-to-speech"): "PXT-48",
    ("replicate", "text-to-video"): "PXT-49",
}
_OF_A_STREAM = {"chat-completion": ("CHS-01",), "text-generation": ("TGN-02",)}


def _case(recording):
    task, marks = recording.about["task"], []
    if recording.about["ok"]:
        pair = "LOC-03" if recording.provider == "mistral" else _QUEUED.get((recording.provider, task))
        pair = pair or WIRES[recording.provider].tasks[task].proves
        streamed = _OF_A_STREAM.get(task, ()) if recording.about["stream"] else ()
        marks = [pytest.mark.proves(pair, *_PROVED.get(task, ()), *streamed)]
    return pytest.param(recording, id=recording.id, marks=marks)


_OF_PROVIDERS = [recording for recording in recordings() if recording.provider != "hub"]
_AGAIN = [_case(recording) for recording in _OF_PROVIDERS if recording.why_not is None]
_ONCE = [pytest.param(recording, id=recording.id) for recording in _OF_PROVIDERS if recording.why_not]
_AT_THE_HUB = [pytest.param(recording, id=recording.id) for recording in recordings() if recording.provider == "hub"]


@pytest.mark.parametrize("recording", _AGAIN)
def test_the_requests_are_those_that_were_recorded(recording, open_client, server):
    """The client sends what was recorded, request by request, and makes of the answers what they say."""
    player = Player(recording, recording.calls)
    server.always("", player)
    with open_client({**settings(recording), "max_retries": 0}) as client:
        for call, answer in calls(recording):
            _ask(client, call, answer)
            assert player.wrong == []
    assert not player.left
    sent = [asked for asked in server.requests if asked.host != "huggingface.co"]
    name, value = key_header(recording)
    home = urlsplit(recording.calls[0].url).netloc
    for asked, exchange in zip(sent, recording.calls, strict=True):
        carried = {key: asked.headers[key] for key in ("authorization", "x-key") if key in asked.headers}
        assert carried == ({name: value} if urlsplit(exchange.url).netloc == home else {})


@pytest.mark.parametrize("recording", _ONCE)
def test_the_answers_of_requests_that_are_not_made_today_are_understood(recording, open_client, server):
    """Where a request cannot be made again, its answers are still read right."""
    for exchanges in recording.conversations:
        if exchanges[0].url != recording.calls[0].url:
            break
        player = Player(recording, exchanges, is_strict=False)
        server.reset()
        server.always("", player)
        with open_client({**settings(recording), "retry_on_error": False}) as client:
            _ask(client, call_of(recording, exchanges[0], is_minimal=True), exchanges[-1].answer)
        assert not player.left


@pytest.mark.parametrize("known", DELIBERATE, ids=lambda known: f"{known.of} {known.place}")
def test_every_difference_is_one(known):
    """What is said to be asked otherwise stands in a recording so, or is missing there."""
    found = [recording for recording in _OF_PROVIDERS if recording.why_not is None]
    assert any(known.is_in(recording.id, exchange) for recording in found for exchange in recording.calls)


@pytest.mark.proves("ROU-20")
@pytest.mark.parametrize("recording", _AT_THE_HUB)
def test_the_hub_is_understood(recording, open_client, server):
    """What the Hub said of a model decides whether it may be asked for its vectors, also after a redirect."""
    server.always("", Player(recording, []))
    server.always("POST router.huggingface.co/", Answer.of([0.5]))
    for lookup in recording.lookups:
        model = lookup.url.removeprefix("https://huggingface.co/api/models/").partition("?")[0]
        final = recording.lookups[recording.lookups.index(lookup) + (lookup.answer.status == 307)].answer.json
        with open_client({"provider": "hf-inference", "api_key": HF_KEY}) as client:
            if final["pipeline_tag"] == "feature-extraction":
                assert client("feature_extraction", "Hello", model=model).tolist() == [0.5]
            else:
                with pytest.raises(InputError, match=final["pipeline_tag"]):
                    client("feature_extraction", "Hello", model=model)


def _ask(client, call: Call, answer) -> None:
    wanted = failure(answer)
    if wanted is None:
        check(call, answer, client(call.method, call.given, **call.options))
        return
    with pytest.raises(InferenceError) as caught:
        client(call.method, call.given, **call.options)
    assert type(caught.value) is wanted
    assert any(text in str(caught.value) for text in words(answer))
