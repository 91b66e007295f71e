"""T13: endpoints are asked how they are, and no host that is long dead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.server import Answer, Server
from infermux import InputError

Call = Callable[..., Any]


@pytest.mark.parametrize("way", ["client", "call"])
def test_t13_a_url_is_asked_how_it_is(call: Call, server: Server, way: str) -> None:
    """Health and information of an endpoint can be had by its URL alone, the client's or the call's."""
    server.always("GET ", Answer.of({"model_id": "org/name"}))
    settings: dict[str, Any] = {"base_url": server.url} if way == "client" else {}
    named: dict[str, Any] = {} if way == "client" else {"model": server.url}
    assert call(settings, "health_check", **named) is True
    assert call(settings, "get_endpoint_info", **named)["model_id"] == "org/name"
    assert [asked.path for asked in server.requests] == ["/health", "/info"]


@pytest.mark.parametrize("method", ["health_check", "get_endpoint_info"])
def test_t13_a_model_of_the_hub_is_no_endpoint(call: Call, server: Server, method: str) -> None:
    """A Hub id is refused with the reason, and nobody is asked."""
    with pytest.raises(InputError, match="URL"):
        call({"api_key": "hf_1"}, method, model="org/name")
    assert not server.requests
