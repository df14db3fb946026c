"""When a text goes round in circles."""

import pytest

from contactflow.ai.answer import loops


@pytest.mark.parametrize("text", ["a" * 60, "no " * 20, "We are open on Sunday. " * 4])
def test_a_text_that_repeats_itself_loops(text: str) -> None:
    assert loops("Well: " + text)


@pytest.mark.parametrize(
    "text", ["", "Hello...", "yes yes yes", "| - | - | - |", "Monday 9-12\nTuesday 9-12\n" * 2]
)
def test_a_text_that_comes_to_an_end_does_not(text: str) -> None:
    assert not loops(text)
