"""No trap is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

from . import NOT_APPLICABLE

LAST = 38


def test_every_trap_has_a_test_or_a_reason() -> None:
    """Each of the 38 is tested or listed with its reason, and not both."""
    sources = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    tested = {int(number) for number in re.findall(r"^(?:async )?def test_t(\d\d)_", sources, re.MULTILINE)}
    assert tested | NOT_APPLICABLE.keys() == set(range(1, LAST + 1))
    assert not tested & NOT_APPLICABLE.keys()
