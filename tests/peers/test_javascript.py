"""The JavaScript clients, where they are installed (`make js`): the same questions, the same answers as ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infermux import InferenceClient
from infermux.sandbox import Sandbox

from .comparing import differences, plain

_HERE = Path(__file__).parent
_FOLDER = Path(__file__).parents[2] / ".cache" / "js"
_MESSAGES = [{"role": "user", "content": "Hello"}]


def run_node(script: str, *arguments: str, stdin: str = "") -> Any:
    """What a script of `js/` prints, or skip the test where it cannot run."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not all((_FOLDER / "node_modules" / name).is_dir() for name in ("@huggingface/inference", "openai")):
        pytest.skip("the JavaScript clients are not installed: make js")
    command = [node, str(_HERE / "js" / script), str(_FOLDER), *arguments]
    ran = subprocess.run(command, input=stdin.encode(), capture_output=True, timeout=30, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return json.loads(ran.stdout)


@pytest.fixture
def told(box: Sandbox) -> dict[str, Any]:
    """What the JavaScript clients were answered."""
    answers: dict[str, Any] = run_node("ask.js", box.url)
    return answers


def test_same_answers_as_in_javascript(told: dict[str, Any], box: Sandbox) -> None:
    """Chat whole and streamed by both clients, and vectors."""
    with InferenceClient(base_url=box.url, api_key="hf_x") as client:
        chat = plain(client.chat_completion(_MESSAGES, model="m"))
        chunks = plain(list(client.chat_completion(_MESSAGES, model="m", stream=True)))
        vectors = client.endpoint(f"{box.url}/pipeline/feature-extraction").feature_extraction(["Hello", "there"])
    for theirs, ours in (("chat", chat), ("openai", chat), ("stream", chunks), ("openai_stream", chunks)):
        assert differences(plain(told[theirs]), ours) == {}, theirs
    assert vectors.shape == (2, 256)
    assert vectors.tolist() == [pytest.approx(row, abs=1e-6) for row in told["vectors"]]
