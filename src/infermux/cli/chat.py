"""`infermux chat`: one answer, or a talk."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated, Any

import typer

from .. import InferenceClient
from ..errors import InferenceError
from ..tasks.chat_completion import ChatCompletionOptions
from .asking import ApiKey, BaseURL, Model, Provider, client_for, piped
from .showing import write
from .telling import note, tell


def chat(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="What to say. Without it: what is piped in, or else a talk."),
    ] = None,
    model: Model = None,
    provider: Provider = None,
    base_url: BaseURL = None,
    api_key: ApiKey = None,
    system: Annotated[str | None, typer.Option(help="What the model is told before all else.")] = None,
    temperature: Annotated[float | None, typer.Option(help="0 to 2: how much chance decides.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="The most tokens to write.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON, once it is there.")] = False,
) -> None:
    """Chat with a model: the answer comes word by word. Without a text, a talk begins."""
    said = " ".join(text) if text else piped()
    if said is not None and not said.strip():
        raise typer.BadParameter("it is empty", param_hint="TEXT")
    if said is None and as_json:
        raise typer.BadParameter("it needs a text", param_hint="--json")
    with client_for(provider, base_url, api_key) as client:
        if model is None and base_url is None and provider in (None, "auto"):
            raise typer.BadParameter("name a model, such as openai/gpt-oss-20b", param_hint="--model")
        options = ChatCompletionOptions(model=model, temperature=temperature, max_tokens=max_tokens)
        talk = _Talk(client, options, [{"role": "system", "content": system}] if system else [])
        if said is None:
            talk.go_on()
        elif as_json:
            messages = [*talk.opening, {"role": "user", "content": said}]
            typer.echo(client.chat_completion(messages, **options).model_dump_json(indent=2))
        else:
            talk.say(said)


@dataclass
class _Talk:
    client: InferenceClient
    options: ChatCompletionOptions
    opening: list[dict[str, Any]]
    since: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def say(self, text: str) -> None:
        """Say something and write the answer as it comes; what came of it stays part of the talk."""
        self.since.append({"role": "user", "content": text})
        answer = ""
        try:
            with self.client.chat_completion([*self.opening, *self.since], stream=True, **self.options) as stream:
                for chunk in stream:
                    piece = (chunk.choices[0].delta.content or "") if chunk.choices else ""
                    answer += piece
                    write(piece)
            if not answer:
                note("the answer is empty")
        finally:
            if answer:
                self.since.append({"role": "assistant", "content": answer})
                write("\n")
            else:
                self.since.pop()

    def go_on(self) -> None:
        """Talk until the user ends it."""
        with suppress(ImportError):
            import_module("readline")  # input() edits lines by it, where it exists
        note("Ctrl-C stops an answer, /new starts over, /exit or Ctrl-D ends.")
        leaving = False
        while True:
            try:
                said = input("» ").strip()
            except EOFError:
                note("")
                return
            except KeyboardInterrupt:
                if leaving:
                    raise
                leaving = True
                note("\nonce more to end")
                continue
            leaving = False
            if said == "/exit":
                return
            if said == "/new":
                self.since.clear()
            elif said:
                self._try(said)

    def _try(self, text: str) -> None:
        try:
            self.say(text)
        except KeyboardInterrupt:
            note("stopped")
        except InferenceError as error:
            tell(error)
