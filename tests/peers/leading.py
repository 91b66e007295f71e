"""Leads every host to the sandbox, for our clients and for httpx2's, and tells afterwards what was asked of whom.

The address that was meant travels along in a header, so what is compared is what arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import huggingface_hub
from huggingface_hub.inference._providers import PROVIDERS as REGISTRY
from huggingface_hub.inference._providers import _common, hf_inference
from huggingface_hub.utils import _http
from typing_extensions import override

from infermux import sandbox
from infermux.flow import Limits, Request
from infermux.providers import find, names
from infermux.sandbox import Sandbox
from infermux.transport.aio import AiohttpTransport
from infermux.transport.base import AsyncBody, Body
from infermux.transport.http import HTTPTransport
from infermux.transport.whole import AsyncWhole, Whole

MEANT = "x-meant-for"
PROVIDERS = tuple(name for name in REGISTRY if name not in ("hf-inference", "openai"))
"""Those of huggingface_hub's registry whose ids of models the Hub tells."""
_KNOWN = (REGISTRY.keys() & set(names())) - {"hf-inference"}
FOLDERS = {urlsplit(str(find(name).base_url)).netloc: f"/{name}" for name in _KNOWN} | {
    "queue.fal.run": "/queue.fal.run"
}
"""Host → the folder of the sandbox that stands for it."""
_HERE = ("127.0.0.1", "localhost")


def led(url: str, box_url: str) -> str:
    """Where a URL is found in the sandbox: the providers' own hosts are folders there, as they are at the router."""
    parts = urlsplit(url)
    if parts.hostname in _HERE:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{box_url}{FOLDERS.get(parts.netloc, '')}{parts.path}{query}"


class Led(Whole):
    """The default transport of the sync client, with every host in the sandbox."""

    def __init__(self, box_url: str) -> None:
        self._box_url, self._inner = box_url, HTTPTransport()

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        return self._inner.open(_led(request, self._box_url), limits)

    def close(self) -> None:
        self._inner.close()


class AsyncLed(AsyncWhole):
    """The default transport of the async client, with every host in the sandbox."""

    def __init__(self, box_url: str) -> None:
        self._box_url, self._inner = box_url, AiohttpTransport()

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        return await self._inner.open(_led(request, self._box_url), limits)

    async def close(self) -> None:
        await self._inner.close()


def _led(request: Request, box_url: str) -> Request:
    headers = {**request.headers, MEANT: request.url}
    return Request(request.method, led(request.url, box_url), headers, request.body)


class _Led2(httpx2.HTTPTransport):
    def __init__(self, box_url: str) -> None:
        super().__init__(verify=False)  # To load certificates takes longer than a call.
        self._box_url = box_url

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return super().handle_request(_led2(request, self._box_url))


class _AsyncLed2(httpx2.AsyncHTTPTransport):
    def __init__(self, box_url: str) -> None:
        super().__init__(verify=False)  # To load certificates takes longer than a call.
        self._box_url = box_url

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await super().handle_async_request(_led2(request, self._box_url))


def _led2(request: httpx2.Request, box_url: str) -> httpx2.Request:
    request.headers[MEANT] = str(request.url)
    request.url = httpx2.URL(led(str(request.url), box_url))
    request.headers["host"] = request.url.netloc.decode()
    return request


@contextmanager
def hub_led(box_url: str) -> Iterator[None]:
    """Lead huggingface_hub to the sandbox, by the factories that it offers for the purpose."""
    hooks = _http.default_client_factory().event_hooks
    async_hooks = _http.default_async_client_factory().event_hooks

    def client() -> httpx2.Client:
        return httpx2.Client(transport=_Led2(box_url), event_hooks=hooks, follow_redirects=True, timeout=None)

    def async_client() -> httpx2.AsyncClient:
        transport = _AsyncLed2(box_url)
        return httpx2.AsyncClient(transport=transport, event_hooks=async_hooks, follow_redirects=True, timeout=None)

    huggingface_hub.set_client_factory(client)
    huggingface_hub.set_async_client_factory(async_client)
    try:
        yield
    finally:
        huggingface_hub.set_client_factory(_http.default_client_factory)
        huggingface_hub.set_async_client_factory(_http.default_async_client_factory)
        huggingface_hub.close_session()


def forget() -> None:
    """Let huggingface_hub forget what the Hub told it; ours remembers no longer than a client lives."""
    _common._fetch_inference_provider_mapping.cache_clear()
    hf_inference._fetch_recommended_models.cache_clear()
    hf_inference._check_supported_task.cache_clear()


COMPARED = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "prefer",
    "x-hf-bill-to",
    "x-mine",
    "x-source-channel",
)
_HUB = "https://huggingface.co/"


@dataclass(frozen=True)
class Asked:
    """A request, as far as it is compared."""

    method: str
    url: str
    headers: dict[str, str]
    body: Any

    @classmethod
    def of(cls, request: sandbox.Request) -> Asked:
        """What arrived. `accept: */*` and `accept-language: *` say nothing, so they count as none."""
        headers = {n: value for n, value in request.headers.items() if n in COMPARED and value not in ("*/*", "*")}
        url = _JOB.sub("a-job", unquote(request.headers.get(MEANT) or request.base + request.path))
        body = request.body if request.json is None else request.json
        if headers.get("content-type", "").startswith("multipart/form-data"):
            body = _parts(headers["content-type"], request.body)
            headers["content-type"] = "multipart/form-data"
        return cls(request.method, url, headers, body)

    @property
    def who(self) -> dict[str, str]:
        """Of a request without a body: where it goes, and as whom."""
        return {"url": self.url, **{name: value for name, value in self.headers.items() if name == "authorization"}}

    @property
    def is_lookup(self) -> bool:
        """Whether the Hub is asked."""
        return self.method == "GET" and self.url.startswith(_HUB)


_JOB = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _parts(content_type: str, body: bytes) -> list[dict[str, Any]]:
    """The parts of a form, each with its name and headers: where one ends is every sender's own choice."""
    form: Any = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=HTTP)
    return [
        {
            "name": part.get_param("name", header="content-disposition"),
            "file": part.get_filename(),
            "type": part.get_content_type(),
            "content": part.get_payload(decode=True),
        }
        for part in form.iter_parts()
    ]


def taken(box: Sandbox) -> list[Asked]:
    """What was asked since the last time."""
    asked = [Asked.of(request) for request in box.requests if not request.path.startswith(_ONCE)]
    box.requests.clear()
    return asked


_ONCE = "/api/agent-harnesses"
"""What huggingface_hub asks the Hub before the first call of a process, whichever that is."""
