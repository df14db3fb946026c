"""Tool calls out of plain text: this model writes them as JSON where others have a field."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

MAYBE_A_CALL = "{<`["


@dataclass
class Sorter:
    """Tells speech from calls as the text comes.

    Text that begins like a call is held back until the end; all other text goes through at once.
    """

    tools: Collection[str]
    held: str = ""
    speaking: bool = False

    def take(self, text: str) -> str:
        """What can be said now."""
        if not self.tools or self.speaking:
            return text
        self.held += text
        begun = self.held.lstrip()
        if not begun or begun[0] in MAYBE_A_CALL:
            return ""
        self.speaking, said, self.held = True, self.held, ""
        return said

    def end(self) -> tuple[str, list[dict[str, Any]]]:
        """What was held back: as calls, or else as the text that it was."""
        calls = list(calls_in(self.held, self.tools))
        return ("" if calls else self.held), calls


def calls_in(text: str, tools: Collection[str]) -> Iterator[dict[str, Any]]:
    numbers = count()
    for one in objects_in(text):
        arguments = one.get("arguments", {})  # it leaves them out where there are none
        if one.get("name") in tools and isinstance(arguments, dict):
            number = next(numbers)
            function = {"name": one["name"], "arguments": json.dumps(arguments)}
            yield {
                "index": number,
                "id": f"call_{number}",
                "type": "function",
                "function": function,
            }


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects of a text."""
    decoder, start = json.JSONDecoder(), text.find("{")
    while start >= 0:
        try:
            found, end = decoder.raw_decode(text, start)
        except ValueError:
            start = text.find("{", start + 1)
        else:
            yield found
            start = text.find("{", end)
