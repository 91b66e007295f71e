"""What is given to a task: inputs, media and parameters, each checked; and how hf-inference refuses a wrong one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from . import media
from .exchange import Object, RefusalError, Request, is_list, is_object, reply

T = TypeVar("T")
TRANSFORMS = ("sigmoid", "softmax", "none")


def refuse(status: int, message: str) -> RefusalError:
    """Make the refusal that hf-inference sends."""
    return RefusalError(reply({"error": message}, status))


def wrong(place: str, reason: str = "field required") -> RefusalError:
    """Make the refusal of one field."""
    return RefusalError(reply({"error": [f"Error in `{place}`: {reason}"]}, 400))


def inputs_of(request: Request) -> Any:
    """Return the `inputs` of a JSON body; where there are none, the body itself, as older calls put all at the root."""
    body = request.json
    if not is_object(body):
        return None
    inputs = body.get("inputs")
    return inputs if inputs is not None else {name: body[name] for name in body if name not in ("inputs", "parameters")}


def member(request: Request, *names: str) -> Any:
    """Return one member of the inputs, or of the body around them; refuse a request without it."""
    for place in (inputs_of(request), request.json):
        for name in names if is_object(place) else ():
            if place.get(name) is not None:
                return place[name]
    raise wrong(f"inputs.{names[0]}")


def words_in(request: Request, *names: str) -> str:
    """Return one member of the inputs that must be a text."""
    found = member(request, *names)
    if not isinstance(found, str) or not found.strip():
        raise wrong(f"inputs.{names[0]}", "a text is needed")
    return found


def text_of(request: Request) -> str:
    """Return the inputs, which must be one text."""
    return _text(inputs_of(request))


def each(request: Request, answer: Callable[[str], T]) -> T | list[T]:
    """Answer for one text, or for each of a list of texts."""
    inputs = inputs_of(request)
    return [answer(_text(one)) for one in inputs] if is_list(inputs) and inputs else answer(_text(inputs))


def _text(value: Any) -> str:
    if value is None or value == {}:
        raise wrong("inputs")
    if not isinstance(value, str) or not value.strip():
        raise wrong("inputs", "a text is needed")
    return value


def bytes_of(request: Request) -> bytes:
    """Return the media sent: the body itself, or base64 in the inputs or beside them."""
    if request.json is None:
        return request.body
    inputs = inputs_of(request)
    if isinstance(inputs, str):
        return media.decoded(inputs)
    names = ("image", "audio", "video")
    found = (place[name] for place in (inputs, request.json) if is_object(place) for name in names if name in place)
    return media.decoded(next(found, ""))


def whole(request: Request, name: str, usual: T) -> int | T:
    """Return a parameter that must be a whole number of at least 1."""
    value = request.parameters().get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1 or value < 1:
        raise wrong(f"parameters.{name}", "a whole number of at least 1 is needed")
    return int(value)


def fraction(request: Request, name: str, usual: T) -> float | T:
    """Return a parameter that must lie between 0 and 1."""
    value = request.parameters().get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise wrong(f"parameters.{name}", "a number from 0 to 1 is needed")
    return value


def flag(request: Request, name: str) -> bool:
    """Return a parameter that must be true or false."""
    value = request.parameters().get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong(f"parameters.{name}", "true or false is needed")
    return bool(value)


def choice(request: Request, name: str, members: Sequence[str], usual: T) -> str | T:
    """Return a parameter that must be one of some words."""
    value = request.parameters().get(name)
    if value is None:
        return usual
    if value not in members:
        raise wrong(f"parameters.{name}", f"one of {', '.join(members)} is needed")
    return str(value)


def labels(request: Request) -> list[str]:
    """Return the candidate labels, given as a list or as one text with commas."""
    value = request.parameters().get("candidate_labels")
    if value is None and is_object(inputs := inputs_of(request)):
        value = inputs.get("candidate_labels")
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not is_list(value) or not value:
        raise wrong("parameters.candidate_labels")
    if not all(isinstance(one, str) for one in value):
        raise wrong("parameters.candidate_labels", "texts are needed")
    return value


def hypothesis(request: Request, usual: str) -> str:
    """Return the template that turns a label into a sentence; it must have a place for the label."""
    template = request.parameters().get("hypothesis_template") or usual
    if not isinstance(template, str) or "{}" not in template:
        raise wrong("parameters.hypothesis_template", "a text with {} for the label is needed")
    return template


def scored(request: Request, weights: Mapping[str, float], usual_k: int = 5) -> list[Object]:
    """List labels, best first: weights become scores as `function_to_apply` says, and `top_k` are kept."""
    how = choice(request, "function_to_apply", TRANSFORMS, "softmax")
    made = dict(weights)
    if how == "softmax":
        made = softmax(weights)
    elif how == "sigmoid":
        made = {label: sigmoid(weight) for label, weight in weights.items()}
    return ranked(made)[: whole(request, "top_k", usual_k)]


def ranked(scores: Mapping[str, float]) -> list[Object]:
    """List labels with their scores, best first; equals keep their order."""
    best = sorted(scores.items(), key=lambda one: -one[1])
    return [{"label": label, "score": score} for label, score in best]


def softmax(weights: Mapping[str, float]) -> dict[str, float]:
    """Turn weights into scores that sum to 1."""
    highest = max(weights.values())
    powers = {label: math.exp(weight - highest) for label, weight in weights.items()}
    return {label: power / sum(powers.values()) for label, power in powers.items()}


def sigmoid(weight: float) -> float:
    """Turn one weight into a score of its own."""
    return 1 / (1 + math.exp(-weight))
