"""What the tasks share that make a picture."""

from collections.abc import Mapping
from typing import Any, Literal

from ..errors import InputError
from ..types._json import is_object
from ..wire import media
from ._ask import Ask, CallOptions, split, whole

OutputType = Literal["image", "bytes", "url", "data_url", "json"]
MaskType = Literal["image", "bytes", "data_url", "json"]
"""The forms of a picture that stands inside an answer."""


class PictureOptions(CallOptions, total=False):
    """Options of every task that makes a picture."""

    negative_prompt: str | None
    height: float | None
    width: float | None
    target_size: dict[str, Any] | None
    num_inference_steps: float | None
    guidance_scale: float | None
    seed: int | None
    output_type: OutputType | None
    extra_body: dict[str, Any] | None


class PictureAsk(Ask[Any], frozen=True):
    """A picture; `output_type` is the form in which the caller wants it."""

    output_type: OutputType


def split_picture(
    task: str, options: Mapping[str, Any], declared: type
) -> tuple[dict[str, Any], OutputType, CallOptions]:
    """Check and part the options as the open-ended `split` does.

    Returns:
        The task's own parameters, with the size as `width` and `height`; the form that is wanted; and the options that
        every call takes.

    Raises:
        InputError: An option is of the wrong type, or a size is given twice; nothing was sent.
        MissingExtraError: A PIL image is wanted, and Pillow is not installed.
    """
    parameters, call = split(task, options, declared, open_ended=True)
    output_type: OutputType = form_of(parameters)
    size = parameters.get("target_size")
    if is_object(size):
        del parameters["target_size"]
        for name, value in size.items():
            if value is not None and parameters.setdefault(name, value) != value:
                raise InputError(
                    f"{task}: {name} is given twice, as {parameters[name]!r} and in target_size as {value!r}"
                )
    whole(parameters, "width", "height", "num_inference_steps")
    return parameters, output_type, call


def form_of(parameters: dict[str, Any]) -> Any:
    """Take `output_type` out of the parameters.

    Raises:
        MissingExtraError: A PIL image is wanted, and Pillow is not installed.
    """
    output_type = parameters.pop("output_type", "image")
    if output_type == "image":
        media.require_pillow()
    return output_type
