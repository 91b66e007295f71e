"""The providers that take jobs: each in its own words, all with the same jobs behind them."""

from __future__ import annotations

from ..exchange import Handler
from . import _queue
from .black_forest_labs import BLACK_FOREST_LABS
from .deepinfra import DEEPINFRA
from .fal_ai import FAL_AI
from .novita import NOVITA
from .replicate import REPLICATE
from .together import TOGETHER
from .wavespeed import WAVESPEED
from .zai_org import ZAI_ORG

QUEUES: dict[tuple[str, str], Handler] = {
    ("GET", r"/files/(?P<job>[0-9a-f-]{36})/[^/]+"): _queue.file,
    **BLACK_FOREST_LABS,
    **DEEPINFRA,
    **FAL_AI,
    **NOVITA,
    **REPLICATE,
    **TOGETHER,
    **WAVESPEED,
    **ZAI_ORG,
}
