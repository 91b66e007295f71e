"""How a JSON schema is asked for: the forms of `response_format` that servers enforce.

Each form edits the options in place, on a copy of what the caller gave.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import InputError
from ..types._json import Json, is_object


def _as_given(options: Json) -> None:
    pass


def _schema_of(response_format: Any) -> Json | None:
    if not is_object(response_format) or response_format.get("type") != "json_schema":
        return None
    inner = response_format.get("json_schema")
    if inner is None and any(is_object(response_format.get(name)) for name in ("schema", "value")):
        # These forms are the servers' own (llama.cpp, Together; Text Generation Inference).
        return None
    if not is_object(inner) or not is_object(inner.get("schema")):
        raise InputError(
            "chat_completion: response_format of type json_schema needs "
            '{"json_schema": {"name": …, "schema": {…}}}; there is no schema in it'
        )
    return inner


def _as_value(options: Json) -> None:
    if (inner := _schema_of(options["response_format"])) is not None:
        options["response_format"] = {"type": "json_object", "value": inner["schema"]}


def _as_json_object(options: Json) -> None:
    if (inner := _schema_of(options["response_format"])) is not None:
        options["response_format"] = {"type": "json_object", "schema": inner["schema"]}


def _as_both(options: Json) -> None:
    # Together's clients send the flat form, its documents tell of the nested one, which holds name and strictness.
    if (inner := _schema_of(options["response_format"])) is not None:
        options["response_format"] = {**options["response_format"], "schema": inner["schema"]}


def _as_guided_json(options: Json) -> None:
    if (inner := _schema_of(options["response_format"])) is not None:
        options.setdefault("guided_json", inner["schema"])


def _without_strict(options: Json) -> None:
    if (inner := _schema_of(options["response_format"])) is not None and inner.get("strict", True):
        options["response_format"] = {**options["response_format"], "json_schema": {**inner, "strict": False}}


FORMS: dict[str, Callable[[Json], None]] = {
    "openai": _as_given,
    "value": _as_value,
    "json_object": _as_json_object,
    "both": _as_both,
    "guided_json": _as_guided_json,
    "not_strict": _without_strict,
}
"""Name of the form → how the options are put into it."""


def example(form: str) -> Json:
    """What becomes of a JSON schema in this form; the schema itself is shown empty."""
    options: Json = {"response_format": {"type": "json_schema", "json_schema": {"name": "…", "schema": {}}}}
    FORMS[form](options)
    return options
