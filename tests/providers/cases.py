"""The rows of the table as the cases of tests, each with the ids that it proves."""

from __future__ import annotations

import pytest

from .table import ROUTED, SOUND, WIRES, doors


def _proves(*ids: str) -> pytest.MarkDecorator:
    return pytest.mark.proves(*filter(None, ids))


def _of(task: str) -> list:
    return [
        pytest.param(name, wire.tasks[task], id=name, marks=_proves(wire.tasks[task].proves))
        for name, wire in WIRES.items()
        if task in wire.tasks
    ]


PAIRS = [
    pytest.param(name, task, id=f"{name}-{task}", marks=_proves(said.proves))
    for name, wire in WIRES.items()
    for task, said in wire.tasks.items()
]
"""Provider, task."""

TELLING = [pair for pair in PAIRS if WIRES[pair.values[0]].tasks[pair.values[1]].form is not SOUND]
"""Provider, task, where half an answer shows that it is half; of a sound, only its length tells."""

DOORS = [
    pytest.param(
        name,
        task,
        key,
        id=f"{name}-{task}-{'routed' if key == ROUTED else 'direct'}",
        marks=_proves(wire.proves, said.proves),
    )
    for name, wire in WIRES.items()
    for task, said in wire.tasks.items()
    for key in doors(name)
]
"""Provider, task, key."""

CHATS = _of("chat-completion")
TEXTS = _of("text-generation")
IMAGES = _of("text-to-image")
SOUNDS = [case for case in _of("automatic-speech-recognition") if case.values[1].body is None]
"""Provider, what is said."""
