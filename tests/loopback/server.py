"""A server of raw sockets: each test says, in a function, how it talks to one connection."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from typing_extensions import Self


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; names of headers in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, requests: list[Seen]) -> None:
        self.sock = sock
        self._requests = requests
        self._received = b""

    def request(self) -> Seen | None:
        """Wait for the next request; `None` when the client has closed."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields if field)
        }
        size = int(headers.get("content-length", "0"))
        while len(self._received) < size:
            if not self._receive():
                return None
        body, self._received = self._received[:size], self._received[size:]
        seen = Seen(line, headers, body)
        self._requests.append(seen)
        return seen

    def answer(self, body: bytes = b"", *headers: str, status: int = 200, length: int | None = None) -> None:
        """Send a whole answer, or one that announces another length than it has."""
        size = len(body) if length is None else length
        self.send(f"HTTP/1.1 {status} Any\r\n" + "".join(f"{line}\r\n" for line in headers))
        self.send(f"Content-Length: {size}\r\n\r\n".encode() + body)

    def begin(self, *headers: str) -> None:
        """Send the head of an answer in chunks."""
        self.send(
            "HTTP/1.1 200 OK\r\n" + "".join(f"{line}\r\n" for line in [*headers, "Transfer-Encoding: chunked", ""])
        )

    def chunk(self, piece: bytes) -> None:
        """Send a chunk; an empty one is the last."""
        self.send(b"%x\r\n%s\r\n" % (len(piece), piece))

    def send(self, data: bytes | str) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data.encode() if isinstance(data, str) else data)

    def reset(self) -> None:
        """Drop the connection as a dying server does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_for_end(self) -> bool:
        """Whether the client closes within two seconds."""
        self.sock.settimeout(2)
        try:
            while self.sock.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def _until(self, mark: bytes) -> bytes | None:
        while mark not in self._received:
            if not self._receive():
                return None
        head, _, self._received = self._received.partition(mark)
        return head

    def _receive(self) -> bool:
        data = self.sock.recv(65536)
        self._received += data
        return bool(data)


class Server:
    """Listens on 127.0.0.1 and runs `talk` for each connection, in a thread of its own."""

    def __init__(self, talk: Callable[[Peer], object], tls: ssl.SSLContext | None = None) -> None:
        self._talk = talk
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.requests: list[Seen] = []
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close everything, as if the machine were gone."""
        for sock in [self._listener, *self._sockets]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._start(lambda sock=sock: self._serve(sock))  # type: ignore[misc]

    def _serve(self, sock: socket.socket) -> None:
        self._sockets.append(sock)
        with suppress(OSError):
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._sockets.append(sock)
            self._talk(Peer(sock, self.requests))
        sock.close()


def comes_true(what: Callable[[], object]) -> bool:
    """Whether something happens in another thread within two seconds."""
    until = time.monotonic() + 2
    while not what() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(what())


def polite(peer: Peer) -> None:
    """Answer every request with its own body."""
    while (seen := peer.request()) is not None:
        peer.answer(seen.body, "X-Seen: yes")
