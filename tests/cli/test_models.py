"""`infermux models`: which models there are for a task, and who serves them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract.server import Answer, Server
from infermux.sandbox import Sandbox

from .running import run

SERVED = {"fal-ai": {"status": "staging", "providerId": "fal-ai/flux/dev", "task": "text-to-image"}}
ROUTER = {
    "data": [
        {
            "id": "org/Large-Chat",
            "providers": [
                {
                    "provider": "groq",
                    "status": "live",
                    "context_length": 131072,
                    "pricing": {"input": 0.15, "output": 0.6},
                    "supports_tools": True,
                    "supports_structured_output": False,
                },
                {"provider": "novita", "status": "live"},
            ],
        },
        {"id": "org/small-chat", "providers": [{"provider": "novita", "status": "live", "supports_tools": False}]},
        {"id": "org/unserved"},
    ]
}


def test_pictures_offline(tmp_path: Path) -> None:
    """The sandbox needs no key and no network."""
    done = run(tmp_path, "models", "--task", "text-to-image", "--provider", "sandbox", "--search", "flux")
    assert (done.returncode, done.stderr) == (0, "")
    head, line = done.stdout.splitlines()
    assert head.split() == ["model", "providers"]
    name, *able = line.split()
    assert name == "black-forest-labs/FLUX.1-dev"
    assert {"together,", "fal-ai,", "hf-inference,"} <= {*able}


def test_the_hub_is_asked_once(tmp_path: Path) -> None:
    """For models of the task that some provider serves, with who that is, by the address in HF_ENDPOINT."""
    with Sandbox() as box:
        done = run(tmp_path, "models", "--task", "text-to-image", "--limit", "1", "--json", HF_ENDPOINT=box.url)
        (asked,) = box.requests
    assert done.returncode == 0
    wanted = {
        "inference_provider": ["all"],
        "pipeline_tag": ["text-to-image"],
        "expand[]": ["inferenceProviderMapping"],
    }
    assert wanted.items() <= asked.query.items()
    (model,) = json.loads(done.stdout)
    assert model["task"] == "text-to-image"
    assert {"provider": "together", "status": "live"}.items() <= model["providers"][0].items()


def test_one_provider(tmp_path: Path, server: Server) -> None:
    """Its own id of each model, and how it stands; models that it serves for something else are none."""
    other = {"fal-ai": {"status": "live", "providerId": "fal-ai/edit", "task": "image-to-image"}}
    server.say(
        Answer.of(
            [
                {"id": "org/flux", "inferenceProviderMapping": SERVED},
                {"id": "org/edit", "inferenceProviderMapping": other},
            ]
        )
    )
    words = ("models", "--task", "text-to-image", "--provider", "fal-ai", "--search", "flux dev")
    done = run(tmp_path, *words, HF_ENDPOINT=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [["org/flux", "fal-ai/flux/dev", "staging"]]
    (asked,) = server.requests
    assert "inference_provider=fal-ai" in asked.path
    assert "search=flux+dev" in asked.path
    assert "authorization" not in asked.headers


def test_chat(tmp_path: Path, server: Server) -> None:
    """The router's catalogue: context, prices, tools and structured output, as far as they are told."""
    server.say(Answer.of(ROUTER))
    done = run(tmp_path, "models", INFERMUX_SANDBOX=server.url)
    assert done.returncode == 0
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["model", "provider", "context", "$/M", "in", "$/M", "out", "tools", "json", "schema"]
    assert [line.split() for line in lines] == [
        ["org/Large-Chat", "groq", "131072", "0.15", "0.6", "yes", "no"],
        ["org/Large-Chat", "novita"],
        ["org/small-chat", "novita", "no"],
    ]
    (asked,) = server.requests
    assert asked.path == "/v1/models"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--provider", "groq"), [("org/Large-Chat", ["groq"])]),
        (("--search", "chat SMALL"), [("org/small-chat", ["novita"])]),
        (("--limit", "1"), [("org/Large-Chat", ["groq", "novita"])]),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_some_of_the_chats(
    tmp_path: Path, server: Server, words: tuple[str, ...], told: list[tuple[str, list[str]]]
) -> None:
    """Those of a provider, of some words, or the first ones."""
    server.say(Answer.of(ROUTER))
    done = run(tmp_path, "models", "--task", "chat", "--json", *words, INFERMUX_SANDBOX=server.url)
    found = json.loads(done.stdout)
    assert [(one["id"], [each["provider"] for each in one["providers"]]) for one in found] == told


def test_none(tmp_path: Path, server: Server) -> None:
    """Nothing is no failure."""
    server.say(Answer.of([]))
    done = run(tmp_path, "models", "--task", "fill-mask", HF_ENDPOINT=server.url)
    assert (done.returncode, done.stdout) == (0, "nothing was found\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--task", "text-to-imag"), "did you mean text-to-image?"),
        (("--provider", "grok"), "did you mean groq?"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_a_mistake(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """It is told as such, with what may be meant."""
    done = run(tmp_path, "models", *words, COLUMNS="200")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_what_goes_wrong(tmp_path: Path, server: Server) -> None:
    """A refusal, an answer that is none, and no network: a paragraph each."""
    server.say(Answer.of({"error": "Internal"}, 404), Answer.of({"models": []}))
    for words, told in ((), "Internal"), (("--task", "text-to-image"), "a list"):
        where = {"INFERMUX_SANDBOX": server.url} if not words else {"HF_ENDPOINT": server.url}
        done = run(tmp_path, "models", *words, **where)
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr
    done = run(tmp_path, "models", "--task", "text-to-image", HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "--provider sandbox" in done.stderr
