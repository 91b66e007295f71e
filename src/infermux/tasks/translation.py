"""translation: a text in another language."""

from typing import Any, ClassVar

from typing_extensions import Unpack

from ..errors import InputError
from ..types._options import TruncationStrategy
from ..types.text import TranslationOutput
from ._ask import Ask, Asker, CallOptions, split
from ._texts import expect_text


class TranslationOptions(CallOptions, total=False):
    """Options of `translation`."""

    src_lang: str | None
    tgt_lang: str | None
    clean_up_tokenization_spaces: bool | None
    truncation: TruncationStrategy | None
    generate_parameters: dict[str, Any] | None
    extra_body: dict[str, Any] | None


class TranslationAsk(Ask[TranslationOutput], frozen=True):
    """This text in another language."""

    task: ClassVar[str] = "translation"
    hub_task: ClassVar[str] = task
    text: str


async def translation(client: Asker, text: str, **options: Unpack[TranslationOptions]) -> TranslationOutput:
    """Translate a text.

    Args:
        text: The text.
        src_lang: Its language, in the model's own spelling; needed by models that know several.
        tgt_lang: The language to translate into.
        clean_up_tokenization_spaces: Take out the spaces that the model puts before marks.
        truncation: Which text is cut where the model can read no more: "do_not_truncate", "longest_first",
            "only_first" or "only_second".
        generate_parameters: How the model writes, such as `{"num_beams": 4}`.
        extra_body: The server's own options.

    Returns:
        The translation, `translation_text`. It acts as its text: `str(out)`, `out == "…"`.

    Raises:
        InputError: Only one of the two languages is named, `text` is no text, or an option is unknown or of the wrong
            type; nothing was sent.
        ProviderApiError: The server refused.
        ProviderOutputError: What came back is no translation.
        InferenceTimeoutError: A limit of time was reached.

    Source: https://huggingface.co/docs/inference-providers/tasks/translation

    Example:
        >>> from infermux import InferenceClient
        >>> client = InferenceClient(provider="sandbox")
        >>> out = client.translation("My name is Wolfgang", src_lang="en_XX", tgt_lang="fr_XX")
        >>> out == out.translation_text
        True
    """
    expect_text("translation", text)
    parameters, call = split("translation", options, TranslationOptions)
    if ("src_lang" in parameters) != ("tgt_lang" in parameters):
        missing = "tgt_lang" if "src_lang" in parameters else "src_lang"
        raise InputError(f"translation: {missing} is missing; name both languages, or none for a model that knows two")
    return await client.ask(TranslationAsk(parameters, text), call)
