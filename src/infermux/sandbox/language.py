"""What pipelines make of texts: vectors, summaries, translations, filled gaps and answers."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from . import openai, reading, text, tokens
from .exchange import Answer, Handler, Object, Request, is_list, is_object, reply
from .inputs import choice, each, flag, inputs_of, refuse, softmax, whole, words_in, wrong

_MASK = re.compile(r"\[MASK\]|<mask>")
_VOCABULARY = text.words(
    "the this that it everything life time people love work world money good great new hello wonderful beautiful happy "
    "to be a my he she they we you water home music science language learning code house family friends happiness "
    "success paris london france city day night morning food coffee red green blue white black cat dog car book"
)
_TRUNCATIONS = ("do_not_truncate", "longest_first", "only_first", "only_second")


def _feature_extraction(request: Request) -> Answer:
    inputs = inputs_of(request)
    size = openai.dimensions(request.object())
    if inputs in (None, {}, []):
        raise wrong("inputs")
    if is_list(inputs):
        return reply([text.embed(str(one), size) for one in inputs])
    return reply(text.embed(str(inputs), size))


def _sentence_similarity(request: Request) -> Answer:
    inputs = inputs_of(request)
    if not is_object(inputs) or not is_list(inputs.get("sentences")):
        raise refuse(400, "Expected `inputs` with `source_sentence` and `sentences`")
    source = words_in(request, "source_sentence")
    return reply([text.similarity(source, str(one)) for one in inputs["sentences"]])


def _fill_mask(request: Request) -> Answer:
    """Fill a gap from a short list of words, by what they have in common with the text and their place in the list."""
    limit = whole(request, "top_k", 5)
    targets = request.parameters().get("targets")
    if isinstance(targets, str):
        targets = [targets]
    if targets is not None and (not is_list(targets) or not all(isinstance(one, str) and one for one in targets)):
        raise wrong("parameters.targets", "texts are needed")
    candidates: list[str] = list(dict.fromkeys(one.strip() for one in targets)) if targets else _VOCABULARY
    return reply(each(request, lambda one: _filled(one, candidates, limit)))


def _filled(told: str, candidates: list[str], limit: int) -> list[Any]:
    gaps = list(_MASK.finditer(told))
    if not gaps:
        raise refuse(400, "No mask_token ([MASK]) found on the input")
    around = set(text.words(_MASK.sub(" ", told)))
    weights = {
        # A word that the text has already is seldom said again.
        word: 3 * text.nearest(word, told) - 0.05 * place - 4 * (word.lower() in around)
        for place, word in enumerate(candidates)
    }
    best = sorted(softmax(weights).items(), key=lambda one: -one[1])[:limit]
    filled = [[_filling(told, gap, word, score) for word, score in best] for gap in gaps]
    return filled[0] if len(gaps) == 1 else filled


def _filling(told: str, gap: re.Match[str], word: str, score: float) -> Object:
    """Write one way to fill a gap; RoBERTa, whose mask is `<mask>`, counts the blank before a word to the word."""
    sequence = told[: gap.start()] + word + told[gap.end() :]
    shown = f" {word}" if gap.group() == "<mask>" and told[: gap.start()].endswith(" ") else word
    return {"score": score, "token": tokens.number(shown), "token_str": shown, "sequence": sequence}


def _question_answering(request: Request) -> Answer:
    inputs = inputs_of(request)
    if not is_object(inputs):
        raise refuse(400, f"inputs must be an object, but {type(inputs).__name__} was provided instead")
    question, context = words_in(request, "question"), words_in(request, "context")
    for name in ("doc_stride", "max_question_len", "max_seq_len"):
        whole(request, name, None)
    flag(request, "align_to_words")
    found = reading.answers(question, context, whole(request, "max_answer_len", 15))
    if flag(request, "handle_impossible_answer"):
        found = sorted([*found, reading.Span("", 0, 0, 0.05)], key=lambda one: -one.score)
    spans: list[Object] = [
        {"score": one.score, "start": one.start, "end": one.end, "answer": one.text} for one in found
    ]
    limit = whole(request, "top_k", 1)
    return reply(spans[0] if limit == 1 else spans[:limit])


def _summarization(request: Request) -> Answer:
    """Keep the sentences that say what the others say too, in their order."""
    _check_generation(request)
    longest, shortest = _length(request, "max_length", "max_new_tokens"), _length(request, "min_length")
    made = each(request, lambda one: {"summary_text": _shortened(one, longest, shortest or 0)})
    return reply(made if is_list(made) else [made])


def _shortened(told: str, longest: int | None, shortest: int) -> str:
    spans = text.sentences(told)
    pieces = [told[start:end].strip() for start, end in spans] or [told]
    counts = Counter(word for word in text.words(told) if word not in text.COMMON)
    # What matters is often said first.
    weights = [_weight(piece, counts) * (1 + 0.5 / (place + 1)) for place, piece in enumerate(pieces)]
    wanted = max(len(pieces) // 3, 1)
    kept: set[int] = set()
    size = 0
    for place in sorted(range(len(pieces)), key=lambda at: -weights[at]):
        more = tokens.count(pieces[place])
        if kept and ((len(kept) >= wanted and size >= shortest) or (longest and size + more > longest)):
            continue
        kept.add(place)
        size += more
    return tokens.cut(" ".join(pieces[place] for place in sorted(kept)), longest, [])[0]


def _weight(piece: str, counts: Counter[str]) -> float:
    telling = [word for word in text.words(piece) if word not in text.COMMON]
    return sum(counts[word] for word in telling) / len(telling) ** 0.5 if telling else 0.0


def _translation(request: Request) -> Answer:
    """Mark a text with the language it should be in; the sandbox knows none."""
    _check_generation(request)
    given = request.parameters()
    languages = [given.get(name) for name in ("src_lang", "tgt_lang")]
    if any(one is not None and not isinstance(one, str) for one in languages):
        raise wrong("parameters.tgt_lang", "a text is needed")
    if sum(one is not None for one in languages) == 1:
        raise refuse(400, "Translation needs both `src_lang` and `tgt_lang`, or neither")
    by_name = re.search(r"opus-mt-\w+?-(\w+)$", request.params.get("model", ""))
    target = languages[1] or (by_name[1] if by_name else "translated")
    longest = _length(request, "max_length", "max_new_tokens")
    made = each(request, lambda one: {"translation_text": f"[{target}] {tokens.cut(one, longest, [])[0]}"})
    return reply(made if is_list(made) else [made])


def _check_generation(request: Request) -> None:
    flag(request, "clean_up_tokenization_spaces")
    choice(request, "truncation", _TRUNCATIONS, None)
    nested = request.parameters().get("generate_parameters")
    if nested is not None and not is_object(nested):
        raise wrong("parameters.generate_parameters", "an object is needed")


def _length(request: Request, *names: str) -> int | None:
    """Return a limit in words, given among the parameters or among those of the generation."""
    nested = request.parameters().get("generate_parameters")
    for name in names:
        value = nested.get(name) if is_object(nested) else None
        if value is not None and (not isinstance(value, int) or value < 1):
            raise wrong(f"parameters.generate_parameters.{name}", "a whole number of at least 1 is needed")
        if found := whole(request, name, value):
            return found
    return None


LANGUAGE: dict[str, Handler] = {
    "feature-extraction": _feature_extraction,
    "fill-mask": _fill_mask,
    "question-answering": _question_answering,
    "sentence-similarity": _sentence_similarity,
    "summarization": _summarization,
    "translation": _translation,
}
