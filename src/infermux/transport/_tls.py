"""Whom to trust in TLS: the operating system, or `SSL_CERT_FILE` and `SSL_CERT_DIR`."""

from __future__ import annotations

import os
import ssl
import sys
from functools import lru_cache

import truststore

from ..flow import Unreachable


def context() -> ssl.SSLContext:
    """Return the settings of TLS for connections to servers."""
    try:
        return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    except OSError as error:
        raise Unreachable(f"the certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error}") from error


@lru_cache(maxsize=4)
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    if file or folder:
        return ssl.create_default_context(cafile=file, capath=folder)
    if sys.platform == "linux" and _openssl_has_certificates():
        # truststore reads the same files, but anew for each connection and under a lock that spans the handshake:
        # one silent server would stop every other thread.
        return ssl.create_default_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _openssl_has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or (paths.capath and os.listdir(paths.capath)))
