"""Results that are one text act as it, and stay mappings."""

from __future__ import annotations

import json

import pytest

from contract.server import Answer

_SAID = "Mein Name ist Wolfgang. "
_CASES = [
    pytest.param("automatic_speech_recognition", b"fLaC", "text", id="speech"),
    pytest.param("image_to_text", b"\x89PNG\r\n\x1a\n", "generated_text", id="picture"),
    pytest.param("summarization", "My name is Wolfgang.", "summary_text", id="summary"),
    pytest.param("translation", "My name is Wolfgang.", "translation_text", id="translation"),
]


@pytest.mark.proves("NLP-33")
@pytest.mark.parametrize(("method", "given", "field"), _CASES)
def test_acts_as_its_text(method, given, field, call, server):
    """`str`, formatting, `==`, `+` and the methods of str act on the text; a mapping it stays."""
    server.say(Answer.of([{field: _SAID, "extra": 5}]))
    out = call({"base_url": server.url}, method, given)
    assert str(out) == _SAID
    assert f"{out}|{out:>30}" == f"{_SAID}|{_SAID:>30}"
    assert out == _SAID
    assert out != "another"
    assert out + "!" == _SAID + "!"
    assert "> " + out == "> " + _SAID
    assert (out.split(), out.strip(), out.upper(), out.startswith("Mein")) == (
        _SAID.split(),
        _SAID.strip(),
        _SAID.upper(),
        True,
    )
    assert isinstance(out, dict)
    assert (out[field], getattr(out, field), out.extra) == (_SAID, _SAID, 5)
    assert (len(out), sorted(out), field in out, "Wolfgang" in out) == (2, sorted([field, "extra"]), True, False)
    assert out == {field: _SAID, "extra": 5}
    assert json.loads(json.dumps(out)) == {field: _SAID, "extra": 5}
