"""Whose key goes where: the one that was passed, the one that lies around, or none."""

from __future__ import annotations

import pytest

from contract.server import Answer
from infermux import errors

from .table import CHAT, HUB_MODEL, MESSAGES, MODEL, OWN, ROUTED

_AUTO = {"model": HUB_MODEL}
_ENTRY = {"together": {"status": "live", "providerId": MODEL, "task": "conversational"}}
_HUB = Answer.of({"pipeline_tag": "text-generation", "inferenceProviderMapping": _ENTRY})


@pytest.fixture
def sent(call, server):
    """Makes a chat, and tells the key of each request by its host."""

    def one(settings, **options):
        server.always("GET huggingface.co/api/", _HUB)
        server.always("POST", CHAT.good)
        call({**_AUTO, **settings}, "chat_completion", MESSAGES, **options)
        return {asked.host: asked.headers.get("authorization") for asked in server.requests}

    return one


@pytest.mark.proves("AUT-01", "CON-10")
@pytest.mark.parametrize("word", ["token", "api_key"])
def test_a_key_that_was_passed(word, sent):
    """Both words name it."""
    assert sent({word: ROUTED}) == {"router.huggingface.co": f"Bearer {ROUTED}"}


@pytest.mark.proves("CON-11")
def test_a_key_that_was_passed_twice(call, server):
    """The two words exclude each other."""
    with pytest.raises(ValueError, match="token"):
        call({"token": "hf_a", "api_key": "hf_b"}, "chat_completion", MESSAGES)
    assert server.requests == []


@pytest.mark.parametrize("word", ["token", "api_key"])
def test_a_key_of_one_call(word, sent):
    """The call's own key wins over the client's."""
    assert sent({"api_key": "hf_first"}, **{word: ROUTED}) == {"router.huggingface.co": f"Bearer {ROUTED}"}


@pytest.mark.proves("AUT-13")
def test_a_key_that_is_a_function(open_client, server):
    """It is asked at each call."""
    server.always("POST", CHAT.good)
    keys = iter(["hf_first", "hf_second"])
    with open_client({"model": HUB_MODEL, "api_key": lambda: next(keys)}) as client:
        client("chat_completion", MESSAGES)
        client("chat_completion", MESSAGES)
    assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer hf_first", "Bearer hf_second"]


@pytest.mark.proves("AUT-02", "AUT-03")
@pytest.mark.parametrize("order", range(4))
def test_a_key_that_lies_around(order, sent, monkeypatch, tmp_path):
    """The first of `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, the file of `HF_TOKEN_PATH` and the one in `HF_HOME`."""
    (tmp_path / "token").write_text("hf_3\n")
    places = [
        lambda: monkeypatch.setenv("HF_TOKEN", " hf_0 "),
        lambda: monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "hf_1"),
        lambda: monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "mine")),
    ]
    (tmp_path / "mine").write_text("hf_2")
    for place in places[order:]:
        place()
    assert sent({}) == {"router.huggingface.co": f"Bearer hf_{order}"}


@pytest.mark.proves("AUT-06")
def test_the_saved_key_by_true(sent, monkeypatch):
    """`token=True` asks for it by name, and is a word of the past; without a saved key it is an error."""
    with pytest.warns(DeprecationWarning, match="token=True"), pytest.raises(errors.InputError, match="HF_TOKEN"):
        sent({"token": True})
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    with pytest.warns(DeprecationWarning, match="token=True"):
        assert sent({"token": True}) == {"router.huggingface.co": "Bearer hf_saved"}


@pytest.mark.proves("AUT-05")
@pytest.mark.parametrize("provider", ["auto", "together", "openai"])
def test_no_key_where_one_is_needed(provider, sent, server, monkeypatch):
    """`token=False` means none, and nothing is sent where one is needed."""
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    monkeypatch.setenv("TOGETHER_API_KEY", OWN)
    with pytest.raises(errors.InputError, match="key"):
        sent({"provider": provider, "token": False})
    assert server.requests == []


@pytest.mark.proves("AUT-10")
def test_no_key_of_its_own_accord(sent, monkeypatch):
    """`HF_HUB_DISABLE_IMPLICIT_TOKEN` keeps the key at home."""
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    assert set(sent({"provider": "hf-inference"}).values()) == {None}


def test_a_token_that_lies_around_is_hugging_faces_whatever_it_begins_with(sent, monkeypatch):
    """An organisation's token does not begin with `hf_`, and still goes to the router and not to the provider."""
    monkeypatch.setenv("HF_TOKEN", "api_org_1234567")
    assert sent({"provider": "together"}) == {
        "huggingface.co": "Bearer api_org_1234567",
        "router.huggingface.co": "Bearer api_org_1234567",
    }


@pytest.mark.parametrize("key", ["", " ", "hf_with\nbreak", "schlüssel"])
def test_what_is_no_key(key, sent, server):
    """It is refused before anything is sent."""
    with pytest.raises(errors.InputError):
        sent({"api_key": key})
    assert server.requests == []
