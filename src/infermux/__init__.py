"""One typed client, sync and async, for running inference on every model provider."""

from typing import TYPE_CHECKING

from .client import AsyncInferenceClient, InferenceClient
from .timeout import Timeout

if TYPE_CHECKING:
    pass
__all__ = ["AsyncInferenceClient", "InferenceClient", "Timeout"]
