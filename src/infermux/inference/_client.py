"""The client."""

from ..client import InferenceClient as InferenceClient
from ..errors import InferenceTimeoutError as InferenceTimeoutError
