"""`infermux providers`: who can answer, and what each does with options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infermux import providers
from infermux.providers import _capabilities

from .running import run


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("groq", "GROQ_API_KEY, as authorization: Bearer …"),
        ("hf-inference", "a Hugging Face key, as authorization: Bearer …; none needed"),
        ("ovhcloud", "OVHCLOUD_API_KEY, as authorization: Bearer …; none needed"),
        ("sandbox", "none needed"),
    ],
)
def test_keys(tmp_path: Path, name: str, told: str) -> None:
    """Which variable holds the key, how it is sent, and whether one is needed at all."""
    (line,) = (line for line in run(tmp_path, "providers", name).stdout.splitlines() if line.startswith("  key "))
    assert line.split(maxsplit=1)[1].endswith(told)


def test_the_list(tmp_path: Path) -> None:
    """Each provider in a line, with its keys; nothing is asked of anybody."""
    done = run(tmp_path, "providers", HF_HUB_OFFLINE="1")
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["provider", "title", "tasks", "key", "hugging", "face", "key"]
    assert [line.split()[0] for line in lines] == providers.names()
    told = {line.split()[0]: line.split() for line in lines}
    assert told["groq"] == ["groq", "Groq", "2", "GROQ_API_KEY", "yes"]
    assert told["openai"][-2:] == ["OPENAI_API_KEY", "no"]
    assert told["sandbox"][-3:] == ["none", "needed", "no"]


def test_one_provider(tmp_path: Path) -> None:
    """Where it is, its key, and what it does task by task."""
    done = run(tmp_path, "providers", "fal-ai")
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "fal-ai: fal",
        "  address           https://fal.run",
        "  key               FAL_KEY, FAL_KEY_ID:FAL_KEY_SECRET, as authorization: Key …",
        "text-to-image",
        "  has jobs, which can be stopped and tell their position and logs",
        '  the size is sent as image_size={"width": …, "height": …}',
    ):
        assert line in done.stdout.splitlines()


def test_all_that_can_be_told(tmp_path: Path) -> None:
    """Renamed, left out, refused, needed; no URL; a schema in the words of the provider; tools."""
    told = [run(tmp_path, "providers", name).stdout for name in ("together", "nscale", "novita", "hyperbolic", "auto")]
    for lines, line in zip(
        [told[0], told[0], told[0], told[1], told[2], told[2], told[3], told[4], told[4], told[4]],
        [
            "  num_inference_steps is sent as steps",
            "  num_frames: left out",
            "  voice: needed",
            '  no output_type="url"',
            "  has jobs, which tell their progress",
            "  adapter_id, decoder_input_details, grammar, top_n_tokens, truncate, typical_p, watermark: refused",
            "  width=512, height=512: sent where nothing else is given",
            '  a JSON schema is sent as {"response_format": {"type": "json_schema", "json_schema": {"name": "…", '
            '"schema": {…}}}}',
            "  takes tools, tool_choice, parallel_tool_calls, where the model knows tools",
            "  key               a Hugging Face key, as authorization: Bearer …",
        ],
        strict=True,
    ):
        assert line in lines.splitlines()


@pytest.mark.parametrize("spelt", ["text-to-video", "text_to_video"])
def test_those_who_do_a_task(tmp_path: Path, spelt: str) -> None:
    """Each with what it does with that task, and with nothing else."""
    done = run(tmp_path, "providers", "--task", spelt)
    able = [name for name in providers.names() if "text-to-video" in providers.find(name).tasks]
    heads = [line.partition(":")[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert heads == able
    assert "JSON schema" not in done.stdout
    assert "together: Together AI\n  has jobs\n  num_inference_steps is sent as steps\n" in done.stdout


def test_json(tmp_path: Path) -> None:
    """All that is known, for programs; with a name or a task, of these."""
    every = json.loads(run(tmp_path, "providers", "--json").stdout)
    assert [one["name"] for one in every] == providers.names()
    (one,) = json.loads(run(tmp_path, "providers", "cohere", "--task", "chat", "--json").stdout)
    (task,) = one["tasks"]
    assert task["schema"] == {"response_format": {"type": "json_object", "schema": {}}}
    assert one["key_env"] == list(_capabilities.of(providers.find("cohere")).key_env)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grok",), "did you mean groq?"),
        (("nobody-at-all",), "lists those there are"),
        (("--task", "text-to-imag"), "did you mean text-to-image?"),
        (("groq", "--task", "text-to-image"), "groq does not do text-to-image"),
    ],
)
def test_a_mistake(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """It is told as such, with what may be meant."""
    done = run(tmp_path, "providers", *words, COLUMNS="200")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
