"""An environment for each library, so that none decides which releases the others get.

litellm, for one, holds openai and huggingface_hub back at older releases.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".cache" / "bench"


def prepare(library: str, *, upgrade: bool) -> Path:
    """Make the environment of a library if there is none, and return its interpreter.

    Our own is installed anew each time, from the checkout and not editable: what is measured is what users get, and it
    stays the same while the checkout changes.
    """
    home = HOME / library
    python = home / "bin" / "python"
    done = home / ".installed"
    if not done.exists():
        print(f"Making an environment for {library}", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(home))
    if library == "infermux":
        if not done.exists() or upgrade:
            _pip(python, "--upgrade", "--upgrade-strategy", "eager", str(ROOT))
        _pip(python, "--force-reinstall", "--no-deps", str(ROOT))
    elif not done.exists() or upgrade:
        _pip(python, "--upgrade", "--upgrade-strategy", "eager", library)
    done.touch()
    return python


def version(library: str, python: Path) -> str:
    """The release that an environment holds."""
    ask = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
    return _run(str(python), "-I", "-c", ask, library).strip()


def _pip(python: Path, *words: str) -> None:
    _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout
