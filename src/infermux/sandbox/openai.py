"""The routes that OpenAI and those who follow it have in common, chat aside: vectors, pictures, sound, models."""

from __future__ import annotations

import base64
import re
import struct
from typing import Any
from urllib.parse import quote
from zlib import crc32

from . import hub, picture, sound, text, tokens
from .chat import CREATED
from .exchange import Answer, Object, Reply, Request, is_list, refuse, reply


def embeddings(request: Request) -> Answer:
    """Turn one text or many into vectors."""
    body = request.object()
    given = body.get("input")
    if given is None or given in ("", []) or (is_list(given) and "" in given):
        raise refuse(400, "Invalid 'input': expected a text or an array of texts, none of them empty.", param="input")
    texts: list[Any] = given if is_list(given) and not isinstance(given[0], int) else [given]
    # A list of token ids stands for a text that cannot be told; its numbers serve as words.
    plain = [" ".join(map(str, one)) if is_list(one) else str(one) for one in texts]
    data: list[Object] = []
    for index, one in enumerate(plain):
        vector: Any = text.embed(one, dimensions(body))
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    read = sum(tokens.count(one) for one in plain)
    usage = {"prompt_tokens": read, "total_tokens": read}
    return reply({"object": "list", "data": data, "model": body.get("model") or "sandbox", "usage": usage})


def dimensions(body: Object) -> int:
    """Read how long the vectors shall be."""
    wanted = body.get("dimensions")
    wanted = 256 if wanted is None else wanted
    if not isinstance(wanted, int) or not 1 <= wanted <= 8192:
        raise refuse(400, "Invalid 'dimensions': expected a whole number from 1 to 8192.", param="dimensions")
    return wanted


def images(request: Request) -> Answer:
    """Draw pictures; Hyperbolic and Together wrap theirs in shapes of their own."""
    body = request.object()
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise refuse(400, "Missing required parameter: 'prompt'.", param="prompt", code="missing_required_parameter")
    provider = request.params["provider"]
    width, height = _size(body, 1024 if provider in ("v1", "openai", "together") else 512)
    copies = body.get("n") or 1
    if not isinstance(copies, int) or not 1 <= copies <= 10:
        raise refuse(400, "Invalid 'n': expected a whole number from 1 to 10.", param="n")
    pictures = range(copies)
    if body.get("response_format") == "url":
        name = f"{width}x{height}/{quote(prompt, safe='')}.png"
        data: list[Object] = [{"url": f"{request.base}/files/{name}"} for _ in pictures]
    else:
        drawn = base64.b64encode(picture.draw(prompt, width, height)).decode()
        data = [{"b64_json": drawn} for _ in pictures]
    if provider == "hyperbolic":
        seed = body.get("seed") or crc32(prompt.encode())
        made = [{"index": i, "image": one.get("b64_json"), "random_seed": seed} for i, one in enumerate(data)]
        return reply({"images": made, "inference_time": 0.0})
    if provider == "together":
        listed = [{"timings": {"inference": 0}, "index": i, **one} for i, one in enumerate(data)]
        head = {"id": f"{crc32(request.body):08x}", "model": body.get("model"), "object": "list"}
        return reply({**head, "data": listed}, headers={"retry-after": "2"})
    if provider == "nebius":
        return reply({"data": data, "id": f"text2img-{crc32(request.body):08x}"})
    return reply({"created": CREATED, "data": data})


def file(request: Request) -> Answer:
    """Serve a picture whose address says all about it."""
    width, height = request.params["width"], request.params["height"]
    drawn = picture.draw(request.params["prompt"], int(width), int(height))
    return Reply(drawn, media="image/png")


def speech(request: Request) -> Answer:
    """Say a text in tones. It is a WAV whatever format was asked for, and labelled so."""
    said = request.object().get("input")
    if not isinstance(said, str) or not said:
        raise refuse(400, "Missing required parameter: 'input'.", param="input", code="missing_required_parameter")
    if len(said) > sound.LONGEST_TEXT:
        raise refuse(400, f"Invalid 'input': expected at most {sound.LONGEST_TEXT} characters.", param="input")
    return Reply(sound.speak(said), media="audio/wav")


def transcriptions(request: Request) -> Answer:
    """Transcribe an uploaded sound in any of the five formats."""
    fields = _form(request)
    recording = fields.get("file")
    if recording is None:
        raise refuse(400, "Missing required parameter: 'file'.", param="file", code="missing_required_parameter")
    heard = sound.transcript(recording)
    form = fields.get("response_format", b"json").decode()
    if form == "text":
        return Reply(f"{heard}\n".encode(), media="text/plain; charset=utf-8")
    length = sound.seconds(recording)
    if form in ("srt", "vtt"):
        return Reply(_subtitles(heard, length, form).encode(), media="text/plain; charset=utf-8")
    told: Object = {"text": heard}
    if form == "verbose_json":
        told |= {"task": "transcribe", "language": "english", "duration": length}
        told["segments"] = [{"id": 0, "start": 0.0, "end": round(length, 2), "text": heard}]
        if b"word" in fields.get("timestamp_granularities[]", b""):
            told["words"] = [{"word": word, "start": a, "end": b} for word, a, b in sound.spans(heard, length)]
    return reply(told)


def models(request: Request) -> Answer:
    """List the models that chat, and no others, as the router does."""
    return reply({"object": "list", "data": [_model(f"sandbox/{task}") | _SERVED for task in hub.TEXT]})


# The router tells who serves a model, and at which price.
_SERVED: Object = {
    "providers": [
        {
            "provider": "sandbox",
            "status": "live",
            "context_length": 4096,
            "pricing": {"input": 0, "output": 0},
            "supports_tools": True,
            "supports_structured_output": True,
        }
    ]
}


def model(request: Request) -> Answer:
    """Describe any model; only those that say so do not exist."""
    name = request.params["model"]
    if hub.is_missing(name):
        raise refuse(404, f"The model '{name}' does not exist", param="model", code="model_not_found")
    return reply(_model(name))


def _model(name: str) -> Object:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "sandbox"}


def _size(body: Object, usual: int) -> tuple[int, int]:
    size = re.fullmatch(r"(\d+)x(\d+)", str(body.get("size")))
    sides = size.groups() if size else (body.get("width") or usual, body.get("height") or usual)
    width, height = map(int, sides)
    least, most = picture.SMALLEST, picture.LARGEST
    if not (least <= width <= most and least <= height <= most):
        raise refuse(400, f"Invalid size: expected sides from {least} to {most} pixels.", param="size")
    return width, height


def _subtitles(heard: str, length_s: float, form: str) -> str:
    minutes, rest = divmod(length_s, 60)
    end = f"{int(minutes // 60):02}:{int(minutes % 60):02}:{rest:06.3f}"
    if form == "vtt":
        return f"WEBVTT\n\n00:00:00.000 --> {end}\n{heard}\n\n"
    return f"1\n00:00:00,000 --> {end.replace('.', ',')}\n{heard}\n\n"


def _form(request: Request) -> dict[str, bytes]:
    """Read a multipart form; values given more than once are joined by commas."""
    mark = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    if not mark:
        raise refuse(400, "Expected a multipart/form-data body.")
    fields: dict[str, bytes] = {}
    for part in (b"\r\n" + request.body).split(b"\r\n--" + mark[1].encode()):
        head, _, value = part.partition(b"\r\n\r\n")
        if name := re.search(rb'[; ]name="([^"]*)"', head):
            key = name[1].decode()
            fields[key] = fields[key] + b"," + value if key in fields else value
    return fields
