"""The web application: records each request, finds its answer, and sends it, spoilt if a fault says so."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from aiohttp import web

from . import faults, hub, routes
from .exchange import Answer, RefusalError, Reply, Request, Settings, is_object, refuse
from .jobs import Jobs
from .sending import send

_LARGEST = 512 * 1024 * 1024
_LARGE = 64 * 1024
# Who fetches a result shows no key: its address is enough.
_OPEN = ("/health", "/files/")


@dataclass
class Server:
    """What one running sandbox knows: its settings, its faults and everything it was asked."""

    settings: Settings = field(default_factory=Settings)
    faults: MutableMapping[str, str] = field(default_factory=dict[str, str])
    # None keeps nothing: a sandbox that runs as long as its process must not grow.
    requests: list[Request] | None = None
    attempts: dict[tuple[str, str], list[float]] = field(default_factory=dict[tuple[str, str], list[float]])
    jobs: Jobs = field(default_factory=Jobs)

    def app(self) -> web.Application:
        """Make the application; every address goes through one door."""
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self.serve)
        app.on_response_prepare.append(_identify)
        return app

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; a caller who left before the end gets nothing more."""
        try:
            return await self._serve(request)
        except ConnectionResetError:
            return web.Response()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        asked = await self.read(request)
        place, told = self.fault(asked)
        asked = replace(asked, fault=told)
        if self.requests is not None:
            self.requests.append(asked)
        # A large picture or sound takes its time in plain Python; meanwhile others are answered.
        is_large = len(asked.body) > _LARGE
        answer = await asyncio.to_thread(self.answer, asked) if is_large else self.answer(asked)
        if isinstance(answer, Reply) and answer.after_s:
            await asyncio.sleep(answer.after_s)
        if not told:
            return await send(request, answer)
        try:
            fault, argument = faults.find(told)
        except ValueError as error:
            return await send(request, refuse(400, str(error), param="X-Sandbox-Fault").answer)
        times = self.attempts.setdefault((place, told), [])
        times.append(time.monotonic())
        spoilt = await fault(faults.Scene(request, asked.json, answer, len(times) - 1, times[0], argument))
        return await send(request, answer) if spoilt is None else spoilt

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
            jobs=self.jobs,
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
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            # A field of the wrong type is the caller's mistake, wherever it comes to light.
            return refuse(400, f"The sandbox cannot read this request: {error!r}.").answer

    def check_key(self, asked: Request) -> None:
        """Refuse a wrong key, when the sandbox was given a right one."""
        key = self.settings.api_key
        given = asked.headers.get("x-key") or asked.headers.get("authorization", "").rpartition(" ")[2]
        if key is not None and given != key and not asked.path.startswith(_OPEN):
            raise refuse(401, "Incorrect API key provided.", code="invalid_api_key")

    def check_model(self, asked: Request) -> None:
        """Refuse a model that does not exist."""
        name = asked.json.get("model") if is_object(asked.json) else None
        if isinstance(name, str) and hub.is_missing(name):
            raise refuse(404, f"The model `{name}` does not exist.", param="model", code="model_not_found")

    def fault(self, asked: Request) -> tuple[str, str]:
        """Find the fault meant for a request, and where it was told: a header, its path, or "" for all that is posted.

        Attempts are counted for each place, so that two providers with the same fault fail each on their own.
        """
        if "x-sandbox-fault" in asked.headers:
            return "header", asked.headers["x-sandbox-fault"]
        paths = [path for path in self.faults if path and asked.path.startswith(path)]
        place = max(paths, key=len, default="")
        return place, self.faults.get(place, "") if place or asked.method == "POST" else ""


async def _identify(request: web.Request, response: web.StreamResponse) -> None:
    mark = crc32(f"{request.method} {request.raw_path}".encode() + await request.read())
    response.headers["x-request-id"] = f"sandbox-{mark:08x}"


def _parsed(body: bytes) -> Any:
    """Read JSON; anything else is None."""
    try:
        return json.loads(body)
    except ValueError:
        return None
