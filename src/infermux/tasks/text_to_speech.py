"""text-to-speech: words spoken."""

from typing import Any, ClassVar, Literal

from typing_extensions import Unpack

from ._ask import Ask, Asker, CallOptions, expect, split


class TextToSpeechOptions(CallOptions, total=False):
    """Options of `text_to_speech`."""

    do_sample: bool | None
    early_stopping: bool | Literal["never"] | None
    epsilon_cutoff: float | None
    eta_cutoff: float | None
    max_length: int | None
    max_new_tokens: int | None
    min_length: int | None
    min_new_tokens: int | None
    num_beam_groups: int | None
    num_beams: int | None
    penalty_alpha: float | None
    temperature: float | None
    top_k: int | None
    top_p: float | None
    typical_p: float | None
    use_cache: bool | None
    extra_body: dict[str, Any] | None


class TextToSpeechAsk(Ask[bytes], frozen=True):
    """This text, spoken."""

    task: ClassVar[str] = "text-to-speech"
    hub_task: ClassVar[str] = task
    text: str


async def text_to_speech(client: Asker, text: str, **options: Unpack[TextToSpeechOptions]) -> bytes:
    """Speak a text.

    Args:
        text: What to say.
        do_sample: Draw the next token by chance, instead of taking the likeliest.
        early_stopping: When a beam search ends: with enough beams (True), or only when none can be better ("never").
        epsilon_cutoff: Tokens less likely than this are not drawn.
        eta_cutoff: As `epsilon_cutoff`, but lower where many tokens are likely.
        max_length: Most tokens, the input included.
        max_new_tokens: Most tokens, the input not counted; it wins over `max_length`.
        min_length: Fewest tokens, the input included.
        min_new_tokens: Fewest tokens, the input not counted; it wins over `min_length`.
        num_beam_groups: Groups of beams that are kept apart, for variety.
        num_beams: How many beams are searched.
        penalty_alpha: Weight of what would repeat, in a contrastive search.
        temperature: How far chance reaches: more is more varied.
        top_k: Draw among this many of the likeliest tokens.
        top_p: Draw among the likeliest tokens that make up this share.
        typical_p: Draw among the most typical tokens that make up this share.
        use_cache: Let the model keep what it computed, which is faster.
        extra_body: The provider's own options, such as `voice`.

    Returns:
        The bytes of the sound, in the format of the server's choice.

    Raises:
        InputError: An option is unknown, of the wrong type, or missing where the provider wants one; nothing was sent.
        ProviderApiError: The provider refused.
        ProviderOutputError: What came back is no sound.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/text-to-speech

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> sound = client.text_to_speech("Hello world")
        >>> sound[:4]
        b'RIFF'
    """
    expect("text_to_speech", "text", text, str, "a str")
    parameters, call = split("text_to_speech", options, TextToSpeechOptions)
    return await client.ask(TextToSpeechAsk(parameters, text), call)
