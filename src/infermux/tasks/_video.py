"""What the tasks that make videos share."""

from collections.abc import Mapping
from typing import Any

from ._ask import CallOptions, split, whole


class VideoOptions(CallOptions, total=False):
    """Options of every task that makes a video."""

    num_frames: float | None
    num_inference_steps: float | None
    guidance_scale: float | None
    seed: int | None
    extra_body: dict[str, Any] | None


class MovedPictureOptions(VideoOptions, total=False):
    """Options of the tasks that make a video of a picture."""

    negative_prompt: str | None
    target_size: dict[str, Any] | None


def split_video(
    task: str, options: Mapping[str, Any], declared: type, open_ended: bool = False
) -> tuple[dict[str, Any], CallOptions]:
    """Check and part the options as `split` does; whole numbers become integers.

    Raises:
        InputError: An option is unknown or of the wrong type; nothing was sent.
    """
    parameters, call = split(task, options, declared, open_ended)
    whole(parameters, "num_frames", "num_inference_steps")
    return parameters, call
