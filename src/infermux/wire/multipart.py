"""multipart/form-data (RFC 7578): one file and some text fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def encode(file: tuple[str, bytes, str], fields: Mapping[str, Any]) -> tuple[bytes, str]:
    """Build the body.

    Args:
        file: Name, bytes and media type of the part `file`.
        fields: The other parts; booleans become `true`/`false`, numbers decimal text, objects and lists JSON text.

    Returns:
        The body and its Content-Type.
    """
    import hashlib
    import json

    name, data, media_type = file
    boundary = "infermux-" + hashlib.sha256(data).hexdigest()[:32]
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")
    parts = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{quoted}"\r\n'
        f"content-type: {media_type}\r\n\r\n".encode()
        + data
    ]
    for field, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value)
        parts.append(f'--{boundary}\r\ncontent-disposition: form-data; name="{field}"\r\n\r\n{text}'.encode())
    parts.append(f"--{boundary}--\r\n".encode())
    return b"\r\n".join(parts), f"multipart/form-data; boundary={boundary}"
