"""The rules of a call: in whatever order news come, it ends once, and the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from contactflow.events.calls import CallCompleted, CallHandoverFailed, CallStarted, EndedBy
from contactflow.kernel import new_id
from contactflow.testing.people import a_person
from contactflow.voice.calls.evidence import Disclosure, Ending, Evidence, Latencies
from contactflow.voice.calls.model import Call, Line, Status

TOLD = Disclosure("disclosure.en.1", "en", 120, 3200, confirmed=True)


@pytest.fixture
def call(at: datetime) -> Call:
    line = Line(new_id(), "CA1", "+14158675309", new_id(), "+18005551212", new_id(), "consent")
    return Call.ring(a_person(), line, at=at)


def told(call: Call) -> list[Any]:
    return [event for event, _, _ in call.recorded()]


def test_a_call_that_rings_is_told_by_ids(call: Call) -> None:
    [started] = told(call)

    assert isinstance(started, CallStarted)
    assert (started.call_id, started.subject_id) == (call.id, call.subject_id)


NEWS: list[tuple[Status, int]] = [("ringing", 0), ("in_progress", 1), ("completed", 2)]


@pytest.mark.parametrize("order", [*permutations(NEWS)])
def test_news_in_any_order_and_twice_end_in_the_same_state(
    call: Call, at: datetime, order: list[tuple[Status, int]]
) -> None:
    told(call)
    for status, sequence in [*order, *order]:
        call.learn(status, sequence=sequence, at=at)

    assert (call.status, call.ended_at, call.ended_by) == ("completed", at, "caller")
    assert [type(one) for one in told(call)] == [CallCompleted]


def test_what_carries_a_call_ends_it_and_not_the_carrier(call: Call, at: datetime) -> None:
    assert call.answer(3, at=at)
    told(call)

    waits = call.learn("completed", sequence=2, at=at)
    over = call.is_over
    told_all = Evidence(TOLD, "granted", "key", 900)
    ended = call.end(Ending("agent", told_all), Latencies(2, 400, 700), at=at)

    assert (waits, over, ended) == (True, False, True)
    assert (call.status, call.ended_by, call.consent) == ("completed", "agent", "granted")
    assert (call.disclosure_wording_id, call.latency_p95_ms) == ("disclosure.en.1", 700)
    assert len(told(call)) == 1


def test_a_call_is_answered_by_one(call: Call, at: datetime) -> None:
    assert [call.answer(1, at=at), call.answer(1, at=at)] == [True, False]


def test_a_call_whose_carrier_is_dead_says_what_is_missing_and_is_told_once(
    call: Call, at: datetime
) -> None:
    call.answer(1, at=at)
    told(call)
    later = at + timedelta(seconds=9)

    ends = [call.lose(turns=4, at=later), call.lose(turns=4, at=later)]

    [completed] = told(call)
    assert ends == [True, False]
    assert call.missing == ("transcript", "recording")
    assert (completed.ended_by, completed.turn_count, completed.duration_s) == ("line", 4, 9)


def test_what_was_proved_is_known_of_a_call_that_is_lost(call: Call, at: datetime) -> None:
    call.answer(1, at=at)
    call.note(Evidence(TOLD, "granted", "voice", 900, minor_at_ms=2000), at=at)

    call.lose(turns=1, at=at)

    assert (call.consent, call.consent_by, call.minor_at_ms) == ("granted", "voice", 2000)
    assert (call.disclosure_wording_id, call.locale) == ("disclosure.en.1", None)


def test_who_was_handed_over_before_the_call_was_lost_is_not_left(call: Call, at: datetime) -> None:
    call.answer(1, at=at)
    call.note(Evidence(TOLD, handed_over=True), at=at)

    call.lose(turns=1, at=at)

    assert (call.ended_by, call.outcome, call.is_left) == ("handed_over", "handed_over", False)


def test_a_hand_over_that_is_noted_late_was_missed_all_the_same(call: Call, at: datetime) -> None:
    call.answer(1, at=at)
    call.miss_human(at=at)

    call.note(Evidence(TOLD, handed_over=True), at=at)

    assert call.outcome == "handover_failed"


@pytest.mark.parametrize(
    ("waited", "latencies"),
    [([], (0, None, None)), ([7], (1, 7, 7)), ([*range(1, 101)], (100, 50, 95))],
)
def test_latencies_are_what_callers_waited(waited: list[int], latencies: Any) -> None:
    assert Latencies.of(waited[::-1]) == latencies


@pytest.mark.parametrize("order", [("end", "miss", "miss"), ("miss", "end", "miss")])
def test_a_hand_over_that_nobody_took_is_told_after_the_end_in_any_order(
    call: Call, at: datetime, order: tuple[str, ...]
) -> None:
    call.answer(1, at=at)
    told(call)
    ends, misses = partial(call.end, Ending("handed_over"), at=at), partial(call.miss_human, at=at)
    does: dict[str, Callable[[], bool]] = {"end": ends, "miss": misses}

    done = [does[one]() for one in order]

    assert done == [True, True, False]
    assert (call.ended_by, call.outcome) == ("handed_over", "handover_failed")
    assert [type(one) for one in told(call)] == [CallCompleted, CallHandoverFailed]


def test_a_hand_over_that_somebody_took_is_one(call: Call, at: datetime) -> None:
    call.answer(1, at=at)
    told(call)

    call.end(Ending("handed_over"), at=at)

    assert call.outcome == "handed_over"
    assert [type(one) for one in told(call)] == [CallCompleted]


def test_who_hangs_up_before_the_answer_was_not_answered(call: Call, at: datetime) -> None:
    call.learn("no_answer", sequence=1, at=at)

    assert not call.answer(1, at=at)
    assert (call.status, call.ended_by, call.answered_at) == ("no_answer", "carrier", None)


def test_the_callers_number_is_sealed(call: Call) -> None:
    assert call.caller == "+14158675309"
    assert b"4158675309" not in vars(call)["_caller"]


@pytest.mark.parametrize(
    ("by", "left"), [("agent", True), ("line", True), ("caller", False), ("handed_over", False)]
)
def test_a_caller_is_left_on_the_line_unless_they_hung_up_or_speak_with_somebody(
    call: Call, at: datetime, by: EndedBy, *, left: bool
) -> None:
    call.answer(1, at=at)

    call.end(Ending(by), at=at)

    assert call.is_left == left
