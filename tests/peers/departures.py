"""Where we differ from other clients on purpose: what, why, and to which values in which of the cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infermux.sandbox import tokens
from infermux.sandbox.chat import continuation

from . import apart
from . import apart_from_javascript as js
from .cases import JSON_SCHEMA, MAPPINGS, TEXT_MODEL, Case
from .comparing import ABSENT, Differences, Told, differences

_BODY = "posts[0].body"


@dataclass(frozen=True)
class Departure:
    """One row; `exactly(case, theirs, ours)` gives the differences of a case, none where the row is not about it.

    The id begins with the peer: HUB is huggingface_hub, JS is @huggingface/inference.
    """

    id: str
    what: str
    why: str
    exactly: Callable[[Any, Told, Told], Differences]


def _is_tgi(case: Case) -> bool:
    return case.method == "text_generation" and not _is_completion(case)


def _is_completion(case: Case) -> bool:
    return case.method == "text_generation" and case.is_mapped


def _provider(case: Case) -> str:
    return next(iter(MAPPINGS[TEXT_MODEL])) if case.place == "auto" else apart.provider(case)


_RENAMES_LIMIT = ("deepinfra", "featherless-ai")
"""Where huggingface_hub too says `max_tokens`."""


def _written(case: Case, limit: int) -> str:
    return tokens.cut(continuation(case.given), limit, [])[0]


def _stream_unasked(case: Case, theirs: Told, ours: Told) -> Differences:
    return {f"{_BODY}.stream": (False, ABSENT)} if case.is_chat and not case.options.get("stream") else {}


def _schema_at_url(case: Case, theirs: Told, ours: Told) -> Differences:
    if not case.place.startswith("url") or case.options.get("response_format") != JSON_SCHEMA:
        return {}
    inner = JSON_SCHEMA["json_schema"]
    rewritten = {"type": "json_object", "value": inner["schema"]}
    return differences(rewritten, JSON_SCHEMA, f"{_BODY}.response_format")


def _schema_at_together(case: Case, theirs: Told, ours: Told) -> Differences:
    if apart.provider(case) != "together" or case.options.get("response_format") != JSON_SCHEMA:
        return {}
    return {f"{_BODY}.response_format.json_schema": (ABSENT, JSON_SCHEMA["json_schema"])}


def _nulls(case: Case, theirs: Told, ours: Told) -> Differences:
    has_nulls = case.name == "nulls in messages" and (case.is_mapped or case.place == "auto")
    return {f"{_BODY}.messages[0].name": (ABSENT, None)} if has_nulls else {}


def _store(case: Case, theirs: Told, ours: Told) -> Differences:
    is_sent = case.place.startswith("cerebras") and "store" in case.options.get("extra_body", ())
    return {f"{_BODY}.store": (False, ABSENT)} if is_sent else {}


def _limit(case: Case, theirs: Told, ours: Told) -> Differences:
    limit = case.options.get("max_new_tokens")
    if not _is_completion(case) or limit is None or _provider(case) in _RENAMES_LIMIT:
        return {}
    found: Differences = {f"{_BODY}.max_new_tokens": (limit, ABSENT), f"{_BODY}.max_tokens": (ABSENT, limit)}
    texts = (_written(case, 16), _written(case, limit))
    if case.options.get("stream"):
        return found
    if case.options.get("details"):
        return {**found, "result.generated_text": texts, "result.details.finish_reason": ("stop", "length")}
    return {**found, "result": texts}


def _null_limit(case: Case, theirs: Told, ours: Told) -> Differences:
    is_null = _is_completion(case) and _provider(case) in _RENAMES_LIMIT
    return {f"{_BODY}.max_tokens": (None, ABSENT)} if is_null and "max_new_tokens" not in case.options else {}


def _details_option(case: Case, theirs: Told, ours: Told) -> Differences:
    return {f"{_BODY}.details": (True, ABSENT)} if _is_completion(case) and case.options.get("details") else {}


def _details(case: Case, theirs: Told, ours: Told) -> Differences:
    if not _is_completion(case) or not case.options.get("details") or case.options.get("stream"):
        return {}
    made = case.options.get("max_new_tokens", 16)
    added = {"generated_tokens": made, "prefill": [], "tokens": []}
    return {f"result.details.{name}": (ABSENT, value) for name, value in added.items()}


def _completion_streams(case: Case, theirs: Told, ours: Told) -> Differences:
    if not _is_completion(case) or not case.options.get("stream"):
        return {}
    words = tokens.split(_written(case, case.options.get("max_new_tokens", 16)))
    if not case.options.get("details"):
        error = {"raised": "AttributeError", "status": None, "said": None}
        return {"result": (ABSENT, words), **{name: (value, ABSENT) for name, value in error.items()}}
    *written, last = ours["result"]
    assert [item["token"]["text"] for item in written] == words
    assert last["generated_text"] == "".join(words)
    assert all("choices" in item and "token" not in item for item in theirs["result"])
    return differences(theirs["result"], ours["result"], "result")


def _logprob_bytes(case: Case, theirs: Told, ours: Told) -> Differences:
    if not case.options.get("logprobs"):
        return {}
    is_stream = case.options.get("stream", False)
    found: Differences = {}
    for place, answer in enumerate(ours["result"]) if is_stream else [(None, ours["result"])]:
        inside = (answer["choices"][0].get("logprobs") or {}).get("content", [])
        for index, item in enumerate(inside):
            at = f"result{'' if place is None else f'[{place}]'}.choices[0].logprobs.content[{index}]"
            expected = (ABSENT, list(item["token"].encode()))
            found |= {f"{at}.bytes": expected, f"{at}.top_logprobs[0].bytes": expected}
    return found


def _recommended(case: Case, theirs: Told, ours: Told) -> Differences:
    if case.name != "recommended model":
        return {}
    tasks, model = "https://huggingface.co/api/tasks", "https://huggingface.co/api/models/sandbox/text-generation"
    asked = [{"url": tasks, "authorization": f"Bearer {case.settings['token']}"}]
    return {"lookups": ([{"url": tasks}, {"url": model}], asked)}


def _question(case: Case, theirs: Told, ours: Told) -> Differences:
    if not theirs["lookups"] or case.name == "recommended model":
        return {}
    url = theirs["lookups"][0]["url"]
    asks = "expand[]=inferenceProviderMapping" if case.is_mapped else "expand[]=pipeline_tag&expand[]=tags"
    return {"lookups[0].url": (url, f"{url.partition('?')[0]}?{asks}")}


def _account(case: Case, theirs: Told, ours: Told) -> Differences:
    key = case.settings.get("token")
    is_asked = bool(theirs["lookups"]) and case.name != "recommended model"
    is_ours = is_asked and isinstance(key, str) and key.startswith("hf_")
    return {"lookups[0].authorization": (ABSENT, f"Bearer {key}")} if is_ours else {}


def _guidance(case: Case, theirs: Told, ours: Told) -> Differences:
    is_sent = case.place.startswith("nscale") and "guidance_scale" in case.options
    return {f"{_BODY}.guidance_scale": (case.options["guidance_scale"], ABSENT)} if is_sent else {}


def _accept(case: Case, theirs: Told, ours: Told) -> Differences:
    own = case.settings.get("headers", {}).get("Accept")
    return {"posts[0].headers.accept": ("image/png", own)} if own else {}


_CONTEXT = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
_POLICY = "Your request was rejected as a result of our content policy."
_FAILED = "The sandbox was told to fail here."
_STOPS = "Input validation error: `stop` supports up to 4 stop sequences. Given: 5"
_REFUSAL = {"type": "invalid_request_error", "param": None}
_UNKNOWN = "Unknown request URL: POST /groq/path/v1/chat/completions."
_SAID: dict[str, tuple[Any, str]] = {
    "ending in /groq/path/": (str({"message": _UNKNOWN, **_REFUSAL, "code": "unknown_url"}), _UNKNOWN),
    "fault S12": (str({"message": _CONTEXT, **_REFUSAL, "code": "context_length_exceeded"}), _CONTEXT),
    "fault S13": (str({"message": _POLICY, **_REFUSAL, "code": "content_policy_violation"}), _POLICY),
    "fault F05 streamed": (None, _FAILED),
    "fault F05b streamed": (None, _FAILED),
    "refused": (None, _STOPS),
    "refused streamed": (None, _STOPS),
}


def _said(case: Case, theirs: Told, ours: Told) -> Differences:
    return {"said": _SAID[case.name]} if case.name in _SAID and case.method != "text_to_image" else {}


_BROKEN = {
    "fault F07b": ("JSONDecodeError", "ProviderOutputError"),
    "fault F07c": ("JSONDecodeError", "ProviderOutputError"),
    "fault F07d": ("JSONDecodeError", "ProviderOutputError"),
    "fault S10 streamed": ("JSONDecodeError", "ProviderOutputError"),
    "fault S08 streamed": ("RemoteProtocolError", "IncompleteAnswerError"),
    "fault F05 streamed": ("UnknownError", "ProviderApiError"),
    "fault F05b streamed": ("UnknownError", "ProviderApiError"),
}


def _broken(case: Case, theirs: Told, ours: Told) -> Differences:
    return {"raised": _BROKEN[case.name], "status": (None, 200)} if case.name in _BROKEN else {}


def _status(case: Case, theirs: Told, ours: Told) -> Differences:
    if not _is_tgi(case) or not case.name.startswith("refused"):
        return {}
    return {"status": (None, 200 if case.options.get("stream") else 422)}


def _class_of_status(case: Case, theirs: Told, ours: Told) -> Differences:
    return {"raised": ("HfHubHTTPError", "NotFoundError")} if case.name == "ending in /groq/path/" else {}


def _cut_off(case: Case, theirs: Told, ours: Told) -> Differences:
    if case.name != "fault S08b streamed":
        return {}
    error = {"raised": "IncompleteAnswerError", "status": 200, "said": None}
    return {"result": (theirs["result"], ABSENT), **{name: (ABSENT, value) for name, value in error.items()}}


def _odd_chunks(case: Case, theirs: Told, ours: Told) -> Differences:
    if case.name != "fault F06 streamed":
        return {}
    return {
        "result[2].choices[0].delta": (ABSENT, {}),
        "result[3].choices[0].delta.mood": (ABSENT, "odd"),
        "result[4].choices": (ABSENT, []),
    }


DELIBERATE = (
    Departure("HUB-01", "chat: no `stream: false`", "nobody asked for it (SURFACE 0.2, U3)", _stream_unasked),
    Departure("HUB-03", "json_schema at a URL untouched", "the rewrite suits TGI alone (wire 18)", _schema_at_url),
    Departure("HUB-04", "nulls in messages are kept", "they mean something (wire 18, T23)", _nulls),
    Departure("HUB-05", "no `store` at Cerebras", "it answers 400 (wire 18)", _store),
    Departure("HUB-06", "max_new_tokens → max_tokens", "the caller's limit is lost otherwise (wire 18)", _limit),
    Departure("HUB-07", "no `max_tokens: null`", "nobody asked for it (wire 18)", _null_limit),
    Departure("HUB-08", "no `details` in completions", "the API has none (SURFACE 5)", _details_option),
    Departure("HUB-09", "details of completions are whole", "their type declares the fields (SURFACE 17)", _details),
    Departure(
        "HUB-10", "streams of completions are tokens", "unread or a crash there (SURFACE 5)", _completion_streams
    ),
    Departure("HUB-11", "`bytes` of logprobs are kept", "nothing unknown is lost (SURFACE 0.2, U6)", _logprob_bytes),
    Departure("HUB-12", "the Hub is asked for less", "the js spelling, and the tags only (wire 3, 7)", _question),
    Departure("HUB-13", "the Hub is asked by the account", "its own order of providers (SURFACE 1.6)", _account),
    Departure("HUB-14", "no `guidance_scale` at Nscale", "not in the API (wire 18)", _guidance),
    Departure("HUB-15", "the caller's Accept is sent", "the caller's headers win (SURFACE 2.4)", _accept),
    Departure("HUB-16", "bytes have a Content-Type", "dedicated containers need it (wire 18)", apart.media_type),
    Departure("HUB-17", "server_message is a text", "the server's own words, on every error (SURFACE 3)", _said),
    Departure("HUB-18", "what is unreadable has an error of ours", "with its evidence (SURFACE 3)", _broken),
    Departure("HUB-19", "TGI's refusal keeps its response", "every HTTP error does (SURFACE 3)", _status),
    Departure("HUB-20", "a stream without its end fails", "a truncated stream is no success (D8)", _cut_off),
    Departure("HUB-21", "odd chunks lose nothing, crash nothing", "U6; a loop over `choices` must run", _odd_chunks),
    Departure("HUB-22", "each status has its class", "the names of openai (SURFACE 3)", _class_of_status),
    Departure("HUB-23", "a recommended model is not checked", "only a named model is (SURFACE 2.2)", _recommended),
    Departure("HUB-24", "no empty `parameters`", "nobody gave any", apart.empty_parameters),
    Departure("HUB-25", "no `multi_label: false`", "nobody gave it", apart.single_label),
    Departure("HUB-26", "a table stands in `inputs.data`", "the only form seen working (wire 18)", apart.table),
    Departure("HUB-27", "a picture has its own label", "each was labelled as JPEG (wire 4)", apart.picture_label),
    Departure("HUB-28", "a sound has a label fal knows", "WAV was labelled as MP3 (wire 18)", apart.sound_label),
    Departure("HUB-29", "the times of words are kept", "nothing is lost (SURFACE 0.2, U6)", apart.more_than_words),
    Departure("HUB-30", "the file of a form has its type", "known by its first bytes", apart.form_file),
    Departure("HUB-31", "target_size → width, height", "silently ignored otherwise (wire 18)", apart.target_size),
    Departure("HUB-32", "no `num_frames` at Together", "not in the API; a warning tells of it (wire)", apart.frames),
    Departure("HUB-33", "negative_prompt is a text", "the providers want one (wire 19, T27)", apart.negative_prompt),
    Departure("HUB-34", "LoRA weights go along", "else the model that was asked for is not used", apart.weights),
    Departure("HUB-35", "no `x-source-channel` at Z.ai", "the other clients' own name (wire)", apart.channel),
    Departure("HUB-36", "no `store` at Scaleway", "it ignores it; a warning tells of it", apart.ignored_store),
    Departure("HUB-37", "a slow prediction is waited for", "it goes on and is billed (wire 18)", apart.slow_job),
    Departure("HUB-38", "a failed job says why", "with the provider's words (SURFACE 3)", apart.failed_job),
    Departure("HUB-39", "json_schema at Together in both forms", "name and `strict` stay (T38)", _schema_at_together),
    Departure("JS-01", "no `x-source-channel` at Z.ai", "the other clients' own name (wire)", js.channel),
    Departure("JS-02", "a sound in a form is `file.wav`", "its ending alone is read", js.form_file),
    Departure("JS-03", "WaveSpeed: a data URL, no `images`", "as huggingface_hub (wire 18)", js.picture),
    Departure("JS-04", "Groq, Scaleway: a body they know", "theirs cannot work (wire 18)", js.generation),
    Departure("JS-05", "text_generation gives the text", "as in huggingface_hub (SURFACE 5)", js.text),
    Departure("JS-06", "a sound is bytes", "as in huggingface_hub (SURFACE 17)", js.sound),
    Departure("JS-07", "what Z.ai tells is kept", "nothing unknown is lost (SURFACE 0.2, U6)", js.reading),
    Departure("JS-08", "a picture is asked for as PNG", "as by huggingface_hub (SURFACE 2.4)", js.accept),
)


def rows_about(peer: str, case: Any, theirs: Told, ours: Told) -> dict[str, Differences]:
    """The rows that are about a case of a peer, with the differences they stand for."""
    rows = {row.id: row.exactly(case, theirs, ours) for row in DELIBERATE if row.id.startswith(peer)}
    return {name: found for name, found in rows.items() if found}
