"""What is particular to each provider that queues: other beginnings, other forms of a result, adapters, sizes."""

from __future__ import annotations

import base64
from copy import deepcopy

import pytest

from contract.server import Answer
from infermux import errors

from .jobs import KEYS, QUEUES, URL, conversation, download, submission
from .table import ASKED, FILM, FLAC, HUB_MODEL, MODEL, OWN, PNG, ROUTED, hub

pytestmark = [pytest.mark.usefixtures("hurried"), pytest.mark.filterwarnings("ignore:.*left out")]

DOORS = pytest.mark.parametrize("key", [ROUTED, OWN], ids=["routed", "direct"])
_PREDICTION = {"id": "j-1", "urls": {"get": "https://api.replicate.com/v1/predictions/j-1"}}


@pytest.fixture
def mapped(call, server):
    """Asks a provider for a model that the Hub says more about: its id there, an adapter."""

    def one(provider, task, method, *given, key=OWN, **options):
        entry = {"provider": provider, "status": "live", "task": task, "providerId": MODEL, **options.pop("entry", {})}
        server.always("GET huggingface.co/api/", Answer.of({"id": HUB_MODEL, "inferenceProviderMapping": [entry]}))
        settings = {"provider": provider, "model": HUB_MODEL, "api_key": key, "max_retries": 0}
        return call(settings, method, *given, **options)

    return one


def lines(asked):
    """What was asked of whom."""
    return [one.line for one in asked()]


# Answers that come sooner or later than usual


@pytest.mark.parametrize(
    ("provider", "task", "last"),
    [
        ("novita", "text-to-video", {"video": {"video_url": URL}}),
        ("novita", "text-to-video", {"video": {"video_url": URL}, "task_id": "j-1"}),
        ("replicate", "text-to-video", {**_PREDICTION, "status": "succeeded", "output": URL}),
        ("together", "text-to-video", {"id": "j-1", "status": "completed", "outputs": {"video_url": URL}}),
        ("wavespeed", "text-to-video", QUEUES["wavespeed"].tasks["text-to-video"].last),
        ("zai-org", "text-to-image", QUEUES["zai-org"].tasks["text-to-image"].last),
    ],
)
@DOORS
def test_an_answer_that_is_the_last_one(provider, task, last, key, ask, server, asked):
    """The submission itself may be answered by the result: nothing is waited for."""
    media = QUEUES[provider].tasks[task].media
    server.say(Answer.of(last), download(media).answer)
    ask(provider, task, key)
    assert lines(asked) == [submission(provider, task, key).line, download(media).line]


@DOORS
@pytest.mark.parametrize("task", [task for task, job in QUEUES["fal-ai"].tasks.items() if job.at_once])
def test_fal_queues_what_it_was_to_answer_at_once(task, key, ask, server, asked):
    """An answer in the shape of the queue is waited for there."""
    first = submission("fal-ai", task, key, QUEUES["fal-ai"].submitted)
    waiting = conversation("fal-ai", "text-to-video", key, QUEUES["fal-ai"].tasks[task].last)[1:]
    media = QUEUES["fal-ai"].tasks[task].media
    turns = [first, *waiting, *([download(media)] if media else [])]
    server.say(*[turn.answer for turn in turns])
    ask("fal-ai", task, key)
    assert lines(asked) == [turn.line for turn in turns]


def test_a_result_that_fal_refuses(ask, server, asked):
    """A failure may be told where the result should stand."""
    turns = conversation("fal-ai", "text-to-video", OWN)
    refused = Answer.of({"detail": [{"loc": ["body", "seed"], "msg": "too large", "type": "value"}]}, 422)
    server.say(*[turn.answer for turn in turns[:-1]], refused)
    with pytest.raises(errors.UnprocessableEntityError, match=r"body\.seed: too large"):
        ask("fal-ai", "text-to-video", OWN)
    assert lines(asked) == [turn.line for turn in turns]


@DOORS
def test_replicate_says_processing_and_gives_the_output(key, ask, server, asked):
    """It is asked to wait; status 201 with an output is the end, whatever the word says."""
    server.say(Answer.of({**_PREDICTION, "status": "processing", "output": [URL]}, 201), download(PNG).answer)
    assert ask("replicate", "text-to-image", key).size == (4, 2)
    assert len(asked()) == 2
    assert asked()[0].headers["prefer"] == "wait"
    assert "prefer" not in asked()[1].headers


@pytest.mark.parametrize(("status", "output"), [(201, None), (201, []), (202, None), (200, [URL])])
def test_replicate_is_not_done(status, output, ask, server, asked):
    """No output, or one that may still grow, is waited for; the looks do not ask to wait."""
    server.say(
        Answer.of({**_PREDICTION, "status": "processing", "output": output}, status),
        Answer.of({**_PREDICTION, "status": "succeeded", "output": [URL]}),
        download(PNG).answer,
    )
    ask("replicate", "text-to-image", OWN)
    assert [one.headers.get("prefer") for one in asked()] == ["wait", None, None]


def test_how_long_replicate_waits_is_for_the_caller_to_say(ask, server, asked):
    """A header of the caller's wins."""
    server.say(Answer.of({**_PREDICTION, "status": "succeeded", "output": URL}), download(PNG).answer)
    ask("replicate", "text-to-image", OWN, extra_headers={"Prefer": "wait=5"})
    assert asked()[0].headers["prefer"] == "wait=5"


@DOORS
@pytest.mark.parametrize(("model", "version"), [("own/name:abc:d", "abc:d"), ("5c7d" * 16, "5c7d" * 16)])
def test_a_version_at_replicate(key, mapped, server, asked, model, version):
    """An id with a version, or that is one, is asked for by it, and nothing else stands beside the input."""
    server.say(Answer.of({**_PREDICTION, "status": "succeeded", "output": URL}), download(FILM).answer)
    mapped("replicate", "text-to-video", "text_to_video", "A cat", key=key, entry={"providerId": model})
    assert asked()[0].line.endswith("/v1/predictions")
    assert asked()[0].json == {"version": version, "input": {"prompt": "A cat"}}


# A job that nobody waits for


@DOORS
@pytest.mark.parametrize(
    ("provider", "task", "path", "changed"),
    [
        ("fal-ai", "text-to-image", None, {}),
        ("fal-ai", "automatic-speech-recognition", None, {}),
        ("fal-ai", "text-to-video", None, {}),
        ("replicate", "text-to-image", None, {}),
        ("novita", "text-to-video", f"/v3/async/{MODEL}", {"steps": 9}),
        ("wavespeed", "image-to-image", None, {}),
        ("black-forest-labs", "text-to-image", None, {}),
        ("together", "image-to-video", None, {}),
        ("zai-org", "text-to-image", None, {}),
    ],
)
def test_a_job_is_submitted(provider, task, path, changed, key, mapped, server, asked):
    """One request takes the job: what is else answered at once goes to the queue, and nobody is asked to wait."""
    queue = QUEUES[provider]
    server.say(queue.submitted)
    said = ASKED[task]
    options = {**said.options, **({"num_inference_steps": changed["steps"]} if changed else {})}
    job = mapped(provider, task, f"submit.{said.method}", said.given, key=key, **options)
    assert (job.id, job.provider, job.task) == ("j-1", provider, task)
    (one,) = asked()
    place = path or queue.tasks[task].path
    query = f"?{queue.routed_query}" if queue.routed_query and key == ROUTED else ""
    assert one.line == f"POST {queue.host if key == OWN else f'router.huggingface.co/{provider}'}{place}{query}"
    assert one.json == {**queue.tasks[task].body, **changed}
    assert "prefer" not in one.headers


def test_the_steps_of_novita(ask, server, asked):
    """Where it answers at the end it knows them by the task's own name."""
    server.say(Answer.of({"video": {"video_url": URL}}), download(FILM).answer)
    ask("novita", "text-to-video", OWN, num_inference_steps=9)
    assert (asked()[0].json["num_inference_steps"], "steps" in asked()[0].json) == (9, False)


# The forms of a result


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("hello world", "hello world"),
        (["hel", "lo ", "world"], "hello world"),
        ({"transcription": "hello", "translation": "salut", "txt_file": URL}, "salut"),
        ([{"transcription": "hello", "translation": None}], "hello"),
    ],
)
def test_what_replicate_heard(output, text, ask, server, asked):
    """Words come whole, in pieces, or by name; a translation exists only where it was asked for."""
    server.say(Answer.of({**_PREDICTION, "status": "succeeded", "output": output}))
    assert ask("replicate", "automatic-speech-recognition", OWN).text == text
    assert len(asked()) == 1


_PART = {"id": 0, "start": 0.0, "end": 1.5, "text": "hello"}


@pytest.mark.parametrize(
    "output",
    [
        {"transcription": "hello", "segments": [_PART, {"id": 1}], "detected_language": "english"},
        {"text": "hello", "chunks": [{"text": "hello", "timestamp": [0.0, 1.5]}], "detected_language": "english"},
    ],
)
def test_what_replicate_tells_besides_the_words(output, ask, server):
    """The times of the words, and all else, are kept."""
    server.say(Answer.of({**_PREDICTION, "status": "succeeded", "output": output}))
    out = ask("replicate", "automatic-speech-recognition", OWN)
    assert (out.text, out["detected_language"]) == ("hello", "english")
    assert [(part.text, list(part.timestamp)) for part in out.chunks] == [("hello", [0.0, 1.5])]


def test_the_segments_of_a_translation_at_replicate(ask, server):
    """They are the words as they were spoken, and so no parts of the translation."""
    output = {"transcription": "hello", "translation": "salut", "segments": [_PART]}
    server.say(Answer.of({**_PREDICTION, "status": "succeeded", "output": output}))
    out = ask("replicate", "automatic-speech-recognition", OWN)
    assert (out.text, out.chunks, out["segments"]) == ("salut", None, [_PART])


def test_what_replicate_wrote_into_a_file(ask, server, asked):
    """The words may stand in a file alone."""
    server.say(
        Answer.of({**_PREDICTION, "status": "succeeded", "output": {"txt_file": URL}}),
        Answer("Grüße".encode(), headers={"content-type": "text/plain"}),
    )
    assert ask("replicate", "automatic-speech-recognition", OWN).text == "Grüße"
    assert lines(asked)[1] == download(b"").line


@pytest.mark.parametrize(
    ("said", "chunks"),
    [
        ({"text": "hello world"}, None),
        ({"output": "hello world", "text": None}, None),
        ({"text": "hello world", "chunks": [{"text": "hello", "timestamp": [0, 1]}]}, [("hello", [0, 1])]),
        (
            {"text": "hello world", "chunks": [], "segments": [{"text": "hello", "start": 0, "end": 1.5}]},
            [("hello", [0, 1.5])],
        ),
    ],
)
def test_what_fal_heard(said, chunks, ask, server):
    """The text under either name, and its parts with their times; what else came is kept."""
    server.say(Answer.of({**said, "inferred_languages": ["en"]}))
    out = ask("fal-ai", "automatic-speech-recognition", OWN)
    assert (out.text, out["inferred_languages"]) == ("hello world", ["en"])
    assert (chunks or []) == [(part.text, list(part.timestamp)) for part in out.chunks or []]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (FLAC, f"data:audio/mpeg;base64,{base64.b64encode(FLAC).decode()}"),
        (b"RIFF\x04\x00\x00\x00WAVE", "data:audio/x-wav;base64,UklGRgQAAABXQVZF"),
        (b"\x1aE\xdf\xa3", "data:video/webm;base64,GkXfow=="),
        ("data:audio/webm;base64,AAAA", "data:video/webm;base64,AAAA"),
        ("https://example.com/a.ogg", "https://example.com/a.ogg"),
    ],
)
@pytest.mark.parametrize("task", ["automatic-speech-recognition", "audio-to-audio"])
def test_how_fal_is_given_a_sound(task, given, url, mapped, server, asked):
    """By a label that it knows, or by its address as it is; nothing is fetched for it."""
    turns = conversation("fal-ai", task, OWN)
    server.say(*[turn.answer for turn in turns], download(FLAC).answer)
    mapped("fal-ai", task, ASKED[task].method, given)
    assert asked()[0].json == {"audio_url": url}
    assert len([one for one in asked() if one.host == "example.com"]) == 0


@pytest.mark.parametrize(
    ("provider", "task", "label"),
    [
        ("fal-ai", "image-to-image", "image/jpeg"),
        ("fal-ai", "image-segmentation", "image/png"),
        ("replicate", "image-to-image", "image/jpeg"),
        ("replicate", "automatic-speech-recognition", "audio/wav"),
        ("together", "image-to-video", "image/png"),
        ("wavespeed", "image-to-video", "image/jpeg"),
    ],
)
def test_the_label_of_bytes_that_nobody_knows(provider, task, label, mapped, server, asked):
    """Each service has its usual one."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped(provider, task, ASKED[task].method, b"\x00\x01")
    assert f'"data:{label};base64,AAE="' in asked()[0].body.decode()


@pytest.mark.parametrize(("said", "name"), [({"content_type": "audio/ogg"}, "audio/ogg"), ({}, "audio/flac")])
def test_a_sound_of_fal_has_a_type_and_a_name(said, name, ask, server):
    """By what fal says of it, else by its bytes."""
    turns = conversation("fal-ai", "audio-to-audio", OWN, {"audio": {"url": URL, **said}, "text": "hello"})
    server.say(*[turn.answer for turn in turns], download(FLAC).answer)
    (sound,) = ask("fal-ai", "audio-to-audio", OWN)
    assert (sound.content_type, sound.label, sound.blob) == (name, "hello", FLAC)


_PICTURES = [(name, "text-to-image") for name in QUEUES if "text-to-image" in QUEUES[name].tasks]


@pytest.mark.proves("VIS-25")
@pytest.mark.parametrize(("provider", "task"), _PICTURES)
@pytest.mark.parametrize("form", ["url", "json", "bytes", "data_url"])
def test_the_forms_of_a_picture(provider, task, form, ask, server, asked):
    """An address and the server's own words are not fetched; bytes and a data URL are."""
    turns = conversation(provider, task, OWN)
    server.say(*[turn.answer for turn in turns], download(PNG).answer)
    wanted = {
        "url": URL,
        "json": QUEUES[provider].tasks[task].last,
        "bytes": PNG,
        "data_url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
    }
    assert ask(provider, task, OWN, output_type=form) == wanted[form]
    assert len(asked()) == len(turns) + (form in ("bytes", "data_url"))


@pytest.mark.parametrize("form", ["bytes", "json", "data_url"])
def test_the_forms_of_a_mask(form, ask, server):
    """As of every picture; the server's own words come whole."""
    server.say(*[turn.answer for turn in conversation("fal-ai", "image-segmentation", OWN)], download(PNG).answer)
    found = ask("fal-ai", "image-segmentation", OWN, output_type=form)
    if form == "json":
        assert found == QUEUES["fal-ai"].tasks["image-segmentation"].last
    else:
        assert found[0].mask == (PNG if form == "bytes" else f"data:image/png;base64,{base64.b64encode(PNG).decode()}")


# Addresses in answers are not trusted


def _saying(value, address):
    """An answer whose addresses are replaced."""
    text = value.body.decode()
    for host in ("https://queue.fal.run", "https://api.replicate.com", "https://api.wavespeed.ai"):
        text = text.replace(host, address)
    return Answer(text.encode(), value.status, value.headers)


@DOORS
@pytest.mark.parametrize("provider", ["fal-ai", "replicate", "wavespeed"])
@pytest.mark.parametrize("host", ["https://evil.example", "http://127.0.0.1:9", "https://user:pass@evil.example", ""])
def test_the_host_of_an_answer_is_not_asked(provider, host, key, ask, server, asked):
    """Jobs are asked for at the door where they were submitted, whatever host the answer names."""
    turns = conversation(provider, "text-to-video", key)
    server.say(_saying(turns[0].answer, host), *[turn.answer for turn in turns[1:]], download(FILM).answer)
    assert ask(provider, "text-to-video", key) == FILM
    assert lines(asked) == [*(turn.line for turn in turns), download(FILM).line]


@DOORS
def test_a_query_in_an_answer_of_fal(key, ask, server, asked):
    """What stands behind the address that it answers is not asked for."""
    turns = conversation("fal-ai", "text-to-video", key)
    body = turns[0].answer.body.replace(b'/requests/j-1"', b'/requests/j-1?logs=1"')
    assert body != turns[0].answer.body
    server.say(Answer(body), *[turn.answer for turn in turns[1:]], download(FILM).answer)
    ask("fal-ai", "text-to-video", key)
    assert lines(asked) == [*(turn.line for turn in turns), download(FILM).line]


@DOORS
@pytest.mark.parametrize("provider", ["fal-ai", "replicate", "wavespeed"])
@pytest.mark.parametrize("host", [".evil.example", "@evil.example", ":9", "/a b", "evil"])
def test_an_address_that_is_none(provider, host, key, ask, server, asked):
    """What would become another host behind the provider's address is refused before the key is sent there."""
    server.say(_saying(QUEUES[provider].submitted, host))
    with pytest.raises(errors.ProviderOutputError, match="address"):
        ask(provider, "text-to-video", key)
    assert len(asked()) == 1


@pytest.mark.parametrize(("provider", "task"), [("novita", "text-to-video"), ("zai-org", "text-to-image")])
def test_the_name_of_a_job_is_no_path(provider, task, ask, server, asked):
    """Whatever a provider calls a job, it is asked for as one name."""
    told = {"task_id": "../j 1&x=é", "id": "../j 1&x=é", "task_status": "PROCESSING"}
    server.say(Answer.of(told), Answer.of(QUEUES[provider].failed))
    with pytest.raises(errors.ProviderApiError):
        ask(provider, task, OWN)
    assert lines(asked)[1].endswith("..%2Fj%201%26x%3D%C3%A9")


@pytest.mark.proves("PRV-01")
@pytest.mark.parametrize(
    ("place", "gets_key"),
    [
        ("https://api.bfl.ai/v1/get_result?id=1", True),
        ("https://api.eu4.bfl.ai/v1/get_result?id=1", True),
        ("https://x.bfl.ai:8443/get", True),
        ("http://api.bfl.ai/v1/get_result?id=1", False),
        ("http://x.bfl.ai/get", False),
        ("https://evilbfl.ai/get", False),
        ("https://bfl.ai.evil.example/get", False),
        ("https://api.bfl.ai@evil.example/get", False),
        ("https://evil.example/api.bfl.ai?id=.bfl.ai#.bfl.ai", False),
        ("https://evil.example/.bfl.ai", False),
    ],
)
@DOORS
def test_whom_the_key_of_bfl_is_shown(place, gets_key, key, ask, server, asked):
    """A polling address is used as it is; the key goes along to the company's own hosts, and the router's to none."""
    server.say(Answer.of({"id": "j-1", "polling_url": place}))
    server.say(Answer.of(QUEUES["black-forest-labs"].tasks["text-to-image"].last), download(PNG).answer)
    ask("black-forest-labs", "text-to-image", key)
    looked = asked()[1]
    assert looked.line == f"GET {place.partition('://')[2].partition('#')[0]}"
    wanted = {"x-key": OWN} if gets_key and key == OWN else {}
    assert {name: looked.headers[name] for name in KEYS if name in looked.headers} == wanted


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://api.bfl.ai/a", "https://", "https://a b.bfl.ai/", "", 7]
)
def test_an_address_of_bfl_that_is_none(place, ask, server, asked):
    """What cannot be asked is an answer of the wrong shape."""
    server.say(Answer.of({"id": "j-1", "polling_url": place}))
    with pytest.raises(errors.ProviderOutputError):
        ask("black-forest-labs", "text-to-image", OWN)
    assert len(asked()) == 1


def test_bfl_does_not_lead_into_a_private_network(ask, server, asked):
    """A polling address on this machine is not asked."""
    server.say(Answer.of({"id": "j-1", "polling_url": f"{server.url}/secret"}))
    server.always("GET ", Answer.of({"status": "Ready", "result": {"sample": URL}}))
    server.always("GET huggingface.co/", hub("black-forest-labs", "text-to-image"))
    with pytest.raises(errors.InferenceConnectionError, match="not a public address"):
        ask("black-forest-labs", "text-to-image", OWN)
    assert len(asked()) == 1


# Results


_ONE_OF_EACH = [(name, next(task for task, job in queue.tasks.items() if job.media)) for name, queue in QUEUES.items()]


@pytest.mark.proves("ERR-05")
@pytest.mark.parametrize(("provider", "task"), _ONE_OF_EACH)
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_a_page_is_no_result(provider, task, kind, ask, server):
    """Where the media should be stands a page."""
    page = Answer(b"<html>gone</html>", headers={"content-type": kind})
    server.say(*[turn.answer for turn in conversation(provider, task, OWN)], page)
    with pytest.raises(errors.ProviderOutputError, match=kind):
        ask(provider, task, OWN)


@pytest.mark.parametrize(("provider", "task"), _ONE_OF_EACH)
def test_a_result_on_a_private_network(provider, task, ask, server, asked):
    """An answer must not lead to this machine."""
    turns = conversation(provider, task, OWN)
    last = turns[-1].answer
    server.say(*[turn.answer for turn in turns[:-1]])
    server.say(Answer(last.body.replace(URL.encode(), f"{server.url}/secret".encode()), headers=last.headers))
    with pytest.raises(errors.InferenceConnectionError, match="not a public address"):
        ask(provider, task, OWN)
    assert lines(asked) == [turn.line for turn in turns]


@pytest.mark.parametrize(("provider", "task"), _ONE_OF_EACH)
def test_a_result_inside_the_answer(provider, task, ask, server, asked):
    """A data URL is decoded, and nothing is fetched."""
    turns = conversation(provider, task, OWN)
    media = QUEUES[provider].tasks[task].media
    inside = f"data:application/octet-stream;base64,{base64.b64encode(media).decode()}".encode()
    last = turns[-1].answer
    server.say(*[turn.answer for turn in turns[:-1]], Answer(last.body.replace(URL.encode(), inside)))
    assert ask(provider, task, OWN)
    assert lines(asked) == [turn.line for turn in turns]


@DOORS
def test_a_result_that_has_moved(key, ask, server, asked):
    """A redirect of a download is followed, still without a key."""
    server.say(*[turn.answer for turn in conversation("fal-ai", "text-to-video", key)])
    server.say(Answer(status=302, headers={"location": "https://other.example/b.mp4"}), download(FILM).answer)
    assert ask("fal-ai", "text-to-video", key) == FILM
    assert lines(asked)[-1] == "GET other.example/b.mp4"
    assert not asked()[-1].headers.keys() & set(KEYS)


@DOORS
@pytest.mark.parametrize("provider", ["black-forest-labs", "fal-ai"])
def test_a_look_that_is_led_elsewhere(provider, key, ask, server, asked):
    """A look at a job that is redirected to another host carries no key there."""
    task = next(iter(QUEUES[provider].tasks))
    moved = Answer(status=307, headers={"location": "https://other.example/status"})
    server.say(QUEUES[provider].submitted, moved, Answer.of(QUEUES[provider].failed))
    with pytest.raises(errors.ProviderApiError, match="j-1"):
        ask(provider, task, key)
    assert lines(asked)[-1] == "GET other.example/status"
    assert not asked()[-1].headers.keys() & set(KEYS)


# What goes along


_WEIGHTS = {"adapter": "lora", "adapterWeightsPath": "style/w.safetensors"}
_FILE = "https://huggingface.co/org/name/resolve/main/style/w.safetensors"
_LORAS = {"loras": [{"path": _FILE, "scale": 1}]}
_LORA_FIELDS = ("loras", "lora_weights", "image_loras", "model_name")
_SDXL = {**_LORAS, "model_name": "stabilityai/stable-diffusion-xl-base-1.0"}
_REPOSITORY = {"lora_weights": f"https://huggingface.co/{HUB_MODEL}"}
_BY_NAME = {"loras": [{"path": HUB_MODEL, "scale": 1}]}


@pytest.mark.proves("ROU-19")
@pytest.mark.parametrize(
    ("provider", "task", "id", "wanted"),
    [
        ("fal-ai", "text-to-image", "fal-ai/lora", _SDXL),
        ("fal-ai", "text-to-image", "fal-ai/flux-lora", _LORAS),
        ("fal-ai", "image-to-image", "fal-ai/lora", _LORAS),
        ("fal-ai", "text-to-video", "fal-ai/wan", _LORAS),
        ("fal-ai", "image-to-video", "fal-ai/wan", _LORAS),
        ("fal-ai", "image-text-to-image", "fal-ai/wan", _LORAS),
        ("fal-ai", "image-text-to-video", "fal-ai/wan", _LORAS),
        ("replicate", "text-to-image", "own/flux-lora:abc", _REPOSITORY),
        ("replicate", "image-to-image", "own/flux-lora", _REPOSITORY),
        ("wavespeed", "text-to-image", "own/flux-lora", _BY_NAME),
        ("wavespeed", "image-to-video", "own/flux-lora", _BY_NAME),
        ("together", "text-to-image", "own/flux-lora", {"image_loras": _LORAS["loras"]}),
    ],
)
def test_the_weights_of_an_adapter(provider, task, id, wanted, mapped, server, asked):
    """What is trained on top of a model goes along by the address or the name of its weights."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped(provider, task, ASKED[task].method, ASKED[task].given, entry={"providerId": id, **_WEIGHTS})
    body = asked()[0].json
    body = body.get("input", body)
    assert {name: body[name] for name in _LORA_FIELDS if name in body} == wanted


@pytest.mark.parametrize(
    ("provider", "task", "wanted"),
    [
        ("fal-ai", "text-to-image", {}),
        ("fal-ai", "text-to-video", {}),
        ("replicate", "text-to-image", _REPOSITORY),
        ("wavespeed", "text-to-video", _BY_NAME),
        ("together", "text-to-image", {}),
    ],
)
def test_an_adapter_whose_file_is_not_named(provider, task, wanted, mapped, server, asked, recwarn):
    """By the name of its repository it goes along; who needs the file may answer without it, and the caller is told."""
    server.say(Answer.of({"error": "enough"}, 400))
    entry = {"providerId": "fal-ai/lora", "adapter": "lora"}
    with pytest.raises(errors.BadRequestError):
        mapped(provider, task, ASKED[task].method, ASKED[task].given, entry=entry)
    body = asked()[0].json
    body = body.get("input", body)
    assert {name: body[name] for name in _LORA_FIELDS if name in body} == wanted
    assert ["adapter" in str(one.message) for one in recwarn] == ([] if wanted else [True])


@pytest.mark.proves("ROU-19")
@pytest.mark.parametrize(
    ("provider", "task"),
    [
        ("fal-ai", "text-to-speech"),
        ("replicate", "text-to-video"),
        ("together", "text-to-video"),
        ("novita", "text-to-video"),
        ("black-forest-labs", "text-to-image"),
        ("zai-org", "text-to-image"),
        ("nscale", "text-to-image"),
        ("groq", "chat-completion"),
        ("featherless-ai", "text-generation"),
        ("scaleway", "feature-extraction"),
    ],
)
def test_an_adapter_whose_weights_cannot_go_along(provider, task, mapped, server, asked):
    """The model below it may answer alone, and the caller is told."""
    server.say(Answer.of({"error": "enough"}, 400))
    entry = {"providerId": "own/base", **_WEIGHTS}
    named = {"chat-completion": "conversational"}.get(task, task)
    with pytest.warns(UserWarning, match="adapter.*own/base"), pytest.raises(errors.BadRequestError):
        mapped(provider, named, ASKED[task].method, ASKED[task].given, entry=entry)
    assert b"style/w" not in asked()[0].body


@pytest.mark.parametrize(
    ("provider", "task"),
    [
        ("fal-ai", "text-to-image"),
        ("replicate", "text-to-image"),
        ("wavespeed", "text-to-image"),
        ("black-forest-labs", "text-to-image"),
        ("novita", "text-to-video"),
    ],
)
@pytest.mark.parametrize(
    ("id", "path"),
    [("own/a b", "own/a%20b"), ("own/a#b", "own/a%23b"), ("own/a?b=c", "own/a%3Fb%3Dc"), ("ü", "%C3%BC")],
)
def test_the_id_of_a_model_is_no_more_than_that(provider, task, id, path, mapped, server, asked):
    """No character of it ends the path, or leads to another model."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped(provider, task, ASKED[task].method, ASKED[task].given, entry={"providerId": id})
    assert path in asked()[0].path


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("fal-ai", {"images": [{"url": URL}, {"url": URL}]}),
        ("replicate", {"id": "1", "status": "succeeded", "output": [URL, URL]}),
        ("wavespeed", {"data": {"id": "1", "status": "completed", "outputs": [URL, URL]}}),
    ],
)
def test_more_pictures_than_one(provider, answer, mapped, server):
    """The first is returned, and the caller is told of the others; the whole answer has them all."""
    server.say(Answer.of(answer), Answer.of(answer))
    ask = ASKED["text-to-image"]
    with pytest.warns(UserWarning, match=r"holds 2 .*output_type=.json"):
        assert mapped(provider, "text-to-image", ask.method, ask.given, output_type="url") == URL
    assert mapped(provider, "text-to-image", ask.method, ask.given, output_type="json") == answer


@pytest.mark.parametrize(("key", "path"), [(OWN, "queue.fal.run/own/app"), (ROUTED, "fal-ai/own/app/edit?_subdomain=")])
@pytest.mark.parametrize("task", ["image-text-to-image", "image-text-to-video"])
def test_words_alone_for_an_app_of_fal_that_edits(task, key, path, mapped, server, asked):
    """They go to its sibling, which stands one part higher; the router tells them apart itself."""
    server.say(Answer.of({"detail": "enough"}, 400))
    app = {"providerId": "own/app/edit"}
    with pytest.raises(errors.BadRequestError):
        mapped("fal-ai", task, ASKED[task].method, None, "A cat", key=key, entry=app)
    assert path in asked()[0].line
    assert asked()[0].json == {"prompt": "A cat"}


def test_words_alone_for_an_app_of_fal_without_parts(mapped, server, asked):
    """There is nothing above it but its owner, who is no app."""
    server.say(Answer.of({"detail": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped("fal-ai", "image-text-to-image", "image_text_to_image", None, "A cat", entry={"providerId": "own/app"})
    assert asked()[0].line == "POST queue.fal.run/own/app"


def test_words_alone_for_a_model_of_wavespeed_that_edits(mapped, server, asked):
    """It wants a picture: one transparent pixel."""
    from io import BytesIO

    from PIL import Image

    server.say(Answer.of({"message": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped("wavespeed", "image-text-to-image", "image_text_to_image", None, "A cat")
    body = asked()[0].json
    picture = Image.open(BytesIO(base64.b64decode(body["image"].partition(",")[2])))
    assert (picture.format, picture.size, body["prompt"]) == ("PNG", (1, 1), "A cat")


@pytest.mark.parametrize("provider", [name for name in QUEUES if "text-to-video" in QUEUES[name].tasks])
@pytest.mark.parametrize("words", [["rain", "people"], ("rain", "people")], ids=["list", "tuple"])
def test_several_things_that_shall_not_be_seen(provider, words, ask, server, asked):
    """They read one text, so a list becomes one."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        ask(provider, "text-to-video", OWN, negative_prompt=words)
    body = asked()[0].json
    assert body.get("input", body)["negative_prompt"] == "rain, people"


def test_what_bfl_does_not_take(mapped, server, asked):
    """It is left out, and the caller is told."""
    server.say(Answer.of({"detail": "enough"}, 400))
    refused = {"negative_prompt": "rain", "scheduler": "s"}
    with pytest.warns(UserWarning, match="negative_prompt, scheduler"), pytest.raises(errors.BadRequestError):
        mapped("black-forest-labs", "text-to-image", "text_to_image", "A cat", **refused)
    assert asked()[0].json == {"prompt": "A cat"}


@pytest.mark.parametrize("options", [{"width": 64}, {"target_size": {"height": 32}}])
@pytest.mark.parametrize("provider", ["fal-ai", "zai-org"])
def test_half_a_size(provider, options, mapped, asked):
    """A size that travels as one needs both of its numbers; nothing is sent."""
    with pytest.raises(errors.InputError, match="width and height"):
        mapped(provider, "text-to-image", "text_to_image", "A cat", **options)
    assert asked() == []


@pytest.mark.parametrize(("provider", "field"), [("fal-ai", "image_size"), ("zai-org", "size")])
def test_a_size_in_the_providers_own_words(provider, field, mapped, server, asked):
    """It goes as it is."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        mapped(provider, "text-to-image", "text_to_image", "A cat", extra_body={field: "square_hd"})
    assert asked()[0].json[field] == "square_hd"


@pytest.mark.parametrize("provider", ["black-forest-labs", "fal-ai", "replicate", "wavespeed", "zai-org"])
def test_none_is_not_sent(provider, mapped, server, asked):
    """None among the provider's own options takes an option back; inside of one it is the caller's."""
    server.say(Answer.of({"error": "enough"}, 400))
    own = {"seed": None, "width": None, "height": None, "nested": {"a": None}}
    with pytest.raises(errors.BadRequestError):
        mapped(provider, "text-to-image", "text_to_image", "A cat", seed=7, width=64, height=32, extra_body=own)
    body = asked()[0].json
    body = body.get("input", body)
    assert (body["nested"], [name for name, value in body.items() if value is None]) == ({"a": None}, [])
    assert not {"seed", "width", "height", "image_size", "size"} & body.keys()


def test_the_callers_own_frames_win_at_together(ask, server, asked):
    """The picture is put into `frame_images` unless the caller says otherwise; the model of the call stays."""
    server.say(Answer.of({"error": "enough"}, 400))
    frames = [{"input_image": URL, "frame": "last"}]
    with pytest.raises(errors.BadRequestError):
        ask("together", "image-to-video", OWN, extra_body={"frame_images": frames, "model": "another"})
    assert asked()[0].json["frame_images"] == frames
    assert asked()[0].json["model"] == MODEL


@pytest.mark.parametrize(
    ("provider", "task"), [("together", "text-to-video"), ("together", "image-to-video"), ("zai-org", "text-to-image")]
)
def test_the_model_stands_first(provider, task, ask, server, asked):
    """The router reads the model from the first bytes of the body, and a picture may be long."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        ask(provider, task, ROUTED)
    assert asked()[0].body.startswith(b'{"model":"%s"' % MODEL.encode())


def test_the_model_of_the_call_wins_at_zai(ask, server, asked):
    """The provider's id of the model is not replaced by one among the further options."""
    server.say(Answer.of({"error": "enough"}, 400))
    with pytest.raises(errors.BadRequestError):
        ask("zai-org", "text-to-image", OWN, extra_body={"model": "another"})
    assert asked()[0].json["model"] == MODEL


@DOORS
def test_a_query_of_the_callers(key, ask, server, asked):
    """It stands behind every address of the conversation, and not behind that of the result."""
    turns = conversation("fal-ai", "text-to-video", key)
    server.say(*[turn.answer for turn in turns], download(FILM).answer)
    ask("fal-ai", "text-to-video", key, extra_query={"a": "1"})
    *jobs, result = lines(asked)
    assert [line.partition("?")[2] for line in jobs] == ["a=1" if key == OWN else "_subdomain=queue&a=1"] * len(jobs)
    assert result == download(FILM).line


@pytest.mark.parametrize("provider", list(QUEUES))
def test_who_is_billed_is_told_to_the_router_alone(provider, ask, server, asked):
    """`bill_to` travels with each request about a job; the result's host is not told."""
    task = next(task for task, job in QUEUES[provider].tasks.items() if job.media)
    turns = conversation(provider, task, ROUTED)
    server.say(*[turn.answer for turn in turns], download(QUEUES[provider].tasks[task].media).answer)
    ask(provider, task, ROUTED, bill_to="my-org")
    told = ["my-org" if one.host == "router.huggingface.co" else None for one in asked()]
    assert [one.headers.get("x-hf-bill-to") for one in asked()] == told
    assert told[0] == "my-org"
    assert told[-1] is None


@pytest.mark.parametrize("provider", list(QUEUES))
def test_what_the_caller_gave_is_not_changed(provider, ask, server):
    """Options are copied before they are put into the provider's words."""
    task = "text-to-video" if "text-to-video" in QUEUES[provider].tasks else "text-to-image"
    server.say(Answer.of({"error": "enough"}, 400))
    given = {"extra_body": {"size": None, "nested": {"a": [1]}, "width": 64, "height": 32, "steps": 1}}
    given |= {"negative_prompt": ["a", "b"]} if task == "text-to-video" else {}
    before = deepcopy(given)
    with pytest.raises(errors.BadRequestError):
        ask(provider, task, OWN, **given)
    assert given == before


@pytest.mark.parametrize("provider", ["fal-ai", "together"])
def test_a_size_is_not_changed(provider, mapped, server):
    """As little as the dictionary of a size."""
    server.say(Answer.of({"error": "enough"}, 400))
    size = {"width": 64, "height": 32}
    with pytest.raises(errors.BadRequestError):
        mapped(provider, "image-to-video", "image_to_video", PNG, target_size=size)
    assert size == {"width": 64, "height": 32}


def test_a_success_is_no_reason(ask, server):
    """The envelope of WaveSpeed says `success` also about a job that failed without a word."""
    told = {"code": 200, "message": "success", "data": {"id": "j-1", "status": "timeout", "error": ""}}
    server.say(QUEUES["wavespeed"].submitted, Answer.of(told))
    with pytest.raises(errors.ProviderApiError, match="ended as 'timeout': no reason was given"):
        ask("wavespeed", "text-to-video", OWN)


def test_a_code_that_is_no_number(ask, server):
    """The envelope of WaveSpeed may hold anything where its code stands."""
    told = {"code": "oops", "data": QUEUES["wavespeed"].tasks["text-to-video"].last["data"]}
    server.say(QUEUES["wavespeed"].submitted, Answer.of(told), download(FILM).answer)
    assert ask("wavespeed", "text-to-video", OWN) == FILM


@pytest.mark.parametrize("first", [True, False], ids=["at once", "later"])
def test_a_refusal_in_the_envelope(first, ask, server):
    """WaveSpeed may refuse in its envelope, with status 200; 5004 is no refusal, but an end of waiting at once."""
    refusal = Answer.of({"code": 402, "message": "no credit", "data": None})
    late = {**QUEUES["wavespeed"].tasks["text-to-video"].last, "code": 5004}
    late["data"] = {**late["data"], "status": "processing"}
    server.say(*([] if first else [Answer.of(late)]), refusal)
    with pytest.raises(errors.ProviderApiError, match="no credit"):
        ask("wavespeed", "text-to-video", OWN)
