"""The port to a language model: what it is told, what it answers, how long it may take."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contactflow.ai.tools import Tool, ToolArguments


@dataclass(frozen=True)
class System:
    """What the model is to know and do. Byte-stable between turns, it is read from a cache."""

    text: str


@dataclass(frozen=True)
class User:
    text: str


@dataclass(frozen=True)
class ToolCall:
    """A request of the model, checked: a tool that was offered, arguments that it takes."""

    id: str
    tool: Tool[Any]
    arguments: ToolArguments


@dataclass(frozen=True)
class Assistant:
    """What the model said before, and the tools it then asked for."""

    text: str
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True)
class ToolResult:
    """What came of a call."""

    call_id: str
    text: str


Message = System | User | Assistant | ToolResult


@dataclass(frozen=True)
class Budget:
    """How long an answer may take, in seconds from the question, and in tokens of output."""

    first_token: float
    total: float
    tokens: int


@dataclass(frozen=True)
class Text:
    """The next piece of the answer, as it came: a word, half a word, a space."""

    text: str


@dataclass(frozen=True)
class Usage:
    """Tokens, as the provider counts them."""

    prompt: int
    output: int


@dataclass(frozen=True)
class End:
    """Always the last of a good answer. Not every provider counts."""

    usage: Usage | None


Delta = Text | ToolCall | End


class LanguageModel(Protocol):
    """Answers a conversation."""

    def stream(
        self, messages: Sequence[Message], *, budget: Budget, tools: Sequence[Tool[Any]] = ()
    ) -> AsyncGenerator[Delta, None]:
        """The answer in pieces: texts as they come, then calls, then one `End`.

        Whoever stops early closes it (`contextlib.aclosing`, or cancels the task); the provider
        then stops too. Raises `ModelUnavailableError` and `ModelNonsenseError`, also in the middle
        of an answer: until `End`, nothing is certain.
        """
        ...
