"""Every error, one class for each decision a caller takes.

    InferenceError
    ├─ InputError (ValueError)              fix the call: nothing was sent
    │   └─ RoutingError                     no provider can take this call as it is
    ├─ HTTPError
    │   ├─ HTTPStatusError (OSError)        the server answered, and refused
    │   │   ├─ ProviderApiError             … a model provider, an endpoint, a local server
    │   │   │   ├─ BadRequestError, AuthenticationError, PaymentRequiredError, PermissionDeniedError,
    │   │   │   │  NotFoundError, ConflictError, UnprocessableEntityError, RateLimitError, InternalServerError
    │   │   │   └─ TextGenerationError      … TGI, by its `error_type`
    │   │   │       ├─ GenerationError, IncompleteGenerationError, OverloadedError, UnknownError
    │   │   │       └─ ValidationError (InputError)
    │   │   └─ HubApiError                  … the Hugging Face Hub
    │   ├─ InferenceTimeoutError (TimeoutError)      a limit of time was reached
    │   └─ InferenceConnectionError (ConnectionError) no answer: refused, reset, unresolvable
    ├─ InferenceCancelledError              the caller asked to stop
    ├─ ProviderOutputError (ValueError)     the answer came, and is not what it should be
    │   └─ IncompleteAnswerError            … it was cut off before its end
    └─ MissingExtraError (ImportError)      an optional package is not installed

A message says what was asked, of whom, what came back, and what to do next. The request and the response stay on
the error, with every secret already replaced when they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from typing_extensions import override

_REQUEST_IDS = ("x-request-id", "x-amzn-trace-id", "x-amz-cf-id")


class SentRequest(Struct, frozen=True):
    """The request behind an error, without secrets; bodies that are not text are told by their size."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: Any = None


class ReceivedResponse(Struct, frozen=True):
    """The response behind an error, without secrets."""

    status: int
    headers: Mapping[str, str] = {}
    text: str = ""

    @property
    def status_code(self) -> int:
        """The status, under its other common name."""
        return self.status

    @property
    def body(self) -> Any:
        """The parsed JSON body, or its text where it is not JSON."""
        try:
            return self.json()
        except (ValueError, RecursionError):
            return self.text

    @property
    def request_id(self) -> str | None:
        """The id that the server's operator can look the call up by."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    def json(self) -> Any:
        """Parse the body as JSON; raises `ValueError` where it is not."""
        import json

        return json.loads(self.text)


class InferenceError(Exception):
    """The root of every error that infermux raises.

    Args:
        message: What happened and what to do next.
        request: The request that led here, redacted.
        response: The response that came back, redacted.
        partial_text: What a streamed answer had said before it broke.
    """

    def __init__(
        self,
        message: str = "",
        *,
        request: SentRequest | None = None,
        response: ReceivedResponse | None = None,
        partial_text: str | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.response = response
        self.partial_text = partial_text
        for name, value in details.items():
            setattr(self, name, value)

    @override
    def __str__(self) -> str:
        return self.message

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.__dict__)

    @property
    def http_request(self) -> SentRequest | None:
        """`request`, under the name that the JavaScript client uses."""
        return self.request

    @property
    def http_response(self) -> ReceivedResponse | None:
        """`response`, under the name that the JavaScript client uses."""
        return self.response

    def append_to_message(self, more: str) -> None:
        """Add a line to the message, for a caller who knows more."""
        self.message += more


def _rebuild(cls: type[InferenceError], state: dict[str, Any]) -> InferenceError:
    return cls(**state)


class InputError(InferenceError, ValueError):
    """The call cannot be made as it is written; nothing was sent."""


class RoutingError(InputError):
    """No provider can be chosen for this call as it is written."""


class HTTPError(InferenceError):
    """Something went wrong between this machine and the server."""


class HTTPStatusError(HTTPError, OSError):
    """The server answered with an error; `code` is its own code of what went wrong, where it tells one."""

    server_message: str | None = None
    code: str | None = None

    @property
    def status_code(self) -> int | None:
        """The HTTP status; None where the error came inside a stream."""
        return self.response.status if self.response else None

    @property
    def status(self) -> int | None:
        """The HTTP status, under its other common name."""
        return self.status_code

    @property
    def request_id(self) -> str | None:
        """The id that the server's operator can look the call up by."""
        return self.response.request_id if self.response else None


class ProviderApiError(HTTPStatusError):
    """A provider, endpoint or local server refused the call or failed."""


class BadRequestError(ProviderApiError):
    """400: the server does not take this request."""


class AuthenticationError(ProviderApiError):
    """401: the key is missing, wrong or expired."""


class PaymentRequiredError(ProviderApiError):
    """402: the account behind the key has no credit left."""


class PermissionDeniedError(ProviderApiError):
    """403: the key may not use this model."""


class NotFoundError(ProviderApiError):
    """404: no such model or route."""


class ConflictError(ProviderApiError):
    """409: the server is in a state that forbids the call."""


class UnprocessableEntityError(ProviderApiError):
    """422: the request was read and found invalid."""


class RateLimitError(ProviderApiError):
    """429: too many requests, or no capacity."""


class InternalServerError(ProviderApiError):
    """5xx: the server failed."""


class TextGenerationError(ProviderApiError):
    """A text generation server named what went wrong by an `error_type`."""


class GenerationError(TextGenerationError):
    """The model failed while it wrote (`generation`)."""


class IncompleteGenerationError(TextGenerationError):
    """The server lost part of the answer (`incomplete_generation`)."""


class OverloadedError(TextGenerationError):
    """The server's queue is full (`overloaded`)."""


class ValidationError(TextGenerationError, InputError):
    """The generation options are invalid: found here before sending, or by the server (`validation`)."""


class UnknownError(TextGenerationError):
    """An `error_type` that is not known."""


class HubApiError(HTTPStatusError):
    """The Hugging Face Hub refused a look-up."""


class InferenceTimeoutError(HTTPError, TimeoutError):
    """A limit of time was reached.

    `limit` names it (`connect`, `first_token`, `gap`, `attempt` or `total`), `limit_s` and `spent_s` are seconds,
    and `estimated_time` is the server's own guess in seconds where it was loading the model.
    """

    limit: str = "total"
    limit_s: float | None = None
    spent_s: float | None = None
    estimated_time: float | None = None


class InferenceConnectionError(HTTPError, ConnectionError):
    """No answer came: the server could not be reached, or went away before it answered.

    `sent` tells whether the request may have arrived, `refused` that its address is not one to be asked at all.
    """

    sent: bool = True
    refused: bool = False


class InferenceCancelledError(InferenceError):
    """The caller asked for the call to stop."""


class ProviderOutputError(InferenceError, ValueError):
    """The answer came, and is not of the shape that the task promises."""


class IncompleteAnswerError(ProviderOutputError):
    """The answer was cut off before its end; `partial_text` holds what had come of a stream."""


class MissingExtraError(InferenceError, ImportError):
    """An optional package is not installed; the message names the extra that brings it."""


HfHubHTTPError = HTTPStatusError
"""What huggingface_hub calls it, also in its module `errors`."""

_BY_STATUS: dict[int, type[ProviderApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}
_BY_ERROR_TYPE: dict[str, type[TextGenerationError]] = {
    "generation": GenerationError,
    "incomplete_generation": IncompleteGenerationError,
    "overloaded": OverloadedError,
    "validation": ValidationError,
}


def class_for(status: int | None, error_type: str | None = None) -> type[ProviderApiError]:
    """The class of a provider's error, by TGI's `error_type` where there is one, else by status."""
    if error_type is not None:
        return _BY_ERROR_TYPE.get(error_type, UnknownError)
    if status is None:
        return ProviderApiError
    return _BY_STATUS.get(status, InternalServerError if status >= 500 else ProviderApiError)
