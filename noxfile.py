"""Each check, by name: the first three use the tools of `.venv`, the others make environments of their own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
ABREAST = ["--numprocesses=4", "--dist=loadfile"]
"""Many tests wait for a server or a limit of time; side by side they take a third of the time on two cores. Those of a
file stay together, as some files take stock at their end."""
HERE = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
DEV = nox.project.dependency_groups(PROJECT, "dev")
BESIDE_SRC = (
    "tests",
    "tools",
    "docs",
    "changes",
    "pyproject.toml",
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
)


def run(session: nox.Session, module: str, *arguments: str) -> None:
    """Run a tool of the environment that nox itself runs in."""
    session.run(sys.executable, "-m", module, *arguments, external=True)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Style: ruff's rules and layout."""
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Types: two strict checkers."""
    run(session, "mypy")
    run(session, "basedpyright")


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Behaviour, with the Python of `.venv`."""
    run(session, "pytest", *ABREAST, *session.posargs)


@nox.session(python=PYTHONS)
def versions(session: nox.Session) -> None:
    """Behaviour, with each Python that is installed."""
    session.install("--editable", ".[all]", *DEV)
    session.run("python", "-m", "pytest", *ABREAST, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Behaviour of the built wheel: `src` cannot be imported where the tests run."""
    session.install(*DEV)
    built = Path(session.create_tmp()).resolve() / "wheel"
    shutil.rmtree(built, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), ".")
    (file,) = built.glob("*.whl")
    session.install(f"{file}[all]")
    copy = built / "copy"
    for name in BESIDE_SRC:
        source = HERE / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            copy.mkdir(exist_ok=True)
            shutil.copy(source, copy / name)
    session.chdir(copy)
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *ABREAST, *session.posargs)
