"""Fifty erasures at once among 100,000 people: each ends, and nobody else is touched."""

import asyncio

import asyncpg
import pytest

from contactflow.kernel import decode
from tests.e2e.erasure.rights import Officer, an_address, noted, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business
from tests.load.crowd import fill

OTHERS, AT_ONCE, VISITORS = 100_000, 50, 5
COUNTED = {
    "crm": ("subjects", "contacts", "subject_identities", "contact_links", "timeline_items"),
    "chat": ("subjects", "conversations", "participants", "messages"),
}


async def counts(house: House, business: Business) -> dict[str, int]:
    """Rows of the workspace, by table."""
    workspace_id, found = decode("ws", business.account["workspace"]["id"]), {}
    for service, tables in COUNTED.items():
        database = await asyncpg.connect(house.postgres.admin_url(f"contactflow_{service}"))
        for table in tables:
            query = f"SELECT count(*) FROM {table} WHERE workspace_id = $1"
            found[f"{service}.{table}"] = await database.fetchval(query, workspace_id)
        await database.close()
    return found


@pytest.fixture
async def crowd(house: House, business: Business) -> dict[str, int]:
    """Everybody else; how many rows they have."""
    workspace_id = decode("ws", business.account["workspace"]["id"])
    channel_id = decode("chn", business.channel["id"])
    for service in COUNTED:
        url = house.postgres.admin_url(f"contactflow_{service}")
        await fill(url, service, workspace_id, OTHERS, channel_id)
    return await counts(house, business)


@pytest.mark.timeout(300)
async def test_fifty_at_once_among_a_hundred_thousand(
    house: House, business: Business, crowd: dict[str, int]
) -> None:
    officer = Officer(business.http)
    addresses = [an_address() for _ in range(AT_ONCE)]
    for address in addresses[:VISITORS]:
        await somebody_known(business, address)
    for address in addresses[VISITORS:]:
        await noted(business, address)
    requests = [await officer.asked(address) for address in addresses]
    for one in requests:
        await officer.until(one["id"], "awaiting_approval")

    await asyncio.gather(*(officer.approve(one["id"]) for one in requests))
    for one in requests:
        await officer.until(one["id"], "completed")

    assert await counts(house, business) == crowd
