"""What pipelines tell of pictures and films: classes, boxes, masks and depth, all from colours and light."""

from __future__ import annotations

import base64
import math

from . import colours, film, picture, pixels, text
from .exchange import Answer, Handler, Object, Request, reply
from .inputs import bytes_of, choice, fraction, hypothesis, labels, ranked, refuse, scored, softmax, whole
from .pixels import Picture, Region

_LIGHT_WORDS = frozenset({"light", "bright", "day", "white", "sunny", "snow"})
_DARK_WORDS = frozenset({"dark", "night", "black", "shadow"})
_SHARP = 8.0
_MOST_PIXELS = 32_000_000


def seen(request: Request) -> Picture:
    """Read the picture of a request, or refuse what is none."""
    sent = bytes_of(request)
    found = pixels.read(sent)
    if found is None:
        raise refuse(400, f"cannot identify the image: {len(sent)} bytes that are no PNG, JPEG, GIF, BMP or WebP")
    if found.width * found.height > _MOST_PIXELS:
        raise refuse(400, f"the image is too large: {found.width} x {found.height} pixels")
    return found


def _image_classification(request: Request) -> Answer:
    """Name the colours and the light; of a picture that was not decoded, how much there may be to see."""
    shown = seen(request)
    if shown.rows is None:
        return reply(scored(request, _by_halves("detailed", "plain", shown.detail())))
    weights = {f"mostly {name}": _SHARP * share for name, share in shown.shares().items()}
    weights |= _by_halves("bright", "dark", shown.light())
    return reply(scored(request, weights))


def _zero_shot_image_classification(request: Request) -> Answer:
    shown, names = seen(request), labels(request)
    hypothesis(request, "This is a photo of {}.")
    return reply(ranked(softmax({name: _SHARP * _likeness(name, shown) for name in names})))


def _object_detection(request: Request) -> Answer:
    least = fraction(request, "threshold", 0.5)
    found = [(f"{one.colour} region", _certainty(one), one) for one in seen(request).regions()]
    return reply([_boxed(label, score, one) for label, score, one in found if score >= least])


def _zero_shot_object_detection(request: Request) -> Answer:
    """Find the regions whose colour a label names; a label without a colour is a poor guess."""
    least = fraction(request, "threshold", 0.1)
    found: list[Object] = []
    regions, names = seen(request).regions(), labels(request)
    for name in names:
        meant = {colours.name(colour) for colour in colours.named_in(name)}
        for one in regions if meant else regions[:1]:
            score = _certainty(one) if one.colour in meant else 0.0 if meant else 0.2 * _certainty(one)
            if score >= least and score > 0:
                found.append(_boxed(name, score, one))
    return reply(sorted(found, key=lambda one: -one["score"]))


def _image_segmentation(request: Request) -> Answer:
    """Part a picture into its light and its dark pixels."""
    shown = seen(request)
    subtask = choice(request, "subtask", ("instance", "panoptic", "semantic"), "panoptic")
    least, smallest = fraction(request, "threshold", 0.0), fraction(request, "overlap_mask_area_threshold", 0.0)
    border = fraction(request, "mask_threshold", None)
    masks: list[Object] = []
    for label, score, rows in _masks(shown, shown.light() if border is None else border):
        area = sum(row.count(255) for row in rows) / (shown.width * shown.height)
        if area > 0 and area >= smallest and score >= least:
            told = None if subtask == "semantic" else score
            masks.append({"score": told, "label": label, "mask": base64.b64encode(picture.mask(rows)).decode()})
    return reply(masks)


def _depth_estimation(request: Request) -> Answer:
    """Take light for nearness: a guess, but the shapes are right."""
    shown = seen(request)
    near = [[colours.light(cell) for cell in line] for line in shown.cells()] or [[0.5]]
    depth = base64.b64encode(picture.mask(_grey(shown))).decode()
    return reply({"predicted_depth": near, "depth": depth})


def _video_classification(request: Request) -> Answer:
    """Tell a film by its length, or by its bytes where the length cannot be read."""
    whole(request, "num_frames", None)
    whole(request, "frame_sampling_rate", None)
    sent = bytes_of(request)
    if not sent:
        raise refuse(400, "No film was sent")
    length_s = film.seconds(sent) or len(sent) / 1_000_000
    return reply(scored(request, _by_halves("long film", "short film", length_s / (length_s + 10))))


def _by_halves(one: str, other: str, share: float) -> dict[str, float]:
    return {one: _SHARP * (share - 0.5), other: _SHARP * (0.5 - share)}


def _likeness(label: str, shown: Picture) -> float:
    """Tell how well a label fits a picture: by colours and light that it names, and by the words of the picture."""
    shares, said = shown.shares(), set(text.words(label))
    meant = {colours.name(colour) for colour in colours.named_in(label)}
    fits = [sum(shares.get(name, 0) for name in meant)]
    fits += [shown.light()] if said & _LIGHT_WORDS else []
    fits += [1 - shown.light()] if said & _DARK_WORDS else []
    fits += [text.nearest(label, shown.note)] if shown.note else []
    return max(fits)


def _certainty(region: Region) -> float:
    return min(math.sqrt(region.contrast), 1.0)


def _boxed(label: str, score: float, region: Region) -> Object:
    box = dict(zip(("xmin", "ymin", "xmax", "ymax"), region.box, strict=True))
    return {"score": score, "label": label, "box": box}


def _grey(shown: Picture) -> list[bytearray]:
    if shown.rows is None:
        return [bytearray(b"\x80" * shown.width)] * shown.height
    return [
        bytearray((299 * r + 587 * g + 114 * b) // 1000 for r, g, b in zip(*(row[i::3] for i in range(3)), strict=True))
        for row in shown.rows
    ]


def _masks(shown: Picture, border: float) -> list[tuple[str, float, list[bytearray]]]:
    """List label, score and rows of each mask; a picture that was not decoded is one piece."""
    if shown.rows is None:
        return [("not decoded", 1.0, [bytearray(b"\xff" * shown.width)] * shown.height)]
    table = bytes(255 if value / 255 > border else 0 for value in range(256))
    light = [row.translate(table) for row in _grey(shown)]
    flip = bytes(255 - value for value in range(256))
    dark = [row.translate(flip) for row in light]
    cells = [colours.light(cell) for line in shown.cells() for cell in line]
    spread = max(cells) - min(cells)
    score = 0.5 + spread / 2
    return [("light", score, light), ("dark", score, dark)]


VISION: dict[str, Handler] = {
    "depth-estimation": _depth_estimation,
    "image-classification": _image_classification,
    "image-segmentation": _image_segmentation,
    "object-detection": _object_detection,
    "video-classification": _video_classification,
    "zero-shot-image-classification": _zero_shot_image_classification,
    "zero-shot-object-detection": _zero_shot_object_detection,
}
