"""A line that is gone: whoever speaks notices first, whoever listens is told why. Virtual time."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.ports import FRAME_S, Heard, LineDroppedError, LineRefusedError
from services.voice.tests.session.house import Kept
from services.voice.tests.session.phone import Phone
from services.voice.tests.session.test_long_calls import a_call

FRAMES = 10  # that are taken, before none is any more


class Gone(Phone):
    """`told`, seconds after it has gone: an error, or None for the carrier's own "it is over"."""

    def __init__(self, told: float, error: Exception | None = None) -> None:
        super().__init__()
        self._told, self._error, self._taken = told, error, 0

    async def play(self, pcm: bytes) -> None:
        self._taken += 1
        self.is_gone = self._taken > FRAMES
        await super().play(pcm)

    async def hear(self) -> AsyncIterator[Heard]:
        while not self.is_gone:
            await asyncio.sleep(FRAME_S)
        await asyncio.sleep(self._told)
        if self._error:
            raise self._error
        return
        yield


@pytest.mark.parametrize(
    ("told", "error", "ended_by"),
    [
        (0.5, None, "caller"),
        (0.5, LineRefusedError("message_too_long"), "protocol"),
        (0.5, LineDroppedError(), "line"),
        (math.inf, None, "line"),
    ],
)
def test_whoever_listens_says_how_the_call_ended(
    told: float, error: Exception | None, ended_by: str
) -> None:
    record = in_virtual_time(a_call(Kept(), Gone(told, error)))

    assert (record.ended_by, record.incomplete) == (ended_by, ())


def test_nobody_is_told_goodbye_on_it() -> None:
    kept = Kept()

    record = in_virtual_time(a_call(kept, Gone(math.inf), limit_s=0.5))

    assert (record.ended_by, record.incomplete) == ("deadline", ())
    assert "Goodbye." not in [text for _, text in kept.said()]
