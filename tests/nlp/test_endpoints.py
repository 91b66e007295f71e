"""Each answer that a dedicated endpoint of Hugging Face gave is read, whatever its task."""

from __future__ import annotations

import json

import numpy as np
import pytest

from checklist import SHARED
from contract.server import Answer
from infermux import BadRequestError, ProviderApiError

_FILE = SHARED / "recordings" / "endpoints" / "hf_toolkit_wire.jsonl"
if not _FILE.is_file():
    pytest.skip("the recordings are not on this machine", allow_module_level=True)


def _whole(row):
    """The row; answers longer than 3000 characters were cut by the recorder, so their last number and end are lost."""
    text = row["response"]
    if len(text) == 3000:
        text = text.rpartition(",")[0] + "]" * text[:20].count("[") + "}"
    return {**row, "response": text}


_ROWS = [_whole(json.loads(line)) for line in _FILE.read_text("utf-8").splitlines() if line.strip()]
_METHODS = {"sentence-embeddings": "feature_extraction"}
_MEDIA = {"image/png": b"\x89PNG\r\n\x1a\n", "audio/wav": b"RIFF\x24\0\0\0WAVEfmt ", "audio/x-nope": b"unknown"}


def _method(row):
    return _METHODS.get(row["task"], row["task"].replace("-", "_"))


def _given(row):
    """The arguments and options behind a request; what our methods would not send is replaced by the nearest."""
    request = row["request"]
    if "content-type" in request:
        return [_MEDIA[request["content-type"]]], {}
    inputs = request.get("inputs", "a text")
    options = dict(request.get("parameters", {}))
    if "bogus" in options:
        options = {"extra_body": options}
    if row["task"] == "question-answering":
        return ([inputs["question"], inputs["context"]] if isinstance(inputs, dict) else [inputs, inputs]), options
    if row["task"] == "sentence-similarity":
        return [inputs.get("source_sentence", "a"), inputs["sentences"]], options
    return [inputs], options


def _told(row):
    """What must come of an answer."""
    said, task = json.loads(row["response"]), row["task"]
    if task == "text-classification" and isinstance(row["request"].get("inputs"), list):
        return [[one] for one in said]
    if task == "zero-shot-classification":
        return [{"label": label, "score": score} for label, score in zip(said["labels"], said["scores"], strict=True)]
    if task == "text-generation":
        return said[0]["generated_text"]
    if task in ("summarization", "translation"):
        return said[0]
    return said.get("embeddings", said.get("similarities", said)) if isinstance(said, dict) else said


def test_all_rows_are_there():
    """The file has not changed: 24 requests of 14 tasks."""
    assert (len(_ROWS), len({row["task"] for row in _ROWS})) == (24, 14)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{_method(row)}-{row['status']}")
def test_each_row_is_read(row, call, server):
    """A success becomes what it says, a refusal BadRequestError with the words of the server."""
    given, options = _given(row)
    server.say(Answer(row["response"].encode(), row["status"], {"content-type": row["content_type"]}))
    if row["status"] == 200:
        result = call({"base_url": f"{server.url}/any"}, _method(row), *given, **options)
        if _method(row) == "feature_extraction":
            np.testing.assert_array_equal(result, np.array(_told(row), np.float32))
        else:
            assert json.loads(json.dumps(result)) == _told(row)
    else:
        with pytest.raises(BadRequestError) as caught:
            call({"base_url": f"{server.url}/any"}, _method(row), *given, **options)
        assert json.loads(row["response"])["error"].strip()[:60] in str(caught.value)
        assert caught.value.server_message
    (asked,) = server.requests
    assert asked.path == "/any"
    if "inputs" in row["request"] and row["status"] == 200 and "stream" not in row["request"]:
        assert asked.json == row["request"]


def test_an_answer_in_one_piece_to_a_stream(call, server):
    """These containers do not stream: the row with `stream` tells the caller to ask without."""
    (row,) = [row for row in _ROWS if row["request"].get("stream")]
    server.say(Answer(row["response"].encode(), headers={"content-type": row["content_type"]}))
    with pytest.raises(ProviderApiError, match="without stream"):
        call({"base_url": server.url}, "text_generation", row["request"]["inputs"], stream=True)


@pytest.mark.parametrize("name", ["a.flac", "a.m4a", "a.mp3", "a.mp4", "a.ogg", "a.wav", "a.webm"])
@pytest.mark.parametrize("method", ["automatic_speech_recognition", "audio_classification", "audio_to_audio"])
def test_types_of_sounds(method, name, call, server, tmp_path):
    """A sound goes under a type that these containers take: they list them where they refuse another."""
    (refusal,) = [row["response"] for row in _ROWS if "Supported content types" in row["response"]]
    (tmp_path / name).write_bytes(b"any")
    server.say(Answer.of({"text": "a"} if method == "automatic_speech_recognition" else []))
    call({"base_url": server.url}, method, tmp_path / name)
    sent = server.requests[0].headers["content-type"]
    assert f" {sent}," in refusal
