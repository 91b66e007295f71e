"""The options of text generation as a class, which releases 0.18 to 0.21 of huggingface_hub had."""

from typing import TYPE_CHECKING, Any

from ..tasks._ask import split
from ..tasks.text_generation import TextGenerationOptions, validate, validate_for_tgi
from ..types._record import Record

_DEFAULTS: dict[str, Any] = {
    "do_sample": False,
    "max_new_tokens": 20,
    "return_full_text": False,
    "watermark": False,
    "details": False,
    "decoder_input_details": False,
}


class _Options(TextGenerationOptions, total=False):
    details: bool | None


class TextGenerationParameters(Record):
    """Options with the defaults of those releases, checked when they are made.

    `client.text_generation(prompt, **parameters)` uses them; without this class nothing is sent but what is given.

    Raises:
        ValidationError: An option is out of its range.
        InputError: An option is unknown or of the wrong type.
    """

    do_sample: bool = False
    max_new_tokens: int = 20
    repetition_penalty: float | None = None
    return_full_text: bool = False
    stop: list[str] = []
    seed: int | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    truncate: int | None = None
    typical_p: float | None = None
    best_of: int | None = None
    watermark: bool = False
    details: bool = False
    decoder_input_details: bool = False

    if not TYPE_CHECKING:

        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__({**_DEFAULTS, "stop": [], **dict(*given, **options)})
            parameters, _ = split("TextGenerationParameters", self, _Options)
            validate("any", stream=False, parameters=parameters)
            validate_for_tgi(parameters)
