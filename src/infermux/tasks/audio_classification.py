"""audio-classification: what a sound is."""

from typing import Any, ClassVar, Literal

from typing_extensions import Unpack

from ..types.audio import AudioClassificationOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class AudioClassificationOptions(CallOptions, total=False):
    """Options of `audio_classification`."""

    top_k: int | None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None
    extra_body: dict[str, Any] | None


class AudioClassificationAsk(Ask[list[AudioClassificationOutputElement]], frozen=True):
    """What this sound is."""

    task: ClassVar[str] = "audio-classification"
    hub_task: ClassVar[str] = task
    audio: Media


async def audio_classification(
    client: Asker, audio: Content, **options: Unpack[AudioClassificationOptions]
) -> list[AudioClassificationOutputElement]:
    """Tell which classes a sound belongs to.

    Args:
        audio: Bytes, a binary file, a path or a URL of the sound.
        top_k: How many classes to tell.
        function_to_apply: How the model's numbers become scores: "sigmoid", "softmax" or "none".
        extra_body: The server's own options.

    Returns:
        The classes in the server's order, as a rule the likeliest first: `label` and `score`.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `audio` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no list of classes.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/audio-classification

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> client.audio_classification("laughter.flac")[0].label  # doctest: +SKIP
        'hap'
    """
    parameters, call = split("audio_classification", options, AudioClassificationOptions)
    return await client.ask(AudioClassificationAsk(parameters, await take(audio)), call)
