"""`INFERMUX_SANDBOX`: a program for real providers, run against the sandbox; no key is needed, and none goes there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from saying import MESSAGES, mapping, paris

from contract.clients import OpenClient
from contract.server import Server
from infermux import InferenceError, InputError, InternalServerError, ProviderApiError, RoutingError, providers
from infermux.sandbox import Sandbox, picture, sound

Call = Callable[..., Any]

CHAT = ("chat_completion", MESSAGES, "meta-llama/Llama-3.1-8B-Instruct")
VECTORS = ("feature_extraction", "a cat", "sentence-transformers/all-MiniLM-L6-v2")
PICTURE = ("text_to_image", "a cat", "black-forest-labs/FLUX.1-dev")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that stands in for all, and keeps what it was asked."""
    with Sandbox() as box:
        monkeypatch.setenv("INFERMUX_SANDBOX", box.url)
        yield box


def paths(box: Sandbox) -> list[str]:
    """What was asked of it, without the queries."""
    return [f"{asked.method} {asked.path.partition('?')[0]}" for asked in box.requests]


def sent(box: Sandbox) -> str:
    """All that reached it, as text."""
    return "\n".join(f"{asked.path} {asked.headers} {asked.body!r}" for asked in box.requests)


@pytest.mark.parametrize("default", [False, True], ids=["given transport", "default transport"])
@pytest.mark.parametrize(
    ("provider", "asked"),
    [
        ("together", CHAT),
        ("together", VECTORS),
        ("together", PICTURE),
        ("nebius", CHAT),
        ("nebius", VECTORS),
        ("nebius", PICTURE),
        ("hf-inference", CHAT),
        ("hf-inference", VECTORS),
        ("hf-inference", PICTURE),
        ("openai", CHAT),
        ("sandbox", CHAT),
        (None, CHAT),
        (None, VECTORS),
        ("auto", PICTURE),
    ],
)
def test_every_provider(
    call: Call,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    default: bool,
    provider: str | None,
    asked: tuple[str, Any, str],
) -> None:
    """Whoever is named, the sandbox of the process answers; offline, without a key."""
    monkeypatch.setenv("INFERMUX_SANDBOX", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    method, given, model = asked
    out = call({"provider": provider, **({"http_client": None} if default else {})}, method, given, model=model)
    if method == "chat_completion":
        assert "andbox" in out.choices[0].message.content
    elif method == "feature_extraction":
        assert out.size > 1
    else:
        assert out.size[0] > 1
    assert server.requests == []


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"provider": "groq"}, "/groq/openai/v1/chat/completions"),
        ({"provider": "groq", "api_key": "gsk_secret"}, "/groq/openai/v1/chat/completions"),
        ({"provider": "together", "api_key": "hf_secret"}, "/together/v1/chat/completions"),
        ({"provider": "openai"}, "/openai/v1/chat/completions"),
        ({"provider": "hf-inference"}, "/hf-inference/models/org/m/v1/chat/completions"),
        ({}, "/v1/chat/completions"),
        ({"api_key": "hf_secret"}, "/v1/chat/completions"),
        ({"base_url": "https://x.eu.aws.endpoints.huggingface.cloud/v1"}, "/v1/chat/completions"),
        ({"base_url": "https://me:secret@x.endpoints.huggingface.cloud?token=secret"}, "/v1/chat/completions"),
        ({"base_url": "https://router.huggingface.co/v1", "api_key": "hf_secret"}, "/v1/chat/completions"),
    ],
)
def test_places(call: Call, server: Server, box: Sandbox, settings: dict[str, Any], path: str) -> None:
    """Each provider is found under its name, as behind the router; endpoints and the router at the root."""
    model = {} if "base_url" in settings else {"model": "org/m"}
    assert call(settings, "chat_completion", MESSAGES, **model).choices
    assert paths(box)[-1] == f"POST {path}"
    assert server.requests == []
    assert "secret" not in sent(box)


def test_secrets_stay(call: Call, server: Server, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key goes there, wherever it was said or lay around; what is no secret goes."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("TOGETHER_API_KEY", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = {
        "headers": {"x-api-key": "secret", "Authorization": "Bearer secret", "x-mine": "kept"},
        "cookies": {"session": "secret"},
        "default_query": {"api_key": "secret", "version": "kept"},
    }
    for own in ({"provider": "together"}, {"provider": "together", "token": "secret"}, {"provider": "openai"}, {}):
        call({**settings, **own}, "chat_completion", MESSAGES, model="org/m")
    call({"token": "hf_secret"}, "feature_extraction", "a cat", model=VECTORS[2])
    assert "secret" not in sent(box)
    chats = [asked for asked in box.requests if asked.method == "POST" and "chat" in asked.path]
    assert len(chats) == 4
    assert {asked.headers["x-mine"] for asked in chats} == {"kept"}
    assert all("version=kept" in asked.path for asked in chats)
    assert server.requests == []


def test_refusals_stay(call: Call, server: Server, box: Sandbox) -> None:
    """What is refused in earnest is refused here, where a key was given."""
    with pytest.raises(InputError, match="OpenAI cannot be reached with a Hugging Face key"):
        call({"provider": "openai", "api_key": "hf_1"}, "chat_completion", MESSAGES, model="m")
    with pytest.raises(RoutingError, match="provider="):
        call({"api_key": "sk-1"}, "chat_completion", MESSAGES, model="org/m")
    with pytest.raises(InputError, match="key"):
        call({"provider": "together", "token": False}, "chat_completion", MESSAGES, model="org/m")
    assert box.requests == []
    assert server.requests == []


def test_own_addresses_stay(call: Call, server: Server, box: Sandbox) -> None:
    """Another URL of the caller's is asked as ever, with the key."""
    server.say(paris())
    call({"base_url": "https://models.example/v1", "api_key": "sk-1"}, "chat_completion", MESSAGES)
    assert server.requests[0].line == "POST models.example/v1/chat/completions"
    assert server.requests[0].headers["authorization"] == "Bearer sk-1"
    assert box.requests == []


def test_lists_and_status(call: Call, server: Server, box: Sandbox) -> None:
    """Look-ups at the Hub and the router go there as well."""
    assert call({"token": "hf_secret"}, "get_model_status", "bigcode/starcoder").state
    assert call({"token": "hf_secret"}, "list_router_models")
    assert call({}, "models.list")
    assert paths(box) == ["GET /api/models/bigcode/starcoder", "GET /v1/models", "GET /v1/models"]
    assert "secret" not in sent(box)
    assert server.requests == []


@pytest.mark.parametrize(
    ("method", "given"), [("models.list", []), ("list_router_models", []), ("get_model_status", ["bigcode/starcoder"])]
)
def test_headers_of_lists_and_status(call: Call, box: Sandbox, method: str, given: list[str]) -> None:
    """A header that is named like a secret stays behind; others go along."""
    headers = {"Authorization": "Bearer of-a-secret", "x-api-key": "a-secret", "x-team": "blue"}
    call({"headers": headers}, method, *given)
    assert "secret" not in sent(box)
    assert "blue" in sent(box)


def test_errors_tell_who_answered(call: Call, box: Sandbox) -> None:
    """An error names the provider that was meant, and that it was the sandbox."""
    box.faults["/groq"] = "S04"
    with pytest.raises(InternalServerError, match=r"Groq.*sandbox.*503"):
        call({"provider": "groq", "max_retries": 0}, "chat_completion", MESSAGES, model="org/m")


def test_words_of_the_sandbox_stay(call: Call, box: Sandbox) -> None:
    """What is sent for a key hides no word of an answer."""
    box.faults["/groq"] = "F05"
    with pytest.raises(ProviderApiError, match="The sandbox was told to fail here"):
        call({"provider": "groq"}, "chat_completion", MESSAGES, model="org/m", stream=True)


@pytest.mark.parametrize(
    ("method", "given", "path"),
    [
        ("chat_completion", [MESSAGES], "POST /hf-inference/models/sandbox/conversational/v1/chat/completions"),
        ("text_to_video", ["a cat"], "POST /hf-inference/models/sandbox/text-to-video"),
        ("submit.text_to_video", ["a cat"], "POST /fal-ai/sandbox/text-to-video"),
        ("list_router_models", [], "GET /v1/models"),
        ("models.list", [], "GET /v1/models"),
    ],
)
def test_the_provider_sandbox(call: Call, box: Sandbox, method: str, given: list[Any], path: str) -> None:
    """It is the one at the address, not another in the process; no key goes there either."""
    settings = {
        "provider": "sandbox",
        "api_key": "hf_secret",
        "cookies": {"a": "secret"},
        "headers": {"x-key": "secret"},
    }
    assert call(settings, method, *given)
    assert path in paths(box)
    assert "secret" not in sent(box)


def test_a_job_of_another_process(open_client: Callable[..., OpenClient], box: Sandbox) -> None:
    """A job that one process wrote down is taken up in another, as both mean the sandbox at the address."""
    code = "print(InferenceClient(provider='sandbox').submit.text_to_image('a cat', output_type='bytes').to_json())"
    done = run("-c", f"from infermux import InferenceClient; {code}", INFERMUX_SANDBOX=box.url)
    assert done.returncode == 0, done.stderr
    with open_client({"provider": "sandbox"}) as client:
        assert client.run(client.client.job(done.stdout).result()).startswith(b"\x89PNG")


def test_names_that_give_nothing_away(call: Call, box: Sandbox) -> None:
    """Any provider serves an unknown model for all that it does; a name that tells its task is held to it."""
    assert call({"provider": "together"}, "feature_extraction", "a cat", model="acme/large-2").size > 1
    assert call({"provider": "together"}, "chat_completion", MESSAGES, model="acme/large-2").choices
    with pytest.raises(InferenceError, match="text-to-image"):
        call({"provider": "together"}, "chat_completion", MESSAGES, model="sandbox/text-to-image")


SOUND, VIEW = sound.speak("hello"), picture.draw("a cat", 32, 32)
# What a request does not give away: which of several tasks is meant.
AMBIGUOUS = {
    "audio_classification": SOUND,
    "audio_to_audio": SOUND,
    "depth_estimation": VIEW,
    "image_segmentation": VIEW,
    "image_text_to_video": VIEW,
    "image_to_text": VIEW,
    "image_to_video": VIEW,
    "object_detection": VIEW,
    "summarization": "It rains. It pours.",
    "text_classification": "I like it.",
    "text_to_audio": "rain",
    "text_to_speech": "hello",
    "text_to_video": "a cat",
    "token_classification": "I am Clara",
    "translation": "hello",
}


@pytest.mark.parametrize("provider", ["fal-ai", "hf-inference", "sandbox"])
def test_the_task_is_told(call: Call, box: Sandbox, provider: str) -> None:
    """A model whose name gives nothing away does the task of the call, also where the request would leave a choice."""
    said = {ask.task.replace("-", "_") for ask in providers.find(provider).says}
    for method in said & AMBIGUOUS.keys():
        out = call({"provider": provider}, method, AMBIGUOUS[method], model="acme/large-2")
        assert out, method
        if method.endswith("video"):
            assert out[4:8] == b"ftyp"


@pytest.mark.parametrize("value", ["true", "YES", " on "])
def test_on(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """There are several words for yes."""
    monkeypatch.setenv("INFERMUX_SANDBOX", value)
    assert call({"provider": "groq"}, "chat_completion", MESSAGES, model="org/m").choices
    assert server.requests == []


@pytest.mark.parametrize("value", ["", "0", "false", "off", " "])
def test_off(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A no is a no."""
    monkeypatch.setenv("INFERMUX_SANDBOX", value)
    server.always("GET huggingface.co/api/models/", mapping(groq="g"))
    server.say(paris())
    call({"provider": "groq", "api_key": "hf_1", "model": "org/m"}, "chat_completion", MESSAGES)
    assert server.requests[-1].host == "router.huggingface.co"


@pytest.mark.parametrize("value", ["2", "yep", "127.0.0.1:8000", "http://", "ftp://h"])
@pytest.mark.parametrize("settings", [{"provider": "groq", "api_key": "hf_1"}, {}, {"provider": "hf-inference"}])
def test_neither(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, value: str, settings: dict[str, str]
) -> None:
    """What is no word and no address is refused, before anything is sent."""
    monkeypatch.setenv("INFERMUX_SANDBOX", value)
    with pytest.raises(InputError, match="INFERMUX_SANDBOX"):
        call(settings, "chat_completion", MESSAGES, model="org/m")
    assert server.requests == []


PROGRAM = """
import asyncio
from infermux import AsyncInferenceClient, InferenceClient

talk = [{"role": "user", "content": "Hello"}]

async def awaited():
    async with AsyncInferenceClient(provider="together") as client:
        ticks = 0
        async def ticking():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.002)
                ticks += 1
        other = asyncio.create_task(ticking())
        await client.chat_completion(talk, model="org/m")
        other.cancel()
        return ticks

print(asyncio.run(awaited()) > 0)
for provider in ("groq", None):
    InferenceClient(provider=provider).chat_completion(talk, model="org/m")
"""


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the sandbox stands in."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env={**os.environ, "INFERMUX_SANDBOX": "1", **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_is_told_once() -> None:
    """A program is told once where its calls go, and its event loop goes on while the sandbox starts."""
    done = run("-c", PROGRAM)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    (line,) = done.stderr.splitlines()
    assert "INFERMUX_SANDBOX" in line
    assert "http://127.0.0.1:" in line


@pytest.mark.parametrize("provider", ["groq", "openai", "auto"])
def test_the_command_line(provider: str) -> None:
    """It needs no key either."""
    done = run("-m", "infermux", "chat", "--provider", provider, "-m", "org/m", "Hello")
    assert (done.returncode, "andbox" in done.stdout) == (0, True), done.stderr
