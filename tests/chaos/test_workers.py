"""Two workers of one service: one joins, leaves, sleeps and wakes in the middle of the work."""

import asyncio
import os
import signal

import pytest

from tests.chaos.faults import told_to_stop
from tests.chaos.storm import BACKLOG, a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

Firms = tuple[Business, Business]

pytestmark = pytest.mark.long


@pytest.mark.parametrize("service", ["chat", "crm"])
async def test_a_second_worker_that_comes_and_goes_loses_and_doubles_nothing(
    house: House, businesses: Firms, service: str
) -> None:
    async with a_storm(house, businesses) as storm:
        second, _ = await house.another(service, "worker")
        await storm.progress(15)
        await told_to_stop(house, f"{service}-worker")
        await storm.progress(10)
        await house.start(service, "worker")
        await told_to_stop(house, second)


@pytest.mark.parametrize("service", ["chat", "crm"])
async def test_a_worker_that_wakes_after_another_took_over_changes_nothing(
    house: House, businesses: Firms, service: str
) -> None:
    async with a_storm(house, businesses, patience=BACKLOG) as storm:
        await house.another(service, "worker")
        await storm.progress(10)
        os.kill(house.processes[f"{service}-worker"].pid, signal.SIGSTOP)
        await asyncio.sleep(30)
        os.kill(house.processes[f"{service}-worker"].pid, signal.SIGCONT)
        await storm.progress(10)
