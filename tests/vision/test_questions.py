"""Questions about pages and pictures."""

from __future__ import annotations

import pytest

import infermux
from contract.server import Answer
from infermux import InputError, ProviderOutputError

from .pictures import BASE64, PNG, there

DOCUMENT, VISUAL = "document_question_answering", "visual_question_answering"
_HUB = "GET huggingface.co/api/models/"


@pytest.mark.proves("MUL-01", "BIN-04")
def test_an_answer_out_of_a_page(call, server):
    """The documents' example: the page is fetched, and goes with the question as base64."""
    server.always("GET files.example/invoice.png", Answer(PNG, headers={"content-type": "image/png"}))
    said = [{"score": 0.42515629529953003, "answer": "us-001", "start": 16, "end": 16}]
    server.say(Answer.of(said))
    question = "What is the invoice number?"
    out = call(there(server), DOCUMENT, image="https://files.example/invoice.png", question=question)
    assert out == said
    assert isinstance(out[0], infermux.DocumentQuestionAnsweringOutputElement)
    assert (out[0].answer, out[0].score, out[0].start, out[0].end) == ("us-001", 0.42515629529953003, 16, 16)
    assert server.requests[-1].json == {"inputs": {"question": question, "image": BASE64}}


@pytest.mark.proves("MUL-02")
def test_options_of_a_question_about_a_page(call, server):
    """All eight go into the parameters, and the server's own with them."""
    options = {
        "doc_stride": 1,
        "handle_impossible_answer": True,
        "lang": "en",
        "max_answer_len": 2,
        "max_question_len": 3,
        "max_seq_len": 4,
        "top_k": 5,
        "word_boxes": ["us-001", [0.0, 1.5, 2.0, 3.0]],
    }
    server.say(Answer.of([]))
    assert call(there(server), DOCUMENT, PNG, "Which?", **options, extra_body={"own": 1}) == []
    inputs = {"question": "Which?", "image": BASE64}
    assert server.requests[0].json == {"inputs": inputs, "parameters": {**options, "own": 1}}


@pytest.mark.parametrize("method", [DOCUMENT, VISUAL])
def test_an_answer_by_itself(method, call, server):
    """A model that writes its answers tells nothing else, and some servers send no list of one."""
    for said in {"answer": "us-001"}, [{"answer": "us-001"}]:
        server.say(Answer.of(said))
        (one,) = call(there(server), method, PNG, "Which?")
        assert (one.answer, one.score) == ("us-001", None)


@pytest.mark.proves("MUL-03")
def test_an_answer_about_a_picture(call, server):
    """The documents' example, as hf-inference takes it: the question stands beside the picture."""
    said = [
        {"score": 0.778609573841095, "answer": "laying down"},
        {"score": 0.6957435607910156, "answer": "sitting"},
    ]
    server.always(_HUB, Answer.of({"pipeline_tag": "visual-question-answering"}))
    server.say(Answer.of(said))
    settings = {"provider": "hf-inference", "model": "org/m", "api_key": "hf_1"}
    out = call(settings, VISUAL, image=PNG, question="What is the animal doing?")
    assert out == said
    assert isinstance(out[0], infermux.VisualQuestionAnsweringOutputElement)
    assert [one.answer for one in out] == ["laying down", "sitting"]
    assert out[0].score == 0.778609573841095
    asked = server.requests[-1]
    assert asked.line == "POST router.huggingface.co/hf-inference/models/org/m"
    assert asked.json == {
        "inputs": BASE64,
        "parameters": {},
        "question": "What is the animal doing?",
        "image": BASE64,
    }


@pytest.mark.proves("MUL-03", "MUL-04")
def test_an_answer_about_a_picture_at_an_endpoint(call, server):
    """A container gives its pipeline what is among the inputs, so both stand there."""
    server.say(Answer.of([{"score": 0.5, "answer": "two"}]))
    assert call(there(server), VISUAL, PNG, "How many?", top_k=1)[0].answer == "two"
    assert server.requests[0].json == {"inputs": {"question": "How many?", "image": BASE64}, "parameters": {"top_k": 1}}


@pytest.mark.proves("MUL-04")
def test_options_of_a_question_about_a_picture(call, server):
    """`top_k` goes into the parameters, also at hf-inference."""
    server.always(_HUB, Answer.of({"pipeline_tag": "visual-question-answering"}))
    server.say(Answer.of([]))
    call({"provider": "hf-inference", "model": "org/m", "api_key": "hf_1"}, VISUAL, PNG, "Who?", top_k=2)
    assert server.requests[-1].json["parameters"] == {"top_k": 2}


@pytest.mark.parametrize("method", [DOCUMENT, VISUAL])
@pytest.mark.parametrize("said", [{}, {"error": "no"}, "us-001", ["us-001"], [5], None], ids=str)
def test_no_answers(said, method, call, server):
    """What holds no answers is refused."""
    server.say(Answer.of(said))
    with pytest.raises(ProviderOutputError):
        call(there(server), method, PNG, "Which?")


@pytest.mark.parametrize("method", [DOCUMENT, VISUAL])
@pytest.mark.parametrize("question", [None, 5, ["Who?"]], ids=str)
def test_no_question(method, question, call, server):
    """What is no text is refused before anything is sent."""
    with pytest.raises(InputError, match="question must be a str"):
        call(there(server), method, PNG, question)
    assert server.requests == []
