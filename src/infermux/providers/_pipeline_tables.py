"""Tables: what pipelines do with them."""

from __future__ import annotations

from typing import Any

from ..tasks._ask import Ask
from ._base import Dialect

SAYS: dict[type[Ask[Any]], Dialect] = {}
"""What Hugging Face's servers and dedicated endpoints do of this kind."""
