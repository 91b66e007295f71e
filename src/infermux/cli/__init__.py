"""The command `infermux`, one file a group of commands. The packages it needs are the extra `cli`."""

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say in one line what it lacks."""
    if not (find_spec("typer") and find_spec("rich")):
        sys.exit('the command line needs typer and rich: pip install "infermux[cli]"')
    from .app import app

    app(prog_name="infermux")
