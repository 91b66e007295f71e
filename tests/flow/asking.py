"""Whole calls played by hand: a client without a transport, a task, and the world they meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playing import Said, World, answer

from infermux import tasks
from infermux.calling import Caller
from infermux.flow import Request

MESSAGES = [{"role": "user", "content": "Hi"}]
CHAT = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}]}
VECTOR = {"data": [{"index": 0, "embedding": [1.0, 2.0]}]}


class Web:
    """Answers by the beginning of the address, whichever is found first; what nothing answers is a fault."""

    def __init__(self, **_: Any) -> None:
        self.pages: dict[str, Said] = {}

    def __call__(self, request: Request) -> Said:
        for start, said in self.pages.items():
            if request.url.startswith(start):
                return said
        raise AssertionError(f"nobody expects {request.method} {request.url}")


def hub(*entries: Mapping[str, Any]) -> Said:
    """The Hub's answer about a model, as a list."""
    return answer({"id": "org/m", "inferenceProviderMapping": list(entries)})


def entry(provider: str, id: str = "their-id", task: str = "conversational", status: str = "live") -> dict[str, Any]:
    """One provider's entry in a mapping."""
    return {"provider": provider, "providerId": id, "task": task, "status": status}


def web(**pages: Said) -> World:
    """A world of one Hub and many providers, each of which can chat, embed and write."""
    found = Web()
    found.pages = {
        "https://huggingface.co/api/": hub(entry("groq"), entry("together")),
        **pages,
    }
    return World(found)


def chat(world: World, client: Caller, **options: Any) -> Any:
    """A chat of this client in this world."""
    return world.run(tasks.chat_completion(client, MESSAGES, **options))


def embed(world: World, client: Caller, **options: Any) -> Any:
    """An embedding by this client in this world."""
    return world.run(tasks.feature_extraction(client, "a text", **options))
