"""The other queues, and what all have in common: times, downloads, faults."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infermux.sandbox import Sandbox, picture

from .wire import Got, ask, data_url, fetched

PROMPT = {"prompt": "a cat"}
IMAGE = data_url(picture.draw("blue", 64, 48), "image/png")


@dataclass(frozen=True)
class Spoken:
    """How one provider speaks of jobs; `words` are those for a job that is cancelled, failed and unknown."""

    path: str
    body: dict[str, Any]
    poll: Callable[[str, Any], str]
    status: Callable[[Any], str]
    result: Callable[[Any], str]
    reason: Callable[[Any], str]
    pending: tuple[str, ...]
    done: str
    failed: str
    cancelled: str


def below(url: str, address: str) -> str:
    """The path of an address of the sandbox itself."""
    assert address.startswith(url)
    return address.removeprefix(url)


def own(path: str, host: str) -> Callable[[str, Any], str]:
    """The path of `urls.get`, which names the provider's own host."""

    def poll(_: str, told: Any) -> str:
        address = told["data"]["urls"]["get"]
        assert address.startswith(host)
        return f"{path}{address.removeprefix(host)}"

    return poll


SPOKEN = {
    "black-forest-labs": Spoken(
        "/black-forest-labs/v1/flux-dev",
        PROMPT,
        lambda url, told: below(url, told["polling_url"]),
        lambda told: told["status"],
        lambda told: told["result"]["sample"],
        lambda told: told["details"]["reason"],
        ("Pending",),
        "Ready",
        "Error",
        "Request Moderated",
    ),
    "novita": Spoken(
        "/novita/v3/async/wan-t2v",
        PROMPT,
        lambda _, told: f"/novita/v3/async/task-result?task_id={told['task_id']}",
        lambda told: told["task"]["status"],
        lambda told: told["videos"][0]["video_url"],
        lambda told: told["task"]["reason"],
        ("TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING"),
        "TASK_STATUS_SUCCEED",
        "TASK_STATUS_FAILED",
        "TASK_STATUS_FAILED",
    ),
    "wavespeed": Spoken(
        "/wavespeed/api/v3/wavespeed-ai/flux-dev",
        PROMPT,
        own("/wavespeed", "https://api.wavespeed.ai"),
        lambda told: told["data"]["status"],
        lambda told: told["data"]["outputs"][0],
        lambda told: told["data"]["error"],
        ("created", "processing"),
        "completed",
        "failed",
        "cancelled",
    ),
    "zai-org": Spoken(
        "/zai-org/api/paas/v4/async/images/generations",
        {**PROMPT, "model": "glm-image"},
        lambda _, told: f"/zai-org/api/paas/v4/async-result/{told['id']}",
        lambda told: told["task_status"],
        lambda told: told["image_result"][0]["url"],
        lambda told: told["error"]["message"],
        ("PROCESSING",),
        "SUCCESS",
        "FAIL",
        "FAIL",
    ),
    "together": Spoken(
        "/together/v2/videos",
        {**PROMPT, "model": "any/model", "seconds": "1", "fps": 3},
        lambda _, told: f"/together/v2/videos/{told['id']}",
        lambda told: told["status"],
        lambda told: told["outputs"]["video_url"],
        lambda told: told["error"]["message"],
        ("queued", "in_progress"),
        "completed",
        "failed",
        "cancelled",
    ),
}
EACH = pytest.mark.parametrize("spoken", SPOKEN.values(), ids=SPOKEN)


def submitted(box: Sandbox, spoken: Spoken, **headers: str) -> str:
    """Submit a job and return the path to ask at."""
    got = ask(box.url, spoken.path, spoken.body, **headers)
    assert got.status == 200, got.body
    return spoken.poll(box.url, got.json)


def ended(box: Sandbox, path: str, spoken: Spoken) -> tuple[Any, list[str]]:
    """Ask until the status is a last one; return the last answer, and the statuses that were seen."""
    seen: list[str] = []
    deadline = time.monotonic() + 5
    while True:
        told = ask(box.url, path).json
        seen.append(spoken.status(told))
        if seen[-1] in (spoken.done, spoken.failed, spoken.cancelled):
            return told, list(dict.fromkeys(seen))
        assert time.monotonic() < deadline, told
        time.sleep(0.02)


@EACH
def test_from_submission_to_result(spoken: Spoken) -> None:
    """Each status in its order, then an address that anyone may fetch."""
    with Sandbox(job_s=0.4, api_key="right") as box:
        got = ask(box.url, spoken.path, spoken.body)
        assert got.status == 401
    with Sandbox(job_s=0.4) as box:
        told, seen = ended(box, submitted(box, spoken), spoken)
        assert tuple(seen) == (*spoken.pending, spoken.done)
        file = fetched(spoken.result(told))
        assert file.body.startswith(b"\x89PNG") or file.body[4:8] == b"ftyp"


@EACH
def test_failures(spoken: Spoken) -> None:
    """The provider's own words, with the reason."""
    with Sandbox("F10", job_s=0) as box:
        told, seen = ended(box, submitted(box, spoken), spoken)
        assert (seen, spoken.reason(told)) == ([spoken.failed], "The sandbox was told to fail here.")
    with Sandbox("F10:cancelled", job_s=0) as box:
        told, seen = ended(box, submitted(box, spoken), spoken)
        assert (seen, spoken.reason(told)) == ([spoken.cancelled], "The job was cancelled.")


@EACH
def test_strange_statuses(spoken: Spoken) -> None:
    """A job that never ends, and one whose status nobody knows until it is done."""
    with Sandbox("F10:never", job_s=0) as box:
        path = submitted(box, spoken)
        assert {spoken.status(ask(box.url, path).json) for _ in range(3)} == {spoken.pending[-1]}
    with Sandbox("F10:unknown") as box:
        _, seen = ended(box, submitted(box, spoken), spoken)
        assert (len(seen), seen[-1]) == (2, spoken.done)
        assert seen[0] not in (*spoken.pending, spoken.failed, spoken.cancelled)


@EACH
def test_results_not_to_trust(spoken: Spoken) -> None:
    """A page where a picture should be, and an address that nobody should ask."""
    with Sandbox("F10:page", job_s=0) as box:
        told, _ = ended(box, submitted(box, spoken), spoken)
        file = fetched(spoken.result(told))
        assert (file.status, file.headers["content-type"]) == (200, "text/html; charset=utf-8")
    with Sandbox("F10:private", job_s=0) as box:
        told, _ = ended(box, submitted(box, spoken), spoken)
        assert spoken.result(told).startswith("http://169.254.169.254/")


@EACH
def test_unknown_jobs(spoken: Spoken, url: str) -> None:
    """They are 404, and so are the jobs of other providers."""
    foreign = ask(url, "/fal-ai/fal-ai/flux/dev?_subdomain=queue", PROMPT).json["request_id"]
    got = ask(url, spoken.path, spoken.body)
    own_id = (told := got.json).get("id") or told.get("task_id") or told["data"]["id"]
    for job_id in ("none", foreign):
        assert ask(url, spoken.poll(url, told).replace(own_id, job_id)).status == 404


@EACH
def test_missing_prompt(spoken: Spoken, url: str) -> None:
    """It is refused before there is a job, and the refusal names it."""
    body = {name: value for name, value in spoken.body.items() if name != "prompt"}
    got = ask(url, spoken.path, body)
    assert got.status == 422
    assert b"prompt" in got.body


def test_shapes_of_refusals(url: str) -> None:
    """Every provider has its own."""
    shapes: dict[str, Callable[[Any], Any]] = {
        "/black-forest-labs/v1/flux-dev": lambda told: told["detail"][0]["loc"],
        "/novita/v3/hf/wan": lambda told: (told["code"], told["reason"]),
        "/wavespeed/api/v3/a/b": lambda told: (told["code"], told["data"]),
        "/zai-org/api/paas/v4/images/generations": lambda told: told["error"]["code"],
        "/together/v2/videos": lambda told: told["error"]["param"],
        "/deepinfra/v1/inference/a/b": lambda told: told["detail"][0]["loc"],
    }
    found = {path: shape(ask(url, path, {}).json) for path, shape in shapes.items()}
    assert list(found.values()) == [
        ["body", "prompt"],
        (422, "INVALID_REQUEST_BODY"),
        (422, None),
        "1214",
        "model",
        ["body", "prompt"],
    ]
    for path in found:
        assert ask(url, path, b"no JSON").status == 422


@pytest.mark.parametrize(
    "path",
    [
        "/black-forest-labs/v1/does-not-exist",
        "/novita/v3/async/does-not-exist",
        "/wavespeed/api/v3/org/does-not-exist",
        "/deepinfra/v1/inference/org/does-not-exist",
    ],
)
def test_models_that_do_not_exist(url: str, path: str) -> None:
    """The name says so."""
    assert ask(url, path, PROMPT).status == 404


def test_times_are_told() -> None:
    """By the sandbox, or for one request by its header; a time that is none is refused."""
    spoken = SPOKEN["wavespeed"]
    with Sandbox(job_s=60) as box:
        assert spoken.status(ask(box.url, submitted(box, spoken)).json) == "created"
        assert spoken.status(ask(box.url, submitted(box, spoken, x_sandbox_job_seconds="0")).json) == "completed"
        assert ask(box.url, spoken.path, spoken.body, x_sandbox_job_seconds="soon").status == 400


def test_faults_are_of_the_job() -> None:
    """A header or the start of a path chooses the jobs; what is asked later need not say it again."""
    spoken = SPOKEN["together"]
    with Sandbox({"/together": "F10"}, job_s=0) as box:
        assert ended(box, submitted(box, spoken), spoken)[1] == ["failed"]
        assert ended(box, submitted(box, SPOKEN["zai-org"]), SPOKEN["zai-org"])[1] == ["SUCCESS"]
    with Sandbox(job_s=0) as box:
        assert ended(box, submitted(box, spoken, x_sandbox_fault="F10:cancelled"), spoken)[1] == ["cancelled"]


def test_other_faults_spoil_the_asking() -> None:
    """A lost answer about a job loses nothing of the job."""
    with Sandbox({"/together/v2/videos/": "S03"}, job_s=0) as box:
        path = submitted(box, SPOKEN["together"])
        assert [ask(box.url, path).status for _ in range(2)] == [500, 200]


def test_downloads_need_no_key() -> None:
    """Their address is enough; an unknown one leads nowhere."""
    with Sandbox(api_key="right", job_s=0) as box:
        got = ask(box.url, "/fal-ai/fal-ai/flux/dev", PROMPT, Authorization="Key right")
        assert fetched(got.json["images"][0]["url"]).status == 200
        assert ask(box.url, "/files/00000000-0000-0000-0000-000000000000/a.png").status == 404


def test_old_jobs_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sandbox holds is limited; the newest job is always there."""
    monkeypatch.setattr("infermux.sandbox.jobs._MOST_BYTES", 30_000)
    spoken = SPOKEN["zai-org"]
    with Sandbox(job_s=0) as box:
        paths = [submitted(box, spoken) for _ in range(4)]
        assert ask(box.url, paths[0]).status == 404
        assert ask(box.url, paths[-1]).status == 200


class TestBlackForestLabs:
    """What is special there."""

    def test_pending(self) -> None:
        """A pending answer says when to ask again, in whole seconds that are not longer than the job."""
        spoken = SPOKEN["black-forest-labs"]
        with Sandbox() as box:
            for seconds, hint in (("60", "1"), ("0.9", "0")):
                got = ask(box.url, submitted(box, spoken, x_sandbox_job_seconds=seconds))
                assert (got.headers["retry-after"], got.json["result"]) == (hint, None)
                assert 0 <= got.json["progress"] < 1

    def test_ready(self, url: str) -> None:
        """The sample is announced as JPEG, unless PNG was asked for; sizes are multiples of 32."""
        for more, media_type in (({}, "image/jpeg"), ({"output_format": "png"}, "image/png")):
            body = {**PROMPT, "seed": 3, "width": 96, "height": 64, **more}
            got = ask(url, "/black-forest-labs/v1/flux-dev", body, x_sandbox_job_seconds="0")
            told = fetched(got.json["polling_url"]).json["result"]
            assert (told["prompt"], told["seed"], told["duration"]) == ("a cat", 3, 0)
            file = fetched(told["sample"])
            assert (file.headers["content-type"], file.body) == (media_type, picture.draw("a cat", 96, 64))
        assert ask(url, "/black-forest-labs/v1/flux-dev", {**PROMPT, "width": 100}).status == 422

    def test_changes_a_picture(self, url: str) -> None:
        """The models that change pictures take one, and do without."""
        for more, size in (({}, (1024, 768)), ({"input_image": IMAGE}, (64, 48))):
            got = ask(url, "/black-forest-labs/v1/flux-kontext-pro", {**PROMPT, **more}, x_sandbox_job_seconds="0")
            file = fetched(fetched(got.json["polling_url"]).json["result"]["sample"])
            assert (int.from_bytes(file.body[16:20], "big"), int.from_bytes(file.body[20:24], "big")) == size


class TestAtOnce:
    """Answers that hold the result already."""

    def film(self, address: str) -> bool:
        """Whether an address leads to a film."""
        return fetched(address).body[4:8] == b"ftyp"

    def test_novita(self, url: str) -> None:
        """The address of the other client."""
        assert self.film(ask(url, "/novita/v3/hf/org/any", PROMPT).json["video"]["video_url"])

    def test_deepinfra(self, url: str) -> None:
        """A film at the model's own address."""
        assert self.film(ask(url, "/deepinfra/v1/inference/org/any", PROMPT).json["video"])

    def test_wavespeed(self, url: str) -> None:
        """The first answer is the last one where that was asked for."""
        told = ask(url, "/wavespeed/api/v3/org/any-video", {**PROMPT, "enable_sync_mode": True}).json
        assert (told["code"], told["data"]["status"]) == (200, "completed")
        assert self.film(told["data"]["outputs"][0])

    def test_zai(self, url: str) -> None:
        """A picture by its address, as large as asked."""
        body = {**PROMPT, "model": "glm-image", "size": "96x64"}
        (made,) = ask(url, "/zai-org/api/paas/v4/images/generations", body).json["data"]
        assert fetched(made["url"]).body == picture.draw("a cat", 96, 64)

    def test_zai_reads(self, url: str) -> None:
        """The text of a page."""
        told = ask(url, "/zai-org/api/paas/v4/layout_parsing", {"model": "glm-ocr", "file": IMAGE}).json
        assert told["md_results"] == 'a picture of 64 x 48 pixels, mostly blue that says "blue"'
        assert ask(url, "/zai-org/api/paas/v4/layout_parsing", {"model": "glm-ocr"}).json["error"]["code"] == "1214"

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/novita/v3/hf/any", PROMPT),
            ("/deepinfra/v1/inference/any", PROMPT),
            ("/zai-org/api/paas/v4/images/generations", {**PROMPT, "model": "m"}),
            ("/zai-org/api/paas/v4/layout_parsing", {"model": "m", "file": IMAGE}),
        ],
    )
    def test_failures(self, path: str, body: dict[str, Any]) -> None:
        """With nothing to ask for later, a failure is an answer of its own."""
        with Sandbox("F10") as box:
            got: Got = ask(box.url, path, body)
            assert got.status == 500
            assert b"told to fail" in got.body


@pytest.mark.parametrize("provider", ["together", "wavespeed"])
def test_films_of_pictures(provider: str, url: str) -> None:
    """A picture is filmed in its own size."""
    if provider == "together":
        path, body = "/together/v2/videos", {"model": "m", "frame_images": [{"input_image": IMAGE, "frame": "first"}]}
    else:
        path, body = "/wavespeed/api/v3/org/image-to-video", {"image": IMAGE.partition(",")[2]}
    spoken = SPOKEN[provider]
    told = ask(url, path, body, x_sandbox_job_seconds="0").json
    done = ask(url, spoken.poll(url, told)).json
    assert fetched(spoken.result(done)).body[4:8] == b"ftyp"
