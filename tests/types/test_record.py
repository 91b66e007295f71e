"""Records: mapping and object at once, nothing lost, and plain dicts for everyone who wants one (SURFACE 17, D3)."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infermux.types._record import Record, WrongShape
from infermux.types.chat import ChatCompletionOutput, ChatCompletionOutputComplete, ChatCompletionOutputMessage


class Word(Record):
    """A word and how sure it is."""

    label: str
    score: float
    note: str | None = None


class Page(Record):
    """Words, and one that stands out."""

    words: list[Word]
    best: Word | None = None
    rows: list[list[Word]] | None = None
    content_type: str | None = None


CHAT = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "system_fingerprint": "f",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "Hi", "tool_calls": None},
            "content_filter_results": {"hate": {"filtered": False}},
        }
    ],
    "usage": {"completion_tokens": 1, "prompt_tokens": 2, "total_tokens": 3},
    "x_groq": {"id": "req"},
}


def word() -> Word:
    """A word with a field that is not declared."""
    return Word.parse({"label": "cat", "score": 0.5, "extra": [1]})


@pytest.mark.proves("TYP-08")
def test_attribute_and_key() -> None:
    """Attribute and key are one and the same, read and written."""
    out = word()
    assert out.label == out["label"] == "cat"
    out.label = "dog"
    assert out["label"] == "dog"
    out["label"] = "cow"
    assert out.label == "cow"
    out.new = 1
    assert out["new"] == 1
    del out.new
    assert "new" not in out
    del out["label"]
    assert out.label is None


@pytest.mark.proves("TYP-09")
def test_unknown_fields_are_kept() -> None:
    """What the server says beyond the declared fields is there by attribute and by key."""
    out = word()
    assert out.extra == out["extra"] == [1]
    out = ChatCompletionOutput.parse(CHAT)
    assert out.x_groq == {"id": "req"}
    assert out.choices[0]["content_filter_results"]["hate"] == {"filtered": False}


@pytest.mark.proves("TYP-09")
def test_missing_fields_are_none() -> None:
    """A declared field that is missing reads as None; one that nobody knows is an error that lists what there is."""
    out = Word.parse({})
    assert out.label is None
    assert out["score"] is None
    assert out.get("score") is None
    assert "score" not in out
    with pytest.raises(AttributeError, match="'nothing'"):
        out.nothing  # noqa: B018
    with pytest.raises(KeyError):
        out["nothing"]
    assert not hasattr(out, "nothing")
    assert getattr(out, "nothing", 5) == 5
    with pytest.raises(AttributeError):
        del out.nothing


def test_nested() -> None:
    """Nested objects are records of their own types."""
    out = Page.parse({"words": [{"label": "a"}], "best": {"label": "b"}, "rows": [[{"label": "c"}]]})
    assert type(out.words[0]) is type(out.best) is type(out.rows[0][0]) is Word
    assert out.words[0].label == "a"
    assert type(ChatCompletionOutput.parse(CHAT).choices[0]) is ChatCompletionOutputComplete


@pytest.mark.parametrize("null", [{"words": None, "best": None}, {}])
def test_null_where_a_record_is_declared(null: dict[str, Any]) -> None:
    """null where an object or a list is declared is None."""
    assert Page.parse(null).best is None
    assert Page.parse(null).words is None


COPIES = {
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "copy()": lambda out: out.copy(),
    **{
        f"pickle {protocol}": lambda out, protocol=protocol: pickle.loads(pickle.dumps(out, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


@pytest.mark.proves("TYP-13")
@pytest.mark.parametrize("way", COPIES)
def test_copies(way: str) -> None:
    """A copy is equal, of the same type, nested ones too, and goes its own way."""
    out = ChatCompletionOutput.parse(CHAT)
    twin = COPIES[way](out)
    assert twin == out
    assert type(twin) is ChatCompletionOutput
    assert type(twin.choices[0]) is ChatCompletionOutputComplete
    assert type(twin.choices[0].message) is ChatCompletionOutputMessage
    twin.id = "y"
    assert out.id == "x"


def test_deepcopy_shares_nothing() -> None:
    """A deep copy's parts are its own."""
    out = ChatCompletionOutput.parse(CHAT)
    copy.deepcopy(out).choices[0].message.content = "other"
    assert out.choices[0].message.content == "Hi"


@pytest.mark.parametrize("way", COPIES)
def test_copies_keep_the_headers(way: str) -> None:
    """A copy knows who served it."""
    out = ChatCompletionOutput.parse(CHAT).answered({"x-inference-provider": "groq"})
    assert COPIES[way](out).served_by == "groq"


def test_parsing_leaves_the_raw_object_alone() -> None:
    """What was parsed is not changed."""
    raw = copy.deepcopy(CHAT)
    ChatCompletionOutput.parse(raw).choices[0].message.content = "other"
    assert raw == CHAT
    assert type(raw["choices"][0]) is dict  # type: ignore[index]


@pytest.mark.proves("TYP-13", "TYP-14")
def test_plain_forms() -> None:
    """JSON, dict() and the ways of pydantic give what the server sent."""
    out = ChatCompletionOutput.parse(CHAT)
    assert json.loads(json.dumps(out)) == CHAT
    assert dict(out) == CHAT
    assert {**out} == CHAT
    assert out.to_dict() == CHAT
    assert out.model_dump() == CHAT
    assert json.loads(out.model_dump_json()) == CHAT
    assert json.loads(out.model_dump_json(indent=2)) == CHAT
    assert out.model_dump(mode="python", exclude_unset=True) == CHAT
    assert json.loads(out.to_json()) == CHAT
    assert out.to_json() == out.model_dump_json(indent=2, exclude_unset=True)
    assert out.to_json(indent=None) == out.model_dump_json()


def test_to_dict_is_plain_all_the_way() -> None:
    """`to_dict` and `model_dump` hold no record, and share nothing with the answer."""
    out = ChatCompletionOutput.parse(CHAT)
    plain = out.model_dump()
    assert type(plain["choices"][0]) is type(plain["choices"][0]["message"]) is dict
    plain["choices"][0]["message"]["content"] = "other"
    assert out.choices[0].message.content == "Hi"


def test_without_nones() -> None:
    """`exclude_none` leaves the Nones out, those inside as well."""
    out = ChatCompletionOutput.parse(CHAT)
    plain = out.model_dump(exclude_none=True)
    assert json.loads(out.model_dump_json(exclude_none=True)) == plain
    assert "tool_calls" not in plain["choices"][0]["message"]
    assert "logprobs" not in plain["choices"][0]


def test_equality() -> None:
    """Equal to a plain dict of the same content, both ways round, at any depth."""
    out = ChatCompletionOutput.parse(CHAT)
    assert out == CHAT
    assert out == CHAT
    assert out.choices == CHAT["choices"]
    assert out != {**CHAT, "id": "y"}


def test_is_a_dict() -> None:
    """It is a dict, with all that a dict can do."""
    out = word()
    assert isinstance(out, dict)
    assert list(out) == ["label", "score", "extra"]
    assert len(out) == 3
    assert "label" in out
    assert out.pop("extra") == [1]
    out.update(label="x")
    assert out.label == "x"
    match out:
        case {"label": str(label)}:
            assert label == "x"


def test_fields_named_like_methods_of_dict() -> None:
    """A field that is named like a method of dict is there by its key, and the method stays."""
    out = Word.parse({"items": [1], "keys": 2, "copy": 3})
    assert out["items"] == [1]
    assert list(out.items()) == [("items", [1]), ("keys", 2), ("copy", 3)]


def test_repr() -> None:
    """The repr is that of a dataclass, with missing fields as None and the extra ones behind."""
    assert repr(Word.parse({"label": "cat", "extra": [1]})) == "Word(label='cat', score=None, note=None, extra=[1])"
    assert str(word()) == repr(word())


def test_dir() -> None:
    """Editors complete declared and extra fields."""
    assert {"label", "score", "note", "extra"} <= set(dir(word()))


def test_made_by_hand() -> None:
    """A record is made with keywords, or of a dict, and nothing is added."""
    assert Word(label="a", score=1) == {"label": "a", "score": 1}
    assert Word({"label": "a"}) == {"label": "a"}
    assert json.dumps(ChatCompletionOutputMessage(role="user", content="x")) == '{"role": "user", "content": "x"}'


@pytest.mark.proves("TYP-10")
@pytest.mark.parametrize("kind", [bytes, str, dict])
def test_parse_obj_as_instance(kind: type) -> None:
    """One record of JSON bytes, JSON text, an object, or a list that holds one."""
    raw = {"label": "a", "score": 1.0}
    text = json.dumps(raw)
    given_: Any = {bytes: text.encode(), str: text, dict: raw}[kind]
    out = Word.parse_obj_as_instance(given_)
    assert (type(out), out) == (Word, raw)
    listed: Any = {bytes: f"[{text}]".encode(), str: f"[{text}]", dict: [raw]}[kind]
    assert Word.parse_obj_as_instance(listed) == raw


@pytest.mark.proves("TYP-10")
@pytest.mark.parametrize("kind", [bytes, str, list])
def test_parse_obj_as_list(kind: type) -> None:
    """Records of a list, in any form."""
    raw = [{"label": "a"}, {"label": "b"}]
    given_: Any = {bytes: json.dumps(raw).encode(), str: json.dumps(raw), list: raw}[kind]
    out = Word.parse_obj_as_list(given_)
    assert out == raw
    assert {type(item) for item in out} == {Word}


def test_parse_obj() -> None:
    """A record of an object, records of a list."""
    assert type(Word.parse_obj({"label": "a"})) is Word
    assert [type(item) for item in Word.parse_obj(b'[{"label": "a"}]')] == [Word]


@pytest.mark.proves("TYP-11")
def test_keys_are_normalised() -> None:
    """Dashes, blanks and capitals in keys become the names of the fields."""
    out = Page.parse_obj_as_instance({"content-type": "audio/flac"})
    assert out.content_type == out["content_type"] == "audio/flac"
    out = Page.parse_obj_as_instance({"Content Type": "audio/flac"})
    assert out.content_type == "audio/flac"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ([1], "the answer should be an object"),
        ("text", "the answer should be an object"),
        (None, "the answer should be an object"),
        ({"words": 5}, "words should be a list"),
        ({"words": {"label": "a"}}, "words should be a list"),
        ({"words": [{"label": "a"}, 5]}, r"words\[1\] should be an object"),
        ({"words": [None]}, r"words\[0\] should be an object"),
        ({"best": [1]}, "best should be an object"),
        ({"rows": [[], [{}, "x"]]}, r"rows\[1\]\[1\] should be an object"),
    ],
)
def test_wrong_shape(raw: Any, path: str) -> None:
    """The error names the path to what is wrong, and shows it."""
    with pytest.raises(WrongShape, match=f"^{path}, and is "):
        Page.parse(raw)


def test_deep_path() -> None:
    """The path leads through every level."""
    with pytest.raises(WrongShape, match=r"^choices\[0\]\.message should be an object, and is 'Hi'$"):
        ChatCompletionOutput.parse({"choices": [{"message": "Hi"}]})


def test_headers_are_no_part_of_the_mapping() -> None:
    """The headers of the answer are there, and in none of the plain forms."""
    out = word().answered({"x-inference-provider": "groq"})
    assert out.served_by == "groq"
    assert out.response_headers == {"x-inference-provider": "groq"}
    assert out == word()
    assert "groq" not in json.dumps(out) + repr(out)
    assert word().served_by is None
    assert word().response_headers == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text() | st.sampled_from(["label", "score", "note"]), JSON))
def test_any_object_of_plain_fields(raw: dict[str, Any]) -> None:
    """Extra data never make parsing fail, and JSON gives back what came."""
    out = Word.parse(raw)
    assert out == raw
    assert json.loads(json.dumps(out)) == raw
    assert pickle.loads(pickle.dumps(out)) == raw


@given(st.fixed_dictionaries({}, optional={"choices": JSON, "usage": JSON, "id": JSON, "x": JSON}) | JSON)
def test_any_chat(raw: Any) -> None:
    """Whatever a server sends as a chat is either read or of the wrong shape."""
    with suppress(WrongShape):
        assert ChatCompletionOutput.parse(raw) == raw
