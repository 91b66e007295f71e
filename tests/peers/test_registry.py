"""What huggingface_hub can do at a provider we can do there: its registry is compared with ours, so news show up."""

from __future__ import annotations

from huggingface_hub.inference._providers import PROVIDERS as REGISTRY

from infermux.providers import find, names

from .registry import CALLS, CASES

_CALLED = {"conversational": "chat-completion"}
"""The tasks whose name at the Hub is not ours."""


def test_every_provider_of_theirs_is_ours() -> None:
    """None is missing."""
    assert REGISTRY.keys() - set(names()) == set()


def test_every_task_of_theirs_is_ours() -> None:
    """Nor is a task of any of them."""
    missing = {
        (provider, task)
        for provider, tasks in REGISTRY.items()
        for task in tasks
        if _CALLED.get(task, task) not in {ask.task for ask in find(provider).says}
    }
    assert missing == set()


def test_every_task_is_asked_for() -> None:
    """For each task of each provider there is a call: through the router, and with the provider's own key."""
    asked = {(case.place, case.method) for case in CASES}
    assert {task for tasks in REGISTRY.values() for task in tasks} == CALLS.keys()
    expected: set[tuple[str, str]] = set()
    for provider, tasks in REGISTRY.items():
        for task in tasks:
            method = CALLS[task].method
            expected |= {(provider, method)} if provider != "openai" else set()
            expected |= {(f"{provider} direct", method)} if provider != "hf-inference" else set()
    assert asked == expected
