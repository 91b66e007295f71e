"""Routing: how a model of the Hub is known to a provider."""

from __future__ import annotations

from typing import Literal

from ._record import Record


class InferenceProviderMapping(Record):
    """One provider's entry for a model."""

    provider: str
    hf_model_id: str
    provider_id: str
    status: Literal["live", "staging", "error"]
    task: str
    adapter: str | None = None
    adapter_weights_path: str | None = None
    type: Literal["single-model", "tag-filter"] | None = None
