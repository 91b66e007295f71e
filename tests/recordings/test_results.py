"""What queues answered is handed over as it is: numbers, addresses, and files by what their bytes are."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from .calls import call_of, of_data_url, settings
from .player import Player
from .recorded import recordings

_QUEUES = ("black-forest-labs", "fal-ai", "replicate")
_DRAWN = [
    pytest.param(recording, id=recording.id)
    for recording in recordings()
    if recording.provider in _QUEUES and recording.task == "text-to-image"
    if recording.about["ok"] and recording.why_not is None
]
_AT_ONCE = [case for case in _DRAWN if case.values[0].provider != "black-forest-labs"]
"""Those that wait for no job, which takes a second."""

if not _DRAWN:
    pytest.skip("the recordings are not on this machine", allow_module_level=True)


def _drawn(recording, open_client, server, form):
    """A picture in this form, and what was recorded but not asked for."""
    player = Player(recording, recording.calls)
    server.always("", player)
    call = call_of(recording, recording.calls[0])
    with open_client(settings(recording)) as client:
        result = client("text_to_image", call.given, **call.options, output_type=form)
    assert player.wrong == []
    return result, [exchange.url for exchange in player.left]


def _told(recording):
    """The last answer that is JSON, the address of the picture in it, and the recorded bytes of the picture."""
    told = [exchange.answer.json for exchange in recording.calls if exchange.answer.json is not None][-1]
    if "images" in told:
        url = told["images"][0]["url"]
    elif isinstance(told.get("output"), list):
        url = told["output"][0]
    else:
        url = told["result"]["sample"]
    last = recording.calls[-1].answer
    return told, url, of_data_url(url) if url.startswith("data:") else last.body


@pytest.mark.parametrize("recording", _DRAWN)
def test_the_answer_is_handed_over_whole(recording, open_client, server):
    """Nothing is lost of it, also not of a seed that no float can hold; and the picture is not fetched."""
    told, url, _ = _told(recording)
    answer, left = _drawn(recording, open_client, server, "json")
    assert json.dumps(answer) == json.dumps(told)
    assert left == ([] if url.startswith("data:") else [url])


@pytest.mark.parametrize("recording", _AT_ONCE)
def test_the_address_is_the_one_that_was_told(recording, open_client, server):
    """With its signature, and without a look at what stands there."""
    _, url, _ = _told(recording)
    answer, left = _drawn(recording, open_client, server, "url")
    assert answer == url
    assert left == ([] if url.startswith("data:") else [url])


@pytest.mark.parametrize("recording", _AT_ONCE)
def test_a_picture_is_what_its_bytes_are(recording, open_client, server):
    """Names and headers say JPEG of a PNG and nothing of a WebP; the bytes tell."""
    _, _, data = _told(recording)
    answer, left = _drawn(recording, open_client, server, "data_url")
    kind = Image.open(io.BytesIO(data)).get_format_mimetype()
    assert answer == f"data:{kind};base64,{base64.b64encode(data).decode()}"
    assert left == []


def test_the_recordings_hold_what_these_tests_are_for():
    """Seeds beyond 2^53, files whose header or name is wrong, and answers that are done and say `processing`."""
    told = [_told(recording) for (recording,) in (case.values for case in _DRAWN)]
    assert any(answer.get("seed", 0) > 2**53 for answer, _, _ in told)
    assert any(answer.get("status") == "processing" for answer, _, _ in told)
    files = [case.values[0].calls[-1].answer for case in _DRAWN]
    kinds = {(file.raw["headers"]["content-type"], file.body[:4]) for file in files}
    assert {("image/jpeg", b"\x89PNG"), ("application/octet-stream", b"RIFF")} <= kinds
