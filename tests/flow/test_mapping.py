"""The mapping of a model: its shapes, its warnings, who is named where it does not fit, and its cache."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from sys import getswitchinterval, setswitchinterval
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from asking import CHAT, VECTOR, chat, embed, entry, hub
from playing import After, Said, World, answer

from infermux.calling import Caller
from infermux.errors import (
    HubApiError,
    InferenceConnectionError,
    InferenceTimeoutError,
    InputError,
    ProviderOutputError,
    RoutingError,
)
from infermux.flow import Dropped, Request, Unreachable
from infermux.plugins import OVERRIDES
from infermux.providers import find, names
from infermux.routing.mapping import Memory
from infermux.timeout import Timeout
from infermux.types.routing import InferenceProviderMapping

HUB = "https://huggingface.co/api/models/org/m"


class Places:
    """The Hub and all providers; what the Hub says can change."""

    def __init__(self, said: Said) -> None:
        self.hub = said
        self.lookups = 0

    def __call__(self, request: Request) -> Said:
        if request.url.startswith(HUB):
            self.lookups += 1
            return self.hub
        return answer(VECTOR if request.url.endswith("/embeddings") else CHAT)


def place(said: Said) -> tuple[Places, World]:
    """The places and the world of them."""
    places = Places(said)
    return places, World(places)


def client(**settings: Any) -> Caller:
    """A client of a provider that the Hub maps."""
    return Caller(**{"model": "org/m", "provider": "groq", "api_key": "hf_key", "max_retries": 0, **settings})


LIST = [entry("together", "T/m"), entry("groq", "G/m")]
TABLE = {"together": entry("", "T/m"), "groq": entry("", "G/m")}


@pytest.mark.parametrize(
    "shape",
    [LIST, {name: {k: v for k, v in row.items() if k != "provider"} for name, row in TABLE.items()}],
    ids=["list", "object"],
)
@pytest.mark.parametrize(("provider", "id"), [("groq", "G/m"), ("together", "T/m")])
def test_both_shapes(shape: Any, provider: str, id: str) -> None:
    """The mapping is read as a list and as an object."""
    _, world = place(answer({"id": "org/m", "inferenceProviderMapping": shape}))
    chat(world, client(provider=provider))
    assert f'"model":"{id}"'.encode() in (world.requests[-1].body or b"")


def test_unknown_fields() -> None:
    """What the Hub adds to an entry does not disturb."""
    _, world = place(hub({**entry("groq", "G/m"), "isModelAuthor": False, "new": {"x": 1}}))
    chat(world, client())


def test_lookup() -> None:
    """The Hub is asked for the mapping alone, with the caller's token and nothing of the call."""
    _, world = place(hub(entry("groq")))
    chat(world, client(headers={"x-mine": "1"}, cookies={"a": "b"}, bill_to="org"))
    lookup = world.requests[0]
    assert lookup.method == "GET"
    assert lookup.url in (f"{HUB}?expand[]=inferenceProviderMapping", f"{HUB}?expand=inferenceProviderMapping")
    assert lookup.headers["authorization"] == "Bearer hf_key"
    assert lookup.headers.keys() == {"authorization", "user-agent"}


def test_lookup_with_a_key_of_the_provider() -> None:
    """A provider's own key is not shown to the Hub."""
    _, world = place(hub(entry("groq")))
    chat(world, client(api_key="gsk_own"))
    assert "authorization" not in world.requests[0].headers


def test_model_that_needs_quoting() -> None:
    """A model's id cannot reach into other routes of the Hub."""
    world = World(lambda request: answer({"error": "no"}, 404))
    with pytest.raises((HubApiError, InputError)):
        chat(world, client(model="org/m?x=1#y"))
    assert all("?x=1" not in request.url for request in world.requests)


@pytest.mark.parametrize(("status", "words"), [("staging", "staging"), ("error", "check")])
def test_warnings(status: str, words: str) -> None:
    """A mapping in staging, or whose last check failed, warns and goes on."""
    _, world = place(hub(entry("groq", status=status)))
    with pytest.warns(UserWarning, match=words):
        out = chat(world, client())
    assert out.choices[0].message.content == "Hello"


def test_warnings_of_hf_inference() -> None:
    """So does one of hf-inference that was chosen automatically."""
    row = entry("hf-inference", task="feature-extraction", status="error")
    world = World(lambda request: hub(row) if "/api/models/" in request.url else answer([[1.0]]))
    with pytest.warns(UserWarning, match="hf-inference failed"):
        embed(world, client(provider=None))


def test_live_does_not_warn() -> None:
    """A live mapping says nothing."""
    _, world = place(hub(entry("groq")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chat(world, client())


def test_missing_provider_names_who_serves() -> None:
    """Where the provider does not serve the model, those who do are named, and nothing is sent."""
    _, world = place(hub(entry("together"), entry("cerebras"), entry("nebius", task="text-generation")))
    with pytest.raises(RoutingError, match=r"groq.*org/m.*together, cerebras") as caught:
        chat(world, client())
    assert isinstance(caught.value, InputError)
    assert "nebius" not in str(caught.value)
    assert len(world.requests) == 1


def test_wrong_task_names_the_task() -> None:
    """Where the provider serves the model for another task, that task is named."""
    _, world = place(hub(entry("together", task="text-generation")))
    with pytest.raises(InputError, match=r"together.*text-generation.*conversational"):
        chat(world, client(provider="together"))
    assert len(world.requests) == 1


def test_vectors_and_similarity_are_one() -> None:
    """feature-extraction and sentence-similarity are two words for one kind of model."""
    _, world = place(hub(entry("together", task="sentence-similarity")))
    assert embed(world, client(provider="together")).ravel().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("id", [None, 5, ""])
def test_entry_without_an_id(id: Any) -> None:
    """An entry that tells no id of the provider is told so, before anything is sent to it."""
    _, world = place(hub({**entry("groq"), "providerId": id}))
    with pytest.raises(RoutingError, match=r"org/m.*groq.*OVERRIDES"):
        chat(world, client())
    assert len(world.requests) == 1


OFF_THE_LIST = ("black-forest-labs", "clarifai", "hyperbolic", "nebius", "nvidia", "sambanova")


def test_who_is_off_the_list() -> None:
    """Those whom Hugging Face has dropped, and nobody else (wire facts: kind removed)."""
    assert tuple(name for name in names() if not find(name).listed) == OFF_THE_LIST


@pytest.mark.parametrize(
    "said",
    [hub(entry("groq")), hub(), answer({"error": "Repository not found"}, 404), answer({"error": "Log in"}, 401)],
    ids=["others", "nobody", "unknown", "private"],
)
@pytest.mark.parametrize("provider", OFF_THE_LIST[1:])
def test_own_key_of_a_provider_off_the_list(provider: str, said: Said) -> None:
    """A key of its own goes on working: an id that the Hub does not know of is the provider's (SURFACE 11)."""
    _, world = place(said)
    chat(world, client(provider=provider, api_key="own-1"))
    assert b'"model":"org/m"' in (world.requests[-1].body or b"")
    assert urlsplit(world.requests[-1].url).netloc == urlsplit(str(find(provider).base_url)).netloc


def test_own_key_of_a_provider_off_the_list_that_is_named() -> None:
    """Where the Hub does name the provider, its word counts; and where it cannot be asked, nothing is guessed."""
    places, world = place(hub(entry("nebius", "N/m")))
    mine = client(provider="nebius", api_key="own-1")
    chat(world, mine)
    assert b'"model":"N/m"' in (world.requests[-1].body or b"")
    places.hub = hub(entry("nebius", task="text-to-image"))
    with pytest.raises(RoutingError, match="text-to-image"):
        chat(world, mine, model="org/m2")
    places.hub = answer({"error": "down"}, 500)
    with pytest.raises(HubApiError):
        chat(world, mine, model="org/m3")


def test_hugging_face_key_of_a_provider_off_the_list() -> None:
    """With a Hugging Face key the Hub's list decides, and the error says which key would do."""
    _, world = place(hub(entry("groq")))
    with pytest.raises(RoutingError, match=r"nebius.*groq.*its own keys"):
        chat(world, client(provider="nebius"))
    assert len(world.requests) == 1


def test_own_key_of_a_provider_on_the_list() -> None:
    """Elsewhere ids are the Hub's, with every key."""
    _, world = place(hub(entry("together")))
    with pytest.raises(RoutingError, match="together"):
        chat(world, client(api_key="gsk_1"))
    assert len(world.requests) == 1


@pytest.mark.parametrize("said", [{"id": "org/m"}, {"inferenceProviderMapping": {}}, {"inferenceProviderMapping": []}])
def test_nobody_serves(said: Any) -> None:
    """A model that no provider serves is told so."""
    _, world = place(answer(said))
    with pytest.raises(RoutingError, match=r"no provider.*names nobody"):
        chat(world, client())


@pytest.mark.parametrize("said", [answer(b"<html>"), answer([1]), answer(b""), answer({"inferenceProviderMapping": 5})])
def test_no_hub(said: Said) -> None:
    """An answer that is none of the Hub's is told, with HF_ENDPOINT named."""
    _, world = place(said)
    with pytest.raises(ProviderOutputError, match="HF_ENDPOINT"):
        chat(world, client())


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refusal(status: int) -> None:
    """What the Hub refuses is the Hub's error."""
    _, world = place(answer({"error": "Repository not found"}, status, x_error_code="RepoNotFound"))
    with pytest.raises(HubApiError, match="Repository not found") as caught:
        chat(world, client())
    assert caught.value.status_code == status


def test_renamed_repository() -> None:
    """A relative redirect of a renamed repository is followed with the token, and the caller's id is kept."""
    said = {
        HUB: answer(b"", 307, location="/api/models/new/m"),
        "https://huggingface.co/api/models/new/m": hub(entry("groq")),
    }
    world = World(
        lambda request: next((page for start, page in said.items() if request.url.startswith(start)), answer(CHAT))
    )
    chat(world, client())
    assert world.requests[1].headers["authorization"] == "Bearer hf_key"
    assert world.lines[2].startswith("POST https://router.huggingface.co/groq/")


def test_cache() -> None:
    """The Hub is asked once in ten minutes."""
    places, world = place(hub(entry("groq")))
    mine = client()
    for _ in range(3):
        chat(world, mine)
    assert places.lookups == 1
    world.now += 599
    chat(world, mine)
    assert places.lookups == 1
    world.now += 2
    chat(world, mine)
    assert places.lookups == 2


@pytest.mark.parametrize(
    "said", [answer({"error": "no"}, 404), answer({"error": "no"}, 500), Unreachable("down"), answer(b"?")]
)
def test_failures_are_not_cached(said: Said) -> None:
    """After a failure the Hub is asked again."""
    places, world = place(said)
    mine = client()
    with pytest.raises((HubApiError, InferenceConnectionError, ProviderOutputError)):
        chat(world, mine)
    places.hub = hub(entry("groq"))
    chat(world, mine)
    assert places.lookups == 2


@pytest.mark.parametrize(
    "said", [answer({"error": "x"}, 500), answer({"error": "x"}, 429), Unreachable("down"), Dropped("reset")]
)
def test_stale_mapping_while_the_hub_is_down(said: Said) -> None:
    """Where the Hub cannot be asked, what it said earlier is used, with a warning: F18."""
    places, world = place(hub(entry("groq", "G/m")))
    mine = client()
    chat(world, mine)
    world.now += 10_000
    places.hub = said
    with pytest.warns(UserWarning, match="Hub"):
        chat(world, mine)
    assert b"G/m" in (world.requests[-1].body or b"")


@pytest.mark.parametrize(
    "said",
    [
        After(1000, answer({"error": "x"}, 500)),
        answer({"error": "slow down"}, 429, retry_after="60"),
        answer({"error": "down"}, 503, retry_after="60"),
    ],
    ids=["silent", "429", "503"],
)
@pytest.mark.parametrize("timeout", [None, 5])
def test_a_stale_mapping_is_not_waited_for(said: Said, timeout: float | None) -> None:
    """A Hub that is slow, or asks for patience, costs a call with an old answer three seconds at most: F18."""
    places, world = place(hub(entry("groq", "G/m")))
    mine = client(max_retries=2, timeout=timeout)
    chat(world, mine)
    world.now += 10_000
    places.hub, started = said, world.now
    with pytest.warns(UserWarning, match="Hub"):
        chat(world, mine)
    assert world.now - started <= 3
    assert places.lookups == 2


def test_a_stale_mapping_is_used_for_a_while() -> None:
    """Once the Hub could not be asked, it is left in peace for half a minute, and then asked again."""
    places, world = place(hub(entry("groq", "G/m")))
    mine = client()
    chat(world, mine)
    world.now += 10_000
    places.hub = Unreachable("down")
    for _ in range(3):
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            chat(world, mine)
    assert places.lookups == 2
    world.now += 31
    places.hub = hub(entry("groq", "G/new"))
    chat(world, mine)
    assert places.lookups == 3
    assert b"G/new" in (world.requests[-1].body or b"")


@pytest.mark.parametrize(
    "said",
    [After(1000, answer({})), answer({"error": "slow down"}, 429, retry_after="60"), Unreachable("down"), answer(b"?")],
    ids=["silent", "429", "down", "no hub"],
)
@pytest.mark.parametrize("timeout", [None, 5])
def test_the_task_of_a_model_is_not_waited_for(said: Said, timeout: float | None) -> None:
    """Whether a model is one for the task is good to know, but no reason to keep a call waiting, once or again."""
    places, world = place(said)
    mine = client(provider="hf-inference", max_retries=2, timeout=timeout)
    started = world.now
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for later in (0, 0, 40):
            world.now += later
            assert chat(world, mine).choices
    assert world.now - started <= 46
    assert places.lookups <= 3


@pytest.mark.parametrize("timeout", [2, Timeout(total=2), Timeout(attempt=2)])
def test_a_tighter_limit_of_the_call_counts(timeout: Any) -> None:
    """The look at a silent Hub ends where the call's own limit does."""
    places, world = place(hub(entry("groq", "G/m")))
    mine = client(timeout=timeout)
    chat(world, mine)
    world.now += 10_000
    places.hub, started = After(1000, hub()), world.now
    with pytest.warns(UserWarning, match="InferenceTimeoutError"), contextlib.suppress(InferenceTimeoutError):
        chat(world, mine)
    assert world.now - started == 2


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refusals_do_not_use_a_stale_mapping(status: int) -> None:
    """Where the Hub forbids, what it said earlier does not count."""
    places, world = place(hub(entry("groq")))
    mine = client()
    chat(world, mine)
    world.now += 10_000
    places.hub = answer({"error": "gone"}, status)
    with pytest.raises(HubApiError):
        chat(world, mine)


def test_cache_is_per_token() -> None:
    """Another token asks for itself: accounts have their own order and their own models."""
    places, world = place(hub(entry("groq")))
    mine = client()
    for key in ("hf_one", "hf_two", "hf_one"):
        chat(world, mine, api_key=key)
    assert places.lookups == 2


def test_cache_is_per_model() -> None:
    """Another model is asked for itself."""
    places, world = place(hub(entry("groq")))
    mine = client()
    for model in ("org/m", "org/m2", "org/m"):
        chat(world, mine, model=model)
    assert places.lookups == 2


def test_cache_is_per_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Hub is asked for itself."""
    world = World(lambda request: hub(entry("groq")) if "/api/models/" in request.url else answer(CHAT))
    mine = client()
    chat(world, mine)
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
    chat(world, mine)
    assert [line for line in world.lines if line.startswith("GET https://hub.example/api/models/org/m?")]


def test_twins_share_the_cache() -> None:
    """A client made by `with_options` knows what the first one learnt."""
    places, world = place(hub(entry("groq")))
    mine = client()
    chat(world, mine)
    chat(world, mine.with_options(timeout=30))
    assert places.lookups == 1


@pytest.fixture
def override() -> Iterator[Callable[..., None]]:
    """Sets an entry of the local table for one test."""

    def put(told: str | InferenceProviderMapping) -> None:
        OVERRIDES["groq"] = {"org/m": told}

    yield put
    OVERRIDES.clear()


@pytest.mark.proves("ROU-18")
@pytest.mark.parametrize(
    "told",
    [
        "local/id",
        InferenceProviderMapping.parse({"provider_id": "local/id"}),
        InferenceProviderMapping.parse({"providerId": "local/id"}),
    ],
)
def test_override(override: Callable[..., None], told: str | InferenceProviderMapping) -> None:
    """A local entry, or the id alone, is used instead of asking the Hub."""
    override(told)
    places, world = place(hub())
    chat(world, client())
    assert places.lookups == 0
    assert b'"model":"local/id"' in (world.requests[0].body or b"")


def test_override_without_an_id(override: Callable[..., None]) -> None:
    """An entry that names no id is refused, and nothing is sent."""
    override(InferenceProviderMapping.parse({"task": "conversational"}))
    places, world = place(hub())
    with pytest.raises(RoutingError, match="tells no id"):
        chat(world, client())
    assert (places.lookups, world.requests) == (0, [])


def test_the_fields_in_both_spellings() -> None:
    """A mapping is made by the Hub's names, as huggingface_hub makes it, or by those that it has here."""
    spelt: dict[str, Any] = {"hfModelId": "org/m", "providerId": "their-id", "adapterWeightsPath": "w"}
    named: dict[str, Any] = {"hf_model_id": "org/m", "provider_id": "their-id", "adapter_weights_path": "w"}
    assert InferenceProviderMapping(**spelt) == InferenceProviderMapping(**named) == named
    assert InferenceProviderMapping.parse(spelt).provider_id == "their-id"


@pytest.mark.proves("ROU-18")
def test_override_of_another(override: Callable[..., None]) -> None:
    """It counts for that provider and that model alone."""
    override("local/id")
    places, world = place(hub(entry("groq", "their-id"), entry("together", "their-id")))
    chat(world, client(provider="together"))
    places.hub = answer({"inferenceProviderMapping": []})
    with pytest.raises(RoutingError):
        chat(world, client(model="org/m2"))
    assert places.lookups == 2
    assert b"local/id" not in (world.requests[1].body or b"")


def test_threads_that_keep_more_than_there_is_room_for() -> None:
    """Each may put out the oldest answer; none stumbles over the others."""
    memory, troubles = Memory(), list[Exception]()

    def keep(thread: int) -> None:
        try:
            for count in range(3000):
                memory.put((str(thread), str(count)), float(count), {})
        except Exception as error:
            troubles.append(error)

    threads = [Thread(target=keep, args=(thread,)) for thread in range(8)]
    interval = getswitchinterval()
    setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        setswitchinterval(interval)
    assert troubles == []
    assert len(memory.found) <= 1008


def test_what_was_kept_again_is_the_newest() -> None:
    """The oldest answer goes, not the one that was asked for first."""
    memory = Memory()
    for count in range(1000):
        memory.put((str(count),), float(count), {})
    memory.put(("0",), 1000.0, {})
    memory.put(("new",), 1001.0, {})
    assert ("0",) in memory.found
    assert ("1",) not in memory.found
