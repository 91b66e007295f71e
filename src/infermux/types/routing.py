"""Routing: how a model of the Hub is known to a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ._record import Record

_SPELT_BY_THE_HUB = {
    "hfModelId": "hf_model_id",
    "providerId": "provider_id",
    "adapterWeightsPath": "adapter_weights_path",
}


class InferenceProviderMapping(Record):
    """One provider's entry for a model; the Hub's own spelling of a field is understood as well."""

    provider: str
    hf_model_id: str
    provider_id: str
    status: Literal["live", "staging", "error"]
    task: str
    adapter: str | None = None
    adapter_weights_path: str | None = None
    type: Literal["single-model", "tag-filter"] | None = None

    if not TYPE_CHECKING:

        def __init__(self, *given: Any, **fields: Any) -> None:
            told = dict(*given, **fields)
            super().__init__({_SPELT_BY_THE_HUB.get(name, name): value for name, value in told.items()})
