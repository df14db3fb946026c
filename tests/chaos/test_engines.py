"""Kafka and PostgreSQL, killed and started again under everybody who works on them."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from contactflow.testing.postgres import PostgresServer
from tests.chaos.faults import crashed, stopped_at_once
from tests.chaos.storm import BACKLOG, LIMITED, PROMISED, REFUSED, a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

Break = Callable[[PostgresServer], Awaitable[None]]
Firms = tuple[Business, Business]

pytestmark = pytest.mark.long


async def test_nothing_is_lost_when_kafka_is_killed_and_clients_notice_nothing(
    house: House, businesses: Firms
) -> None:
    async with a_storm(house, businesses) as storm:
        await storm.progress(10)
        await house.broker.stop(signal.SIGKILL)
        await storm.progress(20)
        await house.broker.start()

    assert storm.statuses <= PROMISED


@pytest.mark.parametrize("breaks", [stopped_at_once, crashed])
async def test_nothing_is_lost_when_postgresql_breaks_off(
    house: House, businesses: Firms, breaks: Break
) -> None:
    async with a_storm(house, businesses) as storm:
        await storm.progress(10)
        await breaks(house.postgres)
        await asyncio.sleep(1)
        await asyncio.to_thread(house.postgres.start)
        await storm.progress(10)

    assert storm.statuses <= PROMISED | REFUSED


async def test_nothing_is_lost_when_kafka_is_away_for_a_minute(
    house: House, businesses: Firms
) -> None:
    async with a_storm(house, businesses, patience=BACKLOG) as storm:
        await storm.progress(10)
        await house.broker.stop(signal.SIGKILL)
        await asyncio.sleep(60)
        await house.broker.start()

    assert storm.statuses <= PROMISED | LIMITED
