"""Clocks that are not the same in every service."""

import pytest

from tests.chaos.faults import told_to_stop
from tests.chaos.storm import a_storm
from tests.e2e.house import ROLES, House
from tests.e2e.people import Business

pytestmark = pytest.mark.long


async def test_a_service_ten_minutes_ahead_is_refused_and_caught_up_with_afterwards(
    house: House, businesses: tuple[Business, Business]
) -> None:
    async with a_storm(house, businesses) as storm:
        for role in ROLES:
            await told_to_stop(house, f"crm-{role}")
            await house.start("crm", role, "tests.chaos.early.crm")
        await storm.progress(20)
        for role in ROLES:
            await told_to_stop(house, f"crm-{role}")
            await house.start("crm", role)
        await storm.progress(10)
