"""One name all the way: of tasks, of providers, of what is public; and the sizes of files."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
import source

import infermux
from infermux import AsyncInferenceClient, InferenceClient, providers, tasks
from infermux.tasks._ask import Ask

TASKS = sorted(path.stem for path in (source.ROOT / "tasks").glob("[!_]*.py"))
CLIENTS = [InferenceClient, AsyncInferenceClient]
MOST_LINES = 400
MOST_LINES_OF_A_RECORD = 40
MOST_LINES_OF_A_CLIENT = 140
FORBIDDEN = re.compile(r"utils?|manager|helper|handler|process|base\w*task", re.IGNORECASE)
MODULES = list(source.modules())


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


@pytest.mark.parametrize("task", TASKS)
def test_a_task_has_one_name(task: str) -> None:
    """File, function, question, options and both methods are called after the task."""
    module = importlib.import_module(f"infermux.tasks.{task}")
    ask = getattr(module, f"{_camel(task)}Ask")
    assert issubclass(ask, Ask)
    assert ask.task == task.replace("_", "-")
    assert hasattr(module, f"{_camel(task)}Options")
    assert getattr(module, task).__name__ == task
    assert getattr(tasks, task) is getattr(module, task)
    for client in CLIENTS:
        assert getattr(client, task).__name__ == task, f"{client.__name__} lacks a line for {task}"


def test_the_tasks_are_all_listed() -> None:
    """`infermux.tasks` gives every task, sorted."""
    assert list(tasks.__all__) == TASKS


@pytest.mark.parametrize("name", providers.names())
def test_a_provider_has_one_name(name: str) -> None:
    """The file `fal_ai.py` holds the record named "fal-ai", and the record says what it must."""
    record = providers.find(name)
    assert record.name == name
    assert record.title
    assert record.docs.startswith("https://")
    assert record.says
    assert all(issubclass(ask, Ask) for ask in record.says)


@pytest.mark.parametrize("name", ["infermux", "infermux.sandbox", "infermux.tasks"])
def test_public_names_are_sorted_and_there(name: str) -> None:
    """`__all__` is in order, without repetition, and holds nothing that is not there."""
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(set(module.__all__))
    assert all(hasattr(module, public) for public in module.__all__)


def test_all_of_the_root_is_public() -> None:
    """What the root imports for its users stands in `__all__`."""
    imported = {
        name.asname or name.name
        for node in ast.parse(Path(infermux.__file__).read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.level
        for name in node.names
    }
    assert {name for name in imported if not name.startswith("_")} <= set(infermux.__all__)


@pytest.mark.parametrize("module", MODULES)
def test_names_say_what_things_are(module: str) -> None:
    """No file, class or function is called a manager, a helper or a utility."""
    tree = ast.parse(source.modules()[module].read_text("utf-8"))
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    names = [*module.split("."), *(node.name for node in ast.walk(tree) if isinstance(node, kinds))]
    words = [word for name in names for word in re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).split("_")]
    assert [word for word in words if FORBIDDEN.fullmatch(word)] == []


@pytest.mark.parametrize("module", [module for module in MODULES if module != "infermux"])
def test_a_module_is_not_too_long(module: str) -> None:
    """A module that grows past 400 lines is split by noun.

    The clients stay a table of contents: besides a line for each task they hold little. The package itself is a list of
    names, a line each, and has no part that could stand elsewhere.
    """
    lines = source.modules()[module].read_text("utf-8").splitlines()
    if module == "infermux.client":
        lines = [line for line in lines if not re.match(r"    (\w+) = (blocking|awaited)\(tasks\.\1\)", line)]
        assert len(lines) <= MOST_LINES_OF_A_CLIENT
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("name", providers.names())
def test_a_record_is_short(name: str) -> None:
    """A provider without dialects of its own takes at most 40 lines."""
    path = source.modules()[f"infermux.providers.{name.replace('-', '_')}"]
    text = path.read_text("utf-8")
    own = [node for node in ast.parse(text).body if isinstance(node, ast.AsyncFunctionDef)]
    if not own:
        assert len(text.splitlines()) <= MOST_LINES_OF_A_RECORD


@pytest.mark.parametrize("module", MODULES)
def test_a_quirk_is_a_field(module: str) -> None:
    """No module asks which provider it has before it: what sets one apart stands in its record."""
    text = source.modules()[module].read_text("utf-8")
    assert re.findall(r"provider\.name (?:==|!=|in|not in) [\"(A-Z_].*", text) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    """A module docstring, where there is anything in the module."""
    text = source.modules()[module].read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))
