"""Runs the example of each task against the sandbox, in Python and at the command line, and prints what comes back."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from infermux import InferenceClient, tasks
from infermux.cli import reading
from infermux.cli.tasks import EXAMPLES
from infermux.sandbox import film, picture, sound

FILES = {
    "article.txt": b"The tower is 324 metres tall. It stands in Paris. Many people go up the tower every day.\n",
    "cats.png": picture.draw("a red cat on a blue sofa", 320, 240),
    "fish.csv": b"Height,Width\n11.52,4.02\n12.48,4.3056\n12.37,4.6961\n",
    "invoice.png": picture.draw("invoice us-001", 320, 240),
    "match.mp4": film.make([bytearray(b"\x30\x90\x40" * 64) for _ in range(48)], 6, "a match"),
    "repositories.csv": b"Repository,Stars\nTransformers,36542\nDatasets,4512\n",
    "speech.wav": sound.speak("hello world"),
    "wines.csv": b"acidity,alcohol\n7.4,9.4\n7.8,9.8\n10.3,12.6\n",
}
"""The files that the examples read."""

SESSION = (
    "infermux run image-classification cats.png -p top_k=3",
    "infermux run object-detection cats.png --draw boxes.png",
    'infermux run question-answering "What is my name?" "My name is Clara and I live in Berkeley."',
    'infermux run text-to-speech "Hello world" -o hello.wav',
    "infermux run automatic-speech-recognition hello.wav",
    'infermux run sentence-similarity "a happy dog" "a happy person" "the market fell"',
    'infermux run token-classification "My name is Clara" --json',
    'infermux run summarization "Hello" -p truncaton=only_first',
)
_LONGEST, _MOST_ITEMS = 112, 4


@contextmanager
def _among_files() -> Iterator[None]:
    """A folder with the files of the examples, which is left again."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in FILES.items():
            (Path(folder) / name).write_bytes(data)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@cache
def calls() -> str:
    """For each task: what it does, an example call, and what the sandbox answers."""
    parts: list[str] = []
    with _among_files(), InferenceClient(provider="sandbox") as client:
        for name in tasks.__all__:
            written, given = _call(name)
            words = (getattr(client, name).__doc__ or "").partition("\n")[0]
            answer = _shown(getattr(client, name)(**given))
            parts.append(f"### {name}\n\n{words}\n\n```python\n{written}\n```\n\n```text\n{answer}\n```\n")
    return "\n".join(parts)


def _call(name: str) -> tuple[str, dict[str, Any]]:
    """The example of a task as a line of Python, and its arguments."""
    words: list[str] = []
    pairs: list[str] = []
    rest = iter(EXAMPLES[name])
    for word in rest:
        if word == "-p":
            pairs.append(next(rest))
        elif word in ("-o", "--draw"):
            next(rest)
        else:
            words.append(word)
    given = reading.arguments(name, words, pairs)
    inputs = [one for one in reading.parameters(name)[0] if one in given]
    options = [f"{one}={_literal(value)}" for one, value in given.items() if one not in inputs]
    return f"client.{name}({', '.join([*(_literal(given[one]) for one in inputs), *options])})", given


def _literal(value: Any) -> str:
    """A value as Python writes it, with double quotes."""
    return repr(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def _shown(answer: Any) -> str:
    return textwrap.fill(_short(answer), _LONGEST, break_on_hyphens=False)


def _short(value: Any) -> str:
    """As `repr` has it, with long parts cut, numbers rounded, and absent fields left out."""
    if isinstance(value, bytes):
        return f"{value[:4]!r}… ({len(value):,} bytes)"
    if isinstance(value, float):
        return repr(round(value, 4))
    if isinstance(value, dict):
        fields = ", ".join(f"{name}={_short(part)}" for name, part in value.items() if part is not None)
        return f"{type(value).__name__}({fields})"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value[:_MOST_ITEMS]))}{', …' if len(value) > _MOST_ITEMS else ''}]"
    if hasattr(value, "dtype"):
        return f"array(…, shape={value.shape}, dtype={value.dtype})"
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(value))


@cache
def session() -> str:
    """Commands and what they print."""
    with _among_files():
        lines = [f"$ {line}\n{_printed(shlex.split(line)[1:])}" for line in SESSION]
    return f"```console\n{''.join(lines)}```\n"


def _printed(words: Sequence[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "infermux", *words, "--provider", "sandbox"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "HOME": str(Path.cwd()), "PYTHONUTF8": "1", "COLUMNS": "100"},
    )
    return done.stdout
