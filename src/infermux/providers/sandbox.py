"""The sandbox: a server on this machine that stands in for all others, started in the process at first use.

It answers as hf-inference does; jobs it takes as fal does.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..tasks._ask import Ask
from . import _fal, _hf, _pipeline_video, _pipeline_vision
from ._base import Dialect, Provider, Route


def _address() -> str:
    from ..sandbox import start

    return f"{start()}/hf-inference/models/{{model}}"


def _at_fal(route: Route) -> Route:
    return replace(route, base=route.base.partition("/hf-inference/")[0] + "/fal-ai")


_SAYS: dict[type[Ask[Any]], Dialect] = {**_hf.SAYS, **_pipeline_video.SAYS, **_pipeline_vision.OF_ENDPOINTS}

PROVIDER = Provider(
    name="sandbox",
    title="Sandbox",
    base_url=_address,
    docs="https://github.com/infermux/infermux/blob/main/docs/sandbox.md",
    says=_SAYS | {ask: queued.elsewhere(_at_fal, _SAYS[ask]) for ask, queued in _fal.SAYS.items()},
    mapped=False,
    routed=False,
    key_optional=True,
    per_model=True,
    local=True,
)
