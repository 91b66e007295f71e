"""Which models there are: their state at hf-inference, and who serves them at which price."""

from __future__ import annotations

from typing import Any

from ._record import Record


class ModelStatus(Record):
    """Whether hf-inference has a model at hand; `state` is `Loaded`, `Loadable` or `TooBig`."""

    loaded: bool
    state: str
    compute_type: str | dict[str, Any]
    framework: str


class RouterModelPricing(Record):
    """Dollars for a million tokens."""

    input: float
    output: float


class RouterModelProvider(Record):
    """One provider of a model, as the router lists it."""

    provider: str
    status: str | None = None
    context_length: int | None = None
    pricing: RouterModelPricing | None = None
    supports_tools: bool | None = None
    supports_structured_output: bool | None = None


class RouterModel(Record):
    """A model that the router knows, and who serves it."""

    id: str
    providers: list[RouterModelProvider]
    owned_by: str | None = None
    created: int | None = None
