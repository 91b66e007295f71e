"""Sockets that notice the death of their peer, so that waiting without a limit ends when nobody is there any more."""

from __future__ import annotations

import socket

_OPTIONS = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
    """Open a socket whose peer is asked for a sign of life after a minute of silence."""
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _OPTIONS:
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return sock
