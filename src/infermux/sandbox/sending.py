"""How an answer becomes bytes on the socket when nothing goes wrong."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from .exchange import Answer, Events, Reply

_PIECES = 60


def pieces(answer: Answer) -> list[bytes]:
    """Cut an answer into the pieces it can be sent in: its events, or equal parts of its body."""
    if isinstance(answer, Events):
        return [answer.wire(payload) for payload in answer.payloads]
    step = max(-(-len(answer.body) // _PIECES), 1)
    return [answer.body[start : start + step] for start in range(0, len(answer.body), step)]


async def send(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Send an answer as it should be."""
    if isinstance(answer, Reply):
        headers = {**answer.headers, "content-type": answer.media}
        return web.Response(body=answer.body, status=answer.status, headers=headers)
    response = await opened(request, answer)
    for piece in pieces(answer):
        await response.write(piece)
    return response


async def opened(request: web.Request, answer: Answer, first: Iterable[bytes] = ()) -> web.StreamResponse:
    """Send the status and headers of an answer, and perhaps some of its pieces; more may follow."""
    response = web.StreamResponse(status=answer.status, headers={**answer.headers, "content-type": answer.media})
    await response.prepare(request)
    for piece in first:
        await response.write(piece)
    return response
