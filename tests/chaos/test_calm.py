"""Without a fault: what the storms promise is true of a quiet house, and something happens."""

import pytest

from tests.chaos.history import Outcome
from tests.chaos.storm import a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

pytestmark = pytest.mark.long


async def test_a_calm_house_keeps_every_promise(
    house: House, businesses: tuple[Business, Business]
) -> None:
    async with a_storm(house, businesses) as storm:
        await storm.progress(40)

    assert storm.history.count(Outcome.UNKNOWN) == storm.history.count(Outcome.FAILED) == 0
    assert {one.author for one in storm.history} == {"visitor", "staff", "contact"}
