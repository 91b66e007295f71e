"""text-to-audio: music and noises from words."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ._ask import Ask, Asker, CallOptions, expect, split


class TextToAudioOptions(CallOptions, total=False):
    """Options of `text_to_audio`."""

    generation_parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class TextToAudioAsk(Ask[bytes], frozen=True):
    """A sound of this."""

    task: ClassVar[str] = "text-to-audio"
    hub_task: ClassVar[str] = task
    text: str


async def text_to_audio(client: Asker, text: str, **options: Unpack[TextToAudioOptions]) -> bytes:
    """Make music or a noise that a text describes.

    Args:
        text: What to hear.
        generation_parameters: Options of the model's generation.
        extra_body: The provider's own options.

    Returns:
        The bytes of the sound, in the format of the server's choice.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no sound.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/tasks/text-to-audio

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> sound = client.text_to_audio("rain on a tin roof")
        >>> sound[:4]
        b'RIFF'
    """
    expect("text_to_audio", "text", text, str, "a str")
    parameters, call = split("text_to_audio", options, TextToAudioOptions)
    return await client.ask(TextToAudioAsk(parameters, text), call)
