"""Keys over the wire: which goes, by which header, to whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from saying import MESSAGES, mapping, paris

from contract.server import Answer, Server
from infermux import InputError

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def _answers(server: Server) -> None:
    """A Hub that maps every model, and everyone chats."""
    server.always("GET huggingface.co/api/models/", mapping(groq="g", together="t"))
    server.always("POST ", paris())


def sent(server: Server) -> str | None:
    """The key that went last."""
    return server.requests[-1].headers.get("authorization")


@pytest.mark.proves("AUT-01")
def test_bearer(call: Call, server: Server) -> None:
    """The key goes as a bearer token."""
    call({"model": "org/m", "token": "hf_1"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_1"


@pytest.mark.proves("AUT-02")
def test_saved(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key the saved token is used: the environment's, then the file's."""
    (Path.home() / "token").write_text("hf_file\n")
    call({"model": "org/m"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_file"
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    call({"model": "org/m"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_env"


@pytest.mark.proves("AUT-03")
def test_other_places(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """HF_TOKEN_PATH and HUGGING_FACE_HUB_TOKEN are looked at."""
    (tmp_path / "mine").write_text("hf_path")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "mine"))
    call({"model": "org/m"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_path"
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "hf_old")
    call({"model": "org/m"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_old"


@pytest.mark.proves("AUT-04")
def test_none(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """`token=False` sends none, even where one is saved."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    call({"model": "org/m", "provider": "hf-inference", "token": False}, "chat_completion", MESSAGES)
    assert sent(server) is None
    call({"model": "org/m", "provider": "hf-inference"}, "chat_completion", MESSAGES, token=False)
    assert sent(server) is None


@pytest.mark.proves("AUT-05")
@pytest.mark.parametrize("provider", [None, "auto", "groq", "openai"])
@pytest.mark.parametrize("place", ["client", "call"])
def test_none_where_one_is_needed(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, provider: str | None, place: str
) -> None:
    """`token=False` for the router or a third party is refused before anything is sent."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    settings: dict[str, Any] = {"model": "org/m", "provider": provider}
    options = {"token": False}
    if place == "client":
        settings, options = settings | options, {}
    with pytest.raises(InputError):
        call(settings, "chat_completion", MESSAGES, **options)
    assert server.requests == []


@pytest.mark.proves("AUT-06")
def test_true(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """`token=True` is the saved token, with a warning."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    with pytest.warns(DeprecationWarning, match="token=True"):
        call({"model": "org/m", "token": True}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_env"


@pytest.mark.proves("AUT-07")
def test_hugging_face_key_goes_through_the_router(call: Call, server: Server) -> None:
    """A key that begins with hf_ reaches a provider through the router."""
    call({"model": "org/m", "provider": "groq", "api_key": "hf_1"}, "chat_completion", MESSAGES)
    assert server.requests[-1].line == "POST router.huggingface.co/groq/openai/v1/chat/completions"
    assert sent(server) == "Bearer hf_1"


@pytest.mark.proves("AUT-08")
def test_own_key_goes_to_the_provider(call: Call, server: Server) -> None:
    """Any other key goes to the provider itself."""
    call({"model": "org/m", "provider": "groq", "api_key": "gsk_1"}, "chat_completion", MESSAGES)
    assert server.requests[-1].line == "POST api.groq.com/openai/v1/chat/completions"
    assert sent(server) == "Bearer gsk_1"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.proves("AUT-09")
@pytest.mark.parametrize("provider", ["groq", "together", "openai"])
def test_no_key(call: Call, server: Server, provider: str) -> None:
    """A third party without a key is not asked; the error says how to pass one."""
    with pytest.raises(InputError, match="api_key"):
        call({"model": "org/m", "provider": provider}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.proves("AUT-10")
def test_switched_off(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_HUB_DISABLE_IMPLICIT_TOKEN stops what was not passed, and nothing else."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    call({"model": "org/m", "provider": "hf-inference"}, "chat_completion", MESSAGES)
    assert sent(server) is None
    call({"model": "org/m", "provider": "hf-inference", "token": "hf_1"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_1"


@pytest.mark.proves("AUT-11")
@pytest.mark.parametrize("host", ["https://api.example.com", "http://router.huggingface.co", "https://xhuggingface.co"])
def test_implicit_token_and_foreign_hosts(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """A token that was not passed goes to Hugging Face alone, by https."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    call({"base_url": host}, "chat_completion", MESSAGES)
    assert sent(server) is None
    call({"base_url": "https://me.us-east-1.aws.endpoints.huggingface.cloud"}, "chat_completion", MESSAGES)
    assert sent(server) == "Bearer hf_env"


@pytest.mark.proves("AUT-11")
def test_implicit_token_and_a_local_server(call: Call, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine does not get it either."""
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    call({"base_url": server.url, "http_client": None}, "chat_completion", MESSAGES)
    assert "hf_env" not in str(server.requests[-1].headers)


@pytest.mark.proves("AUT-12")
@pytest.mark.parametrize("key", ["hf_1", "sk-1"])
def test_explicit_token_goes_anywhere(call: Call, server: Server, key: str) -> None:
    """A key that was passed is sent to any URL."""
    call({"base_url": server.url, "api_key": key}, "chat_completion", MESSAGES)
    assert sent(server) == f"Bearer {key}"


@pytest.mark.proves("AUT-13")
@pytest.mark.parametrize(
    ("settings", "wanted"),
    [({}, "Basic bWU6cEBzcw=="), ({"api_key": "k"}, "Bearer k"), ({"token": False}, None)],
    ids=["no key", "a key", "none wanted"],
)
def test_name_and_password_in_the_url(call: Call, server: Server, settings: dict[str, Any], wanted: str | None) -> None:
    """They go to that host where there is no key, as any client sends them."""
    call({"base_url": server.url.replace("//", "//me:p%40ss@"), **settings}, "chat_completion", MESSAGES)
    assert sent(server) == wanted


def test_callable(open_client: Call, server: Server) -> None:
    """A key may be a function, which is asked at every call."""
    keys = iter(["hf_1", "hf_2"])
    with open_client({"model": "org/m", "api_key": lambda: next(keys)}) as client:
        client("chat_completion", MESSAGES)
        client("chat_completion", MESSAGES)
    assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer hf_1", "Bearer hf_2"]


@pytest.mark.proves("AUT-13")
def test_callable_of_other_tasks(call: Call, server: Server) -> None:
    """It is asked once for a call, whatever that takes: the look-up at the Hub and the request carry one key."""
    row = {"providerId": "t", "task": "feature-extraction"}
    server.always("GET huggingface.co/api/models/", mapping(together=row))
    server.always("POST ", Answer.of({"data": [{"index": 0, "embedding": [1.0]}]}))
    keys = iter(["hf_1", "hf_2"])
    call({"model": "org/m", "api_key": lambda: next(keys)}, "feature_extraction", "a text")
    assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer hf_1"] * 2


def test_per_call(open_client: Call, server: Server) -> None:
    """A key in the call counts for that call."""
    with open_client({"model": "org/m", "api_key": "hf_1"}) as client:
        client("chat_completion", MESSAGES, token="hf_2")
        client("chat_completion", MESSAGES, api_key="hf_3")
        client("chat_completion", MESSAGES)
    assert [asked.headers["authorization"][-4:] for asked in server.requests] == ["hf_2", "hf_3", "hf_1"]
