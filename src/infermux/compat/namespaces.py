"""The routes of the OpenAI API besides chat, with the words and the answers of its own client."""

from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace
from typing_extensions import Unpack, override

from ..calling import Caller
from ..flow import Streaming
from ..providers._events import ItemDecoder, streaming
from ..providers._openai import transcriptions as openai_transcriptions
from ..routing import route
from ..routing.mapping import Memory
from ..routing.settings import Settings
from ..tasks._ask import Ask, CallOptions, expect, split, take
from ..tasks.automatic_speech_recognition import AutomaticSpeechRecognitionAsk
from ..tasks.feature_extraction import FeatureExtractionAsk
from ..tasks.text_generation import TextGenerationAsk
from ..tasks.text_to_image import TextToImageAsk
from ..tasks.text_to_speech import TextToSpeechAsk
from ..types._json import Json
from ..types._record import Record
from ..types.openai import OpenAICompletion, OpenAIEmbeddings, OpenAIImages
from ..types.raw import RawAnswer
from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire.media import Content, Media, type_of_name
from .root import openai_root

R = TypeVar("R", bound=Record)

NamedFile = tuple[str, Content] | tuple[str, Content, str]
"""A file as the openai client takes it: its name, what it holds, and its media type."""


class EmbeddingsOptions(CallOptions, total=False):
    """Options of `client.embeddings.create`."""

    dimensions: int | None
    encoding_format: str | None
    user: str | None
    extra_body: dict[str, Any] | None


class CompletionsOptions(CallOptions, total=False):
    """Options of `client.completions.create`."""

    best_of: int | None
    echo: bool | None
    frequency_penalty: float | None
    logit_bias: dict[str, float] | None
    logprobs: int | None
    max_tokens: int | None
    n: int | None
    presence_penalty: float | None
    seed: int | None
    stop: str | list[str] | None
    stream_options: dict[str, Any] | None
    suffix: str | None
    temperature: float | None
    top_p: float | None
    user: str | None
    extra_body: dict[str, Any] | None


class ImagesOptions(CallOptions, total=False):
    """Options of `client.images.generate`."""

    background: str | None
    n: int | None
    output_format: str | None
    quality: str | None
    response_format: str | None
    size: str | None
    style: str | None
    user: str | None
    extra_body: dict[str, Any] | None


class SpeechOptions(CallOptions, total=False):
    """Options of `client.audio.speech.create`."""

    instructions: str | None
    response_format: str | None
    speed: float | None
    voice: str | None
    extra_body: dict[str, Any] | None


class TranscriptionsOptions(CallOptions, total=False):
    """Options of `client.audio.transcriptions.create`."""

    language: str | None
    prompt: str | None
    response_format: str | None
    temperature: float | None
    extra_body: dict[str, Any] | None


async def embeddings(
    client: Caller, *, input: str | list[str], **options: Unpack[EmbeddingsOptions]
) -> OpenAIEmbeddings:
    """Turn texts into vectors (`POST /embeddings`); `feature_extraction` gives an array.

    Args:
        input: One text, or a list of them.
        dimensions: Length of the vectors, for models that can shorten them.
        encoding_format: How the numbers travel: "float" or "base64".
        user: An id of the end user.
        extra_body: The provider's own options.

    Returns:
        `data`, with one `embedding` for each text, and `usage`.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.

    Source: https://platform.openai.com/docs/api-reference/embeddings

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> len(client.embeddings.create(input="Today is a sunny day").data[0].embedding)
        256
    """
    expect("embeddings.create", "input", input, (str, list), "a str or a list of str")
    parameters, call = split("embeddings.create", options, EmbeddingsOptions)
    ask = FeatureExtractionAsk({}, input)
    return await client.follow(partial(_posted, ask, "/embeddings", {"input": input, **parameters}, _embeddings), call)


async def completions(
    client: Caller, *, prompt: str, stream: bool | None = False, **options: Unpack[CompletionsOptions]
) -> OpenAICompletion | Streaming[OpenAICompletion]:
    """Let a model continue a text (`POST /completions`), whole or as it is written.

    Args:
        prompt: The text to continue.
        stream: Give the text piece by piece, as it is written.
        best_of: Write this many continuations and keep the likeliest.
        echo: Put the prompt before the text.
        frequency_penalty: Above 0, tokens already used become less likely.
        logit_bias: Token id → value added to its likelihood.
        logprobs: How many rivals of each token to show.
        max_tokens: The most tokens to write.
        n: How many continuations to write.
        presence_penalty: Above 0, new topics become more likely.
        seed: Start of the random numbers.
        stop: Texts that end the answer.
        stream_options: `{"include_usage": True}` asks for a last piece with the usage.
        suffix: What is to come after the text.
        temperature: 0 to 2: how much chance decides.
        top_p: 0 to 1: only the likeliest tokens that add up to this are drawn from.
        user: An id of the end user.
        extra_body: The provider's own options.

    Returns:
        `choices`, each with its `text`; with `stream=True`, an iterator of such pieces.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused, before or within the stream.
        IncompleteAnswerError: The stream broke off; `partial_text` holds what had come.

    Source: https://platform.openai.com/docs/api-reference/completions

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> isinstance(client.completions.create(prompt="Once", max_tokens=3).choices[0].text, str)
        True
    """
    expect("completions.create", "prompt", prompt, str, "a str")
    expect("completions.create", "stream", stream, (bool, type(None)), "a bool")
    parameters, call = split("completions.create", options, CompletionsOptions)
    ask = TextGenerationAsk({}, prompt)
    body = {"prompt": prompt, **parameters}
    if stream:
        return await client.follow(partial(_streamed, ask, body), call, stream=True)
    return await client.follow(partial(_posted, ask, "/completions", body, OpenAICompletion.parse), call)


async def images(client: Caller, *, prompt: str, **options: Unpack[ImagesOptions]) -> OpenAIImages:
    """Make pictures of a text (`POST /images/generations`); `text_to_image` gives a PIL image.

    Args:
        prompt: What to show.
        background: "transparent", "opaque" or "auto".
        n: How many pictures.
        output_format: The pictures' format, such as "png".
        quality: How fine, such as "high".
        response_format: "url" or "b64_json".
        size: `"1024x1024"` and the like.
        style: "vivid" or "natural".
        user: An id of the end user.
        extra_body: The provider's own options.

    Returns:
        `data`, each with `url` or `b64_json`.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.

    Source: https://platform.openai.com/docs/api-reference/images

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> len(client.images.generate(prompt="a cat", size="64x64", response_format="b64_json").data)
        1
    """
    expect("images.generate", "prompt", prompt, str, "a str")
    parameters, call = split("images.generate", options, ImagesOptions)
    ask = TextToImageAsk(parameters={}, prompt=prompt, output_type="json")
    body = {"prompt": prompt, **parameters}
    return await client.follow(partial(_posted, ask, "/images/generations", body, OpenAIImages.parse), call)


async def speech(client: Caller, *, input: str, **options: Unpack[SpeechOptions]) -> RawAnswer:
    """Speak a text (`POST /audio/speech`).

    Args:
        input: The text.
        instructions: How to speak.
        response_format: The sound's format, such as "mp3".
        speed: 0.25 to 4: how fast.
        voice: Whose voice.
        extra_body: The provider's own options.

    Returns:
        The bytes of the sound, with `content` and `headers`.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.

    Source: https://platform.openai.com/docs/api-reference/audio

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> len(client.audio.speech.create(input="Hello", voice="alloy")) > 0
        True
    """
    expect("audio.speech.create", "input", input, str, "a str")
    parameters, call = split("audio.speech.create", options, SpeechOptions)
    return await client.follow(partial(_spoken, TextToSpeechAsk({}, input), {"input": input, **parameters}), call)


async def transcriptions(
    client: Caller, *, file: Content | NamedFile, **options: Unpack[TranscriptionsOptions]
) -> AutomaticSpeechRecognitionOutput:
    """Write down what is said in a sound (`POST /audio/transcriptions`).

    Args:
        file: Bytes, a binary file, a path or a URL of the sound; or its name and one of these, and then its media type.
        language: The language that is spoken, such as "en".
        prompt: Words that came before, for the style.
        response_format: "json" or "verbose_json"; "text", "srt" or "vtt", which become the `text`.
        temperature: 0 to 1: how much chance decides.
        extra_body: The provider's own options.

    Returns:
        `text`, and what else the server tells.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.

    Source: https://platform.openai.com/docs/api-reference/audio

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.audio.transcriptions.create(file="hello.flac").text  # doctest: +SKIP
        'hello world'
    """
    parameters, call = split("audio.transcriptions.create", options, TranscriptionsOptions)
    return await client.follow(partial(_transcribed, await _named(file), parameters), call)


async def _posted(
    ask: Ask[Any], path: str, body: dict[str, Any], parse: Any, settings: Settings, memory: Memory
) -> Any:
    way = openai_root(await route.choose(ask, settings, memory))
    exchange = await way.post(path, {"model": way.model, **body})
    return exchange.read(parse)


async def _streamed(
    ask: TextGenerationAsk, body: Json, settings: Settings, memory: Memory
) -> Streaming[OpenAICompletion]:
    way = openai_root(await route.choose(ask, settings, memory))
    request = way.json_request("/completions", {"model": way.model, **body, "stream": True})
    return await streaming(way, request, _CompletionDecoder)


class _CompletionDecoder(ItemDecoder[OpenAICompletion]):
    """Pieces of a streamed completion. It is whole when each choice seen has given a `finish_reason`."""

    @override
    def item(self, value: Json) -> OpenAICompletion:
        piece = OpenAICompletion.parse({"choices": [], **value})
        for choice in piece.choices:
            index = choice.index or 0
            self.open_ends.add(index)
            if index == 0 and choice.text:
                self.parts.append(choice.text)
            if choice.finish_reason is not None:
                self.closed_ends.add(index)
        return piece


async def _spoken(ask: TextToSpeechAsk, body: dict[str, Any], settings: Settings, memory: Memory) -> RawAnswer:
    way = openai_root(await route.choose(ask, settings, memory))
    answer = (await way.post("/audio/speech", {"model": way.model, **body})).response
    return RawAnswer(answer.body, answer.status, answer.headers)


async def _named(file: Content | NamedFile) -> Media:
    """Media that the caller gave, under the name and as the type that stand beside it."""
    if not isinstance(file, tuple):
        return await take(file)
    name, content, *kind = file
    media = await take(content)
    return replace(media, name=name, media_type=kind[0] if kind else type_of_name(name) or media.media_type)


async def _transcribed(
    media: Media, parameters: dict[str, Any], settings: Settings, memory: Memory
) -> AutomaticSpeechRecognitionOutput:
    ask = AutomaticSpeechRecognitionAsk(parameters, media)
    return await openai_transcriptions(ask, openai_root(await route.choose(ask, settings, memory)))


def _embeddings(value: Any) -> OpenAIEmbeddings:
    output = OpenAIEmbeddings.parse(value)
    output["data"] = sorted(output.data, key=lambda row: row.get("index") or 0)
    return output
