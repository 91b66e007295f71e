"""What becomes of a task's options on their way to a provider, as data: the code that sends and the tables that are
printed read the same record."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal

from msgspec import Struct

from ..errors import InputError
from ..notices import warn
from ..tasks._ask import Ask
from ..types._json import Json, is_object
from ._base import Provider, Route

SizeForm = Literal["as_given", "sides", "text", "object", "target"]


class Options(Struct, frozen=True, kw_only=True):
    """How a provider wants the options of a task.

    Args:
        rename: The task's option → the provider's.
        drops: Options that the provider refuses or ignores; they are left out, with a warning.
        refuses: Options without which the call would mean something else, and that the provider has not; they raise,
            unless they are False, which is what the provider does anyhow.
        needs: Options without which the provider refuses.
        fixed: Sent where the caller gives nothing else.
        size: How the size travels: as it is given; as `sides` (`width` and `height`); as a `text`
            (`size="WIDTHxHEIGHT"`); as an `object` (`image_size={"width", "height"}`); as a `target`
            (`target_size={"width", "height"}`).
        urls: Whether the provider can answer with the address of a picture.
        weights: How LoRA weights go along: of the route, the fields to send, none where the provider needs a file that
            the Hub does not name; None: the provider loads none.
    """

    rename: Mapping[str, str] = {}
    drops: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    fixed: Mapping[str, Any] = {}
    size: SizeForm = "as_given"
    urls: bool = True
    weights: Callable[[Route], Mapping[str, Any]] | None = None

    def on_wire(self, ask: Ask[Any], route: Route) -> Json:
        """The options of an ask in the provider's words.

        Raises:
            InputError: The provider has not what is asked for, or lacks what it needs.
        """
        self.check(ask, route.provider)
        asked = {name: value for name, value in ask.parameters.items() if name not in self.refuses}
        given = without(asked, self.drops, method_of(ask), route)
        self._put_size(given, method_of(ask), route)
        if isinstance(words := given.get("negative_prompt"), (list, tuple)):
            given["negative_prompt"] = ", ".join(map(str, words))  # pyright: ignore[reportUnknownArgumentType]
        named = {self.rename.get(name, name): value for name, value in given.items()}
        return {**self._loaded(ask, route), **self.fixed, **named}

    def check(self, ask: Ask[Any], provider: Provider) -> None:
        """See whether the provider can take the options of an ask.

        Raises:
            InputError: The provider has not what is asked for, or lacks what it needs.
        """
        who = f"{method_of(ask)}: {provider.title}"
        if refused := sorted(name for name in self.refuses if ask.parameters.get(name, False) is not False):
            raise InputError(
                f"{who} has no {', '.join(refused)}; leave it out, or pass what the server has instead by extra_body="
            )
        if missing := sorted(self.needs - ask.parameters.keys()):
            raise InputError(
                f"{who} needs {', '.join(missing)}; pass extra_body={{{missing[0]!r}: …}}, as the model's page tells it"
            )
        if not self.urls and getattr(ask, "output_type", None) == "url":
            raise InputError(f"{who} answers with the picture itself and has no URL for it")

    def _loaded(self, ask: Ask[Any], route: Route) -> Mapping[str, Any]:
        if route.adapter is None:
            return {}
        loaded: Mapping[str, Any] = self.weights(route) if self.weights is not None else {}
        if not loaded:
            warn_of_weights(ask, route)
        return loaded

    def _put_size(self, given: Json, method: str, route: Route) -> None:
        if self.size == "sides" and is_object(target := given.get("target_size")):
            del given["target_size"]
            given |= {name: value for name, value in target.items() if value is not None and name not in given}
        if self.size == "target" and {"width", "height"} <= given.keys():
            given["target_size"] = {"width": given.pop("width"), "height": given.pop("height")}
        if self.size in ("text", "object"):
            width, height = given.pop("width", None), given.pop("height", None)
            if (width is None) != (height is None):
                raise InputError(f"{method}: {route.provider.title} needs width and height together")
            if width is not None:
                sides = {"width": width, "height": height}
                given |= {"size": f"{width}x{height}"} if self.size == "text" else {"image_size": sides}


class Direct(Struct, frozen=True, kw_only=True):
    """A dialect of its own whose answers come at once.

    Args:
        say: Asks and reads the answer, of an ask, its options in the provider's words, and the route.
        options: How the provider wants the task's options.
    """

    say: Callable[[Any, Json, Route], Coroutine[Any, Any, Any]]
    options: Options = Options()

    async def __call__(self, ask: Ask[Any], route: Route) -> Any:
        """Ask, and read the answer."""
        return await self.say(ask, self.options.on_wire(ask, route), route)


def method_of(ask: Any) -> str:
    """The name of the method that the caller used."""
    return str(ask.task).replace("-", "_")


def warn_of_weights(ask: Ask[Any], route: Route) -> None:
    """Tell a caller whose model is an adapter that its weights do not go along."""
    if route.adapter is not None:
        warn(
            f"{method_of(ask)}: {route.hf_model!r} is an adapter, and there is no way known to tell "
            f"{route.provider.title} of its weights: {route.model!r} may answer without them"
        )


def without(parameters: Json, drops: frozenset[str], task: str, route: Route) -> Json:
    """A copy of the options without those that the provider does not take; the caller is told."""
    lost = sorted(drops & parameters.keys())
    if lost:
        warn(f"{task}: {route.provider.title} does not take {', '.join(lost)}; left out")
    return {name: value for name, value in parameters.items() if name not in drops}
