"""A process that is told to stop while two hundred visitors listen."""

import asyncio
import time

import pytest

from tests.chaos.crowd import Talk
from tests.chaos.faults import told_to_stop
from tests.chaos.storm import a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

STREAMS = 200
DRAIN = 10.0
"""Seconds that a process may take to end; one that lets its streams be cut off takes 20."""

pytestmark = pytest.mark.long


async def test_an_api_that_is_told_to_stop_ends_its_streams_in_time_and_loses_no_request(
    house: House, businesses: tuple[Business, Business]
) -> None:
    async with a_storm(house, businesses) as storm, asyncio.TaskGroup() as listening:
        more = [another(storm.talks[number % len(storm.talks)]) for number in range(STREAMS)]
        listeners = [listening.create_task(one.listens()) for one in more]
        await heard_by_all(more)
        begun = time.monotonic()
        await told_to_stop(house, "chat-api")
        took = time.monotonic() - begun
        await house.start("chat", "api")
        await storm.progress(10)
        await as_far_as_now(storm.talks, more)
        for one in listeners:
            one.cancel()

    assert took < DRAIN
    for window in more:
        seqs = [said.seq for said in window.heard]
        assert seqs == list(range(1, len(seqs) + 1))


def another(talk: Talk) -> Talk:
    """The same visitor, in one more window of theirs."""
    return Talk(talk.business, talk.visitor)


async def heard_by_all(talks: list[Talk]) -> None:
    async with asyncio.timeout(60):
        while not all(one.heard for one in talks):
            await asyncio.sleep(0.1)


async def as_far_as_now(talks: list[Talk], windows: list[Talk]) -> None:
    """Return when every window shows what its visitor's own has by now."""
    now = {one.place: len(one.heard) for one in talks}
    async with asyncio.timeout(30):
        while any(len(one.heard) < now[one.place] for one in windows):
            await asyncio.sleep(0.1)
