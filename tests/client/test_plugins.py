"""Providers that other packages bring: the example of docs/plugins.md, installed; and packages that are broken."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from saying import paris

from contract.server import Answer, Server
from infermux import plugins
from infermux.sandbox import Sandbox

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
FINDS = "from infermux import providers; print(providers.find('acme-gateway').title)"
NAMES = "from infermux import providers; print(*providers.names())"


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/plugins.md has no block {kind!r}"
    return found[1]


def install(site: Path, entry: str, name: str = "acme-infermux", **modules: str) -> None:
    """Put a distribution where Python finds it, as an installer leaves it."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[infermux.providers]\n{entry}\n")
    for module, code in modules.items():
        (site / f"{module}.py").write_text(code, "utf-8")


def run(site: Path, code: str, *arguments: str) -> str:
    """What a program prints that runs with this distribution."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The package of the documentation, installed."""
    written = re.search(r'entry-points\."infermux\.providers"\]\n(.+)\n', block("toml"))
    assert written
    install(tmp_path / "site", written[1].replace('"', ""), acme_infermux=block("python module"))
    return tmp_path / "site"


ASKS = """
import asyncio, json, sys
from infermux import AsyncInferenceClient, InferenceClient

settings = dict(provider="acme-gateway", model="large", url_transform=lambda url: url.replace("https:/", sys.argv[1]))
talk = [{"role": "user", "content": "Hello"}]

def blocking():
    with InferenceClient(**settings, api_key="acme-1") as client:
        return client.chat_completion(talk), client.feature_extraction("a cat")

async def awaited():
    async with AsyncInferenceClient(**settings, api_key="acme-1") as client:
        return await client.chat_completion(talk), await client.feature_extraction("a cat")

for chat, vectors in (blocking(), asyncio.run(awaited())):
    print(json.dumps([chat.choices[0].message.content, vectors.tolist()]))
"""


def test_the_example_works(site: Path, server: Server) -> None:
    """Both clients ask the provider of an installed package, by its name."""
    server.always("POST ", paris())
    vectors = Answer.of({"data": [{"index": 0, "embedding": [0.5, 0.25]}]})
    server.always("POST 127.0.0.1", lambda asked: vectors if asked.path.endswith("/embeddings") else paris())
    lines = run(site, ASKS, server.url).splitlines()
    assert [json.loads(line) for line in lines] == [["The capital of France is Paris.", [[0.5, 0.25]]]] * 2
    assert [asked.path for asked in server.requests] == [
        "/models.acme.example/v1/chat/completions",
        "/models.acme.example/v1/embeddings",
    ] * 2
    assert {asked.headers["authorization"] for asked in server.requests} == {"Bearer acme-1"}
    assert {asked.json["model"] for asked in server.requests} == {"large"}


OFFLINE = """
from infermux import InferenceClient

client = InferenceClient(provider="acme-gateway", model="large")
print(client.chat_completion([{"role": "user", "content": "Hello"}]).choices[0].message.content)
print(client.feature_extraction("a cat").size > 1)
"""


def test_the_sandbox_stands_in(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers for the provider of a package as for any other, without a key."""
    with Sandbox() as box:
        monkeypatch.setenv("INFERMUX_SANDBOX", box.url)
        chat, vectors = run(site, OFFLINE).splitlines()
        assert [asked.path for asked in box.requests] == [
            "/acme-gateway/v1/chat/completions",
            "/acme-gateway/v1/embeddings",
        ]
    assert ("andbox" in chat, vectors) == (True, "True")


LEAKS = """
import sys
from infermux import InferenceClient, InputError

client = InferenceClient(provider="acme-gateway", url_transform=lambda url: url.replace("https:/", sys.argv[1]))
try:
    print(client.chat_completion([{"role": "user", "content": "x"}], model="m").choices[0].message.content)
except InputError as error:
    print(error)
"""


@pytest.mark.proves("AUT-11")
@pytest.mark.parametrize("more", ["", "may_load=True,", "may_load=True, key_optional=True,", "key_env=(),"])
def test_no_token_of_hugging_face(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    """A token that lies around is not for a provider that Hugging Face does not lead to."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    code = block("python module").replace('key_env=("ACME_KEY",),', more or 'key_env=("ACME_KEY",),')
    install(tmp_path, "acme-gateway = acme_infermux", acme_infermux=code)
    server.always("POST ", paris())
    words = run(tmp_path, LEAKS, server.url)
    assert ("Paris" in words) == ("key_optional" in more)
    assert "key_optional" in more or re.search(r"own: pass api_key=(, or set ACME_KEY)?$", words)
    assert all("authorization" not in asked.headers for asked in server.requests)


def test_it_is_among_the_names(site: Path) -> None:
    """The list of names holds it, in its place."""
    names = run(site, NAMES).split()
    assert "acme-gateway" in names
    assert names == sorted(names)


def test_a_record_by_its_name(tmp_path: Path) -> None:
    """An entry point may name the record itself."""
    code = block("python module").replace("PROVIDER =", "GATEWAY =")
    install(tmp_path, "acme-gateway = acme_infermux:GATEWAY", acme_infermux=code)
    assert run(tmp_path, FINDS) == "Acme's gateway\n"


def test_our_names_are_ours(tmp_path: Path) -> None:
    """A package cannot take the place of a provider that is known, nor with it the calls and keys meant for that."""
    install(tmp_path, "groq = thief", thief=block("python module").replace("acme-gateway", "groq"))
    assert run(tmp_path, "from infermux import providers; print(providers.find('groq').title)") == "Groq\n"


def test_packages_are_looked_through_late(site: Path) -> None:
    """Nobody pays for plug-ins who does not use one: for a known name, no metadata is read."""
    loaded = "import sys; {}; print('importlib.metadata' in sys.modules, 'acme_infermux' in sys.modules)"
    assert run(site, loaded.format("from infermux import providers; providers.find('groq')")) == "False False\n"
    assert run(site, loaded.format("from infermux import providers; providers.names()")) == "True False\n"


FAILS = """
from infermux import InferenceClient, InferenceError
try:
    InferenceClient(provider="acme-gateway", api_key="k", model="m").chat_completion([{"role": "user", "content": "x"}])
except InferenceError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("entry", "code", "told"),
    [
        ("absent_module", "", "ModuleNotFoundError"),
        ("acme_infermux", "import absent_package", "absent_package"),
        ("acme_infermux", "1 / 0", "ZeroDivisionError"),
        ("acme_infermux", "PROVIDERS = 1", "PROVIDER"),
        ("acme_infermux", "PROVIDER = {'name': 'acme-gateway'}", "dict"),
        ("acme_infermux:absent", "PROVIDER = 1", "absent"),
        ("acme_infermux", "from infermux.providers.groq import PROVIDER", "'groq'"),
    ],
)
def test_a_broken_package(tmp_path: Path, entry: str, code: str, told: str) -> None:
    """One error names the package and what is wrong with it; other providers do not suffer."""
    install(tmp_path, f"acme-gateway = {entry}", acme_infermux=code)
    words = run(tmp_path, FAILS)
    assert all(part in words for part in ("acme-gateway", "acme-infermux", told, "uninstall"))
    assert len(words.splitlines()) == 1
    assert "groq" in run(tmp_path, NAMES)
    refused = FAILS.replace('"acme-gateway"', '"groq"').replace(".chat_completion(", ".feature_extraction(str(")
    assert "together" in run(tmp_path, refused.replace("}])", "}]))"))


def test_two_packages_with_one_name(tmp_path: Path) -> None:
    """The one that Python finds first counts, as with modules."""
    first, second = tmp_path / "first", tmp_path / "second"
    install(first, "acme-gateway = one", "one", one=block("python module"))
    install(second, "acme-gateway = two", "two", two="1 / 0")
    code = f"import sys; sys.path[:0] = [{str(first)!r}, {str(second)!r}]; {FINDS}"
    assert run(tmp_path, code) == "Acme's gateway\n"


@pytest.mark.parametrize("name", ["chat", "completions", "embeddings", "images", "speech", "transcriptions"])
def test_the_dialects(name: str) -> None:
    """What the documentation names is public, and can stand in a record."""
    assert name in plugins.__all__
    assert f"`{name}`" in PAGE
    assert callable(getattr(plugins, name))
