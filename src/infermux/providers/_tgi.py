"""The dialect of Text Generation Inference: `POST /` with `{"inputs", "parameters", "stream"}`.

https://huggingface.co/docs/text-generation-inference/reference/api_reference
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from typing_extensions import override

from ..errors import BadRequestError, InputError
from ..flow import Streaming
from ..notices import warn
from ..tasks._ask import Ask
from ..tasks.text_generation import TextGenerationAsk, validate_for_tgi
from ..types._json import Json
from ..types.text_generation import TextGenerationOutput, TextGenerationStreamOutput
from ._base import Provider, Route
from ._events import ItemDecoder, streaming
from ._options import Options
from ._pipeline import first_of, with_text

T = TypeVar("T")


class Generate(Options, frozen=True):
    """The dialect."""

    @override
    def check(self, ask: Ask[Any], provider: Provider) -> None:
        """See whether the server can take the options of an ask."""
        super().check(ask, provider)
        validate_for_tgi(ask.parameters)

    async def __call__(
        self, ask: TextGenerationAsk, route: Route
    ) -> str | TextGenerationOutput | Streaming[str] | Streaming[TextGenerationStreamOutput]:
        """Post to the server's root.

        A plain transformers server refuses options it does not know, by a 400 that names them: the call is made again
        without them, says so, and leaves them out at this server from then on.
        """
        parameters = self.on_wire(ask, route)
        if ask.details is not None:
            parameters["details"] = ask.details
        refused: frozenset[str] = route.memory.get(_memo(route), frozenset())
        try:
            return await _generate_without(refused, ask, route, parameters)
        except BadRequestError as error:
            found = _refused_options(error.server_message or "") & parameters.keys() - refused
            if not found:
                raise
            refused |= found
            route.memory[_memo(route)] = refused
        return await _generate_without(refused, ask, route, parameters)


generate = Generate()
"""POST to the root of Text Generation Inference."""


async def _generate_without(
    refused: frozenset[str], ask: TextGenerationAsk, route: Route, parameters: Json
) -> str | TextGenerationOutput | Streaming[str] | Streaming[TextGenerationStreamOutput]:
    if refused and not ask.details:
        parameters.pop("details", None)
    lost = sorted(refused & parameters.keys())
    if refused and ask.stream:
        raise InputError(
            "text_generation: this server is no Text Generation Inference server and cannot stream; "
            "call it with stream=False"
        )
    if lost:
        warn(f"text_generation: the server does not know {', '.join(lost)}; left out")
    answer = await _generate(ask, route, {name: parameters[name] for name in parameters if name not in refused})
    return answer.generated_text if isinstance(answer, TextGenerationOutput) and "details" in lost else answer


def _memo(route: Route) -> str:
    return f"options refused by {route.base}"


def _refused_options(message: str) -> set[str]:
    found = re.search(r"`model_kwargs` are not used by the model: \[(.*?)\]", message)
    return set(re.findall(r"'(\w+)'", found.group(1))) if found else set()


async def _generate(
    ask: TextGenerationAsk, route: Route, parameters: Json
) -> TextGenerationOutput | Streaming[str] | Streaming[TextGenerationStreamOutput]:
    body: Json = {"inputs": ask.prompt, "parameters": parameters}
    if not ask.stream:
        return (await route.post("", body)).read(_output)
    request = route.json_request("", {**body, "stream": True})
    if ask.details:
        return await streaming(route, request, TokenDecoder)
    return await streaming(route, request, TextDecoder)


_output = first_of(with_text("generated_text", TextGenerationOutput.parse))


class _Tokens(ItemDecoder[T]):
    """A stream of tokens; it is whole when the token with the `generated_text` came, and no other mark follows."""

    def note(self, value: Json) -> Json:
        """Keep account of one event; returns its token."""
        token: Json = value["token"]
        self.open_ends.add(0)
        if not token.get("special"):
            self.parts.append(token["text"])
        self.ended = value.get("generated_text") is not None
        return token


class TokenDecoder(_Tokens[TextGenerationStreamOutput]):
    """The tokens of a stream."""

    @override
    def item(self, value: Json) -> TextGenerationStreamOutput:
        """Read one token."""
        self.note(value)
        return TextGenerationStreamOutput.parse(value)


class TextDecoder(_Tokens[str]):
    """The texts of a stream's tokens; special ones, such as an end mark, are among them, as with huggingface_hub."""

    @override
    def item(self, value: Json) -> str:
        """Read one token's text."""
        text: str = self.note(value)["text"]
        return text
