"""What the tasks on texts share."""

from typing import Any

from ..types._json import is_list
from ._ask import expect


def expect_text(task: str, text: Any) -> None:
    """Refuse what is no text. A list of texts is let through: the JavaScript client takes one, and so do servers.

    Raises:
        InputError: It is neither; nothing was sent.
    """
    expect(task, "text", text, (str, list), "a str")
    if is_list(text):
        expect_texts(task, "text", text)


def expect_texts(task: str, name: str, texts: Any) -> None:
    """Refuse what is no list of texts.

    Raises:
        InputError: It is not; nothing was sent.
    """
    expect(task, name, texts, (list, tuple), "a list of str")
    for item in texts:
        expect(task, f"each of {name}", item, str, "a str")
