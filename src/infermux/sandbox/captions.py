"""What pipelines say about a picture: a caption, and answers to questions; they read only what its file says."""

from __future__ import annotations

from typing import Any

from . import reading, text, tokens
from .exchange import Answer, Handler, Object, Request, is_list, reply
from .inputs import flag, whole, words_in
from .pixels import Picture
from .vision import seen

_BLIND = "I cannot tell: the sandbox sees colours and light, nothing else."
_UNREAD = "The sandbox cannot read this picture."


def caption(shown: Picture) -> str:
    """Describe a picture."""
    size = f"a picture of {shown.width} x {shown.height} pixels"
    if shown.rows is None:
        return f"{size}, a {shown.kind} that the sandbox does not decode"
    said = f' that says "{shown.note}"' if shown.note else ""
    return f"{size}, mostly {next(iter(shown.shares()))}{said}"


def _image_to_text(request: Request) -> Answer:
    told, _ = tokens.cut(caption(seen(request)), whole(request, "max_new_tokens", None), [])
    return reply([{"generated_text": told}])


def _visual_question_answering(request: Request) -> Answer:
    """List answers with a score each; they are candidates, so the scores need not sum to 1."""
    shown, asked = seen(request), set(text.words(words_in(request, "question")))
    answers = [(0.1, _BLIND), (0.05, caption(shown))]
    if asked & {"colour", "colours", "color", "colors"}:
        answers += [(0.5 + share / 2, name) for name, share in shown.shares().items()]
    if asked & {"many", "count", "number"}:
        answers.append((0.6, str(len(shown.regions()))))
    if asked & {"size", "large", "big", "wide", "high", "tall", "width", "height", "pixels"}:
        answers.append((1.0, f"{shown.width} x {shown.height} pixels"))
    if asked & {"light", "bright", "dark", "day", "night"} and shown.rows is not None:
        answers.append((0.5 + abs(shown.light() - 0.5), "light" if shown.light() >= 0.5 else "dark"))
    if asked & {"say", "says", "text", "written", "write", "read", "words", "prompt"} and shown.note:
        answers.append((1.0, shown.note))
    best = sorted(answers, key=lambda one: -one[0])
    return reply([{"score": score, "answer": answer} for score, answer in best[: whole(request, "top_k", 5)]])


def _document_question_answering(request: Request) -> Answer:
    """Answer from the text that was sent as word boxes, or that the file carries; start and end count words."""
    question, shown = words_in(request, "question"), seen(request)
    for name in ("doc_stride", "max_question_len", "max_seq_len"):
        whole(request, name, None)
    boxed = " ".join(_words(request.parameters().get("word_boxes")))
    context = boxed or shown.note
    if not context:
        return reply([{"score": 0.0, "answer": _UNREAD, "start": 0, "end": 0}])
    found: list[Object] = []
    for span in reading.answers(question, context, whole(request, "max_answer_len", 15)):
        start = len(context[: span.start].split())
        end = start + len(span.text.split()) - 1
        found.append({"score": span.score, "answer": span.text, "start": start, "end": end})
    if flag(request, "handle_impossible_answer"):
        found.append({"score": 0.01, "answer": "", "start": 0, "end": 0})
    return reply(found[: whole(request, "top_k", 1)])


def _words(boxes: Any) -> list[str]:
    """Return the words among word boxes, however they are nested."""
    if isinstance(boxes, str):
        return [boxes]
    return [word for box in boxes for word in _words(box)] if is_list(boxes) else []


CAPTIONS: dict[str, Handler] = {
    "document-question-answering": _document_question_answering,
    "image-to-text": _image_to_text,
    "visual-question-answering": _visual_question_answering,
}
