"""automatic-speech-recognition: sound to words."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.speech import AutomaticSpeechRecognitionOutput
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class AutomaticSpeechRecognitionOptions(CallOptions, total=False):
    """Options of `automatic_speech_recognition`."""

    return_timestamps: bool | None
    generation_parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class AutomaticSpeechRecognitionAsk(Ask[AutomaticSpeechRecognitionOutput], frozen=True):
    """The words in this sound."""

    task: ClassVar[str] = "automatic-speech-recognition"
    hub_task: ClassVar[str] = task
    audio: Media


async def automatic_speech_recognition(
    client: Asker, audio: Content, **options: Unpack[AutomaticSpeechRecognitionOptions]
) -> AutomaticSpeechRecognitionOutput:
    """Write down what is said in a sound.

    Args:
        audio: Bytes, a binary file, a path or a URL of the sound.
        return_timestamps: Ask for `chunks` with their times.
        generation_parameters: Options of the model's text generation.
        extra_body: The provider's own options.

    Returns:
        The text, with `chunks` where the server gives them. It acts as its text: `str(out)`, `out == "hello"`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `audio` is of another kind; nothing was sent.
        ProviderApiError: The provider refused.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.automatic_speech_recognition("hello.flac").text  # doctest: +SKIP
        'hello world'
    """
    parameters, call = split("automatic_speech_recognition", options, AutomaticSpeechRecognitionOptions)
    return await client.ask(AutomaticSpeechRecognitionAsk(parameters, await take(audio)), call)
