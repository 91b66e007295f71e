"""What `help()`, editors and documentation see of the clients."""

from __future__ import annotations

import importlib
import inspect
import pydoc
import re
from pathlib import Path
from typing import Any

import pytest
import source
from typing_extensions import get_type_hints

from infermux import AsyncInferenceClient, InferenceClient
from infermux.tasks._ask import CallOptions

TASKS = sorted(path.stem for path in (source.ROOT / "tasks").glob("[!_]*.py"))
CLIENTS = [InferenceClient, AsyncInferenceClient]
DECLARED_BEFORE = frozenset(CallOptions.__annotations__)


def _options(task: str) -> list[str]:
    module = importlib.import_module(f"infermux.tasks.{task}")
    declared = getattr(module, "".join(part.capitalize() for part in task.split("_")) + "Options")
    return list(get_type_hints(declared))


def _args(words: str) -> set[str]:
    section = re.search(r"^ *Args:\n(.*?)(?:\n *\n *[A-Z]\w+:|\Z)", words, re.DOTALL | re.MULTILINE)
    assert section, "there is no section Args"
    depth = min(len(line) - len(line.lstrip()) for line in section[1].splitlines() if line.strip())
    return set(re.findall(rf"^ {{{depth}}}(\w+):", section[1], re.MULTILINE))


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("task", TASKS)
class TestTask:
    """The methods made of tasks."""

    def test_has_all_sections(self, client: type[Any], task: str) -> None:
        """One sentence, then what goes in, what comes back, what is raised, and an example."""
        words = inspect.getdoc(getattr(client, task)) or ""
        assert words.splitlines()[0].endswith(".")
        for section in ("Args:", "Returns:", "Raises:", "Example:"):
            assert re.search(rf"^{section}$", words, re.MULTILINE), f"no section {section}"

    def test_names_every_option(self, client: type[Any], task: str) -> None:
        """Every option that the task declares is explained, and none besides."""
        method = getattr(client, task)
        given = [name for name in inspect.signature(method).parameters if name != "self"]
        assert _args(inspect.getdoc(method) or "") == set(given)
        assert set(_options(task)) <= set(given)

    def test_help_shows_it(self, client: type[Any], task: str) -> None:
        """`help()` prints the options by name and the words about them."""
        shown = pydoc.plain(pydoc.render_doc(getattr(client, task)))
        assert "**options" not in shown.splitlines()[2]
        for name in _options(task):
            assert f"{name}: " in shown
        assert "Returns:" in shown

    def test_belongs_to_its_client(self, client: type[Any], task: str) -> None:
        """Tracebacks and documentation name the client, or the class that it has the method from."""
        owner = next(kind for kind in client.__mro__ if task in vars(kind))
        assert getattr(client, task).__qualname__ == f"{owner.__name__}.{task}"


@pytest.mark.parametrize("task", TASKS)
def test_both_clients_have_one_signature(task: str) -> None:
    """Names, order, defaults and annotations, that of the result included, are equal."""
    assert inspect.signature(getattr(InferenceClient, task)) == inspect.signature(getattr(AsyncInferenceClient, task))


def test_both_constructors_are_one() -> None:
    """Whatever makes the one client makes the other."""
    assert inspect.signature(InferenceClient) == inspect.signature(AsyncInferenceClient)


def test_both_clients_have_the_same_members() -> None:
    """Nothing can be done with the one client only; `with` apart."""

    def public(client: type[Any]) -> set[str]:
        return {name for name in dir(client) if not name.startswith("_")}

    assert public(InferenceClient) == public(AsyncInferenceClient)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_public_member_has_words(client: type[Any]) -> None:
    """Methods and properties alike."""
    members = {name: inspect.getattr_static(client, name) for name in dir(client) if not name.startswith("_")}
    assert [name for name in members if not inspect.getdoc(getattr(client, name))] == []


@pytest.mark.parametrize("client", CLIENTS)
def test_the_constructor_is_explained(client: type[Any]) -> None:
    """Every parameter of the constructor is explained."""
    given = [
        name
        for name, parameter in inspect.signature(client).parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_POSITIONAL
    ]
    assert _args(inspect.getdoc(client.__init__) or "") == set(given)


def test_the_errors_are_drawn() -> None:
    """The tree at the head of `errors` names every class of the module."""
    errors = importlib.import_module("infermux.errors")
    drawn = errors.__doc__ or ""
    classes = {item for item in vars(errors).values() if inspect.isclass(item) and issubclass(item, Exception)}
    assert [item.__name__ for item in classes if item.__name__ not in drawn] == []
    assert Path(errors.__file__ or "").is_file()
