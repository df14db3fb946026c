"""The disk under PostgreSQL is full for a while."""

import asyncio

import pytest

from contactflow.testing.disks import Disk
from contactflow.testing.waiting import until
from tests.chaos.faults import started
from tests.chaos.storm import PROMISED, REFUSED, a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

FULL = 3.0  # seconds
LONG = 60.0  # until tables have no room left in the pages that they have

pytestmark = pytest.mark.long


async def test_nothing_is_lost_when_the_disk_of_postgresql_is_full(
    house: House, businesses: tuple[Business, Business], small_disk: Disk | None
) -> None:
    if small_disk is None:
        pytest.skip("only root may mount a disk")
    async with a_storm(house, businesses) as storm:
        await storm.progress(10)
        small_disk.fill()
        await until(lambda: 503 in storm.statuses, longest=LONG)
        await asyncio.sleep(FULL)
        small_disk.make_room()
        await asyncio.to_thread(started, house.postgres)  # it may have given up, as on any disk
        await storm.progress(10)

    assert storm.statuses <= PROMISED | REFUSED
