"""Keys: which one, from where, and where it may go (SURFACE 1.4, 1.5; T9, T10, T26)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import CHAT, VECTOR, chat, embed, entry, hub
from msgspec.structs import replace
from playing import Said, World, answer

from infermux.calling import Caller
from infermux.errors import InputError, RoutingError
from infermux.flow import Request
from infermux.providers import find
from infermux.routing.keys import choose, of_provider


def everything(request: Request) -> Said:
    """A Hub that maps every model to every provider, and providers that chat."""
    if "/api/models/" in request.url:
        names = ["groq", "together", "cerebras"]
        tasks = [entry(name) for name in names] + [entry(name, task="feature-extraction") for name in names]
        return hub(*tasks)
    if request.url.endswith("/feature-extraction") or request.url.endswith(".example/e"):
        return answer([1.0])
    return answer(VECTOR if "/embeddings" in request.url else CHAT)


def key_of(client: Caller, **options: Any) -> str | None:
    """The Authorization of a chat."""
    world = World(everything)
    chat(world, client, **options)
    return world.requests[-1].headers.get("authorization")


def url_of(client: Caller, **options: Any) -> str:
    """Where a chat goes."""
    world = World(everything)
    chat(world, client, **options)
    return world.requests[-1].url


ROUTED = {"model": "org/m", "provider": "groq"}


class TestOrder:
    """Where an ambient token is found."""

    def test_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """HF_TOKEN comes first, then HUGGING_FACE_HUB_TOKEN, then the file."""
        home = Path.home() / "token"
        home.write_text(" hf_file\r\n")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_file"
        monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "hf_old")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_old"
        monkeypatch.setenv("HF_TOKEN", "  hf_env\n")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_env"

    def test_explicit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key that is passed wins, the call's over the client's."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        assert key_of(Caller(**ROUTED, token="hf_mine")) == "Bearer hf_mine"
        assert key_of(Caller(**ROUTED, token="hf_mine"), api_key="hf_call") == "Bearer hf_call"

    @pytest.mark.parametrize("empty", ["", "  ", "\n"])
    def test_empty_variable(self, monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
        """An empty variable hides nothing."""
        (Path.home() / "token").write_text("hf_file")
        monkeypatch.setenv("HF_TOKEN", empty)
        assert key_of(Caller(**ROUTED)) == "Bearer hf_file"

    def test_token_path(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """HF_TOKEN_PATH names the file; variables and ~ in it are expanded."""
        (tmp_path / "mine").write_text("hf_path")
        monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "mine"))
        assert key_of(Caller(**ROUTED)) == "Bearer hf_path"
        monkeypatch.setenv("HF_TOKEN_PATH", "~/mine")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_path"
        monkeypatch.setenv("PLACE", str(tmp_path))
        monkeypatch.setenv("HF_TOKEN_PATH", "$PLACE/mine")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_path"

    def test_home(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """HF_HOME holds the file; without it, the cache folder does."""
        (tmp_path / "hf").mkdir()
        (tmp_path / "hf" / "token").write_text("hf_home")
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        assert key_of(Caller(**ROUTED)) == "Bearer hf_home"

    @pytest.mark.parametrize("variable", ["HOME", "XDG_CACHE_HOME"])
    def test_default_place(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
        """The file is in ~/.cache/huggingface, or in huggingface of XDG_CACHE_HOME."""
        monkeypatch.delenv("HF_HOME", raising=False)
        folder = tmp_path / (".cache/huggingface" if variable == "HOME" else "x/huggingface")
        folder.mkdir(parents=True)
        (folder / "token").write_text("hf_cache")
        monkeypatch.setenv(variable, str(tmp_path if variable == "HOME" else tmp_path / "x"))
        assert key_of(Caller(**ROUTED)) == "Bearer hf_cache"

    def test_unreadable_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A token file that cannot be read is as if there were none."""
        monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path))
        with pytest.raises(InputError, match="api_key"):
            key_of(Caller(**ROUTED))
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "binary"))
        with pytest.raises(InputError, match="api_key"):
            key_of(Caller(**ROUTED))

    @pytest.mark.parametrize("value", ["1", "true", "ON", "yes"])
    def test_switched_off(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        """HF_HUB_DISABLE_IMPLICIT_TOKEN turns the environment and the file off, and a key that is passed stays."""
        (Path.home() / "token").write_text("hf_file")
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", value)
        with pytest.raises(InputError):
            key_of(Caller(**ROUTED))
        assert key_of(Caller(model="org/m", provider="hf-inference")) is None
        assert key_of(Caller(**ROUTED, token="hf_mine")) == "Bearer hf_mine"

    def test_not_switched_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A switch that says no leaves the token on."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "0")
        assert key_of(Caller(**ROUTED)) == "Bearer hf_env"


HUGGING_FACE = [
    "https://huggingface.co/api/x",
    "https://router.huggingface.co/v1",
    "https://hf.co/x",
    "https://me-app.hf.space",
    "https://x.us-east-1.aws.endpoints.huggingface.cloud",
    "https://ROUTER.HUGGINGFACE.CO/v1",
]
FOREIGN = [
    "https://api.example.com",
    "http://localhost:8080",
    "http://huggingface.co",
    "http://router.huggingface.co/v1",
    "https://huggingface.co.evil.example",
    "https://evilhuggingface.co",
    "https://hf.space",
    "https://hf.co.evil.example/v1",
    "https://evil.example/huggingface.co",
    "https://huggingface.co@evil.example/v1",
    "https://evil.example?x=.huggingface.co",
    "https://evil.example#.huggingface.co",
    "https://evil.example\\.huggingface.co/v1",
]


class TestSafetyRule:
    """An ambient token goes to Hugging Face only; a passed one goes where the caller sends it."""

    @pytest.mark.parametrize("url", HUGGING_FACE)
    def test_hugging_face(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        """Hugging Face's own hosts get the ambient token."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        assert key_of(Caller(base_url=url)) == "Bearer hf_env"

    @pytest.mark.parametrize("url", FOREIGN)
    def test_foreign(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        """No other host gets it, nor Hugging Face over plain http: F17."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        try:
            found = key_of(Caller(base_url=url))
        except InputError:
            return
        assert found is None

    @pytest.mark.parametrize("url", [*HUGGING_FACE, *FOREIGN[:6]])
    def test_explicit(self, url: str) -> None:
        """A passed token goes to any URL."""
        assert key_of(Caller(base_url=url, token="hf_mine")) == "Bearer hf_mine"

    @pytest.mark.parametrize("url", [*HUGGING_FACE, *FOREIGN[:6]])
    def test_none(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        """`token=False` sends none anywhere."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        assert key_of(Caller(base_url=url, token=False)) is None

    def test_hub_of_ones_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The address of HF_ENDPOINT gets it, with its scheme and port."""
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.local:5000")
        assert key_of(Caller(base_url="http://hub.local:5000/v1")) == "Bearer hf_env"
        assert key_of(Caller(base_url="http://hub.local:5001/v1")) is None
        assert key_of(Caller(base_url="https://hub.local/v1")) is None

    def test_keys_of_providers_stay_with_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A provider's variable is read for that provider alone."""
        monkeypatch.setenv("GROQ_API_KEY", "gsk_env")
        assert key_of(Caller(base_url="https://api.example.com")) is None
        assert key_of(Caller(**ROUTED)) == "Bearer gsk_env"
        with pytest.raises(InputError):
            key_of(Caller(model="org/m", provider="together"))

    def test_a_key_of_two_halves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """fal's older tools kept the key in two variables; one alone is none."""
        monkeypatch.setenv("FAL_KEY_ID", "id")
        assert of_provider(find("fal-ai")) is None
        monkeypatch.setenv("FAL_KEY_SECRET", "secret")
        key = of_provider(find("fal-ai"))
        assert key is not None
        assert key.value == "id:secret"


class TestRouteByKey:
    """The kind of key decides the way."""

    def test_hf_key(self) -> None:
        """A key that begins with hf_ goes through the router."""
        assert (
            url_of(Caller(**ROUTED, api_key="hf_1")) == "https://router.huggingface.co/groq/openai/v1/chat/completions"
        )

    def test_other_key(self) -> None:
        """Any other key goes to the provider's own host."""
        assert url_of(Caller(**ROUTED, api_key="gsk_1")) == "https://api.groq.com/openai/v1/chat/completions"

    @pytest.mark.parametrize("token", ["api_org_abc", "sk-looks-foreign", "HF_upper"])
    def test_ambient_token_of_another_kind(self, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
        """An ambient token that does not begin with hf_ never goes to a third party."""
        monkeypatch.setenv("HF_TOKEN", token)
        world = World(everything)
        chat(world, Caller(**ROUTED))
        assert all(".huggingface.co/" in r.url.replace("//", "//.") for r in world.requests)
        assert world.requests[-1].headers["authorization"] == f"Bearer {token}"

    @pytest.mark.parametrize("token", ["api_org_abc", "hf_1"])
    def test_saved_token_that_is_asked_for(self, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
        """`token=True` means a token of Hugging Face, which no provider gets to see, whatever it looks like."""
        monkeypatch.setenv("HF_TOKEN", token)
        world = World(everything)
        with pytest.warns(DeprecationWarning, match="token=True"):
            chat(world, Caller(**ROUTED, token=True))
        assert world.requests[-1].url.startswith("https://router.huggingface.co/groq/")

    @pytest.mark.parametrize("variables", [(), ("ACME_KEY",)])
    def test_provider_of_a_plugin_that_is_not_routed(
        self, monkeypatch: pytest.MonkeyPatch, variables: tuple[str, ...]
    ) -> None:
        """No Hugging Face key reaches it, passed or in its own variable."""
        acme = replace(find("openai"), name="acme", title="Acme", key_env=variables)
        with pytest.raises(InputError, match=r"Acme cannot be reached with a Hugging Face key"):
            World().run(choose("hf_1", acme))
        monkeypatch.setenv("ACME_KEY", "hf_1")
        with pytest.raises(InputError, match=r"Acme .*key"):
            World().run(choose(None, acme))

    def test_provider_that_is_never_routed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """OpenAI takes no Hugging Face key, passed or ambient."""
        with pytest.raises(InputError, match=r"OpenAI.*OPENAI_API_KEY"):
            key_of(Caller(model="gpt", provider="openai", api_key="hf_1"))
        monkeypatch.setenv("HF_TOKEN", "hf_env")
        with pytest.raises(InputError, match=r"OPENAI_API_KEY"):
            key_of(Caller(model="gpt", provider="openai"))
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        assert key_of(Caller(model="gpt", provider="openai")) == "Bearer sk-1"

    def test_hf_inference_needs_none(self) -> None:
        """HF Inference is asked without a key where there is none."""
        assert key_of(Caller(model="org/m", provider="hf-inference")) is None
        assert key_of(Caller(model="org/m", provider="hf-inference", token=False)) is None


def _chat_of(world: World, settings: dict[str, Any], options: dict[str, Any]) -> None:
    chat(world, Caller(**settings), **options)


class TestRefused:
    """Keys that cannot be."""

    @pytest.mark.parametrize("provider", ["groq", "together", "openai", "auto", None])
    @pytest.mark.parametrize("token", [None, False])
    def test_no_key(self, provider: str | None, token: Any) -> None:
        """Where a key is needed and there is none, the error says how to pass one, and nothing is asked."""
        world = World()
        with pytest.raises(InputError, match="api_key"):
            chat(world, Caller(model="org/m", provider=provider, token=token))
        assert world.requests == []

    @pytest.mark.parametrize("key", ["", "  ", "hf_a\nb", "hf_ä", "hf_a b", 5, b"hf_1"])
    @pytest.mark.parametrize("place", ["client", "call"])
    def test_no_key_at_all(self, key: Any, place: str) -> None:
        """A key that is empty, broken or no text is refused, and is not shown."""
        world = World()
        settings, options = {"base_url": "http://localhost"}, {"api_key": key}
        if place == "client":
            settings, options = settings | options, {}
        with pytest.raises(InputError) as caught:
            _chat_of(world, settings, options)
        assert world.requests == []
        assert "hf_" not in str(caught.value).replace("(hf_", "")

    def test_callable_that_gives_no_key(self) -> None:
        """A function that gives an empty key is refused."""
        with pytest.raises(InputError):
            chat(World(), Caller(base_url="http://localhost", api_key=lambda: ""))

    def test_saved_token_that_is_not_there(self) -> None:
        """`token=True` without a saved token says so."""
        with pytest.warns(DeprecationWarning, match="token=True"), pytest.raises(InputError, match="HF_TOKEN"):
            chat(World(), Caller(**ROUTED, token=True))

    def test_auto_with_a_key_of_a_provider(self) -> None:
        """A provider's key does not say whose it is."""
        world = World()
        with pytest.raises(RoutingError, match="provider="):
            chat(world, Caller(model="org/m", api_key="sk-1"))
        assert world.requests == []

    def test_never_shown(self) -> None:
        """No repr shows a key."""
        client = Caller(**ROUTED, api_key="hf_secret", headers={"authorization": "Bearer hf_secret"})
        assert "hf_secret" not in f"{client!r}{client._settings!r}"


def test_embedding_with_ambient_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The automatic choice of other tasks asks the Hub and the provider with the ambient token."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    world = World(everything)
    embed(world, Caller(model="org/m"))
    assert {request.headers.get("authorization") for request in world.requests} == {"Bearer hf_env"}
