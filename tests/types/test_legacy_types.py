"""The names and defaults of releases 0.18 to 0.31 of huggingface_hub (SURFACE 17)."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import infermux
from contract.server import Answer, Server
from infermux import FinishReason, InputError, TextGenerationParameters, ValidationError

Call = Callable[..., Any]

DEFAULTS = {
    "do_sample": False,
    "max_new_tokens": 20,
    "repetition_penalty": None,
    "return_full_text": False,
    "stop": [],
    "seed": None,
    "temperature": None,
    "top_k": None,
    "top_p": None,
    "truncate": None,
    "typical_p": None,
    "best_of": None,
    "watermark": False,
    "details": False,
    "decoder_input_details": False,
}
TOKEN = {"id": 1425, "text": "100", "logprob": -1.0175781, "special": False}
INPUT_TOKENS = [
    {"id": 487, "text": "The", "logprob": None},
    {"id": 53789, "text": " hugging", "logprob": -13.171875},
]
DETAILS = {
    "finish_reason": "length",
    "generated_tokens": 12,
    "seed": None,
    "prefill": INPUT_TOKENS,
    "tokens": [TOKEN],
    "best_of_sequences": None,
}
SEQUENCE = {
    "generated_text": "100",
    "finish_reason": "eos_token",
    "generated_tokens": 1,
    "seed": 7,
    "prefill": INPUT_TOKENS,
    "tokens": [TOKEN],
}

ALIASES = {
    "AudioToAudioOutput": "AudioToAudioOutputElement",
    "BestOfSequence": "TextGenerationOutputBestOfSequence",
    "ChatCompletionInputToolType": "ChatCompletionInputToolChoiceClass",
    "ChatCompletionInputToolTypeClass": "ChatCompletionInputToolChoiceClass",
    "ChatCompletionOutputChoice": "ChatCompletionOutputComplete",
    "ChatCompletionOutputChoiceMessage": "ChatCompletionOutputMessage",
    "Details": "TextGenerationOutputDetails",
    "FillMaskOutput": "FillMaskOutputElement",
    "ImageSegmentationOutput": "ImageSegmentationOutputElement",
    "InputToken": "TextGenerationOutputPrefillToken",
    "ObjectDetectionOutput": "ObjectDetectionOutputElement",
    "QuestionAnsweringOutput": "QuestionAnsweringOutputElement",
    "StreamDetails": "TextGenerationStreamOutputStreamDetails",
    "SummarizationGenerationParameters": "SummarizationParameters",
    "TableQuestionAnsweringOutput": "TableQuestionAnsweringOutputElement",
    "TextGenerationOutputSequenceDetails": "TextGenerationOutputBestOfSequence",
    "TextGenerationPrefillToken": "TextGenerationOutputPrefillToken",
    "TextGenerationResponse": "TextGenerationOutput",
    "TextGenerationStreamDetails": "TextGenerationStreamOutputStreamDetails",
    "TextGenerationStreamResponse": "TextGenerationStreamOutput",
    "Token": "TextGenerationOutputToken",
    "TokenClassificationOutput": "TokenClassificationOutputElement",
    "ToolElement": "ChatCompletionInputTool",
    "TranslationGenerationParameters": "TranslationParameters",
}


@pytest.mark.parametrize("name", ALIASES)
def test_alias(name: str) -> None:
    """The older name is the same class: what comes back is of it."""
    assert getattr(infermux, name) is getattr(infermux, ALIASES[name])


@pytest.mark.parametrize(
    "name",
    [
        "AudioClassificationOutputElement",
        "ImageClassificationOutputElement",
        "TextClassificationOutputElement",
        "VideoClassificationOutputElement",
        "ZeroShotClassificationOutputElement",
        "ZeroShotImageClassificationOutputElement",
    ],
)
def test_classification(name: str) -> None:
    """What each classifier gives is a `ClassificationOutput`, under a name of its own."""
    out = getattr(infermux, name).parse({"label": "hap", "score": 0.5})
    assert isinstance(out, infermux.ClassificationOutput)
    assert repr(out) == f"{name}(label='hap', score=0.5)"


FORMER = {
    "TextToImageTargetSize": "height width",
    "ZeroShotClassificationInputData": "candidate_labels text",
    "ZeroShotImageClassificationInputData": "candidate_labels image",
    "ZeroShotObjectDetectionInputData": "candidate_labels image",
}


@pytest.mark.parametrize(("name", "fields"), FORMER.items())
def test_former_types(name: str, fields: str) -> None:
    """What releases 0.22 to 0.28 had besides is here, with its fields."""
    made = getattr(infermux, name)(**{field: f"<{field}>" for field in fields.split()})
    assert repr(made) == f"{name}({', '.join(f'{field}={chr(39)}<{field}>{chr(39)}' for field in fields.split())})"


def test_grammar(call: Call, server: Server) -> None:
    """Releases 0.24 to 0.31 had one class for the form of an answer; those of today are kinds of it."""
    schema = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
    grammar = infermux.ChatCompletionInputGrammarType(type="json", value=schema)
    server.say(Answer.of({"choices": []}))
    call({"base_url": server.url}, "chat_completion", [{"role": "user", "content": "Hi"}], response_format=grammar)
    assert server.requests[0].json["response_format"] == {"type": "json", "value": schema}
    for name in ("Text", "JSONObject", "JSONSchema"):
        kind = getattr(infermux, f"ChatCompletionInputResponseFormat{name}")
        assert isinstance(kind(type=name), infermux.ChatCompletionInputGrammarType)


DOCUMENTED = [
    pytest.param("ClassificationOutput", "label score", marks=pytest.mark.proves("TYP-01")),
    pytest.param(
        "ConversationalOutputConversation",
        "generated_responses past_user_inputs",
        marks=pytest.mark.proves("TYP-02"),
    ),
    pytest.param("ConversationalOutput", "generated_text conversation warnings", marks=pytest.mark.proves("TYP-03")),
    pytest.param("ImageSegmentationOutput", "label mask score", marks=pytest.mark.proves("TYP-04")),
    pytest.param("TokenClassificationOutput", "entity_group score word start end", marks=pytest.mark.proves("TYP-05")),
    pytest.param("ObjectDetectionOutput", "label score box", marks=pytest.mark.proves("TYP-06")),
    pytest.param("TextGenerationResponse", "generated_text details", marks=pytest.mark.proves("TGT-02")),
    pytest.param("TextGenerationStreamResponse", "token generated_text details", marks=pytest.mark.proves("TGT-03")),
    pytest.param("InputToken", "id text logprob", marks=pytest.mark.proves("TGT-04")),
    pytest.param("Token", "id text logprob special", marks=pytest.mark.proves("TGT-05")),
    pytest.param(
        "BestOfSequence",
        "generated_text finish_reason generated_tokens seed prefill tokens",
        marks=pytest.mark.proves("TGT-07"),
    ),
    pytest.param(
        "Details",
        "finish_reason generated_tokens seed prefill tokens best_of_sequences",
        marks=pytest.mark.proves("TGT-08"),
    ),
    pytest.param("StreamDetails", "finish_reason generated_tokens seed", marks=pytest.mark.proves("TGT-09")),
]


@pytest.mark.parametrize(("name", "documented"), DOCUMENTED)
def test_documented_fields(name: str, documented: str) -> None:
    """It can be imported and made with the fields that the document lists, each read by attribute and by key."""
    given = {field: f"<{field}>" for field in documented.split()}
    made = getattr(infermux, name)(**given)
    assert {field: getattr(made, field) for field in given} == given == made
    assert {field: made[field] for field in given} == given


@pytest.mark.proves("TGT-01")
class TestTextGenerationParameters:
    """The options of text generation as a class."""

    def test_defaults(self) -> None:
        """Without arguments it holds the documented defaults."""
        made = TextGenerationParameters()
        assert {name: getattr(made, name) for name in DEFAULTS} == DEFAULTS
        assert {name: made[name] for name in DEFAULTS} == DEFAULTS
        assert list(TextGenerationParameters._fields) == list(DEFAULTS)

    def test_given(self) -> None:
        """What is given stands beside the defaults; nobody shares a list."""
        made = TextGenerationParameters(max_new_tokens=5, stop=["."], temperature=0.5)
        assert (made.max_new_tokens, made.stop, made.temperature, made.do_sample) == (5, ["."], 0.5, False)
        TextGenerationParameters().stop.append("x")
        assert TextGenerationParameters().stop == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"best_of": 0},
            {"best_of": 2},
            {"best_of": 2, "seed": 1, "do_sample": True},
            {"repetition_penalty": 0.0},
            {"seed": -1},
            {"temperature": 0.0},
            {"temperature": -0.5},
            {"top_k": 0},
            {"top_p": 0.0},
            {"top_p": 1.5},
            {"truncate": 0},
            {"typical_p": 0.0},
            {"typical_p": 1.0},
        ],
        ids=str,
    )
    def test_out_of_range(self, wrong: dict[str, Any]) -> None:
        """What the server would refuse is refused when it is made."""
        with pytest.raises(ValidationError):
            TextGenerationParameters(**wrong)
        with pytest.raises(ValidationError):
            TextGenerationParameters.parse(wrong)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"max_new_tokens": "many"}, "max_new_tokens is of the wrong type"),
            ({"stop": "."}, "stop is of the wrong type"),
            ({"details": 1}, "details is of the wrong type"),
            ({"max_new_token": 5}, "did you mean 'max_new_tokens'"),
        ],
    )
    def test_wrong(self, wrong: dict[str, Any], words: str) -> None:
        """A wrong type or name is told at once."""
        with pytest.raises(InputError, match=words):
            TextGenerationParameters(**wrong)

    def test_copies(self) -> None:
        """It is a record: JSON, copies and pickles."""
        made = TextGenerationParameters(top_k=5)
        assert TextGenerationParameters.parse_obj_as_instance(json.dumps(made)) == made
        for twin in (made.copy(), copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert type(twin) is TextGenerationParameters
            assert twin == made

    def test_used(self, call: Call, server: Server) -> None:
        """`text_generation(prompt, **parameters)` sends them; nothing that was not set goes along."""
        server.say(Answer.of({"generated_text": "x"}))
        out = call(
            {"base_url": server.url}, "text_generation", "Once", **TextGenerationParameters(top_k=5, max_new_tokens=3)
        )
        assert out == "x"
        wanted = {"do_sample": False, "max_new_tokens": 3, "return_full_text": False, "stop": [], "watermark": False}
        sent = server.requests[0].json["parameters"]
        assert {name: sent.get(name) for name in wanted} == wanted
        assert sent["top_k"] == 5
        assert "seed" not in sent

    def test_words(self) -> None:
        """`help()` says what it is for."""
        assert "ValidationError" in (inspect.getdoc(TextGenerationParameters) or "")


@pytest.mark.proves("TGT-02", "TGT-04", "TGT-05", "TGT-07", "TGT-08")
def test_a_whole_answer(call: Call, server: Server) -> None:
    """The documented answer is of the older classes all the way down; the first token of a prompt has no logprob."""
    details = {**DETAILS, "best_of_sequences": [SEQUENCE]}
    server.say(Answer.of({"generated_text": "100", "details": details}))
    out = call({"base_url": server.url}, "text_generation", "Once", details=True)
    assert isinstance(out, infermux.TextGenerationResponse)
    assert isinstance(out.details, infermux.Details)
    first, second = out.details.prefill
    assert isinstance(first, infermux.InputToken)
    assert (first.id, first.text, first.logprob, second.logprob) == (487, "The", None, -13.171875)
    (token,) = out.details.tokens
    assert isinstance(token, infermux.Token)
    assert (token.id, token.text, token.logprob, token.special) == (1425, "100", -1.0175781, False)
    assert out.details.finish_reason == FinishReason.Length
    (sequence,) = out.details.best_of_sequences or []
    assert isinstance(sequence, infermux.BestOfSequence)
    assert (sequence.generated_text, sequence.seed, sequence.tokens) == ("100", 7, [TOKEN])
    assert FinishReason(sequence.finish_reason) is FinishReason.EndOfSequenceToken


@pytest.mark.proves("TGT-03", "TGT-09")
def test_a_stream(call: Call, server: Server) -> None:
    """The items of a stream are of the older classes; the last has the text and the details."""
    last = {"finish_reason": "stop_sequence", "generated_tokens": 2, "seed": 3}
    server.say(
        Answer.events(
            {"token": TOKEN, "generated_text": None, "details": None},
            {"token": TOKEN, "generated_text": "100100", "details": last},
            end="",
        )
    )
    items = call({"base_url": server.url}, "text_generation", "Once", details=True, stream=True)
    assert all(isinstance(item, infermux.TextGenerationStreamResponse) for item in items)
    assert [item.generated_text for item in items] == [None, "100100"]
    assert isinstance(items[-1].details, infermux.StreamDetails)
    assert items[-1].details == last
    assert items[-1].details.finish_reason == FinishReason.StopSequence


def test_conversation() -> None:
    """What `conversational` gives has its talk typed."""
    raw = {
        "generated_text": "The best",
        "conversation": {"generated_responses": ["The best"], "past_user_inputs": ["Which?"]},
        "warnings": [],
    }
    out = infermux.ConversationalOutput.parse(raw)
    assert type(out.conversation) is infermux.ConversationalOutputConversation
    assert out == raw
