"""Scripts written for huggingface_hub, run as they are and with only the import line changed: the same output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infermux.sandbox import Sandbox

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
_IMPORT = re.compile(r"^from huggingface_hub(?:\.\w+)* import", re.MULTILINE)
_OPENAI = """
from openai import OpenAI

client = OpenAI(
    base_url="http://localhost:8080/v1",
    api_key="sk-x",
)
output = client.chat.completions.create(
    model="meta-llama/Meta-Llama-3-8B-Instruct",
    messages=[{"role": "user", "content": "Count to 10"}],
    stream=True,
    max_tokens=1024,
)
for chunk in output:
    print(chunk.choices[0].delta.content)
"""


def _run(source: str, name: str, box: Sandbox, capsys: pytest.CaptureFixture[str]) -> str:
    here = source.replace("http://localhost:8080", box.url)
    exec(compile(here, name, "exec"), {"__name__": "__main__"})
    return capsys.readouterr().out


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_only_the_import_changes(
    script: Path, box: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same lines are printed, and the same files are left behind."""
    monkeypatch.chdir(tmp_path)
    source = script.read_text("utf-8")
    switched, count = _IMPORT.subn("from infermux import", source)
    assert count
    said: list[tuple[str, dict[str, bytes]]] = []
    for version in (source, switched):
        printed = _run(version, str(script), box, capsys)
        said.append((printed, {path.name: path.read_bytes() for path in tmp_path.iterdir()}))
        for path in tmp_path.iterdir():
            path.unlink()
    theirs, ours = said
    assert theirs[0].strip()
    assert theirs == ours


@pytest.mark.proves("OAI-02")
def test_the_two_lines_of_openai(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """000:186-195: another import, another class, and nothing else."""
    switched = _OPENAI.replace("from openai import OpenAI", "from infermux import InferenceClient")
    switched = switched.replace("client = OpenAI(", "client = InferenceClient(")
    theirs, ours = (_run(source, "openai", box, capsys) for source in (_OPENAI, switched))
    assert "Count" in theirs
    assert theirs == ours
