"""Class names of the JavaScript client, kept for those who know them."""

from __future__ import annotations

from typing import Any

from ..client import InferenceClient
from ..notices import warn


class HfInference(InferenceClient):
    """The older name of `InferenceClient`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warn("HfInference is now called InferenceClient", DeprecationWarning)
        super().__init__(*args, **kwargs)


class InferenceClientEndpoint(InferenceClient):
    """The older name of an `InferenceClient` that is bound to a URL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warn("InferenceClientEndpoint is now InferenceClient(base_url=…)", DeprecationWarning)
        super().__init__(*args, **kwargs)
