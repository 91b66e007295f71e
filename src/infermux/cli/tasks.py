"""`infermux tasks`: every task with an example, or one with its options."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Annotated

import typer

from .. import InferenceClient
from .. import tasks as registry
from ..tasks._ask import CallOptions
from . import reading

EXAMPLES = {
    "audio_classification": ("speech.wav",),
    "audio_to_audio": ("speech.wav", "-o", "voice.wav"),
    "automatic_speech_recognition": ("speech.wav",),
    "chat_completion": ("What is the capital of France?",),
    "depth_estimation": ("cats.png",),
    "document_question_answering": ("invoice.png", "What is the invoice number?"),
    "feature_extraction": ("Today is a sunny day",),
    "fill_mask": ("The goal of life is <mask>.", "-p", "top_k=3"),
    "image_classification": ("cats.png", "-p", "top_k=3", "--draw", "classes.png"),
    "image_segmentation": ("cats.png", "--draw", "masks.png"),
    "image_text_to_image": ("cats.png", "make it winter"),
    "image_text_to_video": ("cats.png", "the cats start to dance"),
    "image_to_image": ("cats.png", "turn the cats into tigers", "-o", "tigers.png"),
    "image_to_text": ("cats.png",),
    "image_to_video": ("cats.png", "-p", "prompt=the cats start to dance"),
    "object_detection": ("cats.png", "--draw", "boxes.png"),
    "question_answering": ("What's my name?", "My name is Clara and I live in Berkeley."),
    "sentence_similarity": ("a happy person", "a happy dog", "a very happy person", "a sunny day"),
    "summarization": ("@article.txt",),
    "table_question_answering": ("repositories.csv", "How many stars does Transformers have?"),
    "tabular_classification": ("wines.csv",),
    "tabular_regression": ("fish.csv",),
    "text_classification": ("I like you. I love you.",),
    "text_generation": ("Once upon a time", "-p", "max_new_tokens=20"),
    "text_to_audio": ("calm piano with rain",),
    "text_to_image": ("a red cat on the moon", "-p", "width=256", "-p", "height=256"),
    "text_to_speech": ("Hello world", "-o", "hello.wav"),
    "text_to_video": ("a cat runs over a meadow",),
    "token_classification": ("My name is Sarah Jessica Parker but you can call me Jessica",),
    "translation": ("My name is Wolfgang", "-p", "src_lang=en_XX", "-p", "tgt_lang=fr_XX"),
    "video_classification": ("match.mp4",),
    "visual_question_answering": ("cats.png", "How many cats are there?"),
    "zero_shot_classification": ("I want a refund", "-p", "candidate_labels=refund,legal,faq"),
    "zero_shot_image_classification": ("cats.png", "cat", "dog"),
    "zero_shot_object_detection": ("cats.png", "cat", "sofa", "--draw", "found.png"),
}
"""What stands behind `infermux run TASK` in the example of each task."""


def tasks(
    task: Annotated[str | None, typer.Argument(metavar="TASK", help="One task: what it takes is told.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the options of each.")] = False,
) -> None:
    """List the tasks, with an example of each; with a name, what one takes."""
    names = registry.__all__ if task is None else [reading.task_named(task)]
    if as_json:
        typer.echo(json.dumps([_described(name) for name in names], indent=2, ensure_ascii=False))
        return
    for name in names:
        typer.secho(reading.usage(name), bold=True)
        typer.echo(f"  {_words(name)}\n  {example(name)}\n")
    if task is None:
        typer.echo("What one takes: infermux tasks TASK. Each example runs offline with: --provider sandbox")
    else:
        typer.echo("\n".join(f"  {line}" for line in taken(names[0])))


def example(name: str) -> str:
    """The example of a task, as it is typed."""
    return " ".join(("infermux run", reading.spelt(name), *map(_quoted, EXAMPLES[name])))


def _quoted(word: str) -> str:
    """A word as every shell takes it."""
    return f'"{word}"' if set(word) & set(" <>?*'") else word


def _words(name: str) -> str:
    return (inspect.getdoc(getattr(InferenceClient, name)) or "").partition("\n")[0]


def taken(name: str) -> Iterator[str]:
    """A line for each input and each option of a task, but for what every call takes."""
    told = (inspect.getdoc(getattr(InferenceClient, name)) or "").partition("Args:\n")[2].partition("\n\n")[0]
    lines = [" ".join(entry.split()) for entry in re.split(r"\n(?=    \w+:)", told)]
    own = [line for line in lines if line.partition(":")[0] not in CallOptions.__annotations__]
    width = max(len(line.partition(":")[0]) for line in own)
    for line in own:
        option, _, words = line.partition(": ")
        yield f"{option.ljust(width)}  {words}"


def _described(name: str) -> dict[str, object]:
    inputs, options = reading.parameters(name)
    return {
        "task": reading.spelt(name),
        "does": _words(name),
        "inputs": [*inputs],
        "options": [*options],
        "example": example(name),
    }
