"""Pictures for these tests, and the way to a server that gets them."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from contract.server import Answer, Server


def drawn(mode: str = "RGB", size: tuple[int, int] = (4, 2), kind: str = "PNG") -> bytes:
    """The bytes of a picture."""
    buffer = io.BytesIO()
    Image.new(mode, size, 255 if mode == "L" else "red").save(buffer, kind)
    return buffer.getvalue()


PNG, JPEG = drawn(), drawn(kind="JPEG")
BASE64 = base64.b64encode(PNG).decode()
PICTURE = Answer(PNG, headers={"content-type": "image/png"})


def there(server: Server, **more: Any) -> dict[str, Any]:
    """The settings of a client whose endpoint is the server."""
    return {"base_url": f"{server.url}/here", **more}
