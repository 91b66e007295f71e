"""Tool calls: which tool is meant, and arguments that its schema accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from . import schema
from .exchange import Object, dump, is_list, is_object, refuse
from .text import words


@dataclass(frozen=True)
class Call:
    """One call of one tool; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str

    def wire(self) -> Object:
        """Write the call as OpenAI does."""
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}


def called(body: Object, said: str, *, is_users_turn: bool) -> Call | None:
    """Decide whether to call a tool, and how; without a tool choice only the user's own turn leads to a call."""
    tools = body.get("tools")
    choice = body.get("tool_choice") or "auto"
    if not is_list(tools) or not tools or choice == "none":
        return None
    functions = [_function(tool, place) for place, tool in enumerate(tools)]
    if choice in ("auto", "required"):
        if choice == "auto" and not is_users_turn:
            return None
        function = max(functions, key=lambda one: _overlap(one, said))
    else:
        name = choice.get("function", choice).get("name") if is_object(choice) else choice
        named = [one for one in functions if one["name"] == name]
        if not named:
            raise refuse(400, f"Tool choice {name!r} is not among 'tools'.", param="tool_choice")
        function = named[0]
    arguments = dump(schema.fill(function.get("parameters") or {"type": "object"}, said))
    mark = crc32(f"{function['name']} {arguments} {said}".encode())
    return Call(f"call_{mark:08x}", function["name"], arguments)


def _function(tool: Any, place: int) -> Object:
    function = tool.get("function") if is_object(tool) else None
    if not is_object(function) or not isinstance(function.get("name"), str):
        param = f"tools[{place}].function.name"
        raise refuse(400, f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")
    return function


def _overlap(function: Object, said: str) -> int:
    about = f"{function['name']} {function.get('description') or ''}".replace("_", " ")
    return len({word for word in words(about) if len(word) > 2} & set(words(said)))
