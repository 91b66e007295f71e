"""What pipelines call texts and their parts: moods, given labels, names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .exchange import Answer, Handler, Object, Request, is_list, reply
from .inputs import (
    choice,
    each,
    flag,
    hypothesis,
    inputs_of,
    labels,
    ranked,
    scored,
    sigmoid,
    softmax,
    text_of,
    whole,
    wrong,
)
from .text import COMMON, nearest, words

_GOOD = frozenset(
    words(
        "amazing awesome beautiful best brilliant delicious easy enjoy enjoyed excellent fantastic fine friendly "
        "fun glad good great happy helpful incredible like liked likes love loved lovely loves nice perfect "
        "pleasant pretty recommend recommended superb sweet thank thanks win wonderful works wow"
    )
)
_BAD = frozenset(
    words(
        "angry annoying awful bad boring broken cry dead difficult dirty disappointed disappointing dislike fail "
        "failed fails fear hate hated hates horrible hurt lose lost mess never nasty pain poor problem rude sad "
        "slow sorry struggled stupid terrible tired ugly unhappy useless waste weak worse worst wrong"
    )
)
_NOT = frozenset(words("aren can couldn didn doesn don hardly isn never no not wasn without won wouldn"))
_STRATEGIES = ("none", "simple", "first", "average", "max")
_PLACE = frozenset(words("at from in near to toward towards via"))
_FIRM = frozenset(words("bank college company corp corporation gmbh group inc institute ltd ministry university"))
_BEING = frozenset(words("and has is likes lived lives said says was went works"))
_SHARP = 8.0


@dataclass(frozen=True)
class _Word:
    """One word and its place in the text; `kind` is `O` for what is no name."""

    text: str
    start: int
    end: int
    kind: str
    is_first: bool

    @property
    def label(self) -> str:
        return self.kind if self.kind == "O" else f"{'B' if self.is_first else 'I'}-{self.kind}"

    @property
    def score(self) -> float:
        return 0.9 if self.kind == "PER" else 0.8


def _text_classification(request: Request) -> Answer:
    """Count good and bad words; a list of labels for each text."""
    made = each(request, lambda one: scored(request, _moods(one)))
    return reply(made if is_list(inputs_of(request)) else [made])


def _moods(told: str) -> dict[str, float]:
    balance = 0
    before = ""
    for word in words(told):
        worth = (word in _GOOD) - (word in _BAD)
        balance += -worth if before in _NOT else worth
        before = "" if before in _NOT and worth else before if before in _NOT and word == "t" else word
    return {"POSITIVE": 1.5 * balance, "NEGATIVE": -1.5 * balance}


def _zero_shot_classification(request: Request) -> Answer:
    """Compare labels with a text; a list of texts gets the older shape, as the service has sent both."""
    names, is_multi = labels(request), flag(request, "multi_label")
    hypothesis(request, "This example is {}.")

    def parallel(told: str) -> Object:
        scores = _compared(told, names, is_multi=is_multi)
        return {"sequence": told} | {f"{key}s": [one[key] for one in scores] for key in ("label", "score")}

    if is_list(inputs_of(request)):
        return reply(each(request, parallel))
    return reply(_compared(text_of(request), names, is_multi=is_multi))


def _compared(told: str, names: list[str], *, is_multi: bool) -> list[Object]:
    weights = {name: _SHARP * (nearest(name, told) - 0.5) for name in names}
    return ranked({name: sigmoid(one) for name, one in weights.items()} if is_multi else softmax(weights))


def _token_classification(request: Request) -> Answer:
    """Take capitals for names and digits for numbers."""
    strategy = choice(request, "aggregation_strategy", _STRATEGIES, "simple")
    whole(request, "stride", None)
    ignored = request.parameters().get("ignore_labels", ["O"])
    if ignored is not None and not is_list(ignored):
        raise wrong("parameters.ignore_labels", "a list is needed")
    without = set(map(str, ignored or ()))
    return reply(each(request, lambda one: _tagged(one, strategy == "none", without)))


def _tagged(told: str, is_plain: bool, without: set[str]) -> list[Object]:
    tagged = _words(told)
    if is_plain:
        return [
            {
                "entity": word.label,
                "score": word.score,
                "index": place + 1,
                "word": word.text,
                "start": word.start,
                "end": word.end,
            }
            for place, word in enumerate(tagged)
            if not {word.label, word.kind} & without
        ]
    groups: list[Object] = []
    for word in tagged:
        if word.kind in without:
            continue
        last = groups[-1] if groups else None
        if last and not word.is_first and last["entity_group"] == word.kind:
            last |= {"word": told[last["start"] : word.end], "end": word.end}
        else:
            groups.append(
                {
                    "entity_group": word.kind,
                    "score": word.score,
                    "word": word.text,
                    "start": word.start,
                    "end": word.end,
                }
            )
    return groups


def _words(told: str) -> list[_Word]:
    """Tag every word: runs of capitals are one name, whose kind its neighbours tell."""
    found = list(re.finditer(r"\w+(?:[-'.]\w+)*", told))
    kinds = [_kind(told, found, at) for at in range(len(found))]
    tagged: list[_Word] = []
    for at, piece in enumerate(found):
        kind = kinds[at]
        last = tagged[-1] if tagged else None
        joins = last is not None and last.kind == kind != "O" and told[last.end : piece.start()] == " "
        tagged.append(_Word(piece.group(), piece.start(), piece.end(), kind, not joins))
    return tagged


def _kind(told: str, found: list[re.Match[str]], at: int) -> str:
    word = found[at].group()
    if word[0].isdigit():
        return "MISC"
    if not _is_capital(told, found, at):
        return "O"
    first = last = at
    while first and _is_capital(told, found, first - 1) and _is_beside(told, found, first - 1):
        first -= 1
    while last + 1 < len(found) and _is_capital(told, found, last + 1) and _is_beside(told, found, last):
        last += 1
    if found[last].group().lower() in _FIRM:
        return "ORG"
    return "LOC" if first and found[first - 1].group().lower() in _PLACE else "PER"


def _is_beside(told: str, found: list[re.Match[str]], at: int) -> bool:
    return told[found[at].end() : found[at + 1].start()] == " "


def _is_capital(told: str, found: list[re.Match[str]], at: int) -> bool:
    """Tell a name by its capital; the first word of a sentence counts only if what follows speaks for a name."""
    word = found[at].group()
    if not word[0].isupper() or word.lower() in COMMON:
        return False
    is_opening = not at or bool(re.search(r"[.!?]\s*$", told[found[at - 1].end() : found[at].start()]))
    if not is_opening:
        return True
    after = found[at + 1].group() if at + 1 < len(found) else ""
    return after[:1].isupper() or after.lower() in _BEING or len(found) == 1


LABELS: dict[str, Handler] = {
    "text-classification": _text_classification,
    "token-classification": _token_classification,
    "zero-shot-classification": _zero_shot_classification,
}
