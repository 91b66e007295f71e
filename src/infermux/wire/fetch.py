"""Downloads of media: from an address that the caller gave, or that a provider answered with.

No key ever travels with a download. An address that a provider answered must be http(s) and, unless the provider itself
is on a private network, must not lead into one.
"""

from __future__ import annotations

from ..errors import IncompleteAnswerError, InputError, ProviderOutputError
from ..flow import Purpose, Request, Response, Send
from . import address, redact
from .media import Media, of_data_url, of_url_answer, reads_as_text, sniff

MAX_INPUT_BYTES = 512 * 1024 * 1024
MAX_RESULT_BYTES = 2 * 1024 * 1024 * 1024
_PAGES = frozenset({"text/html", "application/json", "application/xml", "text/xml"})


async def given(media: Media, user_agent: str, may_be_page: bool = False) -> Media:
    """Download the media that the caller named by a URL; media that is here already is returned as it is.

    Raises:
        InputError: The URL cannot be used, or there is a web page where media was expected.
    """
    if media.url is None:
        return media
    if trouble := address.trouble(media.url):
        raise InputError(f"the URL {redact.url(media.url)[:100]!r} cannot be used: {trouble}")
    response = await Send(
        Request("GET", media.url, {"user-agent": user_agent}),
        Purpose(f"downloading the input {redact.url(media.url)[:200]!r}"),
        max_bytes=MAX_INPUT_BYTES,
    )
    found = of_url_answer(media.url, response.body, response.headers.get("content-type"))
    if found.media_type == "text/html" and not may_be_page:
        raise InputError(
            f"the URL {redact.url(media.url)[:100]!r} leads to a web page, not to media; "
            "give the address of the file itself"
        )
    return found


async def result(url: str, provider_url: str, user_agent: str, purpose: str, as_text: bool = False) -> Media:
    """Download a result from the address that a provider answered with; `as_text` where words are expected.

    Raises:
        ProviderOutputError: The address is not one to be fetched, or a page came where media was expected.
    """
    if url[:5].lower() == "data:":
        try:
            return of_data_url(url)
        except InputError as error:
            raise ProviderOutputError(f"{purpose}: {error}") from None
    if not address.is_url(url) or address.trouble(url):
        raise ProviderOutputError(
            f"{purpose}: the result's address is not http(s): {redact.url(url)[:100]!r}; nothing was fetched"
        )
    same_place = address.origin(url) == address.origin(provider_url)
    # A private provider may answer with private addresses, but not with those at which clouds tell secrets.
    may_be_private = address.is_private(provider_url) and not address.is_link_local(url)
    response: Response = await Send(
        Request("GET", url, {"user-agent": user_agent}, public_only=not same_place and not may_be_private),
        Purpose(f"downloading the result of {purpose}"),
        max_bytes=MAX_RESULT_BYTES,
    )
    announced = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not response.body:
        raise IncompleteAnswerError(f"{purpose}: the result at {address.host(url)} is empty")
    is_known = sniff(response.body) is not None or announced.startswith(("image/", "audio/", "video/"))
    if not is_known and (announced in _PAGES or (not as_text and reads_as_text(response.body))):
        what = announced if announced in _PAGES else f"text that begins {response.body[:60].decode(errors='ignore')!r}"
        raise ProviderOutputError(f"{purpose}: the result at {address.host(url)} is {what}, not media")
    return of_url_answer(url, response.body, announced)
