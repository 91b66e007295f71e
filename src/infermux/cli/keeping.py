"""Where answers are kept: media in files, which are never overwritten unless that was said."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..types._json import is_list, is_object
from ..wire import media


@dataclass(frozen=True)
class Place:
    """A file, `-` for a pipe, or None: a file named after the task."""

    task: str
    file: Path | None
    force: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def check(self) -> None:
        """Look whether the file can be written: an answer that cannot be kept should not be paid for.

        Raises:
            InputError: It cannot.
        """
        if self.file is None or self.is_pipe:
            return
        if self.file.is_dir():
            raise InputError(f"{self.file} is a folder: name a file by -o")
        taken = next((file for file in (self.file, _numbered(self.file, 1)) if file.exists()), None)
        if taken and not self.force:
            raise InputError(f"{taken} exists: name another file by -o, or overwrite it by --force")
        if not self.file.parent.is_dir():
            raise InputError(f"there is no folder {self.file.parent} to write {self.file.name} to")

    @property
    def is_pipe(self) -> bool:
        """Whether the bytes go on through a pipe."""
        return self.file == Path("-")

    def keep(self, data: bytes) -> dict[str, Any]:
        """Write the whole answer, and tell where, what and how many bytes it is."""
        file = self.file or self._free(Path(media.of_bytes(data).file_name).suffix)
        if self.is_pipe:
            sys.stdout.buffer.write(data)
        else:
            self._write(file, data)
        kind = media.sniff(data) or media.type_of_name(file.name) or "unknown kind"
        return {"file": str(file), "media_type": kind, "bytes": len(data)}

    def keep_within(self, answer: Any) -> Any:
        """The answer with the names of numbered files for the media within it."""
        if isinstance(answer, bytes) and self.file is not None:
            file = _numbered(self.file, next(self._numbers))
            self._write(file, answer)
            return str(file)
        if is_object(answer):
            return {key: self.keep_within(value) for key, value in answer.items()}
        return [self.keep_within(value) for value in answer] if is_list(answer) else answer

    def _write(self, file: Path, data: bytes) -> None:
        with file.open("wb" if self.force else "xb") as opened:
            opened.write(data)

    def _free(self, suffix: str) -> Path:
        first = Path(self.task + suffix)
        others = (_numbered(first, number) for number in itertools.count(2))
        return first if self.force else next(file for file in itertools.chain([first], others) if not file.exists())


def _numbered(file: Path, number: int) -> Path:
    return file.with_stem(f"{file.stem}-{number}")


def holds_media(answer: Any) -> bool:
    """Whether there is a picture, a sound or a film within an answer."""
    if is_object(answer):
        return any(map(holds_media, answer.values()))
    return any(map(holds_media, answer)) if is_list(answer) else isinstance(answer, bytes)
