"""What each worker does again and again, whether or not anybody asks."""

import asyncpg
import pytest

from contactflow.messaging.leases import SERVICE
from contactflow.testing.waiting import until
from tests.e2e.house import House

PLANNED = "SELECT array_agg(name) FROM jobs WHERE workspace_id = $1"
LAST = {"messaging.housekeeping"}
PARTICIPANT = {"erasure.purge"}
CHORES = {
    "gateway": PARTICIPANT | {"gateway.purge"},
    "chat": PARTICIPANT | {"chat.purge"},
    "crm": PARTICIPANT | {"crm.idempotency_keys"},
    "voice": PARTICIPANT
    | {"voice.purge", "voice.calls.close_lost", "voice.recordings.sweep"}
    | {"voice.phrases.renew_all"},
    "privacy": {"privacy.purge", "privacy.ledger"},
}


async def planned(house: House, service: str) -> set[str]:
    """All that it has noted for itself; nothing until that is whole."""
    database = await asyncpg.connect(house.database(service))
    try:
        noted = {*(await database.fetchval(PLANNED, SERVICE) or ())}
    finally:
        await database.close()
    return noted if noted >= LAST else set()


@pytest.mark.parametrize("service", CHORES)
async def test_a_worker_does_the_chores_of_its_service(house: House, service: str) -> None:
    noted = await until(lambda: planned(house, service), longest=30)

    assert noted == CHORES[service] | LAST
