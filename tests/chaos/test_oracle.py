"""The oracle itself: what it must catch, on histories made by hand."""

from dataclasses import replace

import pytest

from tests.chaos.history import Operation, Outcome
from tests.chaos.oracle import Seen, Verdict, answered, compare, judge


def said(text: str, asked: float, outcome: Outcome = Outcome.OK) -> Operation:
    operation = Operation("nord", "talk", "visitor", text, asked, outcome=outcome)
    if outcome is Outcome.OK:
        operation.answered, operation.id = asked + 1, f"id of {text}"
    return operation


def seen(text: str, seq: int, author: str = "visitor") -> Seen:
    return Seen("nord", "talk", author, text, f"id of {text}", seq)


HISTORY = [said("one", 1), said("two", 3), said("three", 5)]
ALL = [seen("one", 1), seen("two", 2), seen("three", 3)]


def test_what_was_promised_and_is_there_is_well() -> None:
    assert not judge(HISTORY, ALL)
    assert not compare(ALL, ALL)


def test_an_acknowledged_message_that_is_gone_is_lost() -> None:
    assert judge(HISTORY, ALL[:2]) == Verdict(lost=["three"])
    assert compare(ALL, ALL[:2]) == Verdict(lost=["three"])


def test_what_is_there_under_another_id_than_was_promised_is_lost() -> None:
    assert judge(HISTORY, [*ALL[:2], replace(ALL[2], id="another")]) == Verdict(lost=["three"])


def test_a_message_that_is_there_twice_is_doubled() -> None:
    again = replace(ALL[2], id="another", seq=4)

    assert judge(HISTORY, [*ALL, again]) == Verdict(doubled=["three"])
    assert compare(ALL, [*ALL, ALL[2]]) == Verdict(doubled=["id of three"])


def test_two_that_changed_places_are_reordered() -> None:
    swapped = [seen("two", 1), seen("one", 2), seen("three", 3)]

    assert judge(HISTORY, swapped) == Verdict(reordered=["two"])
    assert compare(ALL, [ALL[1], ALL[0], ALL[2]]) == Verdict(reordered=["1"])


def test_two_that_were_asked_for_at_once_may_be_in_any_order() -> None:
    at_once = [said("one", 1), said("two", 1.5)]

    assert not judge(at_once, [seen("two", 1), seen("one", 2)])


def test_what_was_never_acknowledged_has_no_order_with_what_came_later() -> None:
    history = [said("one", 1, Outcome.UNKNOWN), said("two", 3)]

    assert not judge(history, [seen("two", 1), seen("one", 2)])
    assert judge(reversed_in_time(), [seen("one", 1), seen("two", 2)]) == Verdict(reordered=["one"])


def reversed_in_time() -> list[Operation]:
    """ "two" was acknowledged before "one" was asked for."""
    return [said("one", 3, Outcome.UNKNOWN), said("two", 1)]


@pytest.mark.parametrize(
    "astray",
    [replace(ALL[2], workspace="sued"), replace(ALL[2], place="another talk")],
    ids=["another-workspace", "another-place"],
)
def test_what_is_elsewhere_is_leaked(astray: Seen) -> None:

    assert judge(HISTORY, [*ALL, astray]) == Verdict(leaked=["three"])
    assert judge(HISTORY, [*ALL[:2], astray]) == Verdict(lost=["three"], leaked=["three"])
    assert compare(ALL, [*ALL[:2], astray]) == Verdict(leaked=["three"])


def test_what_is_another_s_words_is_leaked() -> None:
    assert judge(HISTORY, [*ALL[:2], replace(ALL[2], author="staff")]).leaked == ["three"]


@pytest.mark.parametrize("found", [[], [seen("one", 1)]])
def test_what_nobody_answered_may_be_there_or_not(found: list[Seen]) -> None:
    assert not judge([said("one", 1, Outcome.UNKNOWN)], found)


def test_what_nobody_answered_is_not_there_twice() -> None:
    twice = [seen("one", 1), replace(seen("one", 2), id="another")]

    assert judge([said("one", 1, Outcome.UNKNOWN)], twice) == Verdict(doubled=["one"])


def test_what_was_refused_or_never_said_is_invented() -> None:
    assert judge([said("one", 1, Outcome.FAILED)], [seen("one", 1)]) == Verdict(invented=["one"])
    assert judge([], [seen("one", 1)]) == Verdict(invented=["one"])
    assert compare([], [seen("one", 1)]) == Verdict(invented=["id of one"])


def test_who_asked_last_was_answered_or_a_human_was_called() -> None:
    talk = [seen("one", 1), seen("answer", 2, "agent"), seen("two", 3)]

    assert answered(talk, by_human=False).lost == ["talk: an answer"]
    assert not answered(talk, by_human=True)
    assert not answered([*talk, seen("answer again", 4, "agent")], by_human=False)


def test_who_is_answered_twice_is_noticed() -> None:
    talk = [seen("one", 1), seen("answer", 2, "agent"), seen("answer again", 3, "agent")]

    assert answered(talk, by_human=False) == Verdict(doubled=["talk: answer again"])


def test_a_question_that_came_during_an_answer_has_its_own() -> None:
    talk = [seen("one", 1), seen("two", 2), seen("a", 3, "agent"), seen("b", 4, "agent")]

    assert not answered(talk, by_human=False)
