"""`infermux demo`: the main job on the sandbox. What is shown is what is run.

Each step is written once, for the async client; without `await` and `async` it is the step of the sync one.
"""

from __future__ import annotations

import ast
import asyncio
import json
import sys
import textwrap
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import AsyncInferenceClient, InferenceClient
from ..errors import MissingExtraError

_STEPS = {
    "A chat, streamed": """
        messages = [{"role": "user", "content": "Say hello to the moon."}]
        async for chunk in await client.chat_completion(messages, stream=True):
            print(chunk.choices[0].delta.content or "", end="", flush=True)
        print()
    """,
    "A tool call, and the turn after it": """
        def weather(city):
            return f"21 degrees and sunny in {city}"

        takes = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        tools = [{"type": "function", "function": {"name": "weather", "parameters": takes}}]
        messages = [{"role": "user", "content": "What is the weather in Paris?"}]
        answer = await client.chat_completion(messages, tools=tools)
        asked = answer.choices[0].message
        call = asked.tool_calls[0]
        print(call.function.name, call.function.arguments)

        result = weather(**json.loads(call.function.arguments))
        messages += [asked, {"role": "tool", "tool_call_id": call.id, "content": result}]
        answer = await client.chat_completion(messages, tools=tools)
        print(answer.choices[0].message.content)
    """,
    "An answer that keeps to a schema": """
        fields = {"name": {"type": "string"}, "age": {"type": "integer"}, "drink": {"enum": ["tea", "coffee"]}}
        schema = {"type": "object", "properties": fields, "required": [*fields]}
        answer = await client.chat_completion(
            [{"role": "user", "content": "This is Ada Lovelace, who is 36 and likes tea."}],
            response_format={"type": "json_schema", "json_schema": {"name": "person", "schema": schema}},
        )
        print(json.loads(answer.choices[0].message.content))
    """,
    "A picture": """
        picture = await client.text_to_image("an astronaut riding a horse on the moon")
        file = folder / "picture.png"
        picture.save(file)
        print(f"{file}: {picture.width} x {picture.height}, {file.stat().st_size:,} bytes")
    """,
    "Speech, from a file": """
        heard = await client.automatic_speech_recognition(folder / "speech.wav")
        print(heard.text)
    """,
    "Texts as vectors, and how near they are to the first": """
        texts = ["a small cat sleeps", "a small cat is sleeping", "the stock market fell"]
        vectors = await client.feature_extraction(texts)
        for text, vector in zip(texts, vectors):
            print(f"{vectors[0] @ vector:.2f}  {text}")
    """,
    "A video, as a job in a queue": """
        long = {"x-sandbox-job-seconds": "1.5"}
        job = await client.submit.text_to_video("a cat runs over a meadow", headers=long)
        async for status in job:
            print(status.word, "" if status.position is None else f"({status.position} ahead)")
        video = await job.result()
        file = folder / "video.mp4"
        file.write_bytes(video)
        print(f"{file}: {len(video):,} bytes")
    """,
}
_SPOKEN = "These words were read from a sound file."
_NEXT = """
What next
  a model's answer   hf auth login   (or set HF_TOKEN: https://huggingface.co/settings/tokens)
                     infermux chat -m openai/gpt-oss-20b "Hello"
  another provider   infermux chat --provider groq -m openai/gpt-oss-20b "Hello"
  your own server    infermux chat --base-url http://localhost:8080 "Hello"
  what is set up     infermux doctor
  models and prices  https://huggingface.co/docs/inference-providers"""


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="The folder for what is made.")
    ] = Path("demo-output"),
) -> None:
    """Show the main job on the sandbox: no key, no network."""
    from .. import sandbox

    begun = time.monotonic()
    url = sandbox.start()
    output.mkdir(parents=True, exist_ok=True)
    recording = output / "speech.wav"
    recording.write_bytes(_speech(url))
    typer.echo(f"All answers come from the sandbox on this machine, which is no model ({url}).")
    typer.echo(f"A recording to listen to was made by it: {recording}, {recording.stat().st_size:,} bytes.")
    _blocking(output)
    asyncio.run(_awaiting(output))
    typer.echo(f"\nDone in {time.monotonic() - begun:.1f} s. The files are in {output}.")
    typer.echo(_NEXT)


def _speech(url: str) -> bytes:
    """Have the sandbox read a text aloud."""
    import urllib.request

    body = json.dumps({"model": "sandbox", "input": _SPOKEN, "voice": "any", "response_format": "wav"}).encode()
    # On this machine no proxy has a say.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"{url}/v1/audio/speech", body)) as answer:
        return bytes(answer.read())


def _blocking(folder: Path) -> None:
    with InferenceClient(provider="sandbox") as client:
        _head('client = InferenceClient(provider="sandbox")')
        for title, code in _STEPS.items():
            shown = _shown(title, code.replace("await ", "").replace("async ", ""))
            try:
                exec(compile(shown, title, "exec"), _names(client, folder))
            except MissingExtraError as error:
                typer.echo(f"left out: {error}")


async def _awaiting(folder: Path) -> None:
    async with AsyncInferenceClient(provider="sandbox") as client:
        _head('client = AsyncInferenceClient(provider="sandbox")')
        for title, code in _STEPS.items():
            shown = _shown(title, code)
            try:
                await eval(compile(shown, title, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), _names(client, folder))
            except MissingExtraError as error:
                typer.echo(f"left out: {error}")


def _names(client: InferenceClient | AsyncInferenceClient, folder: Path) -> dict[str, Any]:
    return {"client": client, "folder": folder, "json": json}


def _shown(title: str, code: str) -> str:
    """Show a step, and return its code as shown."""
    code = textwrap.dedent(code).strip()
    _head(title)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.padding import Padding
        from rich.syntax import Syntax

        Console().print(Padding(Syntax(code, "python", theme="ansi_dark", background_color="default"), (0, 0, 0, 4)))
    else:
        typer.echo(textwrap.indent(code, "    "))
    return code


def _head(words: str) -> None:
    typer.secho(f"\n{words}", bold=True)
