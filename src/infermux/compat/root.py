"""Where the routes of an API like OpenAI's begin."""

from __future__ import annotations

from msgspec.structs import replace

from ..providers._base import Route


def openai_root(way: Route) -> Route:
    """The root of the API: the address of a provider, and of a server what ends in `/v1`."""
    if not way.provider.per_model:
        return way
    base, mark, query = way.base.partition("?")
    root = base.rstrip("/").removesuffix("/chat/completions")
    return replace(way, base=(root if root.endswith("/v1") else f"{root}/v1") + mark + query)
