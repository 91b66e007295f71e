"""Look-ups at the Hub as it is now: what they take, whom they ask, and how the pages of a list are followed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from typing_extensions import TypedDict

from ..flow import Call, Purpose, Request, Send
from ..providers import find
from ..providers._base import Exchange
from ..routing import environment, route, stand_in
from ..routing.mapping import Memory
from ..routing.settings import Settings
from ..types._json import Json, is_list, is_object
from ..types._record import WrongShape
from ..wire import address

MAIN_FRAMEWORKS = ("diffusers", "sentence-transformers", "text-generation-inference", "transformers")
"""What most models are made for."""

ALL_FRAMEWORKS = (
    *MAIN_FRAMEWORKS,
    *("adapter-transformers", "allennlp", "asteroid", "bertopic", "doctr", "espnet", "fairseq", "fastai", "fasttext"),
    *("flair", "k2", "keras", "mindspore", "nemo", "open_clip", "paddlenlp", "peft", "pyannote-audio", "sklearn"),
    *("spacy", "span-marker", "speechbrain", "stanza", "timm"),
)
"""All that the inference service of 2023 knew."""

_MOST_PAGES = 1000


class LookupOptions(TypedDict, total=False):
    """The options of look-ups: those of every call that mean something here."""

    token: str | bool | None
    api_key: Any
    timeout: Any
    headers: Any
    retry_on_error: bool | None
    max_retries: int | None
    cancel: Any


async def pages(what: str, path: str, settings: Settings, memory: Memory, most: int = _MOST_PAGES) -> list[Exchange]:
    """What the Hub says at a path, to the last page, as it is now."""
    hub = await route.hub(what, settings, memory)
    base = await place_of(environment.hub_url(), settings)
    headers = headers_for(settings, hub.token, hub.user_agent)
    purpose = Purpose(f"{what}: asking the Hub ({base}{path.partition('?')[0]})", hub=True)
    found: list[Exchange] = []
    url: str | None = base + path
    while url is not None and len(found) < most:
        request = Request("GET", url, headers)
        found.append(Exchange(request, await Send(request, purpose), purpose))
        url = _next(found[-1], url)
    return found


def _next(page: Exchange, url: str) -> str | None:
    """The address of the page after this one (RFC 8288); the key goes to no other place than the Hub."""
    found = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', page.response.headers.get("link", ""))
    target = urljoin(url, found[1]) if found else None
    if target is not None and (address.trouble(target) or address.origin(target) != address.origin(url)):
        raise page.unreadable(f"the next page is at another place: {target[:100]!r}")
    return target


def headers_for(settings: Settings, token: str | None, user_agent: str) -> dict[str, str]:
    """The headers of a look-up; the caller's own win, but a secret among them is not for the sandbox."""
    if environment.sandbox() is not None:
        settings = stand_in.without_secrets(settings)
    own = {"user-agent": user_agent} | ({"authorization": f"Bearer {token}"} if token else {})
    return own | dict(settings.headers)


async def place_of(url: str, settings: Settings) -> str:
    """Where the Hub or the router is asked: at the sandbox, for its own clients and where it stands in for all."""
    if settings.provider != "sandbox":
        return await stand_in.led(url)
    base_url = find("sandbox").base_url
    own = await Call(base_url) if callable(base_url) else base_url
    return own.partition("/hf-inference")[0]


def object_of(value: Any) -> Json:
    """The value, which must be a JSON object; raises `WrongShape`."""
    if not is_object(value):
        raise WrongShape("an object", value)
    return value


def objects_of(value: Any) -> list[Json]:
    """The value, which must be a list of JSON objects; raises `WrongShape`."""
    if not is_list(value):
        raise WrongShape("a list", value)
    return [object_of(item) for item in value]
