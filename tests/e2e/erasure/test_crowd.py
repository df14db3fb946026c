"""Fifty erasures at once among 100,000 people: each ends, and nobody else is touched."""

import asyncio
from collections import Counter
from uuid import UUID

import asyncpg
import pytest

from contactflow.kernel import decode
from contactflow.vault import Email
from tests.e2e.erasure.lives import digests
from tests.e2e.erasure.rights import Officer, an_address
from tests.e2e.house import House
from tests.e2e.people import Business
from tests.load.crowd import crowd, recognise

PEOPLE, AT_ONCE = 100_000, 50
TOGETHER = 300.0  # seconds; they share the processors, and the first ends with the last
EACH = {
    "crm": {
        "subjects": 1,
        "contacts": 1,
        "subject_identities": 1,
        "contact_links": 1,
        "timeline_items": 1,
    },
    "chat": {"subjects": 1, "conversations": 1, "participants": 1, "messages": 3},
}
"""Rows that one of them has."""


@pytest.fixture
def workspace_id(business: Business) -> UUID:
    """The firm's."""
    return decode("ws", business.account["workspace"]["id"])


async def counts(house: House, workspace_id: UUID) -> Counter[str]:
    """Rows of the workspace, by table."""
    found = Counter[str]()
    for service, tables in EACH.items():
        database = await asyncpg.connect(house.database(service))
        for table in tables:
            query = f"SELECT count(*) FROM {table} WHERE workspace_id = $1"
            found[f"{service}.{table}"] = await database.fetchval(query, workspace_id)
        await database.close()
    return found


@pytest.fixture
async def addresses(house: House, business: Business, workspace_id: UUID) -> list[str]:
    """Of those among the crowd who will ask; all of it is in crm and in chat."""
    await crowd(house, workspace_id, decode("chn", business.channel["id"]), PEOPLE)
    known = [an_address() for _ in range(AT_ONCE)]
    indexes = digests(house, workspace_id, *map(Email.parse, known))
    await recognise(house.database("crm"), workspace_id, indexes)
    return known


@pytest.mark.timeout(600)
async def test_fifty_at_once_among_a_hundred_thousand(
    house: House, officer: Officer, workspace_id: UUID, addresses: list[str]
) -> None:
    before = await counts(house, workspace_id)
    requests = [await officer.asked(address) for address in addresses]
    for one in requests:
        await officer.until(one["id"], "awaiting_approval")

    await asyncio.gather(*(officer.approve(one["id"]) for one in requests))
    for one in requests:
        await officer.until(one["id"], "completed", longest=TOGETHER)

    for one in requests:
        payload = (await officer.get(one["id"], "/receipt"))["payload"]
        deleted = {part["name"]: part["deleted"] for part in payload["participants"]}
        assert deleted == {"gateway": {}, "voice": {}, **EACH}
    gone = {
        f"{service}.{table}": rows * AT_ONCE
        for service, tables in EACH.items()
        for table, rows in tables.items()
    }
    assert before - await counts(house, workspace_id) == Counter(gone)
