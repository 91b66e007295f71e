"""What the environment says: where the Hub is, whether calls may leave, whether the sandbox stands in, what to tell."""

from __future__ import annotations

import os
import platform

from ..errors import InputError
from ..version import VERSION
from ..wire import address

_YES = ("1", "ON", "YES", "TRUE")


def is_on(name: str) -> bool:
    """Whether a variable says yes."""
    return os.environ.get(name, "").strip().upper() in _YES


def hub_url() -> str:
    """The address of the Hugging Face Hub (`HF_ENDPOINT`)."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def offline() -> bool:
    """Whether `HF_HUB_OFFLINE` forbids calls."""
    return is_on("HF_HUB_OFFLINE")


def sandbox() -> str | None:
    """What `INFERMUX_SANDBOX` says: None where it is off, "" for the sandbox of this process, or where one runs.

    Raises:
        InputError: It is neither a yes, a no nor an address.
    """
    told = os.environ.get("INFERMUX_SANDBOX", "").strip()
    if told.upper() in ("", "0", "OFF", "NO", "FALSE"):
        return None
    if told.upper() in _YES:
        return ""
    if not address.is_url(told) or address.trouble(told):
        raise InputError(f"INFERMUX_SANDBOX must be 1, 0 or the address of a sandbox, not {told!r}")
    return told.rstrip("/")


def user_agent() -> str:
    """What the package says of itself; short where the user wants no telemetry."""
    if is_on("HF_HUB_DISABLE_TELEMETRY") or is_on("DO_NOT_TRACK"):
        return f"infermux/{VERSION}"
    return f"infermux/{VERSION}; python/{platform.python_version()}"
