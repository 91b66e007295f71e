"""What the tasks share that look for labels of the caller's choice."""

from typing import Any

from ..errors import InputError
from ..notices import warn
from ._texts import expect_texts


def candidates(task: str, labels: Any, older: Any = None) -> list[str]:
    """The labels, under their name or under the older one, `labels`.

    Raises:
        InputError: They are given under both names and differ, or they are no texts; nothing was sent.
    """
    if older is not None:
        warn(f"{task}: labels= is now called candidate_labels=", FutureWarning)
        if labels is not None and list(labels) != list(older):
            raise InputError(f"{task}: labels= and candidate_labels= differ; give one of them")
        labels = older
    expect_texts(task, "candidate_labels", labels)
    return list(labels)
