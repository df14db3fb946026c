"""The disk under PostgreSQL, or under Kafka, is full for a while."""

import asyncio

import pytest

from contactflow.testing.waiting import until
from tests.chaos.conftest import Disks
from tests.chaos.faults import started
from tests.chaos.storm import BACKLOG, LIMITED, PROMISED, REFUSED, a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

FULL = 3.0  # seconds
LONG = 60.0  # until tables and segments have no room left in the pages that they have

pytestmark = pytest.mark.long


async def test_nothing_is_lost_when_the_disk_of_postgresql_is_full(
    house: House, businesses: tuple[Business, Business], disks: Disks | None
) -> None:
    if disks is None:
        pytest.skip("only root may mount a disk")
    async with a_storm(house, businesses) as storm:
        await storm.progress(10)
        disks.postgres.fill()
        await until(lambda: 503 in storm.statuses, longest=LONG)
        await asyncio.sleep(FULL)
        disks.postgres.make_room()
        await asyncio.to_thread(started, house.postgres)  # it may have given up, as on any disk
        await storm.progress(10)

    assert storm.statuses <= PROMISED | REFUSED


async def test_nothing_is_lost_when_the_disk_of_kafka_is_full_and_clients_notice_nothing(
    house: House, businesses: tuple[Business, Business], disks: Disks | None
) -> None:
    """Kafka gives up a disk that it can't write to, and with its only one itself."""
    if disks is None:
        pytest.skip("only root may mount a disk")
    async with a_storm(house, businesses, patience=BACKLOG) as storm:
        await storm.progress(10)
        disks.kafka.fill()
        await until(lambda: not house.broker.is_alive(), longest=LONG)
        await asyncio.sleep(FULL)
        await storm.progress(10)
        disks.kafka.make_room()
        await house.broker.start()

    assert storm.statuses <= PROMISED | LIMITED
