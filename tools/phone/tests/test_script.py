"""What callers say: everything that a script needs is spoken before the phone rings."""

from dataclasses import replace
from typing import get_args

import pytest

from tools.phone.script import SCRIPTS, Consent, Turn


@pytest.mark.parametrize("language", SCRIPTS)
@pytest.mark.parametrize("consent", get_args(Consent))
def test_all_that_is_said_is_among_the_lines(language: str, consent: Consent) -> None:
    script = replace(SCRIPTS[language], consent=consent, interrupts=True)

    lines = list(script.lines())

    assert [*script.questions, script.interruption, script.goodbye] == [
        one for one in lines if one not in script.words.values()
    ]
    assert (consent == "key") == (not set(lines) & set(script.words.values()))


def test_other_questions_replace_those_of_the_script() -> None:
    script = SCRIPTS["en"]

    assert script.with_questions(("Who are you?",)).questions == ("Who are you?",)
    assert script.with_questions(()) == script


def test_a_latency_is_from_the_last_sound_to_the_first() -> None:
    assert Turn("?", ended=2.0, answered=3.5).latency == 1.5
    assert Turn("?", ended=2.0, answered=None).latency is None
