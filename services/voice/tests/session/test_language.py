"""What a model is told about tools."""

from types import SimpleNamespace
from typing import Any

from livekit.agents.llm import Tool, ToolContext

from contactflow.voice.session.language import described
from contactflow.voice.session.tools import tools


def of_a_call(*, has_human: bool = True) -> list[Tool]:
    desk: Any = SimpleNamespace(has_human=has_human)
    return tools(desk)


def schemas(of: list[Tool]) -> list[dict[str, Any]]:
    return ToolContext(of).parse_function_tools("openai")


def test_described_tools_are_told_as_the_plug_in_would_tell_them() -> None:
    assert schemas(described(of_a_call())) == schemas(of_a_call())


def test_tools_are_described_once_for_all_calls() -> None:
    assert described(of_a_call()) is described(of_a_call())


def test_other_tools_are_described_apart() -> None:
    with_human, without = described(of_a_call()), described(of_a_call(has_human=False))

    assert len(with_human) == len(without) + 1
