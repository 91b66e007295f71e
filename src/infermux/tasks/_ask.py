"""What every task shares: the question (`Ask`), who can be asked (`Asker`), and the check of the words.

An ask holds what is asked and nothing about who answers; a provider's dialect turns it into requests.
"""

from collections.abc import Mapping
from functools import cache, partial
from types import NoneType
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Struct
from typing_extensions import TypedDict, get_type_hints

from ..errors import InputError
from ..flow import Call, Flow
from ..notices import warn
from ..wire import media
from ..wire.media import Media

R = TypeVar("R")
T = TypeVar("T")


class Ask(Struct, Generic[R], frozen=True):
    """A question; `R` is the type of the answer. `parameters` holds the options that the caller gave, by task name."""

    task: ClassVar[str]
    hub_task: ClassVar[str]
    """The task's name on the Hub, where it is another one."""

    parameters: dict[str, Any]


class CallOptions(TypedDict, total=False):
    """What every call takes besides its own options; what is not given is taken from the client.

    Args:
        model: Hub model id, or the URL of an endpoint or a local server.
        provider: Who answers: a provider's name, or "auto".
        token: The key for this call (`False`: none).
        api_key: Another word for `token`; may be a function that returns the key.
        access_token: Another word for `token`.
        endpoint_url: The URL of an endpoint or a local server.
        timeout: Seconds, or a `Timeout`.
        headers: Headers added to the request; they win over the client's own.
        extra_headers: Another word for `headers`.
        extra_query: Parameters added to the query string.
        bill_to: The organisation that pays, on calls through the Hugging Face router.
        retry_on_error: `False`: no waiting and no second attempt.
        max_retries: How often a failed attempt is repeated.
        cancel: A `threading.Event`, an `asyncio.Event` or alike: once it is set, the call stops and its connection is
            closed.
    """

    model: str | None
    provider: str | None
    token: str | bool | None
    api_key: Any
    access_token: str | None
    endpoint_url: str | None
    timeout: Any
    headers: Mapping[str, str] | None
    extra_headers: Mapping[str, str] | None
    extra_query: Mapping[str, Any] | None
    bill_to: str | None
    retry_on_error: bool | None
    max_retries: int | None
    cancel: Any


class Asker(Protocol):
    """Whoever can have a question answered: each client is one."""

    def ask(self, ask: Ask[R], options: CallOptions) -> Flow[R]:
        """The flow that gets the answer."""
        ...


def split(
    task: str, options: Mapping[str, Any], declared: type, open_ended: bool = False
) -> tuple[dict[str, Any], CallOptions]:
    """Check the options of a call by the types that the task declares, and part them.

    Where `open_ended`, options that are unknown, and not like a known one, are passed on with a warning.

    Returns:
        The task's own parameters, with `extra_body` merged in, and the options that every call takes.

    Raises:
        InputError: An option is unknown or has the wrong type; nothing was sent.
    """
    given = {name: value for name, value in options.items() if value is not None}
    hints = _hints(declared)
    for name in given.keys() - hints.keys():
        import difflib

        near = difflib.get_close_matches(name, hints, n=1, cutoff=0.75)
        if near or not open_ended:
            meant = (
                f"did you mean {near[0]!r}?" if near else f"a provider's own options go into extra_body={{{name!r}: …}}"
            )
            raise InputError(f"{task} has no option {name!r}; {meant}")
        warn(f"{task} passes the unknown option {name!r} on as it is; put it into extra_body=", FutureWarning)
    try:
        if given:
            msgspec.convert(given, declared, strict=True)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        name = where.rpartition("$")[2].strip("`.") or "options"
        if allowed := _words_of(hints.get(name)):
            words = f"must be one of {', '.join(map(repr, allowed))}"
        else:
            for of_json, of_python in _WORDS_OF_JSON.items():
                what = what.replace(of_json, of_python)
            words = f"is of the wrong type: {what[0].lower()}{what[1:]}"
        raise InputError(f"{task}: {name} {words}{_shown(name, given)}") from None
    call = {name: given.pop(name) for name in _CALL_OPTIONS & given.keys()}
    given |= given.pop("extra_body", {})
    return {name: value for name, value in given.items() if value is not None}, cast(CallOptions, call)


_WORDS_OF_JSON = {" | null": "", "array": "list", "object": "dict"}
"""How msgspec calls types → how a Python user does."""


def flattened(task: str, options: dict[str, Any]) -> dict[str, Any]:
    """Options of which earlier releases took some in one mapping, `parameters`; those given by name win."""
    if "parameters" not in options:
        return options
    warn(f"{task}: what parameters= held is now given by name, or in extra_body=", FutureWarning)
    older = options.pop("parameters")
    return {**{name: value for name, value in older.items() if value is not None}, **options}


def whole(parameters: dict[str, Any], *names: str) -> None:
    """Make integers of the numbers under these names that are whole: servers refuse `28.0`."""
    for name in names:
        if isinstance(parameters.get(name), float) and parameters[name].is_integer():
            parameters[name] = int(parameters[name])


def _shown(name: str, given: Mapping[str, Any]) -> str:
    """What was given for an option of the task; what belongs to every call may be a secret."""
    if name not in given or name in _CALL_OPTIONS or name == "extra_body":
        return ""
    import reprlib

    return f"; it is {reprlib.repr(given[name])}"


def _words_of(hint: Any) -> tuple[Any, ...]:
    """The words that an option takes, where it takes certain words alone."""
    parts: tuple[Any, ...] = get_args(hint)
    if get_origin(hint) is Literal:
        return parts
    found = [_words_of(part) for part in parts if part is not NoneType]
    return found[0] if len(found) == 1 else ()


@cache
def _hints(declared: type) -> dict[str, Any]:
    return get_type_hints(declared)


_CALL_OPTIONS = frozenset(CallOptions.__annotations__)


def expect(task: str, name: str, value: Any, kind: type | tuple[type, ...], words: str) -> None:
    """Refuse a main input of the wrong type.

    Raises:
        InputError: It is; nothing was sent.
    """
    if not isinstance(value, kind):
        raise InputError(f"{task}: {name} must be {words}; this is {'None' if value is None else type(value).__name__}")


async def take(source: Any) -> Media:
    """Read media that the caller gave, off the event loop; an http(s) URL is kept as one.

    Raises:
        InputError: There is nothing in it; nothing was sent.
    """
    found: Media = media.of_bytes(source) if isinstance(source, bytes) else await Call(partial(media.read, source))
    if not found.data and found.url is None:
        again = "; a file that was read before begins anew after seek(0)" if hasattr(source, "read") else ""
        raise InputError(f"the media is empty: there are 0 bytes in it{again}")
    return found
