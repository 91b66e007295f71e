"""A real HTTP server that answers from a script, and the way to it for clients that ask the hosts of the internet.

A client with `server.transport` (or `server.async_transport`) as its `http_client` sends `https://host/path` to
`http://127.0.0.1:PORT/@host/path`; the recorded request tells the host, the path and the query as they were meant.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import Self, override

from infermux.flow import Limits, Request
from infermux.transport.aio import AiohttpTransport
from infermux.transport.base import AsyncBody, Body
from infermux.transport.http import HTTPTransport
from infermux.transport.whole import AsyncWhole, Whole


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; names of headers in lower case, the query behind the path."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def line(self) -> str:
        """What was asked of whom, such as `POST api.groq.com/openai/v1/chat/completions`."""
        return f"{self.method} {self.host}{self.path}"


@dataclass(frozen=True)
class Answer:
    """An answer: a whole `body`, or `pieces` that are sent one by one, where a number waits so many seconds.

    With `is_cut`, the connection is closed before the answer is whole.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Sequence[bytes | float] | None = None
    is_cut: bool = False

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Self:
        """An answer of JSON."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(json.dumps(value).encode(), status, {"content-type": "application/json", **named})

    @classmethod
    def events(cls, *values: Any, end: str = "data: [DONE]\n\n", size: int = 7) -> Self:
        """A stream of JSON events, cut into pieces of `size` bytes."""
        text = "".join(f"data: {json.dumps(value, ensure_ascii=False)}\n\n" for value in values) + end
        return cls(headers={"content-type": "text/event-stream"}, pieces=pieces_of(text.encode(), size))


def pieces_of(data: bytes, size: int) -> list[bytes]:
    """Cut bytes into pieces of this size, wherever that falls."""
    return [data[start : start + size] for start in range(0, len(data), size)]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


class Server:
    """Answers what the script says, and remembers the `requests`.

    `say` puts answers in line; `always` answers each request whose line begins so, and the rule that was told
    last goes first; what no rule answers gets the next in line. What nothing answers gets status 418, and stands in
    `unanswered`.
    """

    def __init__(self) -> None:
        self._http = _Listener(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.reset()
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def reset(self) -> None:
        """Forget the script and what was asked."""
        self.requests: list[Asked] = []
        self.unanswered: list[Asked] = []
        self._line: deque[Answer] = deque()
        self._always: dict[str, Callable[[Asked], Answer]] = {}

    def stop(self) -> None:
        """Listen no more."""
        self._http.shutdown()
        self._http.server_close()

    def say(self, *answers: Answer) -> None:
        """Put answers in line."""
        self._line.extend(answers)

    def always(self, line: str, answer: Answer | Callable[[Asked], Answer]) -> None:
        """Answer every request whose `line` begins so."""
        self._always[line] = answer if callable(answer) else lambda asked: answer

    @property
    def transport(self) -> Gateway:
        """For `InferenceClient(http_client=…)`."""
        return Gateway(self.url)

    @property
    def async_transport(self) -> AsyncGateway:
        """For `AsyncInferenceClient(http_client=…)`."""
        return AsyncGateway(self.url)

    def answer(self, asked: Asked) -> Answer:
        """What the script says to a request."""
        self.requests.append(asked)
        for line, answer in reversed(self._always.items()):
            if asked.line.startswith(line):
                return answer(asked)
        with suppress(IndexError):
            return self._line.popleft()
        self.unanswered.append(asked)
        return Answer(f"the script holds no answer for {asked.line}".encode(), 418)


def _handler_of(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

        def _take(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            host, path = headers.get("host", ""), self.path
            if path.startswith("/@"):
                host, slash, rest = path[2:].partition("/")
                path = slash + rest
            self._give(server.answer(Asked(self.command, host, path, headers, body)))

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _take

        def _give(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.pieces is None:
                self.send_header("content-length", str(len(answer.body) + answer.is_cut))
                self.end_headers()
                self.wfile.write(answer.body)
            else:
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                self._chunks(answer)
            self.close_connection |= answer.is_cut

        def _chunks(self, answer: Answer) -> None:
            for piece in answer.pieces or ():
                if isinstance(piece, bytes):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                else:
                    time.sleep(piece)
            if not answer.is_cut:
                self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _led(request: Request, url: str) -> Request:
    """The request, led to the server; what is meant for this machine goes as it is."""
    parts = urlsplit(request.url)
    if parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return request
    query = f"?{parts.query}" if parts.query else ""
    led = f"{url}/@{parts.netloc}{parts.path}{query}"
    return Request(request.method, led, request.headers, request.body)


class Gateway(Whole):
    """The default transport of the sync client, with every host at the server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._inner = HTTPTransport()

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        return self._inner.open(_led(request, self._url), limits)

    def close(self) -> None:
        self._inner.close()


class AsyncGateway(AsyncWhole):
    """The default transport of the async client, with every host at the server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._inner = AiohttpTransport()

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        return await self._inner.open(_led(request, self._url), limits)

    async def close(self) -> None:
        await self._inner.close()
