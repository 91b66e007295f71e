"""Pictures and films made to order, from words, from a picture, or from both."""

from __future__ import annotations

from . import film, picture
from .exchange import Answer, Handler, Reply, Request, is_object
from .inputs import bytes_of, inputs_of, text_of, whole, words_in, wrong
from .pixels import Picture
from .vision import seen

_FILM = 256, 144
_LONGEST_SIDE = 640
_USUAL_FRAMES = 24
_MOST_FRAMES = 960


def _text_to_image(request: Request) -> Answer:
    inputs = inputs_of(request)
    prompt = words_in(request, "prompt") if is_object(inputs) and inputs else text_of(request)
    width, height = _size(request, 512, 512)
    return Reply(picture.draw(prompt, width, height), media="image/png")


def _image_to_image(request: Request) -> Answer:
    """Tint a picture with the first colour that the prompt names, and write the prompt on it."""
    return Reply(_redrawn(request, seen(request)), media="image/png")


def _image_text_to_image(request: Request) -> Answer:
    """Change a picture, or draw one where none was sent."""
    if bytes_of(request):
        return _image_to_image(request)
    width, height = _size(request, 512, 512)
    return Reply(picture.draw(_needed(request), width, height), media="image/png")


def _redrawn(request: Request, shown: Picture) -> bytes:
    prompt = _prompt(request)
    width, height = _size(request, shown.width, shown.height)
    if shown.rows is None:
        return picture.draw(prompt, width, height)
    return picture.redraw(shown.scaled(min(width, picture.LARGEST), min(height, picture.LARGEST)), prompt)


def _text_to_video(request: Request) -> Answer:
    prompt = inputs_of(request)
    if not isinstance(prompt, str) or not prompt.strip():
        raise wrong("inputs", "a text is needed")
    return _filmed(request, None, prompt)


def _image_to_video(request: Request) -> Answer:
    return _filmed(request, seen(request), _prompt(request))


def _image_text_to_video(request: Request) -> Answer:
    """Film a picture, or one drawn from the prompt where none was sent."""
    if bytes_of(request):
        return _image_to_video(request)
    return _filmed(request, None, _needed(request))


def _filmed(request: Request, shown: Picture | None, prompt: str) -> Answer:
    frames = whole(request, "num_frames", _USUAL_FRAMES)
    if frames > _MOST_FRAMES:
        raise wrong("parameters.num_frames", f"at most {_MOST_FRAMES} frames can be had")
    seed = request.parameters().get("seed")
    width, height = _size(request, *((shown.width, shown.height) if shown else _FILM))
    shrink = max(width / _LONGEST_SIDE, height / _LONGEST_SIDE, 1)
    # Colours are sent for every second pixel, so both sides are even.
    width, height = (max(int(side / shrink) // 2 * 2, 16) for side in (width, height))
    rows = picture.paint(prompt, width, height) if shown is None or shown.rows is None else shown.scaled(width, height)
    made = film.make(rows, frames, prompt, seed if isinstance(seed, int) else 0)
    return Reply(made, media="video/mp4")


def _needed(request: Request) -> str:
    """Return the prompt that stands alone, so that there must be one."""
    prompt = _prompt(request)
    if not prompt.strip():
        raise wrong("inputs", "a picture or a prompt is needed")
    return prompt


def _prompt(request: Request) -> str:
    """Return the prompt that goes with a picture, which may be missing."""
    found = request.parameters().get("prompt")
    if found is None and is_object(inputs := inputs_of(request)):
        found = inputs.get("prompt") or inputs.get("text")
    if found is not None and not isinstance(found, str):
        raise wrong("parameters.prompt", "a text is needed")
    return found or ""


def _size(request: Request, width: int, height: int) -> tuple[int, int]:
    """Return the size asked for: as a target size, as width and height, or else the usual one."""
    given = request.parameters()
    target = given.get("target_size")
    if is_object(target):
        width, height = (_side(target.get(name), f"target_size.{name}") for name in ("width", "height"))
    sides = (("width", width), ("height", height))
    width, height = (usual if given.get(name) is None else _side(given[name], name) for name, usual in sides)
    return width, height


def _side(value: object, name: str) -> int:
    least, most = picture.SMALLEST, picture.LARGEST
    if not isinstance(value, (int, float)) or not least <= value <= most or value % 1:
        raise wrong(f"parameters.{name}", f"a whole number from {least} to {most} is needed")
    return int(value)


STUDIO: dict[str, Handler] = {
    "image-text-to-image": _image_text_to_image,
    "image-text-to-video": _image_text_to_video,
    "image-to-image": _image_to_image,
    "image-to-video": _image_to_video,
    "text-to-image": _text_to_image,
    "text-to-video": _text_to_video,
}
