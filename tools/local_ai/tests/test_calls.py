"""Tool calls found in what the model writes."""

import pytest

from tools.local_ai.calls import Sorter

CALL = '{"name": "book", "arguments": {"day": "Monday", "who": {"people": 4}}}'


def sorted_out(
    *pieces: str, tools: tuple[str, ...] = ("book",)
) -> tuple[str, list[str], list[str]]:
    """What was said at once, what at the end, and the calls."""
    sorter = Sorter(tools)
    at_once = "".join(sorter.take(piece) for piece in pieces)
    rest, calls = sorter.end()
    return at_once, [rest] if rest else [], [one["function"]["name"] for one in calls]


def test_speech_goes_through_at_once() -> None:
    assert sorted_out("We ", "open ", "at {9}.") == ("We open at {9}.", [], [])


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        f"<tool_call>\n{CALL}\n</tool_call>",
        f"```json\n{CALL}\n```",
        f"[{CALL}]",
        '{{"name": "book"}}',
    ],
)
def test_a_call_is_found_in_its_wrappings(text: str) -> None:
    assert sorted_out(*text) == ("", [], ["book"])


def test_several_calls_are_several() -> None:
    assert sorted_out(CALL + "\n" + CALL) == ("", [], ["book", "book"])


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "rob", "arguments": {}}',
        '{"name": "book", "arguments": "Monday"}',
        '{"name": "book", "argum',
        "{} is an empty object",
    ],
)
def test_what_is_no_call_is_said_in_the_end(text: str) -> None:
    assert sorted_out(text) == ("", [text], [])


def test_without_tools_nothing_is_held_back() -> None:
    assert sorted_out(CALL, tools=()) == (CALL, [], [])
