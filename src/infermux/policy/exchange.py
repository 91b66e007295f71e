"""One exchange made whole: redirects followed within reason, refusals and lost connections turned into errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from ..errors import HTTPStatusError, IncompleteAnswerError, InferenceConnectionError, InferenceError
from ..flow import Cut, Dropped, Failure, Open, Read, Refused, Request, Response, Send, Unreachable
from ..wire import address, redact, refusal

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def perform(step: Send | Open) -> Any:
    """Perform a step whose answer must be a success.

    Raises:
        HTTPStatusError: The server refused.
        InferenceConnectionError: It could not be reached, or went away before it answered.
        IncompleteAnswerError: Its answer was cut off.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await _performed(step)
        if answer.status < 300:
            return answer
        response = answer if isinstance(step, Send) else await _read(step, answer)
        target = response.headers.get("location") if response.status in _REDIRECTS else None
        if target is None:
            raise refusal.error(step.request, step.purpose, response.status, response.headers, response.body)
        step.request = _redirected(step, response, _joined(step.request.url, target))
    raise _lost(step, f"was redirected more than {_MOST_REDIRECTS} times", None)


async def _performed(step: Send | Open) -> Any:
    try:
        return await step
    except Unreachable as error:
        raise _lost(step, f"did not reach the server: {error}", error) from error
    except Dropped as error:
        raise _lost(step, f"got no answer: {error}", error) from error
    except Cut as error:
        raise IncompleteAnswerError(
            f"{step.purpose.text}: the answer was cut off: {error}; call again", request=redact.sent(step.request)
        ) from error


def _lost(step: Send | Open, what: str, failure: Failure | None) -> InferenceError:
    where = redact.url(step.request.url)
    advice = "check the address and that the server runs" if isinstance(failure, Unreachable) else "call again"
    advice = "nothing was sent there" if isinstance(failure, Refused) else advice
    return InferenceConnectionError(
        f"{step.purpose.text} {what} ({where}); {advice}",
        request=redact.sent(step.request),
        sent=not isinstance(failure, Unreachable),
        refused=isinstance(failure, Refused),
    )


async def _read(step: Open, opened: Any) -> Response:
    """The answer with its body, where it will not be streamed."""
    status, headers = opened.status, opened.headers
    return Response(status, headers, await Read(opened, step.request, step.purpose, step.limits))


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return target


def _shown(target: str, request: Request) -> str:
    return redact.text(redact.url(target), redact.secrets_of(request))[:100]


def _redirected(step: Send | Open, response: Response, target: str) -> Request:
    """The request that follows a redirect: a key stays with the origin that it was meant for."""
    request = step.request
    if not address.is_url(target) or address.trouble(target):
        raise _lost(step, f"was redirected to {_shown(target, request)!r}, which is not http(s)", None)
    same = address.origin(target) == address.origin(request.url)
    if request.method not in ("GET", "HEAD"):
        if not same or response.status not in (307, 308):
            raise HTTPStatusError(
                f"{step.purpose.text} was redirected to {_shown(address.host(target), request)!r} by status "
                f"{response.status}; a request with a key and a body is not sent to another place: use that address, "
                "if you trust it",
                request=redact.sent(request),
                response=redact.received(request, response.status, response.headers, response.body),
            )
        return replace(request, url=target)
    # No redirect leads from a public place into a private network, nor from anywhere to where clouds tell secrets.
    is_private = address.is_private(request.url) and not address.is_link_local(target)
    public_only = request.public_only or not (same or is_private)
    kept = {name: value for name, value in request.headers.items() if same or name in ("user-agent", "accept")}
    return Request(request.method, target, kept, None, public_only)
