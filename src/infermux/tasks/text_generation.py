"""text-generation: the text that follows a prompt, whole or token by token."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError, ValidationError
from ..flow import Streaming
from ..notices import warn
from ..types.text_generation import TextGenerationOutput, TextGenerationStreamOutput
from ._ask import Ask, Asker, CallOptions, expect, split


class TextGenerationOptions(CallOptions, total=False):
    """Options of `text_generation`; those of Text Generation Inference by the same names."""

    adapter_id: str | None
    best_of: int | None
    decoder_input_details: bool | None
    do_sample: bool | None
    frequency_penalty: float | None
    grammar: dict[str, Any] | None
    max_new_tokens: int | None
    repetition_penalty: float | None
    return_full_text: bool | None
    seed: int | None
    stop: list[str] | None
    stop_sequences: list[str] | None
    temperature: float | None
    top_k: int | None
    top_n_tokens: int | None
    top_p: float | None
    truncate: int | None
    typical_p: float | None
    watermark: bool | None
    extra_body: dict[str, Any] | None


class TextGenerationAsk(Ask[Any], frozen=True):
    """The text after this prompt. `R` is `TextGenerationOutput`, or `Streaming` where `stream` is set."""

    task: ClassVar[str] = "text-generation"
    hub_task: ClassVar[str] = task
    prompt: str
    details: bool | None = None
    stream: bool = False


async def text_generation(
    client: Asker,
    prompt: str,
    *,
    details: bool | None = None,
    stream: bool | None = None,
    **options: Unpack[TextGenerationOptions],
) -> str | TextGenerationOutput | Streaming[str] | Streaming[TextGenerationStreamOutput]:
    """Let a model continue a text.

    Args:
        prompt: The text to continue.
        details: Give tokens, probabilities and the reason for the end as well.
        stream: Give the text token by token, as it is written.
        adapter_id: The LoRA adapter to use.
        best_of: Write this many sequences and keep the likeliest.
        decoder_input_details: Ask for the tokens of the prompt (needs `details=True`).
        do_sample: Draw tokens by chance.
        frequency_penalty: Above 0, tokens already used become less likely.
        grammar: What the text must follow: `{"type": "json" | "regex" | "json_schema", "value": …}`.
        max_new_tokens: The most tokens to write.
        repetition_penalty: Above 1, repetitions become less likely.
        return_full_text: Put the prompt before the text.
        seed: Start of the random numbers.
        stop: Texts that end the generation.
        stop_sequences: The older word for `stop`.
        temperature: How much chance decides; 0, for the likeliest text, is refused by TGI.
        top_k: Draw from this many of the likeliest tokens.
        top_n_tokens: Show this many rivals of each token.
        top_p: 0 to 1: only the likeliest tokens that add up to this are drawn from.
        truncate: Cut the prompt to this many tokens.
        typical_p: 0 to 1: typical decoding.
        watermark: Mark the text with a watermark.
        extra_body: The server's own options.

    Returns:
        `str`; `TextGenerationOutput` with `details`; an iterator of `str` with `stream`; an iterator of
        `TextGenerationStreamOutput` with both, of which the last holds `generated_text` and `details`.

    Raises:
        ValidationError: An option is out of its range; nothing was sent.
        InputError: An option is unknown or of the wrong type; nothing was sent.
        TextGenerationError: The server refused or failed, before or within the stream.
        IncompleteAnswerError: The stream broke off; `partial_text` holds what had come.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/text-generation-inference/reference/api_reference

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> isinstance(client.text_generation("The huggingface_hub library is ", max_new_tokens=12), str)
        True
    """
    expect("text_generation", "prompt", prompt, str, "a str")
    parameters, call = split("text_generation", options, TextGenerationOptions)
    if "stop_sequences" in parameters:
        warn("text_generation: stop_sequences is now called stop", FutureWarning)
        old = parameters.pop("stop_sequences")
        if parameters.setdefault("stop", old) != old:
            raise InputError("text_generation: stop and stop_sequences differ; give stop alone")
    validate(prompt, bool(stream), parameters)
    if parameters.get("decoder_input_details") and not details:
        warn("text_generation: decoder_input_details needs details=True; it is left out")
        del parameters["decoder_input_details"]
    ask = TextGenerationAsk(parameters, prompt, None if details is None else bool(details), bool(stream))
    answer = await client.ask(ask, call)
    return answer if stream or details or isinstance(answer, str) else answer.generated_text  # type: ignore[no-any-return]


_RANGES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("best_of", lambda value: value > 0, "above 0"),
    ("repetition_penalty", lambda value: value > 0, "above 0"),
    ("temperature", lambda value: value >= 0, "0 or more"),
    ("top_k", lambda value: value > 0, "above 0"),
    ("truncate", lambda value: value > 0, "above 0"),
    ("seed", lambda value: value >= 0, "0 or more"),
    ("top_p", lambda value: 0 < value <= 1, "above 0 and at most 1"),
    ("typical_p", lambda value: 0 < value < 1, "between 0 and 1"),
)


def validate(prompt: str, stream: bool, parameters: dict[str, Any]) -> None:
    """What a TGI server would refuse is refused here; its own bounds, without `top_p=1`, which later ones take."""
    if not prompt:
        raise ValidationError("text_generation: the prompt is empty")
    numbers = {name: value for name, value in parameters.items() if isinstance(value, (int, float))}
    for name, holds, words in _RANGES:
        if name in numbers and not holds(numbers[name]):
            raise ValidationError(f"text_generation: {name} must be {words}, not {numbers[name]!r}")
    if numbers.get("best_of", 1) > 1:
        if "seed" in parameters:
            raise ValidationError("text_generation: best_of above 1 cannot be used with a seed; leave one of them out")
        if stream:
            raise ValidationError("text_generation: best_of above 1 cannot be streamed; leave one of them out")
        sampling = ("do_sample", "temperature", "top_k", "top_p", "typical_p")
        if not any(parameters.get(name) for name in sampling):
            raise ValidationError(f"text_generation: best_of above 1 needs sampling: set one of {', '.join(sampling)}")


def validate_for_tgi(parameters: Mapping[str, Any]) -> None:
    """What a TGI server refuses and others take."""
    if parameters.get("temperature") == 0:
        raise ValidationError(
            "text_generation: temperature must be above 0 here, not 0 (do_sample=False gives the likeliest text)"
        )
