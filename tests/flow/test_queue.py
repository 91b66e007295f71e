"""Jobs that are waited for: their words, the pauses between looks, limits of time, and how a job is given up."""

from __future__ import annotations

import asyncio
import json
from threading import Event
from typing import Any

import pytest
from playing import After, Said, World, answer

from infermux import providers, tasks
from infermux.calling import Caller
from infermux.drive import drive
from infermux.errors import (
    ConflictError,
    HTTPStatusError,
    IncompleteAnswerError,
    InferenceCancelledError,
    InferenceConnectionError,
    InferenceError,
    InferenceTimeoutError,
    NotFoundError,
    ProviderApiError,
    ProviderOutputError,
    RateLimitError,
)
from infermux.flow import Cut, Dropped, Flow, Purpose, Request, Response, Unreachable
from infermux.policy.retry import retrying
from infermux.providers._base import Exchange, Route
from infermux.providers._queue import Ticket
from infermux.providers._queued import Submitted
from infermux.tasks.text_to_image import TextToImageAsk
from infermux.timeout import Timeout
from infermux.types.job import JobStatus
from providers.jobs import QUEUES, cancellation, conversation, download
from providers.table import ASKED, HUB_MODEL, OWN, hub

LONG = 100_000

TASKS = {name: "text-to-video" if "text-to-video" in queue.tasks else "text-to-image" for name, queue in QUEUES.items()}
"""Provider → what is asked of it here."""

WORDS = {
    "black-forest-labs": (
        ["Pending"],
        ["Error", "Request Moderated", "Content Moderated", "Task not found", "Failed"],
    ),
    "fal-ai": (["IN_QUEUE", "IN_PROGRESS"], ["FAILED", "ERROR", "CANCELED", "CANCELLED"]),
    "novita": (["TASK_STATUS_QUEUED", "TASK_STATUS_PROCESSING"], ["TASK_STATUS_FAILED"]),
    "replicate": (["starting", "processing"], ["failed", "canceled", "aborted"]),
    "together": (["queued", "in_progress", ""], ["failed", "cancelled"]),
    "wavespeed": (["created", "processing"], ["failed", "cancelled", "timeout"]),
    "zai-org": (["PROCESSING"], ["FAIL"]),
}
"""Provider → its words for a job that goes on, and for one that has failed."""
EACH = pytest.mark.parametrize("provider", WORDS)


def told(provider: str, word: str | None, status: int = 200, **headers: str) -> Response:
    """A look at the job, answered by this word; None: by none."""
    place = {"novita": ("task", "status"), "wavespeed": ("data", "status"), "zai-org": ("task_status",)}
    value: Any = word
    for name in reversed(place.get(provider, ("status",))):
        value = {} if value is None else {name: value}
    return answer(value, status, **headers)


def begun(provider: str, *says: Said) -> World:
    """A world where the job is submitted, and what is said after that."""
    return World([_said(hub(provider, TASKS[provider])), _said(QUEUES[provider].submitted), *says])


def ending(provider: str) -> list[Said]:
    """The last look, and the result."""
    queue, task = QUEUES[provider], TASKS[provider]
    media = queue.tasks[task].media
    assert media is not None
    turns = [*conversation(provider, task, OWN)[1 + len(queue.pending) :], download(media)]
    return [_said(turn.answer) for turn in turns]


def for_ever(provider: str, word: str | None = None) -> World:
    """A world where the job never ends; its last word is this one."""
    says = [_said(hub(provider, TASKS[provider])), _said(QUEUES[provider].submitted)]
    last = told(provider, WORDS[provider][0][0] if word is None else word)
    return World(lambda request: says.pop(0) if says else last)


def _said(given: Any) -> Response:
    return Response(given.status, given.headers, given.body)


def asking(provider: str, *, options: dict[str, Any] | None = None, **settings: Any) -> Flow[Any]:
    """The flow that asks for what this provider does here."""
    client = Caller(provider=provider, model=HUB_MODEL, api_key=OWN, **{"max_retries": 0, **settings})
    method = getattr(tasks, ASKED[TASKS[provider]].method)
    flow: Flow[Any] = method(client, ASKED[TASKS[provider]].given, **(options or {}))
    return flow


def stopped(provider: str) -> list[str]:
    """The line of the request that stops the job; none where the provider has none."""
    if not QUEUES[provider].cancel:
        return []
    method, _, place = cancellation(provider, OWN).line.partition(" ")
    return [f"{method} https://{place}"]


def cancelling(world: World) -> list[str]:
    """The lines of the requests that stop a job."""
    return [line for line in world.lines if line.endswith("/cancel")]


class TestWords:
    """What a provider says of a job."""

    @pytest.mark.parametrize(("provider", "word"), [(name, word) for name in WORDS for word in WORDS[name][0]])
    def test_pending(self, provider: str, word: str) -> None:
        """The job goes on."""
        world = begun(provider, told(provider, word), *ending(provider))
        assert world.run(asking(provider))
        assert world.says == []

    @pytest.mark.proves("PRV-22")
    @pytest.mark.parametrize(("provider", "word"), [(name, word) for name in WORDS for word in WORDS[name][1]])
    def test_failure(self, provider: str, word: str) -> None:
        """The job is over; the error has the word, the job and what to do."""
        world = begun(provider, told(provider, word))
        with pytest.raises(ProviderApiError) as caught:
            world.run(asking(provider))
        advice = "submit it again" if "cancel" in word.lower() else "try another"
        assert all(part in str(caught.value) for part in (repr(word), "j-1", "no reason was given", advice))
        assert (world.says, cancelling(world)) == ([], [])

    @EACH
    def test_unknown(self, provider: str) -> None:
        """A word that nobody knows is waited on, with one warning for each."""
        says = [told(provider, word) for word in ("resting", "resting", "DREAMING", "resting")]
        world = begun(provider, *says, *ending(provider))
        with pytest.warns(UserWarning, match="not known") as warned:
            assert world.run(asking(provider))
        assert ["'resting'" in str(one.message) for one in warned] == [True, False]
        assert world.says == []

    @pytest.mark.parametrize("provider", [name for name in WORDS if name != "together"])
    def test_none(self, provider: str) -> None:
        """So is an answer without one."""
        world = begun(provider, told(provider, None), told(provider, None), *ending(provider))
        with pytest.warns(UserWarning, match="not known") as warned:
            assert world.run(asking(provider))
        assert len(warned) == 1

    @pytest.mark.parametrize("body", [b"<html>soon</html>", b"", b"{"])
    @EACH
    def test_not_json(self, provider: str, body: bytes) -> None:
        """A look that is answered by a page is no answer."""
        with pytest.raises(ProviderOutputError, match="not JSON"):
            begun(provider, answer(body)).run(asking(provider))

    @pytest.mark.parametrize(
        ("provider", "value", "expected"),
        [
            ("fal-ai", {"status": "IN_QUEUE", "queue_position": 3}, {"position": 3}),
            ("fal-ai", {"status": "IN_PROGRESS", "logs": [{"message": "a"}, "b", 3]}, {"logs": ["a", "b", "3"]}),
            ("fal-ai", {"status": "COMPLETED", "error": "why"}, {"state": "failed", "reason": "why"}),
            ("fal-ai", {"status": "COMPLETED", "error": None}, {"state": "succeeded"}),
            ("replicate", {"status": "processing", "logs": "a\nb", "error": None}, {"logs": ["a", "b"]}),
            ("replicate", {"status": "failed", "error": None, "logs": "why"}, {"state": "failed", "reason": "why"}),
            ("novita", {"task": {"status": "TASK_STATUS_PROCESSING", "progress_percent": 40}}, {"progress": 0.4}),
            ("black-forest-labs", {"status": "Pending", "progress": 0.25}, {"progress": 0.25}),
            (
                "black-forest-labs",
                {"status": "Request Moderated", "details": {"why": 1}},
                {"state": "failed", "reason": "{'why': 1}"},
            ),
            ("together", {"status": "failed", "error": {"code": "c"}}, {"state": "failed", "reason": "c"}),
            ("zai-org", {"task_status": "FAIL", "error": {"message": "why"}}, {"state": "failed", "reason": "why"}),
            ("wavespeed", {"code": 500, "message": "why"}, {"state": "failed", "reason": "why"}),
        ],
    )
    def test_read(self, provider: str, value: Any, expected: dict[str, Any]) -> None:
        """What is told besides the word: how far it is, what came before it, what the model prints, why it failed."""
        (dialect, *_) = [said for said in providers.find(provider).says.values() if hasattr(said, "queue")]
        request, response = Request("GET", "https://h"), answer(value)
        status: JobStatus = dialect.queue.read(Exchange(request, response, Purpose("a look")))
        assert {name: getattr(status, name) for name in expected} == expected
        assert status.raw == value
        if "state" not in expected:
            assert (status.state, status.reason) == ("pending", None)


class TestLooks:
    """How often a job is looked at, and what becomes of a look that fails."""

    @pytest.mark.parametrize(
        "lost",
        [
            *(answer(b"", status) for status in (408, 409, 425, 429, 500, 502, 503, 504)),
            Dropped("gone"),
            Unreachable("no route"),
            Cut("half"),
        ],
        ids=lambda lost: str(getattr(lost, "status", lost)),
    )
    def test_survived(self, lost: Said) -> None:
        """A look that is lost on the way, or comes at a bad time, is made again."""
        world = begun("fal-ai", lost, lost, told("fal-ai", "IN_PROGRESS"), lost, *ending("fal-ai"))
        assert world.run(asking("fal-ai"))
        assert (world.says, cancelling(world)) == ([], [])

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
    def test_refused(self, status: int) -> None:
        """One that is refused ends the call, and leaves the job alone."""
        world = begun("fal-ai", told("fal-ai", "IN_QUEUE"), answer({"detail": "no such job"}, status))
        with pytest.raises(HTTPStatusError, match="no such job") as caught:
            world.run(asking("fal-ai"))
        assert caught.value.status_code == status
        assert cancelling(world) == []

    def test_retried(self) -> None:
        """A failed look is repeated by the next one."""
        world = begun("fal-ai", answer(b"", 500), *ending("fal-ai"))
        assert world.run(asking("fal-ai", max_retries=2))
        assert world.slept == [0.5, 0.75]

    def test_attempt(self) -> None:
        """A limit for each attempt ends a look, not the job."""
        world = begun("fal-ai", After(3, told("fal-ai", "IN_QUEUE")), *ending("fal-ai"))
        assert world.run(asking("fal-ai", timeout=Timeout(attempt=2)))
        assert cancelling(world) == []

    @pytest.mark.parametrize(
        ("provider", "pauses"),
        [
            ("fal-ai", [0.5, 0.75, 1.125, 1.6875, 2.53125, 3.796875, 5.0, 5.0]),
            ("black-forest-labs", [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]),
            ("together", [2.0, 3.0, 4.5, 5.0]),
            ("zai-org", [1.0, 1.5, 2.25]),
        ],
    )
    def test_pauses(self, provider: str, pauses: list[float]) -> None:
        """They grow to five seconds."""
        says = [told(provider, WORDS[provider][0][0]) for _ in pauses[1:]]
        world = begun(provider, *says, *ending(provider))
        world.run(asking(provider))
        assert world.slept == pauses

    @pytest.mark.parametrize(
        ("hint", "pause"),
        [
            ("3", 3.0),
            ("0.2", 0.2),
            ("0", 0.1),
            ("3600", 60.0),
            ("Tue, 14 Nov 2023 22:13:24 GMT", 4.0),
            ("soon", 0.75),
            ("-1", 0.75),
        ],
    )
    @pytest.mark.parametrize("status", [200, 202, 429, 503])
    def test_hint(self, hint: str, pause: float, status: int) -> None:
        """A server that says when to come back is heard, within reason, and for that once."""
        pending = told("fal-ai", "IN_QUEUE")
        world = begun("fal-ai", told("fal-ai", "IN_QUEUE", status, retry_after=hint), pending, *ending("fal-ai"))
        world.run(asking("fal-ai", retry_on_error=False))
        assert world.slept == [0.5, pytest.approx(pause), 1.125]

    def test_hint_of_before(self) -> None:
        """A hint is not for the look after the next."""
        hint = told("fal-ai", "IN_QUEUE", retry_after="3")
        world = begun("fal-ai", hint, Dropped("gone"), *ending("fal-ai"))
        world.run(asking("fal-ai"))
        assert world.slept == [0.5, 3.0, 1.125]


class TestTime:
    """Limits of time: one for all that a call does, and a patience where there is none."""

    @pytest.mark.proves("TMO-12")
    @EACH
    def test_limit(self, provider: str) -> None:
        """The limit ends the waiting; the error tells of the job, and the job is stopped where that can be done."""
        world = for_ever(provider)
        with pytest.raises(InferenceTimeoutError) as caught:
            world.run(asking(provider, timeout=12))
        assert (world.now, caught.value.limit, caught.value.limit_s) == (112.0, "total", 12.0)
        poll = world.requests[2].url
        assert poll.endswith(QUEUES[provider].poll)
        assert all(part in str(caught.value) for part in ("'j-1'", repr(WORDS[provider][0][0]), poll))
        assert OWN not in str(caught.value)
        others = [line for line in world.lines[2:] if line != f"GET {poll}"]
        assert others == stopped(provider)

    @pytest.mark.parametrize("provider", ["fal-ai", "replicate"])
    def test_last_word(self, provider: str) -> None:
        """The job is stopped once, with the key, and within a second or two of its own."""
        world = for_ever(provider)
        with pytest.raises(InferenceTimeoutError):
            world.run(asking(provider, timeout=12, max_retries=3))
        (header,) = cancellation(provider, OWN).headers.items()
        assert header in world.requests[-1].headers.items()
        assert world.requests[-1].body is None
        last = world.limits[-1]
        assert last.deadline is not None
        assert 112 < last.deadline <= 114
        assert last.connect_s is not None

    @pytest.mark.parametrize("reply", [Dropped("gone"), answer({}, 500), answer({}, 404), Unreachable("no")])
    def test_last_word_unheard(self, reply: Said) -> None:
        """Whatever is said to it, the call ends by the limit."""
        world = for_ever("fal-ai")
        usual: Any = world.says
        world.says = lambda request: reply if request.method == "PUT" else usual(request)
        with pytest.raises(InferenceTimeoutError, match="'j-1'"):
            world.run(asking("fal-ai", timeout=12, max_retries=3))
        assert len(cancelling(world)) == 1

    @pytest.mark.parametrize("slow", range(5))
    def test_sum(self, slow: int) -> None:
        """Look-up, submission, looks, result and download share one limit."""
        world = begun("fal-ai", *ending("fal-ai"))
        assert isinstance(world.says, list)
        world.says[slow] = After(10, world.says[slow])  # type: ignore[arg-type]
        with pytest.raises(InferenceTimeoutError) as caught:
            world.run(asking("fal-ai", timeout=9))
        assert (world.now, caught.value.limit) == (109.0, "total")
        assert {
            limit.deadline for line, limit in zip(world.lines, world.limits, strict=True) if "cancel" not in line
        } == {109.0}
        # Before the submission was answered there is no job to stop, and none when it is done.
        assert len(cancelling(world)) == (slow == 2)
        assert ("'j-1'" in str(caught.value)) == (slow >= 2)
        assert ("'j-1' is done" in str(caught.value)) == (slow > 2)

    def test_unheard(self) -> None:
        """Where no look was answered, the error says so."""
        world = begun("fal-ai", After(LONG, told("fal-ai", "IN_QUEUE")), answer({}))
        with pytest.raises(InferenceTimeoutError, match=r"'j-1' has not been heard of yet"):
            world.run(asking("fal-ai", timeout=9))

    @pytest.mark.parametrize(
        ("provider", "patience"), [("zai-org", 600), ("black-forest-labs", 600), ("together", 1800), ("fal-ai", 1800)]
    )
    @pytest.mark.parametrize("timeout", [None, Timeout(attempt=5)], ids=["none", "attempt"])
    def test_patience(self, provider: str, patience: int, timeout: Any) -> None:
        """Without a limit, ten minutes are enough for pictures, and half an hour for videos."""
        world = for_ever(provider)
        with pytest.raises(InferenceTimeoutError, match=r"timeout=.*client\.submit.*'j-1'") as caught:
            world.run(asking(provider, timeout=timeout))
        assert patience < world.now - 100 < patience + 10
        assert caught.value.limit_s == patience
        assert cancelling(world) == stopped(provider)

    @pytest.mark.parametrize("timeout", [None, Timeout(connect=5)], ids=["none", "connect"])
    def test_patience_with_one_look(self, timeout: Any) -> None:
        """A look that is never answered is not waited for any longer."""
        world = begun("fal-ai", After(LONG, told("fal-ai", "IN_QUEUE")), answer({}))
        with pytest.raises(InferenceTimeoutError, match=r"client\.submit.*'j-1' has not been heard of yet"):
            world.run(asking("fal-ai", timeout=timeout))
        assert world.now == 100 + 1800
        assert len(cancelling(world)) == 1

    def test_trouble(self) -> None:
        """What kept the last look from its answer is told."""
        says = [_said(hub("zai-org", "text-to-image")), _said(QUEUES["zai-org"].submitted)]
        world = World(lambda request: says.pop(0) if says else Unreachable("refused: not a public address"))
        with pytest.raises(InferenceTimeoutError, match=r"last look was lost: .*not a public address"):
            world.run(asking("zai-org"))

    @pytest.mark.parametrize(("provider", "says"), [("zai-org", 200), ("together", 500)])
    def test_own_limit(self, provider: str, says: int) -> None:
        """Who gives a limit is as patient as that."""
        pending = [told(provider, WORDS[provider][0][0])] * says
        world = begun(provider, *pending, *ending(provider))
        assert world.run(asking(provider, timeout=4000))
        assert world.now - 100 > 0.99 * 5 * says


class TestFollowed:
    """Who follows a job waits for its status to change."""

    def changed(self, world: World, is_timed: bool = False) -> Any:
        """The next status of a job that was seen at work."""
        provider = providers.find("zai-org")
        base, purpose = "https://api.z.ai/api/paas/v4", Purpose("the job")
        route = Route(provider, base, "m", HUB_MODEL, {}, purpose, is_timed=is_timed)
        ticket = Ticket("j-1", "/api/paas/v4/async-result/j-1")
        job = Submitted("zai-org", "text-to-image", "m", HUB_MODEL, base, ticket)
        seen = JobStatus("pending", "PROCESSING", None, None, None, None, None)
        dialect: Any = provider.says[TextToImageAsk]
        return world.run(retrying(dialect.changed(seen, job, route), False, 0))

    def test_silence(self) -> None:
        """It ends after the same patience as a wait for the job, by what kept the looks from their answers."""
        world = World(lambda request: answer({"error": {"message": "down for the night"}}, 503))
        with pytest.raises(HTTPStatusError, match="down for the night"):
            self.changed(world)
        assert 600 < world.now - 100 < 610

    def test_no_answer(self) -> None:
        """So it does where a look is never answered."""
        world = World([After(LONG, told("zai-org", "PROCESSING"))])
        with pytest.raises(InferenceTimeoutError):
            self.changed(world)
        assert world.now == 100 + 600

    @pytest.mark.parametrize("is_timed", [False, True])
    def test_long_job(self, is_timed: bool) -> None:
        """A job that is heard of may take its time, and silence too where the caller set a limit."""
        pending = told("zai-org", "PROCESSING")
        lost = answer({}, 503) if is_timed else pending
        world = World([*[lost] * 200, pending, *[lost] * 100, told("zai-org", "SUCCESS")])
        assert self.changed(world, is_timed).word == "SUCCESS"
        assert world.now - 100 > 1400


class TestSubmission:
    """A job is submitted once: it may be billed."""

    @pytest.mark.parametrize(
        ("lost", "error"),
        [
            (Dropped("gone"), InferenceConnectionError),
            (Cut("half"), IncompleteAnswerError),
            (After(LONG, answer({})), InferenceTimeoutError),
            (answer({"error": "busy"}, 409), ConflictError),
        ],
        ids=["dropped", "cut", "late", "409"],
    )
    @EACH
    def test_once(self, provider: str, lost: Said, error: type[InferenceError]) -> None:
        """Where nobody knows whether the job exists, it is not submitted again."""
        world = World([_said(hub(provider, TASKS[provider])), lost])
        with pytest.raises(error, match="may have taken the job"):
            world.run(asking(provider, max_retries=3, timeout=Timeout(attempt=9)))
        assert [request.method for request in world.requests] == ["GET", "POST"]

    @pytest.mark.parametrize("lost", [answer({}, 429), answer({}, 503), answer({}, 500), Unreachable("no route")])
    @EACH
    def test_again(self, provider: str, lost: Said) -> None:
        """Where the server did not take it, it is."""
        world = begun(provider, *ending(provider))
        assert isinstance(world.says, list)
        world.says.insert(1, lost)
        assert world.run(asking(provider, max_retries=2))
        assert [request.method for request in world.requests][:3] == ["GET", "POST", "POST"]
        assert world.requests[1].body == world.requests[2].body

    def test_given_up(self) -> None:
        """Not without end."""
        world = World([_said(hub("fal-ai", TASKS["fal-ai"])), *[answer({"detail": "slow down"}, 429)] * 3])
        with pytest.raises(RateLimitError, match="slow down") as caught:
            world.run(asking("fal-ai", max_retries=2))
        assert "may have taken" not in str(caught.value)
        assert world.says == []

    def test_gone_for_good(self) -> None:
        """A download is repeated, as nothing is billed for it."""
        *says, last = ending("fal-ai")
        world = begun("fal-ai", *says, Dropped("gone"), last)
        assert world.run(asking("fal-ai", max_retries=2))

    def test_result_that_is_gone(self) -> None:
        """The job is done: what is lost then stops nothing."""
        *says, _ = ending("fal-ai")
        world = begun("fal-ai", *says, answer(b"gone", 404))
        with pytest.raises(NotFoundError):
            world.run(asking("fal-ai"))
        assert cancelling(world) == []


class Interrupted:
    """A transport that answers in turn, and raises what stands among the answers."""

    def __init__(self, *says: Response | BaseException) -> None:
        self.says = list(says)
        self.requests: list[Request] = []

    def send(self, request: Request, *_: Any) -> Response:
        """Take the next."""
        self.requests.append(request)
        said = self.says.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said


class TestGivenUp:
    """Who gives up the waiting stops the job."""

    @EACH
    def test_event(self, provider: str) -> None:
        """By `cancel=`: the job is stopped once, where the provider has a way to."""
        event = Event()
        world = for_ever(provider)
        usual: Any = world.says

        def says(request: Request) -> Said:
            if len(world.requests) > 3:
                event.set()
            said: Said = usual(request)
            return said

        world.says = says
        with pytest.raises(InferenceCancelledError):
            world.run(asking(provider, options={"cancel": event}))
        assert world.lines[4:] == stopped(provider)

    def test_event_before(self) -> None:
        """Before there is a job, nothing is stopped."""
        event = Event()
        event.set()
        world = World()
        with pytest.raises(InferenceCancelledError):
            world.run(asking("fal-ai", options={"cancel": event}))
        assert world.requests == []

    @pytest.mark.parametrize("provider", ["fal-ai", "replicate"])
    @pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError()])
    def test_interrupted(self, provider: str, error: BaseException) -> None:
        """By Ctrl-C, or with the task that waits."""
        given = hub(provider, TASKS[provider]), QUEUES[provider].submitted
        transport = Interrupted(*map(_said, given), error, answer({}))
        with pytest.raises(type(error)):
            drive(asking(provider), transport)  # type: ignore[arg-type]
        last = transport.requests[-1]
        assert [f"{last.method} {last.url}"] == stopped(provider)
        assert transport.says == []

    def test_closed(self) -> None:
        """A flow that is only closed can say no more."""
        given = hub("fal-ai", TASKS["fal-ai"]), QUEUES["fal-ai"].submitted
        transport = Interrupted(*map(_said, given), GeneratorExit(), answer({}))
        with pytest.raises(GeneratorExit):
            drive(asking("fal-ai"), transport)  # type: ignore[arg-type]
        assert [request.method for request in transport.requests] == ["GET", "POST", "GET"]

    def test_in_both_keys(self) -> None:
        """With a key of Hugging Face the job is stopped through the router."""
        world = for_ever("fal-ai")
        client = Caller(provider="fal-ai", model=HUB_MODEL, api_key="hf_key_of_an_account", max_retries=0, timeout=2)
        with pytest.raises(InferenceTimeoutError):
            world.run(tasks.text_to_video(client, "A cat"))
        assert [world.lines[-1]] == [
            "PUT https://router.huggingface.co/fal-ai/their/own-name/requests/j-1/cancel?_subdomain=queue"
        ]
        assert world.requests[-1].headers["authorization"] == "Bearer hf_key_of_an_account"


def test_the_secret_of_a_reason() -> None:
    """A provider that repeats the key is not quoted with it."""
    failed = {"status": "COMPLETED", "error": f"the key {OWN} has no credit"}
    with pytest.raises(ProviderApiError, match="has no credit") as caught:
        begun("fal-ai", answer(failed)).run(asking("fal-ai"))
    assert OWN not in str(caught.value) + json.dumps(caught.value.__dict__, default=str)
