"""Every type name that huggingface_hub exports is here, and each record keeps what records promise (SURFACE 17)."""

from __future__ import annotations

import ast
import copy
import importlib
import json
import pickle
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import huggingface_hub.inference._generated.types as peer
import pytest

import infermux
from infermux.types._record import Record

PEER_NAMES = [
    name.name
    for node in ast.parse(Path(peer.__file__).read_text("utf-8")).body
    if isinstance(node, ast.ImportFrom) and node.module != "base"
    for name in node.names
]
ROOT = ast.parse(Path(infermux.__file__).read_text("utf-8"))
FAMILIES = [
    node.module or ""
    for node in ast.walk(ROOT)
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and (node.module or "").startswith("types.")
]
RECORDS = {
    name: found
    for name, found in ((name, getattr(infermux, name)) for name in infermux.__all__)
    if isinstance(found, type) and issubclass(found, Record)
}


def _example(hint: Any) -> Any:
    """A JSON value of a declared type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _example(inner[0])
    if origin is Literal:
        return inner[0]
    if origin is list:
        return [_example(inner[0])]
    if origin is dict or hint is dict:
        return {"any": [1, {"deep": None}]}
    if isinstance(hint, type) and issubclass(hint, Record):
        return _raw(hint)
    return {str: "a", int: 1, float: 0.5, bool: True, Any: {"any": [1]}, object: 1, bytes: "a"}[hint]


def _raw(kind: type[Record]) -> dict[str, Any]:
    """An object of JSON with every field that a record declares."""
    hints = get_type_hints(kind)
    return {name: _example(hints[name]) for name in kind._fields}


def _alike(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(one) is not type(other) or one != other:
        return False
    if isinstance(one, dict):
        return all(_alike(one[key], other[key]) for key in one)
    return all(map(_alike, one, other)) if isinstance(one, list) else True


@pytest.mark.proves("TYP-12")
@pytest.mark.parametrize("name", PEER_NAMES)
def test_a_name_of_the_peer(name: str) -> None:
    """The name is public, its records have the peer's fields at least, and its words are the peer's."""
    assert name in infermux.__all__
    own, theirs = getattr(infermux, name), getattr(peer, name)
    if is_dataclass(theirs):
        wanted = {field.name for field in fields(theirs)}
        assert wanted <= set(own._fields)
        assert {field: getattr(own.parse({}), field) for field in wanted} == dict.fromkeys(wanted)
    elif get_origin(theirs) is Literal:
        assert get_args(own) == get_args(theirs)
    else:
        # A union there is here the class of which the others are kinds, as it can be made as well.
        kinds = get_args(own) or own.__subclasses__()
        assert {kind.__name__ for kind in kinds} == {kind.__name__ for kind in get_args(theirs)}


def test_the_peer_has_as_many() -> None:
    """The count of the contract: a peer that renames its file of names does not make this test empty."""
    assert len(PEER_NAMES) >= 169


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_public(family: str) -> None:
    """What type checkers see of a family is there when the program runs: all it defines, under the same names."""
    module = importlib.import_module(f"infermux.{family}")
    tree = ast.parse(Path(module.__file__ or "").read_text("utf-8")).body
    defined = [node.name for node in tree if isinstance(node, ast.ClassDef)]
    defined += [ast.unparse(node.targets[0]) for node in tree if isinstance(node, ast.Assign)]
    public = [name for name in defined if not name.startswith("_")]
    assert [name for name in public if name not in infermux.__all__] == []
    assert [name for name in public if getattr(infermux, name) is not getattr(module, name)] == []


class TestNames:
    """Types are loaded when they are named, and nobody notices."""

    def test_star(self) -> None:
        """`from infermux import *` brings all of them."""
        space: dict[str, Any] = {}
        exec("from infermux import *", space)
        assert set(infermux.__all__) <= set(space)

    def test_dir(self) -> None:
        """`dir()` names what is not loaded yet, in a fresh interpreter too."""
        code = "import infermux; print(*set(infermux.__all__) - set(dir(infermux)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.split() == []

    @pytest.mark.parametrize("module", ["audio_inputs", "text_inputs", "vision_inputs"])
    def test_rare_ones_wait(self, module: str) -> None:
        """`import infermux` loads no typed input but those of chat."""
        code = f"import infermux, sys; print('infermux.types.{module}' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["False"]

    def test_unknown(self) -> None:
        """A name that there is not is the usual error."""
        with pytest.raises(AttributeError, match="'infermux' has no attribute 'NoSuchType'"):
            infermux.NoSuchType  # type: ignore[attr-defined] # noqa: B018
        with pytest.raises(ImportError, match="NoSuchType"):
            exec("from infermux import NoSuchType")

    def test_one_object(self) -> None:
        """A name gives one and the same type, wherever it is taken from."""
        from infermux.types.vision_inputs import ImageToImageTargetSize

        assert infermux.ImageToImageTargetSize is infermux.ImageToImageTargetSize is ImageToImageTargetSize
        assert pickle.loads(pickle.dumps(infermux.ImageToImageTargetSize)) is ImageToImageTargetSize


@pytest.mark.parametrize("name", RECORDS)
class TestRecord:
    """What every record promises, asked of every record there is."""

    @pytest.mark.proves("TYP-08")
    def test_in_step(self, name: str) -> None:
        """It is a dict; attribute and key are one, read, written and deleted from either side."""
        kind = RECORDS[name]
        out = kind.parse(_raw(kind))
        assert isinstance(out, dict)
        for field in kind._fields:
            assert getattr(out, field) is out[field]
            setattr(out, field, "by attribute")
            assert out[field] == "by attribute"
            out[field] = "by key"
            assert getattr(out, field) == "by key"
        for field in kind._fields:
            delattr(out, field)
            assert field not in out
        assert out == {}

    @pytest.mark.proves("TYP-13")
    def test_round_trips(self, name: str) -> None:
        """JSON, copies and pickles give it back, the types of its parts too."""
        kind = RECORDS[name]
        raw = _raw(kind)
        out = kind.parse(raw)
        assert out == raw
        assert raw == out
        assert json.loads(json.dumps(out)) == raw
        assert _alike(kind.parse(json.loads(json.dumps(out))), out)
        ways = [copy.copy(out), copy.deepcopy(out), out.copy()]
        ways += [pickle.loads(pickle.dumps(out, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        assert all(_alike(twin, out) for twin in ways)
        out.beyond = 1  # type: ignore[attr-defined]
        assert all("beyond" not in twin for twin in ways)

    @pytest.mark.proves("TYP-10")
    def test_parse_obj(self, name: str) -> None:
        """Bytes, text, an object or a list: each becomes records."""
        kind = RECORDS[name]
        raw = _raw(kind)
        text = json.dumps(raw)
        whole = kind.parse(raw)
        given: list[Any] = [raw, text, text.encode()]
        listed: list[Any] = [[raw], f"[{text}]", f"[{text}]".encode()]
        for form in given:
            assert _alike(kind.parse_obj(form), whole)
        for form in listed:
            assert _alike(kind.parse_obj(form), [whole])
        for form in given + listed:
            assert _alike(kind.parse_obj_as_instance(form), whole)
            assert _alike(kind.parse_obj_as_list(form), [whole])

    @pytest.mark.proves("TYP-14")
    def test_plain_forms(self, name: str) -> None:
        """`to_dict`, `model_dump` and `model_dump_json` give plain JSON, equal to what came."""
        kind = RECORDS[name]
        raw = _raw(kind)
        out = kind.parse(raw)
        assert _alike(out.to_dict(), raw)
        assert _alike(out.model_dump(), raw)
        assert json.loads(out.model_dump_json()) == raw

    def test_words(self, name: str) -> None:
        """`help()` has a sentence about it."""
        assert (RECORDS[name].__doc__ or "").strip()


@pytest.mark.proves("TYP-09")
@pytest.mark.parametrize("name", [name for name in RECORDS if name != "TextGenerationParameters"])
def test_unknown_and_missing(name: str) -> None:
    """Fields beyond the declared ones are kept, those that are missing read as None."""
    kind = RECORDS[name]
    out = kind.parse({"beyond": [1]})
    assert out.beyond == out["beyond"] == [1]  # type: ignore[attr-defined]
    assert [getattr(out, field) for field in kind._fields] == [None] * len(kind._fields)
    assert "beyond=[1]" in repr(out)
