"""Never run: mypy and pyright must agree with each line's comment.

`# type: T` stands behind a `reveal_type`; `# error` behind a line that both must refuse.
"""

from dataclasses import dataclass

from typing_extensions import TypedDict, reveal_type

from infermux import AsyncInferenceClient, InferenceClient


@dataclass
class City:
    """A town."""

    name: str


class Town(TypedDict):
    """A town as a dict."""

    name: str


client = InferenceClient(provider="sandbox")
talk = [{"role": "user", "content": "Hi"}]

# Answers that are read as a class.
reveal_type(client.chat.completions.create(messages=talk))  # type: ChatCompletionOutput
reveal_type(client.chat.completions.parse(messages=talk, response_format=City))  # type: ParsedChatCompletion[City]
parsed = client.chat.completions.parse(messages=talk, response_format=City, max_tokens=5).choices[0].message
reveal_type(parsed.parsed)  # type: City | None
reveal_type(parsed.content)  # type: str | None
town = client.chat.completions.parse(talk, response_format=Town).choices[0].message.parsed
if town is not None:
    reveal_type(town["name"])  # type: str
reveal_type(client.chat.completions.parse(talk).choices[0].message.parsed)  # type: None
client.chat.completions.parse(talk, response_format="json")  # error
client.chat.completions.parse(talk, response_format=City, max_token=5)  # error

# Events.
with client.chat.completions.stream(messages=talk, response_format=City) as stream:
    reveal_type(stream)  # type: ChatCompletionStream[City]
    for event in stream:
        if event.type == "content.delta":
            reveal_type(event.delta)  # type: str
        elif event.type == "content.done":
            reveal_type(event.parsed)  # type: City | None
        elif event.type == "chunk":
            reveal_type(event.chunk)  # type: ChatCompletionStreamOutput
    reveal_type(stream.get_final_completion())  # type: ParsedChatCompletion[City]

# The other routes.
reveal_type(client.completions.create(prompt="a"))  # type: OpenAICompletion
reveal_type(client.completions.create(prompt="a", stream=True))  # type: Stream[OpenAICompletion]
reveal_type(client.models.retrieve("m"))  # type: OpenAIModel
reveal_type(client.models.list().data)  # type: list[OpenAIModel]
reveal_type(client.embeddings.create(input="a").data[0].embedding)  # type: list[float] | str
client.completions.create(prompt="a", max_token=5)  # error
client.embeddings.create(inputs="a")  # error


async def main() -> None:
    """The same, awaited."""
    other = AsyncInferenceClient(provider="sandbox")
    reveal_type(await other.chat.completions.parse(talk, response_format=City))  # type: ParsedChatCompletion[City]
    async with other.chat.completions.stream(messages=talk) as events:
        reveal_type(events)  # type: AsyncChatCompletionStream[None]
        reveal_type(await events.get_final_completion())  # type: ParsedChatCompletion[None]
    reveal_type(await other.completions.create(prompt="a", stream=True))  # type: AsyncStream[OpenAICompletion]
    reveal_type(await other.models.retrieve("m"))  # type: OpenAIModel
    await other.chat.completions.parse(talk, response_format=5)  # error
