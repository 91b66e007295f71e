"""The command `infermux`, one file a group of commands. The packages it needs are the extra `cli`."""

import os
import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say in one line what it lacks."""
    if not (find_spec("typer") and find_spec("rich")):
        sys.exit('the command line needs typer and rich: pip install "infermux[cli]"')
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # Python has None for what the shell closed (`>&-`).
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 (open as long as the program runs)
    try:
        from .app import app

        app(prog_name="infermux")
    except KeyboardInterrupt:
        sys.exit(130)
