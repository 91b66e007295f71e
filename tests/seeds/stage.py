"""Where the examples run: their hosts lead to a sandbox, their files lie in a folder, their blanks are filled."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from typing_extensions import Self, override

import infermux
from infermux.flow import Limits, Request
from infermux.sandbox import sound
from infermux.transport.base import AsyncBody, Body
from peers.leading import AsyncLed, Led

PICTURES = ("cat.jpg", "people.jpg", "test/cats.png", "test/cheetah.png", "test/stormtrooper_depth.png")
SOUNDS = ("audio.flac", "hello_world.flac", "test/sample1.flac")
MAPPINGS = {
    "espnet/kan-bayashi_ljspeech_vits": {"hf-inference": {"task": "text-to-speech"}},
    "facebook/detr-resnet-50-panoptic": {"hf-inference": {"task": "image-segmentation"}},
    "gpt2": {"hf-inference": {"task": "text-generation"}},
    "meta-llama/Llama-3.1-8B-Instruct": {"together": {"task": "text-to-image"}},
    "model_or_endpoint": {"hf-inference": {"task": "text-generation"}},
    "mistralai/Mixtral-8x7B-v0.1": {"together": {"task": "text-generation"}},
}
"""What the Hub says of models that are asked for what the sandbox would not guess."""
_PROMPT = "An astronaut riding a horse on the moon."
_BLANKS = {"base_url": "https://endpoint.example/v1", "api_key": "key-1"}
"""What stands for `...` as an argument; the prompt elsewhere."""


def furnish(folder: Path) -> None:
    """Put the files there that examples read."""
    (folder / "test").mkdir()
    canvas = Image.new("RGB", (320, 240), "white")
    canvas.paste("red", (100, 80, 220, 200))
    for name in PICTURES:
        # The sandbox finds things in PNG alone, whatever the file is called.
        canvas.save(folder / name, "PNG")
    for name in SOUNDS:
        (folder / name).write_bytes(sound.speak("hello world"))


def _staged(request: Request, box_url: str) -> Request:
    """The server on this machine, a provider's own host and the media of the web are in the sandbox as well."""
    parts = urlsplit(request.url)
    url = request.url
    if parts.netloc == "localhost:8080":
        url = box_url + parts.path
    elif parts.netloc == "api.replicate.com":
        url = f"{box_url}/replicate{parts.path}"
    elif parts.path == "/deepfloyd-if":
        # What the documents deploy there stands at the root of the sandbox.
        url = f"{box_url}/"
    elif (request.method == "GET" and parts.path.endswith((".jpg", ".png"))) or parts.netloc == "placekitten.com":
        url = f"{box_url}/files/320x240/{Path(parts.path).stem}.png"
    return Request(request.method, url, request.headers, request.body)


class Staged(Led):
    """The transport of the sync client."""

    def __init__(self, box_url: str) -> None:
        super().__init__(box_url)
        self._home = box_url

    @override
    def open(self, request: Request, limits: Limits) -> Body:
        return super().open(_staged(request, self._home), limits)


class AsyncStaged(AsyncLed):
    """The transport of the async client."""

    def __init__(self, box_url: str) -> None:
        super().__init__(box_url)
        self._home = box_url

    @override
    async def open(self, request: Request, limits: Limits) -> AsyncBody:
        return await super().open(_staged(request, self._home), limits)


class _Filled(ast.NodeTransformer):
    """Imports infermux for huggingface_hub, and fills blanks."""

    @override
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        package, _, rest = (node.module or "").partition(".")
        if package != "huggingface_hub":
            return node
        module = import_module(f"infermux.{rest}" if rest else "infermux")
        missing = [one.name for one in node.names if not hasattr(module, one.name)]
        assert not missing, f"{module.__name__} has no {missing}"
        # The names are on the stage already, with their hosts led away.
        return None

    @override
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.args = [_filled(one, _PROMPT) for one in node.args]
        for one in node.keywords:
            one.value = _filled(one.value, _BLANKS.get(one.arg or "", _PROMPT))
        return node


def _filled(value: ast.expr, text: str) -> ast.expr:
    is_blank = isinstance(value, ast.Constant) and value.value is ...
    return ast.copy_location(ast.Constant(text), value) if is_blank else value


class Stage:
    """The names that an example finds, from one statement to the next."""

    def __init__(self, box_url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._transport, self._async_transport = Staged(box_url), AsyncStaged(box_url)
        self.names: dict[str, Any] = {
            **{name: getattr(infermux, name) for name in infermux.__all__},
            "InferenceClient": partial(infermux.InferenceClient, http_client=self._transport),
            "AsyncInferenceClient": partial(infermux.AsyncInferenceClient, http_client=self._async_transport),
            "API_TOKEN": "hf_seed",
            "Path": Path,
        }

    def run(self, code: str) -> tuple[Any, str]:
        """Run a statement, or several: the value of the last, where it has one, and what is printed."""
        *before, last = _Filled().visit(ast.parse(code)).body or [ast.Pass()]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            self._do(ast.Module(before, []), "exec")
            if isinstance(last, ast.Expr):
                return self._do(ast.Expression(last.value), "eval"), printed.getvalue()
            self._do(ast.Module([last], []), "exec")
        return None, printed.getvalue()

    def _do(self, tree: ast.Module | ast.Expression, mode: str) -> Any:
        code = compile(ast.fix_missing_locations(tree), "seed", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, self.names)
        return self._loop.run_until_complete(value) if code.co_flags & inspect.CO_COROUTINE else value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()
        self._loop.run_until_complete(self._async_transport.close())
        self._loop.close()
