"""What `import infermux` loads, measured in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ["aiohttp", "asyncio", "http.client", "numpy", "PIL", "ssl"]
PROVIDERS = "infermux.providers."
SHARED = "_"


def _loaded(statement: str) -> set[str]:
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return _loaded("import infermux")


@pytest.mark.parametrize("name", HEAVY)
def test_import_loads_nothing_heavy(loaded: set[str], name: str) -> None:
    """These wait until the first call that needs them."""
    assert name not in loaded


def test_import_loads_no_provider(loaded: set[str]) -> None:
    """A provider is loaded when it is first named; what providers share may come earlier."""
    found = {name[len(PROVIDERS) :] for name in loaded if name.startswith(PROVIDERS)}
    assert {name for name in found if not name.startswith(SHARED)} == set()


def test_naming_a_provider_loads_that_one_alone() -> None:
    """`find` reads one file."""
    found = _loaded("from infermux.providers import find; find('groq')")
    names = {name[len(PROVIDERS) :] for name in found if name.startswith(PROVIDERS)}
    assert {name for name in names if not name.startswith(SHARED)} == {"groq"}
