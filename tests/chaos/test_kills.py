"""Processes that are killed at any moment."""

import asyncio
import random

import pytest

from tests.chaos.faults import PROCESSES, killed_and_started, told_to_stop
from tests.chaos.storm import a_storm
from tests.e2e.house import House
from tests.e2e.people import Business, a_business

SEED = 6
ROUNDS = 2

pytestmark = pytest.mark.long


async def test_nothing_is_lost_when_every_process_is_killed_while_it_works(
    house: House, businesses: tuple[Business, Business]
) -> None:
    chance = random.Random(SEED)
    async with a_storm(house, businesses, seed=SEED) as storm:
        for process in chance.sample(PROCESSES * ROUNDS, len(PROCESSES) * ROUNDS):
            await asyncio.sleep(chance.uniform(0, 0.3))
            await killed_and_started(house, process)
        await storm.progress(10)


async def test_a_build_that_answers_before_the_commit_is_caught(house: House) -> None:
    """In a business of its own, for what it loses stays lost."""
    await told_to_stop(house, "chat-api")
    await house.start("chat", "api", "tests.chaos.hasty.chat")

    async def storm_and_kill() -> None:
        async with a_business(house.gateway) as victim, a_storm(house, [victim]) as storm:
            await storm.progress(20)
            await killed_and_started(house, "chat-api")

    with pytest.raises(AssertionError, match=r"lost=\['[0-9a-f]+ (visitor|staff) "):
        await storm_and_kill()
