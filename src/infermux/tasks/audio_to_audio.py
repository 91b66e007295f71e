"""audio-to-audio: a sound made of a sound, or several, such as the voices in it."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..types.audio import AudioToAudioOutputElement
from ..wire.media import Content, Media
from ._ask import Ask, Asker, CallOptions, split, take


class AudioToAudioOptions(CallOptions, total=False):
    """Options of `audio_to_audio`."""

    extra_body: dict[str, Any] | None


class AudioToAudioAsk(Ask[list[AudioToAudioOutputElement]], frozen=True):
    """What the model makes of this sound."""

    task: ClassVar[str] = "audio-to-audio"
    hub_task: ClassVar[str] = task
    audio: Media


async def audio_to_audio(
    client: Asker, audio: Content, **options: Unpack[AudioToAudioOptions]
) -> list[AudioToAudioOutputElement]:
    """Make sounds of a sound: enhance it, or part its sources.

    Args:
        audio: Bytes, a binary file, a path or a URL of the sound.
        extra_body: The server's own options.

    Returns:
        The sounds: `blob` holds the bytes, `content_type` what they are, `label` which of the sounds it is.

    Raises:
        FileNotFoundError: No such file; nothing was sent.
        TypeError: `audio` is of another kind; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no list of sounds.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/audio-to-audio

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> for sound in client.audio_to_audio("two-voices.flac"):  # doctest: +SKIP
        ...     print(sound.label, sound.content_type, len(sound.blob))
    """
    parameters, call = split("audio_to_audio", options, AudioToAudioOptions)
    return await client.ask(AudioToAudioAsk(parameters, await take(audio)), call)
