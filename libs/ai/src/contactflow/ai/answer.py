"""An answer as it comes in, judged piece by piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall
from pydantic import ValidationError

from contactflow.ai.errors import ModelNonsenseError, ModelUnavailableError, Nonsense
from contactflow.ai.language import Budget, Delta, End, Text, ToolCall, Usage
from contactflow.ai.tools import Tool, named

BAD_ENDS: dict[str, Nonsense] = {"length": "endless", "content_filter": "filtered"}
LONGEST_LOOP = 200  # characters
LEAST_LOOPS = 4
LEAST_LOOPED = 60  # characters: "......" is no loop yet


@dataclass
class Asked:
    """A tool call whose pieces are still coming."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    def add(self, piece: ChoiceDeltaToolCall) -> None:
        self.id += piece.id or ""
        if piece.function:
            self.name += piece.function.name or ""
            self.arguments += piece.function.arguments or ""


@dataclass
class Answer:
    """Takes chunks, gives deltas.

    A provider that ignores the token limit is held to it here: a piece is at least one token.
    """

    budget: Budget
    tools: Sequence[Tool[Any]]
    pieces: int = 0
    said: bool = False
    tail: str = ""
    asked: dict[int, Asked] = field(default_factory=dict)
    finish: str | None = None
    usage: Usage | None = None

    def take(self, chunk: ChatCompletionChunk) -> Iterator[Text]:
        if chunk.usage:
            self.usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices[:1]:
            self.finish = choice.finish_reason or self.finish
            self._ask(choice.delta.tool_calls or [])
            yield from self._say(choice.delta.content or "")

    def end(self) -> Iterator[Delta]:
        """What is known once the stream is over."""
        if self.finish is None:
            raise ModelUnavailableError("cut")
        if self.finish in BAD_ENDS:
            raise ModelNonsenseError(BAD_ENDS[self.finish])
        if not self.said and not self.asked:
            raise ModelNonsenseError("empty")
        yield from [self._call(one) for _, one in sorted(self.asked.items())]
        yield End(self.usage)

    def _ask(self, pieces: Sequence[ChoiceDeltaToolCall]) -> None:
        for piece in pieces:
            self._count()
            self.asked.setdefault(piece.index, Asked()).add(piece)

    def _say(self, text: str) -> Iterator[Text]:
        if not text:
            return
        self._count()
        self.said = self.said or not text.isspace()
        self.tail = (self.tail + text)[-LONGEST_LOOP * LEAST_LOOPS :]
        if loops(self.tail):
            raise ModelNonsenseError("repeating")
        yield Text(text)

    def _count(self) -> None:
        self.pieces += 1
        if self.pieces > self.budget.tokens:
            raise ModelNonsenseError("endless")

    def _call(self, asked: Asked) -> ToolCall:
        tool = named(asked.name, self.tools)
        if tool is None:
            raise ModelNonsenseError("unknown_tool")
        return ToolCall(asked.id, tool, arguments(tool, asked.arguments))


def arguments(tool: Tool[Any], text: str) -> Any:
    """The model's JSON as the tool's arguments; its words stay out of the error and its causes."""
    try:
        return tool.arguments.model_validate_json(text or "{}")
    except ValidationError:
        pass
    raise ModelNonsenseError("bad_arguments")


def loops(tail: str) -> bool:
    """Whether a text ends in the same words over and over."""
    return any(_looped(tail, size) for size in range(1, min(LONGEST_LOOP, len(tail)) + 1))


def _looped(tail: str, size: int) -> bool:
    times = max(LEAST_LOOPS, ceil(LEAST_LOOPED / size))
    return tail.endswith(tail[-size:] * times)
