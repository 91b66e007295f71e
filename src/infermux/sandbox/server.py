"""The web application: records each request, finds its answer, and sends it, spoilt if a fault says so."""

from __future__ import annotations

import json
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from aiohttp import web

from . import faults, hub, routes
from .exchange import Answer, RefusalError, Request, Settings, is_object, refuse
from .sending import send

_LARGEST = 512 * 1024 * 1024


@dataclass
class Server:
    """What one running sandbox knows: its settings, its faults and everything it was asked."""

    settings: Settings = field(default_factory=Settings)
    faults: MutableMapping[str, str] = field(default_factory=dict[str, str])
    # None keeps nothing: a sandbox that runs as long as its process must not grow.
    requests: list[Request] | None = None
    attempts: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def app(self) -> web.Application:
        """Make the application; every address goes through one door."""
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self.serve)
        app.on_response_prepare.append(_identify)
        return app

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        asked = await self.read(request)
        if self.requests is not None:
            self.requests.append(asked)
        answer = self.answer(asked)
        response = None
        if told := self.fault(asked):
            try:
                fault, argument = faults.find(told)
            except ValueError as error:
                return await send(request, refuse(400, str(error), param="X-Sandbox-Fault").answer)
            times = self.attempts.setdefault(told, [])
            times.append(time.monotonic())
            response = await fault(faults.Scene(request, asked.json, answer, len(times) - 1, times[0], argument))
        return response or await send(request, answer)

    async def read(self, request: web.Request) -> Request:
        """Read a request to its end."""
        body = await request.read()
        query: dict[str, list[str]] = {}
        for name, value in request.query.items():
            query.setdefault(name, []).append(value)
        return Request(
            method=request.method,
            path=request.raw_path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            json=_parsed(body),
            base=f"http://{request.host}",
            query=query,
            settings=self.settings,
        )

    def answer(self, asked: Request) -> Answer:
        """Work out the right answer to a request."""
        try:
            self.check_key(asked)
            self.check_model(asked)
            handler, params = routes.find(asked.method, asked.path.partition("?")[0])
            asked.params.update(params)
            return handler(asked)
        except RefusalError as refusal:
            return refusal.answer

    def check_key(self, asked: Request) -> None:
        """Refuse a wrong key, when the sandbox was given a right one."""
        key = self.settings.api_key
        given = asked.headers.get("x-key") or asked.headers.get("authorization", "").rpartition(" ")[2]
        if key is not None and given != key and asked.path != "/health":
            raise refuse(401, "Incorrect API key provided.", code="invalid_api_key")

    def check_model(self, asked: Request) -> None:
        """Refuse a model that does not exist."""
        name = asked.json.get("model") if is_object(asked.json) else None
        if isinstance(name, str) and hub.is_missing(name):
            raise refuse(404, f"The model `{name}` does not exist.", param="model", code="model_not_found")

    def fault(self, asked: Request) -> str | None:
        """Find the fault meant for a request: its header's, that of its path, or the one for all that is posted."""
        if "x-sandbox-fault" in asked.headers:
            return asked.headers["x-sandbox-fault"]
        paths = sorted((path for path in self.faults if path and asked.path.startswith(path)), key=len)
        if paths:
            return self.faults[paths[-1]]
        return self.faults.get("") if asked.method == "POST" else None


async def _identify(request: web.Request, response: web.StreamResponse) -> None:
    mark = crc32(f"{request.method} {request.raw_path}".encode() + await request.read())
    response.headers["x-request-id"] = f"sandbox-{mark:08x}"


def _parsed(body: bytes) -> Any:
    """Read JSON; anything else is None."""
    try:
        return json.loads(body)
    except ValueError:
        return None
