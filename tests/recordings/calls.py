"""From a recorded exchange back to the call that the user made, and on to what must come of it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from infermux import errors
from infermux.tasks.chat_completion import ChatCompletionOptions
from infermux.tasks.fill_mask import FillMaskOptions
from infermux.tasks.question_answering import QuestionAnsweringOptions
from infermux.tasks.sentence_similarity import SentenceSimilarityOptions
from infermux.tasks.summarization import SummarizationOptions
from infermux.tasks.table_question_answering import TableQuestionAnsweringOptions
from infermux.tasks.text_classification import TextClassificationOptions
from infermux.tasks.text_generation import TextGenerationOptions
from infermux.tasks.text_to_image import TextToImageOptions
from infermux.tasks.text_to_speech import TextToSpeechOptions
from infermux.tasks.text_to_video import TextToVideoOptions
from infermux.tasks.token_classification import TokenClassificationOptions
from infermux.tasks.translation import TranslationOptions
from infermux.tasks.zero_shot_classification import ZeroShotClassificationOptions

from . import pictures
from .recorded import Exchange, Json, Message, Recording

HF_KEY, OWN_KEY = "hf_of_an_account", "sk-of-a-provider"


@dataclass
class Call:
    """A method of the client and what it is given."""

    method: str
    given: Any
    options: Json = field(default_factory=dict)

    @property
    def is_stream(self) -> bool:
        return bool(self.options.get("stream"))


def settings(recording: Recording) -> Json:
    """How the client was made."""
    key = {"api_key": OWN_KEY if recording.is_direct else HF_KEY}
    if recording.provider == "mistral":
        return {**key, "base_url": "https://api.mistral.ai"}
    model = recording.provider_model if recording.provider == "openai" else recording.model
    return {**key, "provider": recording.provider, "model": model}


def key_header(recording: Recording) -> tuple[str, str]:
    """The header that carries the key, by the provider's documents."""
    key = settings(recording)["api_key"]
    if not recording.is_direct:
        return "authorization", f"Bearer {key}"
    own = {"black-forest-labs": ("x-key", key), "fal-ai": ("authorization", f"Key {key}")}
    return own.get(recording.provider, ("authorization", f"Bearer {key}"))


def calls(recording: Recording) -> Iterator[tuple[Call, Message]]:
    """The calls of a recording, each with the answer that the user saw.

    A refusal of options, and the same call without them, are one call. After it the options are known to be refused, so
    later calls ask with all of them again, and must be sent without.
    """
    refused: Json = {}
    left = iter(recording.conversations)
    for exchanges in left:
        call = call_of(recording, exchanges[0])
        call.options = {**refused, **call.options}
        answer = exchanges[-1].answer
        if answer.status == 400 and b"model_kwargs" in answer.body:
            refused = call.options
            answer = next(left)[-1].answer
        yield call, answer


def call_of(recording: Recording, exchange: Exchange, is_minimal: bool = False) -> Call:
    """The call behind a request; a plain one where the request is not known or not to be made again."""
    request, answer = exchange.request, exchange.answer
    if recording.task in _OF_TEXTS:
        return _of_text(recording.task, request.json)
    if recording.task in pictures.TASKS:
        return Call(recording.task.replace("-", "_"), *pictures.asked(request))
    if is_minimal or not request.is_known:
        body = _plain_body(recording)
        body |= {"stream": True} if answer.is_stream else {}
        if recording.task == "text-generation" and b'"details":{' in answer.body.replace(b": ", b":"):
            body["parameters"] = {"details": True}
        return _BY_TASK[recording.task](body)
    if recording.task in _OF_SOUNDS:
        if request.json is None:
            return Call(_OF_SOUNDS[recording.task], request.body)
        if "audio_url" in request.json:
            return Call(_OF_SOUNDS[recording.task], of_data_url(request.json["audio_url"]))
        sound = base64.b64decode(request.json["inputs"])
        return Call(_OF_SOUNDS[recording.task], sound, {"extra_body": request.json["parameters"]})
    call = _BY_TASK[recording.task](request.json)
    if recording.provider == "mistral":
        call.options["model"] = request.json["model"]
    return call


def _plain_body(recording: Recording) -> Json:
    if recording.task == "conversational":
        return {"messages": [{"role": "user", "content": "Hello"}]}
    return {"inputs": "Hello"}


def _chat(body: Json) -> Call:
    return Call(
        "chat_completion", body["messages"], _options(body, ChatCompletionOptions, "messages", "model", "stream")
    )


def _text(body: Json) -> Call:
    body = dict(body)
    messages = body.pop("messages", None)
    given = messages[0]["content"] if messages else body.get("prompt", body["inputs"])
    parameters = body.pop("parameters", {})
    if "max_tokens" in body:
        body["max_new_tokens"] = body.pop("max_tokens")
    known = ("prompt", "model", "stream", *(("inputs",) if "prompt" not in body else ()))
    options = _options({**body, **parameters}, TextGenerationOptions, "details", *known)
    said = {"details": parameters["details"]} if "details" in parameters else {}
    return Call("text_generation", given, options | _true(body, "stream") | said)


def _vectors(body: Json) -> Call:
    given = body.get("input", body.get("inputs"))
    extra = {"extra_body": {"inputs": given}} if "input" in body and "inputs" in body else {}
    return Call("feature_extraction", given, extra)


def _picture(body: Json) -> Call:
    body = body.get("input", body)
    given = body.get("prompt") or body["inputs"]
    options = {**body, **body.get("parameters", {})}
    own = ("prompt", "inputs", "parameters", "model", "model_name", "response_format", "loras", "sync_mode")
    return Call("text_to_image", given, _options(options, TextToImageOptions, *own))


def _sound(_: Json) -> Call:
    return Call("automatic_speech_recognition", b"fLaC")


def _table(method: str) -> Callable[[Json], Call]:
    return lambda body: Call(method, body["inputs"]["data"] if isinstance(body["inputs"], dict) else {})


def _speech(body: Json) -> Call:
    body = body.get("input", body)
    given = body.get("text") or body["inputs"]
    return Call("text_to_speech", given, _options(body.get("parameters", {}), TextToSpeechOptions))


def _film(body: Json) -> Call:
    body = body.get("input", body)
    given = body.get("prompt") or body["inputs"]
    return Call("text_to_video", given, _options(body, TextToVideoOptions, "prompt", "inputs"))


def of_data_url(url: str) -> bytes:
    """The bytes in a data URL of base64."""
    return base64.b64decode(url.partition(";base64,")[2], validate=True)


_OF_TEXTS: dict[str, type] = {
    "fill-mask": FillMaskOptions,
    "question-answering": QuestionAnsweringOptions,
    "sentence-similarity": SentenceSimilarityOptions,
    "summarization": SummarizationOptions,
    "table-question-answering": TableQuestionAnsweringOptions,
    "text-classification": TextClassificationOptions,
    "token-classification": TokenClassificationOptions,
    "translation": TranslationOptions,
    "zero-shot-classification": ZeroShotClassificationOptions,
}


def _of_text(task: str, body: Json) -> Call:
    inputs, parameters = body.get("inputs") or body, dict(body.get("parameters", {}))
    given, named = inputs, {}
    if task == "question-answering":
        given, named = inputs["question"], {"context": inputs.get("context", "")}
    elif task == "sentence-similarity":
        given, named = inputs["source_sentence"], {"other_sentences": inputs["sentences"]}
    elif task == "table-question-answering":
        given, named = inputs["table"], {"query": inputs["query"]}
    elif task == "zero-shot-classification":
        labels = parameters.pop("candidate_labels")
        named = {"candidate_labels": labels.split(",") if isinstance(labels, str) else labels}
    return Call(task.replace("-", "_"), given, named | _options(parameters, _OF_TEXTS[task]))


_OF_SOUNDS = {
    "automatic-speech-recognition": "automatic_speech_recognition",
    "audio-classification": "audio_classification",
    "audio-to-audio": "audio_to_audio",
}
_BY_TASK = {
    "audio-classification": lambda _: Call("audio_classification", b"fLaC"),
    "tabular-classification": _table("tabular_classification"),
    "tabular-regression": _table("tabular_regression"),
    "text-to-speech": _speech,
    "text-to-video": _film,
    "conversational": _chat,
    "text-generation": _text,
    "feature-extraction": _vectors,
    "text-to-image": _picture,
    "automatic-speech-recognition": _sound,
}


def _options(body: Json, declared: type, *own: str) -> Json:
    """The named options of a body; what has no name goes into `extra_body`."""
    rest = {name: value for name, value in body.items() if value is not None and name not in own}
    named = {name: value for name, value in rest.items() if name in declared.__annotations__}
    extra = {name: value for name, value in rest.items() if name not in named}
    return (
        named
        | ({"extra_body": extra} if extra else {})
        | (_true(body, "stream") if declared is ChatCompletionOptions else {})
    )


def _true(body: Json, *names: str) -> Json:
    return {name: True for name in names if body.get(name)}


_BY_STATUS = {400: errors.BadRequestError, 404: errors.NotFoundError, 422: errors.UnprocessableEntityError}


def failure(answer: Message) -> type[errors.InferenceError] | None:
    """The class of the error that an answer stands for; None for a success."""
    said = next((event for event in answer.events if "error" in event), {}) if answer.is_stream else answer.json
    if not said if answer.is_stream else answer.status < 400:
        return None
    if isinstance(said, dict) and said.get("error_type") == "validation":
        return errors.ValidationError
    fallback = errors.InternalServerError if answer.status >= 500 else errors.ProviderApiError
    return _BY_STATUS.get(answer.status, fallback)


def words(answer: Message) -> list[str]:
    """Every text in an answer, of which an error must tell one."""
    if not answer.is_stream and answer.json is None:
        return [answer.body.decode()]
    found, left = list[str](), [answer.events if answer.is_stream else answer.json]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, dict)):
            left += value if isinstance(value, list) else value.values()
    return [text for text in found if len(text) > 8]


def check(call: Call, answer: Message, result: Any) -> None:
    """Hold a result against the answer that it was read from."""
    _CHECKS[call.method](call, answer, result)


def _check_chat(call: Call, answer: Message, result: Any) -> None:
    if call.is_stream:
        assert [_told(chunk) for chunk in result] == answer.events
        return
    wanted = json.loads(json.dumps(answer.json))
    for choice in wanted["choices"]:
        for tool_call in choice["message"].get("tool_calls") or ():
            arguments = tool_call["function"]["arguments"]
            if not isinstance(arguments, str):
                tool_call["function"]["arguments"] = json.dumps(arguments)
            tool_call["id"] = str(tool_call["id"])
    told = _told(result)
    for choice, read in zip(wanted["choices"], told["choices"], strict=True):
        for tool_call, called in zip(
            choice["message"].get("tool_calls") or (), read["message"].get("tool_calls") or (), strict=True
        ):
            assert isinstance(called["function"]["arguments"], str)
            assert json.loads(called["function"]["arguments"]) == json.loads(tool_call["function"]["arguments"])
            called["function"]["arguments"] = tool_call["function"]["arguments"]
    assert told == wanted
    assert result.choices[0].message.content == answer.json["choices"][0]["message"].get("content")


def _told(record: Any) -> Any:
    return json.loads(json.dumps(record))


def _check_text(call: Call, answer: Message, result: Any) -> None:
    details = call.options.get("details")
    if call.is_stream:
        tokens = [event["token"]["text"] for event in answer.events]
        assert [token.token.text for token in result] == tokens if details else result == tokens
        if details:
            assert _told(result[-1]) == answer.events[-1]
        return
    value = answer.json[0] if isinstance(answer.json, list) else answer.json
    if "choices" in value:
        choice = value["choices"][0]
        assert result == choice.get("text", choice.get("message", {}).get("content"))
    elif details and "details" in value:
        assert _told(result) == value
    else:
        assert result == value["generated_text"]


def _check_vectors(call: Call, answer: Message, result: Any) -> None:
    wanted = [row["embedding"] for row in answer.json["data"]] if isinstance(answer.json, dict) else answer.json
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, np.array(wanted, np.float32))


def _check_picture(call: Call, answer: Message, result: Any) -> None:
    data = answer.body
    if answer.json is not None:
        first = next(answer.json[name] for name in ("images", "data") if name in answer.json)[0]
        encoded = first.get("image") or first.get("b64_json")
        data = base64.b64decode(encoded) if encoded else of_data_url(first["url"])
    assert isinstance(result, Image.Image)
    assert result.tobytes() == Image.open(io.BytesIO(data)).tobytes()


def _check_sound(call: Call, answer: Message, result: Any) -> None:
    assert result.text == answer.json["text"]


def _check_classes(call: Call, answer: Message, result: Any) -> None:
    assert result == answer.json
    assert [(found.label, found.score) for found in result] == [(one["label"], one["score"]) for one in answer.json]


def _check_sounds(call: Call, answer: Message, result: Any) -> None:
    wanted = [(one["label"], one["content-type"], base64.b64decode(one["blob"])) for one in answer.json]
    assert [(found.label, found.content_type, found.blob) for found in result] == wanted


def _check_rows(call: Call, answer: Message, result: Any) -> None:
    assert result == answer.json


def _check_bytes(call: Call, answer: Message, result: Any) -> None:
    assert result == answer.body


def _check_of_text(call: Call, answer: Message, result: Any) -> None:
    told = answer.json
    if call.method in ("summarization", "text_classification", "translation") and isinstance(call.given, str):
        (told,) = told
    elif call.method == "zero_shot_classification":
        pairs = zip(told["labels"], told["scores"], strict=True)
        told = [{"label": label, "score": score} for label, score in pairs]
    assert result == told
    assert _told(result) == told


_CHECKS = {
    **{task.replace("-", "_"): _check_of_text for task in _OF_TEXTS},
    **{task.replace("-", "_"): lambda _, answer, result: pictures.check(answer, result) for task in pictures.TASKS},
    "audio_classification": _check_classes,
    "audio_to_audio": _check_sounds,
    "tabular_classification": _check_rows,
    "tabular_regression": _check_rows,
    "text_to_speech": _check_bytes,
    "text_to_video": _check_bytes,
    "chat_completion": _check_chat,
    "text_generation": _check_text,
    "feature_extraction": _check_vectors,
    "text_to_image": _check_picture,
    "automatic_speech_recognition": _check_sound,
}
