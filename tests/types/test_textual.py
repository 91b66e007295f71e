"""Text records: an answer that is one text acts as that text, and stays a mapping (SURFACE 19, C7)."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from infermux.types.speech import AutomaticSpeechRecognitionOutput as Output
from infermux.types.speech import AutomaticSpeechRecognitionOutputChunk

TEXT = " Hello World "


def out() -> Output:
    """An answer with chunks."""
    return Output.parse({"text": TEXT, "chunks": [{"text": "Hello", "timestamp": [0.0, 0.5]}]})


def test_text() -> None:
    """`str()`, formatting and printing give the text."""
    assert str(out()) == TEXT
    assert f"{out()}" == TEXT
    assert f"{out():>20}" == f"{TEXT:>20}"
    assert "%s" % out() == TEXT  # noqa: UP031
    assert "{}".format(out()) == TEXT  # noqa: UP032


def test_equality() -> None:
    """Equal to its text and to its dict, both ways round."""
    assert out() == TEXT
    assert out() == TEXT
    assert out() != "other"
    assert out() == {"text": TEXT, "chunks": [{"text": "Hello", "timestamp": [0.0, 0.5]}]}
    assert out() == out()
    assert not out() != TEXT  # noqa: SIM202
    assert out() != {"text": "other"}
    assert out() != 5


def test_addition() -> None:
    """It is added to texts as a text."""
    assert out() + "!" == TEXT + "!"
    assert "> " + out() == "> " + TEXT


@pytest.mark.parametrize("name", [name for name in dir(str) if not name.startswith("_") and name not in dir(dict)])
def test_methods_of_str(name: str) -> None:
    """Every method of str is there."""
    assert callable(getattr(out(), name))


def test_what_methods_give() -> None:
    """The methods act on the text."""
    assert out().strip() == "Hello World"
    assert out().split() == ["Hello", "World"]
    assert out().lower() == TEXT.lower()
    assert out().startswith(" Hello")
    assert out().replace("World", "you") == " Hello you "


def test_mapping() -> None:
    """`[]`, `in`, `len` and iteration are those of a mapping."""
    assert out()["text"] == out().text == TEXT
    assert "text" in out()
    assert "Hello" not in out()
    assert len(out()) == 2
    assert list(out()) == ["text", "chunks"]
    assert json.loads(json.dumps(out()))["text"] == TEXT
    assert isinstance(out(), dict)


def test_chunks() -> None:
    """Parts are records."""
    chunk = out().chunks[0]  # type: ignore[index]
    assert type(chunk) is AutomaticSpeechRecognitionOutputChunk
    assert (chunk.text, chunk.timestamp) == ("Hello", [0.0, 0.5])
    assert Output.parse({"text": "a"}).chunks is None


def test_repr() -> None:
    """The repr is that of a record."""
    assert repr(Output.parse({"text": "a"})) == "AutomaticSpeechRecognitionOutput(text='a', chunks=None)"


def test_unknown_attribute() -> None:
    """What neither a text nor the answer has is an error."""
    with pytest.raises(AttributeError):
        out().nothing  # noqa: B018
    assert Output.parse({"text": "a", "language": "en"}).language == "en"


def test_copies() -> None:
    """Copies are text records still."""
    for twin in (pickle.loads(pickle.dumps(out())), copy.copy(out()), copy.deepcopy(out())):
        assert type(twin) is Output
        assert twin == TEXT


def test_unhashable() -> None:
    """It is no key: a mapping that can change."""
    with pytest.raises(TypeError):
        hash(out())
