"""The language model of a call: the plug-in, except that tools are described to it once."""

from typing import Any, Final

from livekit.agents import function_tool
from livekit.agents.llm import Tool, ToolContext
from livekit.plugins import openai

_DESCRIBED: Final[dict[tuple[str, ...], list[Tool]]] = {}


class LanguageModel(openai.LLM):
    """The plug-in makes the JSON schemas of all tools anew for every request (1.8).

    For seven tools that is 6 ms of the processor, in which nobody on any call is heard.
    """

    def chat(self, *, tools: list[Tool] | None = None, **options: Any) -> openai.llm.LLMStream:
        """See LLM."""
        return super().chat(tools=described(tools or []), **options)


def described(tools: list[Tool]) -> list[Tool]:
    """The same tools with their schemas made: to be told to a model, not to be called.

    Within a process a name is one tool.
    """
    names = tuple(tool.id for tool in tools)
    if names not in _DESCRIBED:
        schemas = ToolContext(tools).parse_function_tools("openai")
        _DESCRIBED[names] = [function_tool(_told, raw_schema=one["function"]) for one in schemas]
    return _DESCRIBED[names]


async def _told(raw_arguments: dict[str, object]) -> None:
    """What the model calls is found by its name, among those of the agent."""
