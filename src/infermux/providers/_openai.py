"""The dialect that nearly all providers speak: chat, completions, embeddings, images, transcriptions.

https://platform.openai.com/docs/api-reference
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from msgspec.structs import replace
from typing_extensions import override

from ..errors import BadRequestError, HTTPError, NotFoundError, ProviderOutputError, UnprocessableEntityError
from ..flow import Request, Streaming
from ..notices import warn
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.chat_completion import ChatCompletionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..types._json import Json, is_list, is_object
from ..types._record import WrongShape
from ..types.chat import ChatCompletionOutput, ChatCompletionStreamOutput, ChatCompletionStreamOutputDelta
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..types.text_generation import TextGenerationOutput, TextGenerationStreamOutput
from ..wire import address, fetch, multipart, vectors
from . import _schema
from ._base import Route
from ._events import ItemDecoder, streaming
from ._options import Options, warn_of_weights, without

T = TypeVar("T")


async def chat(ask: ChatCompletionAsk, route: Route) -> ChatCompletionOutput | Streaming[ChatCompletionStreamOutput]:
    """POST `/chat/completions`."""
    return await _chat(ask, route, "/chat/completions")


async def chat_at_url(
    ask: ChatCompletionAsk, route: Route
) -> ChatCompletionOutput | Streaming[ChatCompletionStreamOutput]:
    """POST to a URL of which only the server, or the server and a part of the path, is known.

    A server of Text Generation Inference refuses OpenAI's form of a JSON schema, by a 422 that tells why: from then on
    it is sent the form that it enforces.
    """
    memo = f"schemas in the form of TGI at {route.base}"
    if memo in route.memory:
        route = _with_form(route, "value")
    try:
        return await _chat_unnamed(ask, route)
    except UnprocessableEntityError as error:
        if route.provider.schema_form != "openai" or not _OTHER_FORM.search(error.server_message or ""):
            raise
    route.memory[memo] = True
    return await _chat_unnamed(ask, _with_form(route, "value"))


_OTHER_FORM = re.compile("missing field `value`|unknown variant `json_schema`")


def _with_form(route: Route, form: str) -> Route:
    return replace(route, provider=replace(route.provider, schema_form=form))


async def _chat_unnamed(
    ask: ChatCompletionAsk, route: Route
) -> ChatCompletionOutput | Streaming[ChatCompletionStreamOutput]:
    """Where the caller names no model, most servers do not care; one that does is asked which it has."""
    path = chat_path(route.base)
    if route.hf_model is not None:
        return await _chat(ask, route, path)
    known = route.memory.get(route.base)
    try:
        return await _chat(ask, replace(route, model=known or route.model), path)
    except (NotFoundError, BadRequestError) as error:
        if known is not None or not _UNKNOWN_MODEL.search(error.server_message or ""):
            raise
        served = await _first_model(route, path)
        if served is None:
            raise
        route.memory[route.base] = served
        return await _chat(ask, replace(route, model=served), path)


_UNKNOWN_MODEL = re.compile(
    r"model.*(not found|n.t exist|unknown|not supported|not available|invalid)|(unknown|no such|invalid).*model", re.I
)


async def _first_model(route: Route, path: str) -> str | None:
    """The first model that the server lists, or None where it lists none."""
    chat_url = address.with_path(route.base, path) if path else route.base
    request = Request("GET", chat_url.partition("?")[0].removesuffix("/chat/completions") + "/models", route.headers)
    try:
        exchange = await route.send(request)
        return str(exchange.read(lambda value: value["data"][0]["id"]))
    except (HTTPError, ProviderOutputError):
        return None


def chat_path(url: str) -> str:
    """What to append to a URL so that it names a chat route; its query string does not count."""
    path = url.partition("?")[0].rstrip("/")
    if path.endswith("/chat/completions"):
        return ""
    return "/chat/completions" if path.endswith("/v1") else "/v1/chat/completions"


async def _chat(
    ask: ChatCompletionAsk, route: Route, path: str
) -> ChatCompletionOutput | Streaming[ChatCompletionStreamOutput]:
    warn_of_weights(ask, route)
    options = without(ask.parameters, route.provider.drops, "chat_completion", route)
    if "response_format" in options:
        _schema.FORMS[route.provider.schema_form](options)
    body = route.with_model({"messages": ask.messages, **options})
    if not ask.stream:
        body.pop("stream", None)
        return (await route.post(path, body)).read(_chat_output)
    request = route.json_request(path, {**body, "stream": True})
    return await streaming(route, request, ChatDecoder)


def _chat_output(value: Any) -> ChatCompletionOutput:
    output = ChatCompletionOutput.parse(value)
    if not isinstance(output.get("choices"), list):
        raise ValueError("there are no choices in it")
    return output


class ChatDecoder(ItemDecoder[ChatCompletionStreamOutput]):
    """Chunks of a streamed chat. It is whole when each choice seen has given a `finish_reason`."""

    @override
    def item(self, value: Json) -> ChatCompletionStreamOutput:
        """Read one chunk, and note what it adds."""
        chunk = ChatCompletionStreamOutput.parse(value)
        choices: Any = chunk.get("choices")
        if choices is None:
            choices = chunk["choices"] = []
        for choice in choices:
            get = choice.get
            index = get("index", 0)
            self.open_ends.add(index)
            delta = get("delta")
            if delta is None:
                delta = choice["delta"] = ChatCompletionStreamOutputDelta()
            elif index == 0 and (content := delta.get("content")):
                self.parts.append(content)
            if get("finish_reason") is not None:
                self.closed_ends.add(index)
        return chunk


class Completions(Options, frozen=True, kw_only=True):
    """The dialect for POST `/completions`.

    Args:
        as_chat: Whether there is no route for plain text: the prompt then goes to `/chat/completions`, as the only
            message.
    """

    as_chat: bool = False

    async def __call__(
        self, ask: TextGenerationAsk, route: Route
    ) -> TextGenerationOutput | Streaming[str] | Streaming[TextGenerationStreamOutput]:
        """Ask for a text to be continued."""
        said = dict(ask.parameters)
        if said.get("return_full_text") is False:
            # It is off by itself, and not every server knows its name.
            del said["return_full_text"]
        options = self.on_wire(replace(ask, parameters=said), route)
        if options.pop("do_sample", None) is False:
            options.setdefault("temperature", 0)
        path, words = "/completions", {"prompt": ask.prompt, **options}
        if self.as_chat:
            path = "/chat/completions"
            words = {"messages": [{"role": "user", "content": ask.prompt}], **options}
        body = route.with_model(words)
        if not ask.stream:
            return (await route.post(path, body)).read(_completion_output)
        request = route.json_request(path, {**body, "stream": True})
        if ask.details:
            return await streaming(route, request, CompletionDecoder)
        return await streaming(route, request, CompletionTextDecoder)


completions = Completions(
    rename={"max_new_tokens": "max_tokens", "return_full_text": "echo"},
    refuses=frozenset(
        {"adapter_id", "decoder_input_details", "grammar", "top_n_tokens", "truncate", "typical_p", "watermark"}
    ),
)
"""POST `/completions`, for which Text Generation Inference has other names, and options of its own."""

completions_as_chat = replace(
    completions,
    as_chat=True,
    rename={"max_new_tokens": "max_tokens"},
    refuses=completions.refuses | {"best_of", "return_full_text"},
)
"""The same, where there is no route for plain text: an answer does not repeat the question."""


def first(value: Any, name: str) -> Any:
    """The first item of a list in an answer, which must have one; the caller is told where there are more."""
    items = value.get(name) if is_object(value) else None
    if not is_list(items) or not items:
        raise WrongShape("a list that is not empty", items).at(name)
    if len(items) > 1:
        warn(
            f"the answer holds {len(items)} {name}, and the first of them is returned: ask for one, or take all "
            'by output_type="json", where a picture is made'
        )
    return items[0]


def _text_of(choice: Json) -> str | None:
    text = choice.get("text")
    if text is None:
        message: Json = choice.get("delta") or choice.get("message") or {}
        text = message.get("content")
    return text if isinstance(text, str) else None


def _completion_output(value: Any) -> TextGenerationOutput:
    choice: Json = first(value, "choices")
    if not is_object(choice) or _text_of(choice) is None:
        raise WrongShape("a choice with a text", choice).at("choices[0]")
    usage: Json = value.get("usage") or {}
    details: Json = {
        **_reason(choice),
        "generated_tokens": usage.get("completion_tokens"),
        "prefill": [],
        "tokens": [],
    }
    return TextGenerationOutput.parse({"generated_text": _text_of(choice), "details": details})


class _Completions(ItemDecoder[T]):
    """Chunks of a streamed completion."""

    def note(self, value: Json) -> Json | None:
        """Keep account of one chunk; returns its choice. The chunk with the usage alone has none."""
        choices: list[Json] = value.get("choices") or []
        if not choices:
            return None
        self.open_ends.add(0)
        if text := _text_of(choices[0]):
            self.parts.append(text)
        if choices[0].get("finish_reason") is not None:
            self.closed_ends.add(0)
        return choices[0]


class CompletionDecoder(_Completions[TextGenerationStreamOutput]):
    """Chunks in the form that TGI's tokens have.

    The servers number no tokens, so `token.id` and `token.logprob` are None, and where they count none, each piece of
    text counts as one. The chunk with the `finish_reason` holds the whole `generated_text` and the `details`.
    """

    @override
    def item(self, value: Json) -> TextGenerationStreamOutput | None:
        """Read one chunk."""
        choice = self.note(value)
        if choice is None:
            return None
        token = {"id": None, "logprob": None, "special": False, "text": _text_of(choice) or ""}
        raw: Json = {"index": len(self.parts), "token": token}
        if 0 in self.closed_ends:
            usage: Json = value.get("usage") or {}
            count = usage.get("completion_tokens", len(self.parts))
            raw["generated_text"] = self.partial_text
            raw["details"] = {**_reason(choice), "generated_tokens": count, "input_length": usage.get("prompt_tokens")}
        return TextGenerationStreamOutput.parse(raw)


class CompletionTextDecoder(_Completions[str]):
    """Chunks as plain text."""

    @override
    def item(self, value: Json) -> str | None:
        """Read one chunk; None where it has no text."""
        choice = self.note(value)
        return None if choice is None else _text_of(choice) or None


def _reason(choice: Json) -> Json:
    return {"finish_reason": choice.get("finish_reason"), "seed": choice.get("seed")}


async def embeddings(ask: FeatureExtractionAsk, route: Route) -> Any:
    """POST `/embeddings`. The answer has a row for each text, for a single one too, as with huggingface_hub."""
    warn_of_weights(ask, route)
    exchange = await route.post("/embeddings", route.with_model({"input": ask.text, **ask.parameters}))
    texts = [ask.text] if isinstance(ask.text, str) else ask.text

    def rows(value: Any) -> Any:
        found = [row["embedding"] for row in sorted(value["data"], key=lambda row: row.get("index", 0))]
        if len(found) != len(texts):
            raise ValueError(f"{len(texts)} texts went in, and {len(found)} vectors came back")
        return vectors.to_array(found)

    return exchange.read(rows)


async def transcriptions(ask: AutomaticSpeechRecognitionAsk, route: Route) -> AutomaticSpeechRecognitionOutput:
    """POST `/audio/transcriptions` as a form; the server knows the format by the file's name."""
    audio = await fetch.given(ask.audio, route.user_agent)
    options = dict(ask.parameters)
    options.pop("model", None)
    if options.pop("return_timestamps", False):
        options.setdefault("response_format", "verbose_json")
    # huggingface_hub names a sound of unknown format so.
    name = "audio.wav" if audio.file_name.endswith(".bin") else audio.file_name
    file = (name, audio.data, audio.media_type or "application/octet-stream")
    body, content_type = multipart.encode(file, {**options, "model": route.model})
    exchange = await route.send(route.request("/audio/transcriptions", body, content_type))
    if options.get("response_format") in ("text", "srt", "vtt"):
        return AutomaticSpeechRecognitionOutput.parse({"text": exchange.response.body.decode("utf-8", "replace")})
    return exchange.read(_transcript)


def _transcript(value: Any) -> AutomaticSpeechRecognitionOutput:
    if not isinstance(value["text"], str):
        raise ValueError("text is not a text")
    return transcript(value, value["text"])


def transcript(told: Json, text: str) -> AutomaticSpeechRecognitionOutput:
    """What was said, with all that was told of it, and its segments as chunks where there are none."""
    said: Json = {**told, "text": text}
    if not said.get("chunks") and is_list(segments := said.get("segments")):
        said["chunks"] = [
            {"text": part["text"], "timestamp": [part["start"], part["end"]]}
            for part in segments
            if is_object(part) and {"text", "start", "end"} <= part.keys()
        ]
    return AutomaticSpeechRecognitionOutput.parse(said)
