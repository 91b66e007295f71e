"""Pictures and videos as some servers tell of them in JSON; the methods that make them give the media themselves."""

from __future__ import annotations

from typing import Any

from ._record import Record


class ImageTextToImageOutput(Record):
    """A picture that was made of a picture and words."""

    image: Any


class ImageTextToVideoOutput(Record):
    """A video that was made of a picture and words."""

    video: Any


class ImageToImageOutput(Record):
    """A picture that was made of a picture."""

    image: Any


class ImageToVideoOutput(Record):
    """A video that was made of a picture."""

    video: Any


class TextToImageOutput(Record):
    """A picture that was made of words."""

    image: Any


class TextToVideoOutput(Record):
    """A video that was made of words."""

    video: Any
