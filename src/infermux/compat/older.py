"""Options of JavaScript releases before 2025, for calls to hf-inference."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from ..errors import InputError


class OlderOptions(TypedDict, total=False):
    """Options of JavaScript releases before 2025; they reach hf-inference alone."""

    use_cache: bool | None
    dont_load_model: bool | None
    use_gpu: bool | None
    wait_for_model: bool | None
    include_credentials: Any


def checked(options: Mapping[str, Any]) -> dict[str, bool]:
    """The options that were given; what has no effect outside of browsers is left out.

    Raises:
        TypeError: One is unknown.
        InputError: One is neither True nor False.
    """
    if unknown := sorted(options.keys() - OlderOptions.__annotations__.keys()):
        raise TypeError(f"there is no option {unknown[0]!r}; help(InferenceClient.__init__) tells those there are")
    found = {name: value for name, value in options.items() if value is not None and name != "include_credentials"}
    for name, value in found.items():
        if not isinstance(value, bool):
            raise InputError(f"{name} must be True or False, not {value!r}")
    return found
