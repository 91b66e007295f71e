"""`infermux doctor`: what it finds, and what it never shows."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from infermux.sandbox import Sandbox

from .running import run

TOKEN = "hf_" + "a" * 34


def test_a_bare_machine(tmp_path: Path) -> None:
    """Without a key and a network it is quick, advises, and succeeds, as the sandbox works."""
    begun = time.monotonic()
    done = run(tmp_path, "doctor", HF_ENDPOINT="http://127.0.0.1:9")
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < 5
    lines = done.stdout.splitlines()
    assert "token     none found" in lines
    assert "hub       cannot be reached: connection refused by 127.0.0.1:9" in lines
    assert "sandbox   works, without key and network" in lines
    advice = done.stdout.partition("what to do next")[2]
    assert all(way in advice for way in ("hf auth login", "--provider sandbox", "infermux demo"))


def test_keys_are_not_shown(tmp_path: Path) -> None:
    """Kind, place and length of a token are told, variables of keys by name, proxies without password."""
    for words in (["doctor"], ["doctor", "--json"]):
        done = run(
            tmp_path,
            *words,
            HF_HUB_OFFLINE="1",
            HF_TOKEN=TOKEN,
            GROQ_API_KEY="gsk_secret",
            HTTPS_PROXY="me:secret@proxy:1",
            HF_ENDPOINT="https://me:secret@hub.example",
        )
        assert done.returncode == 0
        assert all(
            told in done.stdout
            for told in (
                "hf_… (37 characters)" if len(words) == 1 else "37 characters",
                "HF_TOKEN",
                "GROQ_API_KEY",
                "proxy:1",
            )
        )
        assert "secret" not in done.stdout
        assert TOKEN[:10] not in done.stdout


def test_the_token_file(tmp_path: Path) -> None:
    """The file is named as the source."""
    file = tmp_path / ".cache" / "huggingface" / "token"
    file.parent.mkdir(parents=True)
    file.write_text(TOKEN)
    found = json.loads(run(tmp_path, "doctor", "--json", HF_HUB_OFFLINE="1").stdout)
    assert (found["token"], found["token_source"]) == ("hf_… (37 characters)", f"the file {file}")


def test_offline_by_choice(tmp_path: Path) -> None:
    """HF_HUB_OFFLINE is respected: nothing is asked, and the way back is told."""
    with Sandbox() as box:
        found = json.loads(run(tmp_path, "doctor", "--json", HF_HUB_OFFLINE="1", HF_ENDPOINT=box.url).stdout)
        assert box.requests == []
    assert "HF_HUB_OFFLINE" in found["router"]["words"]
    assert any("unset HF_HUB_OFFLINE" in line for line in found["next"])


@pytest.mark.parametrize("running", [False, True])
def test_the_sandbox_stands_in(tmp_path: Path, running: bool) -> None:
    """That comes first; what has no meaning then, keys and proxies and the network, is neither told nor advised."""
    with Sandbox() as box:
        value = box.url if running else "1"
        machine = {"HF_TOKEN": TOKEN, "GROQ_API_KEY": "gsk_secret", "HTTPS_PROXY": "proxy:1", "HF_ENDPOINT": box.url}
        done = run(tmp_path, "doctor", INFERMUX_SANDBOX=value, **machine)
        asked = [one.path for one in box.requests]
    assert (done.returncode, done.stderr) == (0, "")
    where = f"the sandbox at {box.url}" if running else "a sandbox that each process starts for itself"
    assert done.stdout.startswith(f"INFERMUX_SANDBOX is set: {where} answers for all providers")
    assert f"setting   INFERMUX_SANDBOX = {value}\n" in done.stdout
    names = {line.split()[0] for line in done.stdout.splitlines() if line}
    assert "sandbox" in names
    assert names.isdisjoint({"token", "key", "router", "hub"})
    advice = done.stdout.partition("what to do next")[2]
    assert "unset INFERMUX_SANDBOX" in advice
    assert not any(word in advice for word in ("proxies", "HTTPS_PROXY", "hf auth login", "groq"))
    assert all(path.startswith("/hf-inference/models/sandbox/") for path in asked)
    assert bool(asked) == running


def test_the_sandbox_that_stands_in_is_away(tmp_path: Path) -> None:
    """It is no success, and the two ways out are told."""
    found = run(tmp_path, "doctor", "--json", INFERMUX_SANDBOX="http://127.0.0.1:9")
    assert (found.returncode, found.stderr) == (1, "")
    told = json.loads(found.stdout)
    assert (told["stand_in"], told["token"], told["provider_keys"]) == ("the sandbox at http://127.0.0.1:9", None, {})
    assert "connection refused by 127.0.0.1:9" in told["sandbox"]["words"]
    assert any("infermux sandbox" in line and "INFERMUX_SANDBOX=1" in line for line in told["next"])
    assert not any("demo" in line for line in told["next"])


def test_what_is_installed(tmp_path: Path) -> None:
    """Each extra that the package declares, with the versions of its packages."""
    extras = json.loads(run(tmp_path, "doctor", "--json", HF_HUB_OFFLINE="1").stdout)["extras"]
    assert extras["cli"].keys() == {"typer", "rich"}
    assert all(extras["cli"].values())
    assert "all" not in extras
