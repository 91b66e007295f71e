"""Text generation types: the answers of TGI, whole and streamed."""

from __future__ import annotations

import pytest

import infermux
from infermux import FinishReason, TextGenerationOutput, TextGenerationStreamOutput

FIELDS = {
    "TextGenerationOutput": "generated_text details",
    "TextGenerationOutputDetails": "finish_reason generated_tokens prefill tokens best_of_sequences seed top_tokens",
    "TextGenerationOutputBestOfSequence": "finish_reason generated_text generated_tokens prefill tokens seed"
    " top_tokens",
    "TextGenerationOutputPrefillToken": "id logprob text",
    "TextGenerationOutputToken": "id logprob special text",
    "TextGenerationStreamOutput": "index token details generated_text top_tokens",
    "TextGenerationStreamOutputStreamDetails": "finish_reason generated_tokens input_length seed",
    "TextGenerationInputGrammarType": "type value",
}
TOKEN = {"id": 1425, "text": "100", "logprob": -1.0175781, "special": False}


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    """Each type has the fields of the contract."""
    empty = getattr(infermux, name).parse({})
    assert all(getattr(empty, field) is None for field in FIELDS[name].split())


def test_details() -> None:
    """Tokens, prompt, rivals and sequences are records."""
    sequence = {
        "finish_reason": "length",
        "generated_text": "b",
        "generated_tokens": 1,
        "prefill": [],
        "tokens": [TOKEN],
    }
    details = {
        "finish_reason": "length",
        "generated_tokens": 12,
        "seed": 2**60,
        "prefill": [{"id": 487, "text": "The", "logprob": None}],
        "tokens": [TOKEN],
        "top_tokens": [[TOKEN, TOKEN]],
        "best_of_sequences": [sequence],
    }
    out = TextGenerationOutput.parse({"generated_text": "a", "details": details})
    assert out.details is not None
    assert out.details.seed == 2**60
    assert out.details.prefill[0].logprob is None
    assert out.details.tokens[0].logprob == -1.0175781
    assert type(out.details.tokens[0]) is infermux.TextGenerationOutputToken
    assert type(out.details.top_tokens[0][1]) is infermux.TextGenerationOutputToken  # type: ignore[index]
    assert out.details.best_of_sequences[0].tokens[0].text == "100"  # type: ignore[index]


def test_stream() -> None:
    """The last event holds the text and the details; the others hold None there."""
    out = TextGenerationStreamOutput.parse({"token": TOKEN, "generated_text": None, "details": None})
    assert (out.index, out.generated_text, out.details, out.token.text) == (None, None, None, "100")
    last = TextGenerationStreamOutput.parse(
        {"token": TOKEN, "generated_text": "100", "details": {"finish_reason": "length", "generated_tokens": 1}}
    )
    assert last.details is not None
    assert (last.generated_text, last.details.finish_reason, last.details.seed) == ("100", "length", None)


@pytest.mark.proves("TGT-06")
def test_finish_reason() -> None:
    """The members are equal to the strings that answers hold."""
    assert (FinishReason.Length, FinishReason.EndOfSequenceToken, FinishReason.StopSequence) == (
        "length",
        "eos_token",
        "stop_sequence",
    )
