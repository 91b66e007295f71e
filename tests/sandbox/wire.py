"""A caller without manners: plain sockets, so that nothing is repaired on the way."""

from __future__ import annotations

import base64
import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SAID = " ".join(f"w{i}" for i in range(49))
CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": SAID}]}
STREAM = {**CHAT, "stream": True}


@dataclass
class Got:
    """What came back, and what broke."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: Exception | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[str]:
        return [
            line.removeprefix("data:").strip() for line in self.body.decode().split("\n") if line.startswith("data")
        ]


def ask(url: str, path: str, body: Any = None, timeout: float = 10, method: str = "", **headers: str) -> Got:
    """Send one request on a connection of its own and read all of the answer."""
    method = method or ("GET" if body is None else "POST")
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    got = Got()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    try:
        connection.request(method, path, sent, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        got.status, got.headers = response.status, {name.lower(): value for name, value in response.getheaders()}
        while piece := response.read1(65536):
            got.body += piece
    except http.client.IncompleteRead as error:
        got.body, got.error = got.body + error.partial, error
    except (http.client.HTTPException, OSError) as error:
        got.error = error
    finally:
        connection.close()
    return got


def text_of(events: list[str]) -> str:
    """Join what a chat stream said."""
    chunks = [json.loads(event) for event in events if event.startswith("{")]
    deltas = [choice.get("delta") or {} for chunk in chunks for choice in chunk.get("choices") or ()]
    return "".join(delta.get("content") or "" for delta in deltas)


def fetched(address: str) -> Got:
    """Get what an absolute address of the sandbox leads to."""
    parts = urlsplit(address)
    return ask(f"{parts.scheme}://{parts.netloc}", f"{parts.path}{f'?{parts.query}' if parts.query else ''}")


def data_url(sent: bytes, media_type: str) -> str:
    """Write bytes as a data URL."""
    return f"data:{media_type};base64,{base64.b64encode(sent).decode()}"
