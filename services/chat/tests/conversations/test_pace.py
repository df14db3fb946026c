"""How long an answer waits for the visitor to finish."""

from datetime import datetime, timedelta

import pytest

from contactflow.chat.conversations.pace import Pace

PACE = Pace(pause=timedelta(seconds=1), longest=timedelta(seconds=15))


@pytest.mark.parametrize(
    ("since", "due"), [(0, 1), (10, 11), (14, 15), (14.5, 15), (15, 15), (20, 20)]
)
def test_an_answer_is_due_a_pause_after_the_last_message_or_at_the_limit(
    at: datetime, since: float, due: float
) -> None:
    assert PACE.due(at, at + timedelta(seconds=since)) == at + timedelta(seconds=due)


@pytest.mark.parametrize(("since", "restarts"), [(0, True), (14.9, True), (15, False)])
def test_a_message_restarts_the_answer_until_the_limit(
    at: datetime, since: float, *, restarts: bool
) -> None:
    assert PACE.restarts(at, at + timedelta(seconds=since)) is restarts
