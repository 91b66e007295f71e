"""For providers of your own: what their records are made of (docs/plugins.md), and a table of model ids for tests.

What stands in `__all__` stays; whatever else lies below `infermux.providers` may change. The names in lower case are
dialects: how nearly all providers, which speak the API of OpenAI, are asked.
"""

from .providers._base import Dialect, Exchange, Provider, Route
from .providers._openai import chat, completions, embeddings, transcriptions
from .providers._pictures import Images
from .providers._speech import Speech as _Speech
from .routing.mapping import OVERRIDES

images: Dialect = Images()
speech: Dialect = _Speech()

__all__ = [
    "OVERRIDES",
    "Dialect",
    "Exchange",
    "Provider",
    "Route",
    "chat",
    "completions",
    "embeddings",
    "images",
    "speech",
    "transcriptions",
]
